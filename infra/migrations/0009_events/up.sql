-- Events: facts in the order in which they became true for others, and who is told of them.
--
-- Ids are not in the order of commits, so whoever reads on from an id loses what was begun before
-- and committed after. Behind the door 'relay', where no person stands, the server gives each
-- committed fact a position, one relay at a time: what has a higher position was committed later.

-- Facts of the outbox that have no position yet.
create table outbox_pending (
    tenant_id uuid not null,
    id uuid not null,
    primary key (tenant_id, id)
);
create index on outbox_pending (id);
-- A few rows that come and go: swept often, or each look would wade through those that went.
alter table outbox_pending set (autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 1000);
alter table outbox_pending enable row level security, force row level security;
create policy tenant_adds on outbox_pending for insert
    with check (tenant_id = (select ctx_tenant()));
create policy relay_reads on outbox_pending for select using ((select ctx_door()) = 'relay');
create policy relay_takes on outbox_pending for delete using ((select ctx_door()) = 'relay');
grant select, insert, delete on outbox_pending to maillage_app;

-- One row per audience that is told of a fact: a reader merges the oldest of each of its audiences.
-- Append-only: the server may insert and read, never update or delete.
create table events (
    -- Whose fact it is.
    tenant_id uuid not null,
    position bigint not null,
    audience_id uuid not null,
    -- The id of the fact in the outbox.
    id uuid not null,
    type text not null,
    at timestamptz not null,
    -- The client that made it happen.
    client uuid,
    -- What it was done to; a resource is of the tenant.
    subject text not null,
    subject_id uuid not null,
    version integer,
    -- As what this audience is told: partners::events::Circle of the domain.
    circle text not null,
    -- What a reader must be allowed to do: partners::events::Told::is_for of the domain.
    verb text not null,
    primary key (tenant_id, position, audience_id)
);
create index on events (audience_id, position);
alter table events enable row level security, force row level security;
-- Told is not yet entitled: what it is about must be visible now. Of what ended only those are told
-- who were there before.
create policy audience_reads on events for select using (
    audience_id = any ((select ctx_audiences())::uuid[])
    and case
        when circle = 'own' then tenant_id = (select ctx_tenant())
        when circle in ('readers', 'audience') then exists (
            select from shares s
            where s.tenant_id = events.tenant_id and s.resource_id = events.subject_id
                and s.audience_id = any ((select ctx_audiences())::uuid[]))
        when circle in ('former_readers', 'former_audience') then
            audience_id = (select ctx_tenant())
            or exists (select from participations p
                where p.tenant_id = (select ctx_tenant()) and p.group_id = events.audience_id
                    and p.state = 'active' and p.since <= events.at)
            or not audience_id = any ((select ctx_groups())::uuid[])
                and exists (select from collectivities c
                    where c.id = (select ctx_tenant()) and c.joined_at <= events.at)
        -- The audience is the group: nobody else has it among theirs.
        when circle = 'participants' then audience_id = subject_id
        when circle = 'coordinators' then
            subject_id = any ((select ctx_coordinated())::uuid[])
        when circle = 'fellow' then exists (
            select from participations p
            where p.tenant_id = (select ctx_tenant()) and p.group_id = events.subject_id
                and p.state in ('invited', 'active', 'suspended'))
        when circle = 'parties' then exists (
            select from amendments a where a.id = events.subject_id)
        else false
    end
);
create policy relay_tells on events for insert with check ((select ctx_door()) = 'relay');
grant select, insert on events to maillage_app;

-- How far each audience was told, and each tenant whatever happened in it: who waits for news, or
-- holds a stream open that a revocation must end, looks here first.
create table event_heads (
    audience_id uuid primary key,
    position bigint not null
);
create index on event_heads (position);
alter table event_heads enable row level security, force row level security;
create policy audience_reads on event_heads for select
    using (audience_id = any ((select ctx_audiences())::uuid[]));
create policy relay_keeps on event_heads using ((select ctx_door()) = 'relay');
grant select, insert, update (position) on event_heads to maillage_app;

-- What the relay looks at to tell who is an audience.
create policy relay_reads on outbox for select using ((select ctx_door()) = 'relay');
create policy relay_reads on resources for select using ((select ctx_door()) = 'relay');
create policy relay_reads on versions for select using ((select ctx_door()) = 'relay');
create policy relay_reads on shares for select using ((select ctx_door()) = 'relay');
create policy relay_reads on participations for select using ((select ctx_door()) = 'relay');
create policy relay_reads on amendments for select using ((select ctx_door()) = 'relay');
