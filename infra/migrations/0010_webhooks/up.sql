-- Webhooks: where collectivités are told what happened, and how that went.
--
-- Two doors without a person: behind 'courier' the server learns whose turn it is, and wakes who has
-- news; behind 'webhook' it reads and delivers for one endpoint, as its tenant.

create table webhook_endpoints (
    tenant_id uuid not null references collectivities (id),
    id uuid not null,
    address text not null,
    name text not null,
    -- Types of events it is told of; of all if there is none.
    events text[] not null,
    disabled_reason text,
    disabled_at timestamptz,
    -- The first failure since the last success.
    failing_since timestamptz,
    -- What it was told of, up to here in the feed.
    position bigint not null,
    -- Whether there may be more in the feed.
    awake boolean not null,
    -- When something waits to be delivered.
    due_at timestamptz,
    -- Whoever delivers has until then; if they are gone, somebody else delivers again.
    leased_until timestamptz,
    created_by uuid not null,
    created_at timestamptz not null,
    revision bigint not null,
    primary key (tenant_id, id)
);
create index on webhook_endpoints (awake) where disabled_at is null and awake;
create index on webhook_endpoints (due_at) where disabled_at is null;
alter table webhook_endpoints enable row level security, force row level security;
create policy people_keep on webhook_endpoints
    using (tenant_id = (select ctx_tenant()) and (select ctx_door()) = 'member');
create policy webhook_delivers on webhook_endpoints for select
    using (tenant_id = (select ctx_tenant()) and (select ctx_door()) = 'webhook');
create policy webhook_notes on webhook_endpoints for update
    using (tenant_id = (select ctx_tenant()) and (select ctx_door()) = 'webhook');
create policy courier_reads on webhook_endpoints for select using ((select ctx_door()) = 'courier');
create policy courier_wakes on webhook_endpoints for update using ((select ctx_door()) = 'courier');
create policy context_reads on webhook_endpoints for select to maillage_context using (true);
grant select, insert, delete, update (address, name, events, disabled_reason, disabled_at,
    failing_since, position, awake, due_at, leased_until, revision)
    on webhook_endpoints to maillage_app;
grant select on webhook_endpoints to maillage_context;

create table webhook_signers (
    tenant_id uuid not null,
    endpoint_id uuid not null,
    id uuid not null,
    -- HMAC secret and Ed25519 key, sealed with a key that is not in the database.
    sealed bytea not null,
    public bytea not null,
    created_at timestamptz not null,
    -- When it stops signing, once it was replaced.
    expires_at timestamptz,
    primary key (tenant_id, endpoint_id, id),
    foreign key (tenant_id, endpoint_id) references webhook_endpoints (tenant_id, id)
        on delete cascade
);
alter table webhook_signers enable row level security, force row level security;
create policy people_keep on webhook_signers
    using (tenant_id = (select ctx_tenant()) and (select ctx_door()) = 'member');
create policy webhook_signs on webhook_signers for select
    using (tenant_id = (select ctx_tenant()) and (select ctx_door()) = 'webhook');
grant select, insert, update (expires_at) on webhook_signers to maillage_app;

create table webhook_deliveries (
    tenant_id uuid not null,
    endpoint_id uuid not null,
    id uuid not null,
    -- webhook-id: the same for every attempt and every receiver.
    event_id uuid not null,
    -- Its place in the feed; none for a test.
    position bigint,
    type text not null,
    -- What is sent, byte for byte.
    body text not null,
    state text not null,
    -- Attempts in all, and since it was begun or replayed.
    attempts integer not null,
    tried integer not null,
    due_at timestamptz not null,
    created_at timestamptz not null,
    ended_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, endpoint_id) references webhook_endpoints (tenant_id, id)
        on delete cascade
);
create index on webhook_deliveries (tenant_id, endpoint_id, id);
create index on webhook_deliveries (tenant_id, endpoint_id, due_at, id) where state = 'pending';
create index on webhook_deliveries (ended_at) where state <> 'pending';
alter table webhook_deliveries enable row level security, force row level security;
create policy people_read on webhook_deliveries for select
    using (tenant_id = (select ctx_tenant()) and (select ctx_door()) = 'member');
