-- The context of a transaction: who acts, for which tenant, seen by which audiences.
--
-- It lives in transaction-local settings, written by enter() and its siblings (0002_identity) and
-- read by every policy through the functions below, always as (select ctx_…()) so that they run
-- once a query. An empty setting reads '' on a connection that has had one: nullif everywhere.

-- Trusted extensions: the owner of the database may create them.
create extension if not exists pg_trgm;
create extension if not exists unaccent;

-- The server logs in as maillage_app, which owns nothing and cannot bypass row-level security.
-- maillage_context owns the few functions that must read before a context exists; it cannot log
-- in, and sees only what a policy grants it by name.
do $$
begin
    if not exists (select from pg_roles where rolname = 'maillage_app') then
        create role maillage_app login nosuperuser nobypassrls nocreatedb nocreaterole;
    end if;
    if not exists (select from pg_roles where rolname = 'maillage_context') then
        create role maillage_context nologin nosuperuser nobypassrls nocreatedb nocreaterole;
    end if;
end
$$;
revoke create on schema public from public;
grant usage on schema public to maillage_app, maillage_context;
-- Readiness compares what has run with what the program knows.
grant select on __diesel_schema_migrations to maillage_app;

-- Through which door the transaction came: member, client, operator, authentication; nothing otherwise.
create function ctx_door() returns text language sql stable
    as $$ select nullif(current_setting('maillage.door', true), '') $$;
create function ctx_tenant() returns uuid language sql stable
    as $$ select nullif(current_setting('maillage.tenant', true), '')::uuid $$;
create function ctx_person() returns uuid language sql stable
    as $$ select nullif(current_setting('maillage.person', true), '')::uuid $$;
-- The client that acts, where no person does.
create function ctx_client() returns uuid language sql stable
    as $$ select nullif(current_setting('maillage.client', true), '')::uuid $$;
-- The ids under which grants may reach the tenant: itself, its groups, its type, the network, the public.
create function ctx_audiences() returns uuid[] language sql stable
    as $$ select coalesce(nullif(current_setting('maillage.audiences', true), '')::uuid[], '{}') $$;
-- The groups the tenant takes part in now, and those of them it coordinates.
create function ctx_groups() returns uuid[] language sql stable
    as $$ select coalesce(nullif(current_setting('maillage.groups', true), '')::uuid[], '{}') $$;
create function ctx_coordinated() returns uuid[] language sql stable
    as $$ select coalesce(nullif(current_setting('maillage.coordinated', true), '')::uuid[], '{}') $$;

-- Bounded waits: a slow statement, a lock or a forgotten transaction never holds others up for long.
alter role maillage_app set statement_timeout = '15s';
alter role maillage_app set lock_timeout = '5s';
alter role maillage_app set idle_in_transaction_session_timeout = '20s';

-- A random page costs little more than the next one on anything but a spinning disk; with the
-- default of 4 the planner reads whole tables rather than their trigram index (measured).
alter role maillage_app set random_page_cost = 1.1;
