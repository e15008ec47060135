-- Two roles, so that a break-in at the service cannot rewrite the trail:
--   procura_owner    owns the tables and migrates; used by `procura migrate` alone
--   procura_service  runs the gateway; may add to the ledger's tables, never change, delete or empty them
-- The tables refuse the same by trigger; only the owner could drop those, and the service is not the owner.
--
-- Run once as a superuser, connected to the database, before the first migration; running it again changes nothing:
--   psql -v owner_password=… -v service_password=… -d procura -f roles.sql
\set ON_ERROR_STOP on

SELECT format('CREATE ROLE procura_owner LOGIN PASSWORD %L', :'owner_password')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'procura_owner') \gexec
SELECT format('CREATE ROLE procura_service LOGIN PASSWORD %L', :'service_password')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'procura_service') \gexec

SELECT format('ALTER DATABASE %I OWNER TO procura_owner', current_database()) \gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()) \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO procura_service', current_database()) \gexec
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO procura_owner;
GRANT USAGE ON SCHEMA public TO procura_service;
ALTER DEFAULT PRIVILEGES FOR ROLE procura_owner IN SCHEMA public GRANT USAGE ON SEQUENCES TO procura_service;

-- Which table gives which right. Each new table gets its rights as it is made, so that no migration can forget it.
CREATE OR REPLACE FUNCTION public.procura_rights(name text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN name = '_sqlx_migrations' THEN 'SELECT'
        WHEN name IN ('ledger_pending', 'ledger_payloads') THEN 'SELECT, INSERT, DELETE'
        WHEN name LIKE 'ledger\_%' THEN 'SELECT, INSERT'
        WHEN name = 'entry_refs' THEN 'SELECT, INSERT, UPDATE'
        ELSE 'SELECT, INSERT, UPDATE, DELETE'
    END
$$;

CREATE OR REPLACE FUNCTION public.procura_grant_rights() RETURNS event_trigger
LANGUAGE plpgsql AS $$
DECLARE
    made record;
BEGIN
    FOR made IN
        SELECT tables.relname
        FROM pg_event_trigger_ddl_commands() AS command
        JOIN pg_class AS tables ON tables.oid = command.objid AND tables.relkind IN ('r', 'p')
        WHERE command.command_tag = 'CREATE TABLE' AND command.schema_name = 'public'
          AND pg_get_userbyid(tables.relowner) = 'procura_owner'
    LOOP
        EXECUTE format('GRANT %s ON TABLE public.%I TO procura_service',
                       public.procura_rights(made.relname), made.relname);
    END LOOP;
END
$$;

DROP EVENT TRIGGER IF EXISTS procura_grant_rights;
CREATE EVENT TRIGGER procura_grant_rights ON ddl_command_end
    WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION public.procura_grant_rights();

-- Tables that were there before.
SELECT format('REVOKE ALL ON TABLE public.%1$I FROM procura_service', tablename),
       format('GRANT %2$s ON TABLE public.%1$I TO procura_service', tablename, public.procura_rights(tablename::text))
FROM pg_tables WHERE schemaname = 'public' AND tableowner = 'procura_owner' \gexec

-- The view through which lines are added, where it was there before.
SELECT 'GRANT SELECT, INSERT ON public.ledger_lines TO procura_service'
FROM pg_views WHERE schemaname = 'public' AND viewname = 'ledger_lines' \gexec
