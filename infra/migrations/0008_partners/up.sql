-- Partners: software of third parties that acts for a collectivity, as an OAuth 2.0 client.

create table clients (
    tenant_id uuid not null references collectivities (id),
    id uuid not null,
    name text not null,
    purpose text not null,
    legal_basis text not null,
    -- Verbs of the policy, in its own words.
    scopes text[] not null,
    -- Networks it may call from, in CIDR; from anywhere if there is none.
    networks text[] not null,
    -- Public keys, for those that sign; the others have secrets.
    keys jsonb,
    ends_with_creator boolean not null,
    created_by uuid not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    revision bigint not null,
    primary key (tenant_id, id)
);
-- Whoever presents a client id does not say of which tenant it is.
create index on clients (id);
alter table clients enable row level security, force row level security;
-- People of the tenant only: a client does not see its like, whatever its scopes.
create policy people_read on clients for select
    using (tenant_id = (select ctx_tenant()) and (select ctx_door()) = 'member');
create policy authentication_reads on clients for select
    using ((select ctx_door()) = 'authentication');
create policy people_register on clients for insert
    with check (tenant_id = (select ctx_tenant()) and (select ctx_door()) = 'member');
create policy people_change on clients for update
    using (tenant_id = (select ctx_tenant()) and (select ctx_door()) = 'member');
create policy context_reads on clients for select to maillage_context using (true);
-- Neither creator nor moment of creation: both bound what it may do.
grant select, insert, update (name, purpose, legal_basis, scopes, networks, keys, ends_with_creator,
    expires_at, revoked_at, revision) on clients to maillage_app;
grant select on clients to maillage_context;

create table client_secrets (
    tenant_id uuid not null,
    client_id uuid not null,
    id uuid not null,
    -- SHA-256 of the secret, which is 256 random bits and shown once.
    digest bytea not null,
    created_at timestamptz not null,
    -- When it stops working, once it was replaced.
    expires_at timestamptz,
    primary key (tenant_id, client_id, id),
    foreign key (tenant_id, client_id) references clients (tenant_id, id)
);
alter table client_secrets enable row level security, force row level security;
create policy people_read on client_secrets for select
    using (tenant_id = (select ctx_tenant()) and (select ctx_door()) = 'member');
create policy authentication_reads on client_secrets for select
    using ((select ctx_door()) = 'authentication');
create policy people_add on client_secrets for insert
    with check (tenant_id = (select ctx_tenant()) and (select ctx_door()) = 'member');
create policy people_end on client_secrets for update
    using (tenant_id = (select ctx_tenant()) and (select ctx_door()) = 'member');
grant select, insert, update (expires_at) on client_secrets to maillage_app;

-- Enters a tenant as a client: checks at this moment that it stands, calls from where it may, with a
-- token that was not given back, and that its creator holds a membership. Its scopes are those it has
-- now, as far as its token goes. Fails with SQLSTATE MG001 otherwise, like enter().
create function enter_client(
    p_tenant uuid, p_client uuid, p_token bytea, p_scopes text[], p_address inet
) returns void
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
    client clients;
    found_roles text[];
    found_scopes text[];
    found_audiences uuid[];
    found_groups uuid[];
    found_coordinated uuid[];
begin
    select * into client from clients c
        where c.tenant_id = p_tenant and c.id = p_client
            and c.revoked_at is null and c.expires_at > now()
            -- An address that is not known is in no network.
            and (c.networks = '{}' or coalesce(p_address <<= any (c.networks::inet[]), false))
            and not exists (select from spent_tokens t
                where t.tenant_id = p_tenant and t.client_id = p_client and t.digest = p_token);
    if not found then
        raise exception 'not entered' using errcode = 'MG001';
    end if;
    -- The newest membership of its creator. One that ends with it needs the very one under which it
    -- was created; any other keeps to the roles that they have, or had last.
    select m.roles, c.audiences into found_roles, found_audiences
        from memberships m join collectivities c on c.id = m.tenant_id
        where m.tenant_id = p_tenant and m.person_id = client.created_by
            and (not client.ends_with_creator
                or m.state = 'active' and m.since <= client.created_at)
        order by m.since desc, m.id desc limit 1;
    if not found then
        raise exception 'not entered' using errcode = 'MG001';
    end if;
    select coalesce(array_agg(s), '{}') into found_scopes
        from unnest(client.scopes) s where s = any (p_scopes);
    select coalesce(array_agg(group_id), '{}'),
           coalesce(array_agg(group_id) filter (where role = 'coordinator'), '{}')
        into found_groups, found_coordinated
        from participations where tenant_id = p_tenant and state = 'active';
    perform set_config('maillage.door', 'client', true),
        set_config('maillage.tenant', p_tenant::text, true),
        set_config('maillage.person', '', true),
        set_config('maillage.client', p_client::text, true),
        set_config('maillage.creator', client.created_by::text, true),
        set_config('maillage.roles', array_to_string(found_roles, ','), true),
        set_config('maillage.scopes', array_to_string(found_scopes, ','), true),
        set_config('maillage.audiences', (found_audiences || found_groups)::text, true),
        set_config('maillage.groups', found_groups::text, true),
        set_config('maillage.coordinated', found_coordinated::text, true);
end
$$;

-- The client that has just entered, in one row.
create function entered_client() returns table (client uuid, creator uuid, scopes text)
    language sql stable
    as $$ select ctx_client(), nullif(current_setting('maillage.creator', true), '')::uuid,
        current_setting('maillage.scopes', true) $$;

grant create on schema public to maillage_context;
alter function enter_client(uuid, uuid, bytea, text[], inet) owner to maillage_context;
revoke create on schema public from maillage_context;
revoke all on function enter_client(uuid, uuid, bytea, text[], inet) from public;
grant execute on function enter_client(uuid, uuid, bytea, text[], inet) to maillage_app;
