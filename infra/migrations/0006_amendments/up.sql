-- Amendments: what who adapted a source proposes to it, and what is said of that.

create table amendments (
    -- Who proposes; the owner of the source is the second party.
    tenant_id uuid not null references collectivities (id),
    id uuid not null,
    adaptation_id uuid not null,
    -- The source, by value: never a foreign key into another tenant.
    owner_id uuid not null,
    resource_id uuid not null,
    kind text not null,
    source_version integer not null,
    source_digest bytea not null,
    changes jsonb not null,
    reason text not null,
    signature text,
    proposed_at timestamptz not null,
    state text not null check (state in ('proposed', 'accepted', 'declined', 'withdrawn')),
    settled_by uuid,
    settled_at timestamptz,
    settlement text,
    -- The version of the source into whose draft it went.
    into_version integer,
    revision bigint not null,
    primary key (tenant_id, id)
);
create index on amendments (id);
create index on amendments (resource_id, id desc);

-- Append-only: the server may insert and read, never update or delete.
create table amendment_comments (
    -- Whose amendment; the author is one of its two parties.
    tenant_id uuid not null,
    amendment_id uuid not null,
    id uuid not null,
    author_id uuid not null,
    person_id uuid not null,
    text text not null,
    at timestamptz not null,
    primary key (tenant_id, amendment_id, id),
    foreign key (tenant_id, amendment_id) references amendments (tenant_id, id)
);

alter table amendments enable row level security, force row level security;
-- A group reads what its member proposes to a source that is granted to it at this moment.
create policy parties_and_group_read on amendments for select using (
    tenant_id = (select ctx_tenant())
    or owner_id = (select ctx_tenant())
    or exists (
        select from shares s
        join participations p on p.group_id = s.audience_id
            and p.tenant_id = amendments.tenant_id and p.state = 'active'
        where s.tenant_id = amendments.owner_id and s.resource_id = amendments.resource_id
            and s.audience_id = any ((select ctx_groups())::uuid[])
    )
);
create policy proposer_adds on amendments for insert with check (tenant_id = (select ctx_tenant()));
create policy parties_settle on amendments for update
    using (tenant_id = (select ctx_tenant()) or owner_id = (select ctx_tenant()));
grant select, insert, update (state, settled_by, settled_at, settlement, into_version, revision)
    on amendments to maillage_app;

alter table amendment_comments enable row level security, force row level security;
create policy readers_of_the_amendment_read on amendment_comments for select using (exists (
    select from amendments a
    where a.tenant_id = amendment_comments.tenant_id and a.id = amendment_comments.amendment_id
));
create policy parties_add on amendment_comments for insert with check (
    author_id = (select ctx_tenant())
    and exists (
        select from amendments a
        where a.tenant_id = amendment_comments.tenant_id and a.id = amendment_comments.amendment_id
            and (select ctx_tenant()) in (a.tenant_id, a.owner_id)
    )
);
grant select, insert on amendment_comments to maillage_app;

-- What each person has read of the inbox of a collectivity; its entries are derived when it is read.
create table inbox_marks (
    tenant_id uuid not null references collectivities (id),
    person_id uuid not null,
    entry text not null,
    at timestamptz not null,
    primary key (tenant_id, person_id, entry)
);
alter table inbox_marks enable row level security, force row level security;
create policy person_keeps on inbox_marks
    using (tenant_id = (select ctx_tenant()) and person_id = (select ctx_person()));
grant select, insert, delete on inbox_marks to maillage_app;

-- The inbox asks for what was proposed to a collectivity.
create index on amendments (owner_id);
