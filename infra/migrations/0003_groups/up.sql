-- Groups and participations; and enter(), which needs both identity and groups.

create table groups (
    -- The collectivity that formed it.
    tenant_id uuid not null references collectivities (id),
    id uuid not null,
    name text not null,
    purpose text not null,
    revision bigint not null,
    formed_at timestamptz not null,
    primary key (tenant_id, id)
);
create index on groups (id);

create table participations (
    tenant_id uuid not null references collectivities (id),
    group_id uuid not null,
    role text not null check (role in ('coordinator', 'contributor', 'reader')),
    state text not null check (state in ('invited', 'active', 'suspended', 'left', 'declined')),
    revision bigint not null,
    since timestamptz not null,
    -- With what enter() asks at each request.
    primary key (tenant_id, group_id) include (role, state)
);
create index on participations (group_id);

-- Whether the tenant formed a group. A function of its own: the policies of groups ask
-- participations, and policies that ask each other are refused as infinite recursion.
create function founded(p_group uuid) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
as $$
    select exists (select from groups where tenant_id = ctx_tenant() and id = p_group)
$$;

alter table participations enable row level security, force row level security;
-- What has ended, or never began, is between that collectivity and the coordinators.
create policy own_and_fellows_read on participations for select
    using (
        tenant_id = (select ctx_tenant())
        or group_id = any ((select ctx_coordinated())::uuid[])
        or (group_id = any ((select ctx_groups())::uuid[])
            and state in ('invited', 'active', 'suspended'))
    );
create policy founder_or_coordinator_adds on participations for insert
    with check (
        group_id = any ((select ctx_coordinated())::uuid[])
        or (tenant_id = (select ctx_tenant()) and founded(group_id))
    );
create policy own_or_coordinator_changes on participations for update
    using (tenant_id = (select ctx_tenant()) or group_id = any ((select ctx_coordinated())::uuid[]));
create policy context_reads on participations for select to maillage_context using (true);
grant select, insert, update (role, state, revision, since) on participations to maillage_app;
grant select on participations to maillage_context;

alter table groups enable row level security, force row level security;
create policy participants_read on groups for select
    using (
        tenant_id = (select ctx_tenant())
        or id = any ((select ctx_groups())::uuid[])
        or exists (select from participations p
            where p.tenant_id = (select ctx_tenant()) and p.group_id = groups.id
                and p.state in ('invited', 'suspended'))
    );
create policy tenant_forms on groups for insert with check (tenant_id = (select ctx_tenant()));
create policy coordinator_describes on groups for update
    using (id = any ((select ctx_coordinated())::uuid[]));
grant select, insert, update (name, purpose, revision) on groups to maillage_app;
grant select on groups to maillage_context;

-- Use cases that a group adds to the catalogue, for good.
create table group_use_cases (
    -- The collectivity that added it.
    tenant_id uuid not null references collectivities (id),
    group_id uuid not null,
    code text not null,
    name text not null,
    added_at timestamptz not null,
    primary key (tenant_id, group_id, code)
);
create index on group_use_cases (group_id, code);
alter table group_use_cases enable row level security, force row level security;
create policy participants_read on group_use_cases for select
    using (group_id = any ((select ctx_groups())::uuid[]));
create policy coordinator_adds on group_use_cases for insert
    with check (tenant_id = (select ctx_tenant())
        and group_id = any ((select ctx_coordinated())::uuid[]));
grant select, insert on group_use_cases to maillage_app;

-- Enters a tenant: checks that session and membership hold at this moment, then sets the context.
-- Fails with SQLSTATE MG001 otherwise, and so does everything after it in the transaction.
create function enter(p_session uuid, p_tenant uuid) returns void
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
    found_person uuid;
    found_roles text[];
    found_audiences uuid[];
    found_groups uuid[];
    found_coordinated uuid[];
begin
    select s.person_id, m.roles, c.audiences
        into found_person, found_roles, found_audiences
        from sessions s
        join memberships m
            on m.tenant_id = p_tenant and m.person_id = s.person_id and m.state = 'active'
            -- A session ends with its membership, even if the person is invited again.
            and m.since <= s.opened_at
        join collectivities c on c.id = p_tenant
        where s.id = p_session and s.tenant_id = p_tenant and s.closed_at is null;
    if not found then
        raise exception 'not entered' using errcode = 'MG001';
    end if;
    select coalesce(array_agg(group_id), '{}'),
           coalesce(array_agg(group_id) filter (where role = 'coordinator'), '{}')
        into found_groups, found_coordinated
        from participations where tenant_id = p_tenant and state = 'active';
    perform set_config('maillage.door', 'member', true),
        set_config('maillage.tenant', p_tenant::text, true),
        set_config('maillage.person', found_person::text, true),
        set_config('maillage.client', '', true),
        set_config('maillage.roles', array_to_string(found_roles, ','), true),
        set_config('maillage.audiences', (found_audiences || found_groups)::text, true),
        set_config('maillage.groups', found_groups::text, true),
        set_config('maillage.coordinated', found_coordinated::text, true);
end
$$;

-- Enters the platform as its operator: no tenant, no audience, hence no content.
create function enter_platform(p_session uuid) returns void
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
    found_person uuid;
begin
    select s.person_id into found_person
        from sessions s join operators o on o.person_id = s.person_id
        where s.id = p_session and s.tenant_id is null and s.closed_at is null;
    if not found then
        raise exception 'not entered' using errcode = 'MG001';
    end if;
    perform set_config('maillage.door', 'operator', true),
        set_config('maillage.tenant', '00000000-0000-0000-0000-000000000000', true),
        set_config('maillage.person', found_person::text, true);
end
$$;

-- The context just entered, in one row.
create function entered() returns table (door text, tenant uuid, person uuid, roles text)
    language sql stable
    as $$ select ctx_door(), ctx_tenant(), ctx_person(), current_setting('maillage.roles', true) $$;

grant create on schema public to maillage_context;
alter function enter(uuid, uuid) owner to maillage_context;
alter function enter_platform(uuid) owner to maillage_context;
alter function founded(uuid) owner to maillage_context;
revoke create on schema public from maillage_context;
revoke all on function enter(uuid, uuid), enter_platform(uuid), founded(uuid) from public;
grant execute on function enter(uuid, uuid), enter_platform(uuid), founded(uuid) to maillage_app;
