\set ON_ERROR_STOP on
SET client_min_messages = warning;

BEGIN;
SELECT pg_advisory_xact_lock(hashtext('aquaerp init.sql')) \g /dev/null

{{passwords}}
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{{owner}}') THEN
        ALTER DATABASE {{database}} OWNER TO {{owner}};
    END IF;
END
$$;

{{schemas}}COMMIT;
