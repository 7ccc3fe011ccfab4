\set ON_ERROR_STOP on
BEGIN;

{{passwords}}
COMMIT;
