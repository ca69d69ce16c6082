-- Clients of a group: registered by the collectivity that coordinates it, they read what is shared with
-- the group, and nothing else of anybody.

-- Which group; no client becomes another's. No key refers to it: a group is another tenant's.
alter table clients add column group_id uuid;

-- What software called is its own wherever it enters.
alter policy client_reads on client_requests
    using ((select ctx_door()) = 'client' and client_id = (select ctx_client()));
alter policy client_reads on client_calls
    using ((select ctx_door()) = 'client' and client_id = (select ctx_client()));

-- Enters as before. A client of a group enters as the group, while its collectivity coordinates it.
create or replace function enter_client(
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
    found_tenant uuid;
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
    found_tenant := p_tenant;
    if client.group_id is not null then
        if not client.group_id = any (found_coordinated) then
            raise exception 'not entered' using errcode = 'MG001';
        end if;
        -- As the group itself: nothing is its own, and it is nobody else's fellow.
        found_tenant := client.group_id;
        found_audiences := '{}';
        found_groups := array[client.group_id];
    end if;
    perform set_config('maillage.door', 'client', true),
        set_config('maillage.tenant', found_tenant::text, true),
        set_config('maillage.person', '', true),
        set_config('maillage.client', p_client::text, true),
        set_config('maillage.creator', client.created_by::text, true),
        set_config('maillage.roles', array_to_string(found_roles, ','), true),
        set_config('maillage.scopes', array_to_string(found_scopes, ','), true),
        set_config('maillage.audiences', (found_audiences || found_groups)::text, true),
        set_config('maillage.groups',
            (case when client.group_id is null then found_groups else '{}' end)::text, true),
        set_config('maillage.coordinated',
            (case when client.group_id is null then found_coordinated else '{}' end)::text, true);
end
$$;
