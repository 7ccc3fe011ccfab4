DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{{role}}') THEN
        CREATE ROLE {{role}} LOGIN;
    END IF;
END
$$;
