{{password}}
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{{role}}') THEN
        CREATE SCHEMA IF NOT EXISTS {{schema}} AUTHORIZATION {{role}};
        ALTER ROLE {{role}} IN DATABASE {{database}} SET search_path = {{schema}};
    END IF;
END
$$;

