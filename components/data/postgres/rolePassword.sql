\getenv {{variable}} {{environment}}
\if :{?{{variable}}}
{{create}}SELECT set_config('role.password', :'{{variable}}', true) \g /dev/null
DO $$
DECLARE
    role_name CONSTANT name := {{role}};
BEGIN
    IF current_setting('role.password') = '' THEN
        RAISE EXCEPTION 'environment variable {{environment}} is empty, expected the password of role %', role_name;
    END IF;
    BEGIN
        EXECUTE format('ALTER ROLE %I PASSWORD %L', role_name, current_setting('role.password'));
    EXCEPTION WHEN OTHERS THEN
        RAISE EXCEPTION 'password of role % not set: %', role_name, SQLERRM;
    END;
END
$$;
\endif