create policy people_test on webhook_deliveries for insert
    with check (tenant_id = (select ctx_tenant()) and (select ctx_door()) = 'member');
create policy people_replay on webhook_deliveries for update
    using (tenant_id = (select ctx_tenant()) and (select ctx_door()) = 'member');
create policy webhook_keeps on webhook_deliveries
    using (tenant_id = (select ctx_tenant()) and (select ctx_door()) = 'webhook');
create policy courier_reads on webhook_deliveries for select
    using ((select ctx_door()) = 'courier' and state <> 'pending');
create policy courier_forgets on webhook_deliveries for delete
    using ((select ctx_door()) = 'courier' and state <> 'pending');
grant select, insert, delete, update (state, attempts, tried, due_at, ended_at)
    on webhook_deliveries to maillage_app;

create table webhook_attempts (
    tenant_id uuid not null,
    delivery_id uuid not null,
    number integer not null,
    at timestamptz not null,
    -- What was answered, or why nothing was.
    status integer,
    failure text,
    milliseconds integer not null,
    primary key (tenant_id, delivery_id, number),
    foreign key (tenant_id, delivery_id) references webhook_deliveries (tenant_id, id)
        on delete cascade
);
alter table webhook_attempts enable row level security, force row level security;
create policy people_read on webhook_attempts for select
    using (tenant_id = (select ctx_tenant()) and (select ctx_door()) = 'member');
create policy webhook_adds on webhook_attempts for insert
    with check (tenant_id = (select ctx_tenant()) and (select ctx_door()) = 'webhook');
grant select, insert on webhook_attempts to maillage_app;

-- To wake those who have news: whose audiences they are.
create policy courier_reads on collectivities for select using ((select ctx_door()) = 'courier');
create policy webhook_reads on collectivities for select
    using (id = (select ctx_tenant()) and (select ctx_door()) = 'webhook');
create policy courier_reads on participations for select using ((select ctx_door()) = 'courier');

-- Enters a tenant for one of its endpoints, if that is told what happens. It sees what the tenant
-- sees at this moment. Fails with SQLSTATE MG001 otherwise, like enter().
create function enter_webhook(p_tenant uuid, p_endpoint uuid) returns void
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
    found_audiences uuid[];
    found_groups uuid[];
    found_coordinated uuid[];
begin
    select c.audiences into found_audiences
        from webhook_endpoints e join collectivities c on c.id = e.tenant_id
        where e.tenant_id = p_tenant and e.id = p_endpoint and e.disabled_at is null;
    if not found then
        raise exception 'not entered' using errcode = 'MG001';
    end if;
    select coalesce(array_agg(group_id), '{}'),
           coalesce(array_agg(group_id) filter (where role = 'coordinator'), '{}')
        into found_groups, found_coordinated
        from participations where tenant_id = p_tenant and state = 'active';
    perform set_config('maillage.door', 'webhook', true),
        set_config('maillage.tenant', p_tenant::text, true),
        set_config('maillage.person', '', true),
        set_config('maillage.client', '', true),
        set_config('maillage.roles', '', true),
        set_config('maillage.audiences', (found_audiences || found_groups)::text, true),
        set_config('maillage.groups', found_groups::text, true),
        set_config('maillage.coordinated', found_coordinated::text, true);
end
$$;
grant create on schema public to maillage_context;
alter function enter_webhook(uuid, uuid) owner to maillage_context;
revoke create on schema public from maillage_context;
revoke all on function enter_webhook(uuid, uuid) from public;
grant execute on function enter_webhook(uuid, uuid) to maillage_app;
