-- What every write leaves behind: audit, outbox, idempotency.

-- Append-only: the server may insert and read, never update or delete.
create table audit_records (
    -- The tenant; the nil UUID is the platform's own chain.
    tenant_id uuid not null,
    sequence bigint not null,
    at timestamptz not null,
    -- The person who acted, or the client: never both.
    actor uuid,
    client uuid,
    fact jsonb not null,
    previous bytea not null,
    digest bytea not null,
    primary key (tenant_id, sequence)
);
alter table audit_records enable row level security, force row level security;
create policy tenant_reads on audit_records for select
    using (tenant_id = (select ctx_tenant()) and (select ctx_door()) not in ('client', 'webhook'));
create policy tenant_appends on audit_records for insert
    with check (tenant_id = (select ctx_tenant()));
grant select, insert on audit_records to maillage_app;

-- The end of each chain. Locking it orders the writers of a tenant.
create table audit_heads (
    tenant_id uuid primary key,
    sequence bigint not null,
    digest bytea not null
);
alter table audit_heads enable row level security, force row level security;
create policy tenant_only on audit_heads using (tenant_id = (select ctx_tenant()));
grant select, insert, update (sequence, digest) on audit_heads to maillage_app;

create table outbox (
    tenant_id uuid not null,
    id uuid not null,
    at timestamptz not null,
    -- The client that made it happen, so that nobody is told what they did themselves.
    client uuid,
    fact jsonb not null,
    primary key (tenant_id, id)
);
alter table outbox enable row level security, force row level security;
create policy tenant_reads on outbox for select using (tenant_id = (select ctx_tenant()));
create policy tenant_adds on outbox for insert with check (tenant_id = (select ctx_tenant()));
grant select, insert on outbox to maillage_app;

create table idempotency_keys (
    -- The tenant acted for; the nil UUID for the operator.
    tenant_id uuid not null,
    -- A person or a client.
    caller uuid not null,
    route text not null,
    -- SHA-256 of the key; the key itself seals the answer, and is not kept.
    key bytea not null,
    -- SHA-256 of the request body.
    request bytea not null,
    -- The action that was authorized, asked again before a replay.
    verb text,
    answer bytea not null,
    created_at timestamptz not null,
    primary key (tenant_id, caller, route, key)
);
create index on idempotency_keys (created_at);
alter table idempotency_keys enable row level security, force row level security;
-- A key may be used again once its answer is no longer kept, hence changed too.
create policy caller_keeps on idempotency_keys
    using (tenant_id = (select ctx_tenant()) and caller = coalesce((select ctx_client()), (select ctx_person())));
create policy context_sweeps on idempotency_keys to maillage_context using (true);
grant select, insert, update (request, verb, answer, created_at) on idempotency_keys
    to maillage_app;
grant select, delete on idempotency_keys to maillage_context;

-- Forgets what has served its time; returns how many rows went.
create function sweep() returns bigint
    language sql security definer set search_path = pg_catalog, public, pg_temp
as $$
    with keys as (
        delete from idempotency_keys where created_at < now() - interval '24 hours' returning 1
    ), tokens as (
        delete from refresh_tokens where expires_at < now() - interval '1 day' returning 1
    ), spent as (
        delete from spent_tokens where expires_at < now() - interval '1 day' returning 1
    ), attempts as (
        delete from login_attempts where since < now() - interval '1 day' returning 1
    )
    select (select count(*) from keys) + (select count(*) from tokens)
        + (select count(*) from spent) + (select count(*) from attempts)
$$;
grant create on schema public to maillage_context;
alter function sweep() owner to maillage_context;
revoke create on schema public from maillage_context;
revoke all on function sweep() from public;
grant execute on function sweep() to maillage_app;
