-- The commons: resources, versions, drafts, shares, search.

create table resources (
    tenant_id uuid not null references collectivities (id),
    id uuid not null,
    kind text not null check (kind in ('charter', 'template', 'experiment')),
    title text not null,
    summary text not null,
    tags text[] not null,
    state text not null check (state in ('draft', 'published', 'withdrawn')),
    revision bigint not null,
    -- The newest version, null until the first publication.
    head_number integer,
    head_digest bytea,
    head_draft_revision bigint,
    head_published_at timestamptz,
    -- When what others see of it last changed; null while it is offered to nobody. Every grant is
    -- listed as of this moment, so that lists of several audiences merge.
    offered_at timestamptz,
    -- What it was made from, by value: never a foreign key into another tenant.
    source_tenant_id uuid,
    source_resource_id uuid,
    source_version integer,
    source_digest bytea,
    -- The version of the source whose changes were taken in last.
    taken_version integer,
    taken_digest bytea,
    -- Whether the source may count its deviations.
    reports_deviations boolean not null default false,
    primary key (tenant_id, id)
);
create index on resources (id);
create index on resources (source_tenant_id, source_resource_id)
    where source_resource_id is not null;

-- Immutable: the server may insert and read, never update or delete.
create table versions (
    tenant_id uuid not null,
    resource_id uuid not null,
    number integer not null,
    title text not null,
    body jsonb not null,
    note text not null,
    digest bytea not null,
    published_by uuid not null,
    published_at timestamptz not null,
    primary key (tenant_id, resource_id, number),
    foreign key (tenant_id, resource_id) references resources (tenant_id, id)
);

create table drafts (
    tenant_id uuid not null,
    resource_id uuid not null,
    body jsonb not null,
    revision bigint not null,
    written_at timestamptz not null,
    primary key (tenant_id, resource_id),
    foreign key (tenant_id, resource_id) references resources (tenant_id, id) on delete cascade
);

-- What the source said in the versions that were taken in: merging starts from it, and nothing
-- breaks when the source goes (L3). Immutable, like the versions it copies.
create table bases (
    tenant_id uuid not null,
    resource_id uuid not null,
    source_resource_id uuid not null,
    version integer not null,
    digest bytea not null,
    body jsonb not null,
    -- Which own version it was merged onto; null while there was none.
    onto_version integer,
    taken_at timestamptz not null,
    primary key (tenant_id, resource_id, source_resource_id, version),
    foreign key (tenant_id, resource_id) references resources (tenant_id, id) on delete cascade
);

-- Clauses that were included from elsewhere, one by one: where each was found and what it said there,
-- by value like the bases, so that nothing breaks when its source goes (L3). The text says which of
-- them stand in it; a row whose clause has left it says nothing.
create table inclusions (
    tenant_id uuid not null,
    resource_id uuid not null,
    clause_id text not null,
    source_tenant_id uuid not null,
    source_resource_id uuid not null,
    source_kind text not null,
    source_clause_id text not null,
    -- The version that was taken in last.
    version integer not null,
    digest bytea not null,
    said jsonb not null,
    taken_at timestamptz not null,
    primary key (tenant_id, resource_id, clause_id),
    foreign key (tenant_id, resource_id) references resources (tenant_id, id) on delete cascade
);

-- Why an adaptation departs from an imposed clause of its source. A reason outlives the deviation,
-- which may come back.
create table deviations (
    tenant_id uuid not null,
    resource_id uuid not null,
    clause_id text not null,
    reason text not null check (length(reason) <= 2000),
    revision bigint not null,
    written_by uuid not null,
    written_at timestamptz not null,
    primary key (tenant_id, resource_id, clause_id),
    foreign key (tenant_id, resource_id) references resources (tenant_id, id) on delete cascade
);

-- How a version departs from what its source imposes, and why, where it does. Apart from the version,
-- which others see: why is its owner's affair. Immutable, like the version.
create table published_deviations (
    tenant_id uuid not null,
    resource_id uuid not null,
    number integer not null,
    deviations jsonb not null,
    primary key (tenant_id, resource_id, number),
    foreign key (tenant_id, resource_id, number) references versions (tenant_id, resource_id, number)
);

-- Who sees what: the one mechanism of visibility. The owner's own row is the first; the others are
-- grants. Lists are driven from it: a row stands in the index only while it is listed.
create table shares (
    tenant_id uuid not null,
    resource_id uuid not null,
    audience_id uuid not null,
    id uuid not null,
    kind text not null,
    -- The audience as the API writes it; null in the owner's row.
    audience jsonb,
    -- 0 read, 1 reuse, 2 own.
    level smallint not null check (level between 0 and 2),
    -- When what this audience sees last changed; null while it sees nothing.
    listed_at timestamptz,
    expires_at timestamptz,
    granted_at timestamptz not null,
    -- With what the policies ask, so that they need not visit the row.
    primary key (tenant_id, resource_id, audience_id) include (level, listed_at, expires_at),
    constraint share_id_unique unique (tenant_id, id),
    foreign key (tenant_id, resource_id) references resources (tenant_id, id) on delete cascade
);
create index shares_newest on shares (audience_id, kind, listed_at desc, resource_id desc)
    include (tenant_id, level, expires_at) where listed_at is not null;

-- What search looks through: one document for what is published, one for the draft.
create table search_documents (
    tenant_id uuid not null,
    resource_id uuid not null,
    facet text not null check (facet in ('draft', 'published')),
    kind text not null,
    -- For the published facet derived from shares by the trigger below; for the draft its owner.
    audience uuid[] not null,
    title text not null,
    content text not null,
    words tsvector not null,
    primary key (tenant_id, resource_id, facet),
    foreign key (tenant_id, resource_id) references resources (tenant_id, id) on delete cascade
);
create index on search_documents using gin (audience, words);

-- The French stemmer keeps a final s after a, i, o and u: "élu" would not find "élus", nor "emploi"
-- "emplois". Both sides of a search therefore lose it first, but for words that are no plural.
create function singular(p_text text) returns text
    language sql immutable parallel safe
as $$
    select regexp_replace(p_text,
        '\m(?!(?:nous|vous|sous|tous|mais|jamais|depuis|puis|plus|pas|bas|cas|dans|sans)\M)(\w+[aiou])s\M',
        '\1', 'gi')
$$;

create text search configuration maillage (copy = french);
alter text search configuration maillage
    alter mapping for hword, hword_part, word with unaccent, french_stem;

-- The words of a text, and those that are looked for.
create function words_of(p_text text) returns tsvector language sql stable parallel safe
    as $$ select to_tsvector('public.maillage', public.singular(p_text)) $$;
create function asked_words(p_query text) returns tsquery language sql stable parallel safe
    as $$ select websearch_to_tsquery('public.maillage', public.singular(p_query)) $$;
-- The same for highlighting, which reads the text as it stands: singular and plural.
create function shown_words(p_query text) returns tsquery language sql stable parallel safe
    as $$
        select public.asked_words(p_query) || websearch_to_tsquery('public.maillage', p_query)
            || websearch_to_tsquery('public.maillage',
                regexp_replace(public.singular(p_query), '(\w{2,}[aiou])\M', '\1s', 'g'))
    $$;

alter table shares enable row level security, force row level security;
create policy owner_keeps on shares using (tenant_id = (select ctx_tenant()));
create policy audience_reads on shares for select using (
    audience_id = any ((select ctx_audiences())::uuid[])
    and listed_at is not null
    and (expires_at is null or expires_at > now())
);
grant select, insert, update (listed_at), delete on shares to maillage_app;

alter table resources enable row level security, force row level security;
create policy owner_keeps on resources using (tenant_id = (select ctx_tenant()));
create policy audience_reads on resources for select using (exists (
    select from shares s
    where s.tenant_id = resources.tenant_id and s.resource_id = resources.id
        and s.audience_id = any ((select ctx_audiences())::uuid[])
));
grant select, insert, delete on resources to maillage_app;
grant update (title, summary, tags, state, revision, head_number, head_digest, head_draft_revision,
    head_published_at, offered_at, taken_version, taken_digest, reports_deviations) on resources to maillage_app;

alter table versions enable row level security, force row level security;
-- Software never publishes (L4), whatever the server asks.
create policy owner_adds on versions for insert
    with check (tenant_id = (select ctx_tenant()) and (select ctx_door()) not in ('client', 'webhook'));
-- The owner is an audience too: asked by name first, because that costs no subquery.
create policy audience_reads on versions for select using (
    tenant_id = (select ctx_tenant())
    or exists (
        select from shares s
        where s.tenant_id = versions.tenant_id and s.resource_id = versions.resource_id
            and s.audience_id = any ((select ctx_audiences())::uuid[])
    )
);
grant select, insert on versions to maillage_app;

alter table drafts enable row level security, force row level security;
create policy owner_keeps on drafts using (tenant_id = (select ctx_tenant()));
grant select, insert, update (body, revision, written_at), delete on drafts to maillage_app;

alter table bases enable row level security, force row level security;
create policy owner_keeps on bases using (tenant_id = (select ctx_tenant()));
grant select, insert on bases to maillage_app;

alter table inclusions enable row level security, force row level security;
create policy owner_keeps on inclusions using (tenant_id = (select ctx_tenant()));
grant select, insert, delete on inclusions to maillage_app;

alter table deviations enable row level security, force row level security;
create policy owner_keeps on deviations using (tenant_id = (select ctx_tenant()));
grant select, insert, update (reason, revision, written_by, written_at) on deviations
    to maillage_app;

alter table published_deviations enable row level security, force row level security;
create policy owner_keeps on published_deviations using (tenant_id = (select ctx_tenant()));
grant select, insert on published_deviations to maillage_app;

alter table search_documents enable row level security, force row level security;
create policy owner_keeps on search_documents using (tenant_id = (select ctx_tenant()));
-- The array knows of no expiry: what is published is seen by whom shares names at this moment.
create policy audience_reads on search_documents for select using (
    facet = 'published' and exists (
        select from shares s
        where s.tenant_id = search_documents.tenant_id
            and s.resource_id = search_documents.resource_id
            and s.audience_id = any ((select ctx_audiences())::uuid[])
    )
);
create policy context_reads on search_documents for select to maillage_context using (true);
grant select, insert, update (audience, title, content, words), delete on search_documents
    to maillage_app;
grant select on search_documents to maillage_context;

-- Keeps the audience of the published document in step with the shares.
create function shares_reach_search() returns trigger language plpgsql as $$
begin
    update search_documents d set audience = now_seen.audience
        from (select c.tenant_id, c.resource_id, array(
                select s.audience_id from shares s
                where s.tenant_id = c.tenant_id and s.resource_id = c.resource_id
                    and s.listed_at is not null
                order by 1) as audience
            from (select distinct tenant_id, resource_id from changed) c) now_seen
        where d.tenant_id = now_seen.tenant_id and d.resource_id = now_seen.resource_id
            and d.facet = 'published' and d.audience <> now_seen.audience;
    return null;
end
$$;
-- Once a statement: publishing turns hundreds of grants at once.
create trigger shares_added after insert on shares referencing new table as changed
    for each statement execute function shares_reach_search();
create trigger shares_turned after update on shares referencing new table as changed
    for each statement execute function shares_reach_search();
create trigger shares_removed after delete on shares referencing old table as changed
    for each statement execute function shares_reach_search();

-- Full text under row-level security cannot use its index (@@ is not leakproof), so the search
-- repeats the visibility rule itself; callers join the answer with resources, where it is checked.
create function search_candidates(p_query text, p_kind text, p_limit integer)
    returns table (tenant_id uuid, resource_id uuid, facet text, rank real)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
as $$
    -- A query of excluded words alone fits nearly everything and no index; one that fits more than
    -- ten times as many as are wanted is cut before it is ranked.
    select f.tenant_id, f.resource_id, f.facet, ts_rank(f.words, q)
    from public.asked_words(p_query) q cross join lateral (
        select d.tenant_id, d.resource_id, d.facet, d.words
        from search_documents d
        where d.audience && (select ctx_audiences()) and d.words @@ q
            and (p_kind is null or d.kind = p_kind)
        limit 10 * p_limit) f
    where querytree(q) not in ('', 'T')
    order by 4 desc, 2 desc
    limit p_limit
$$;

-- How many adaptations a resource of the tenant has: a number, never whose.
create function count_adaptations(p_resource uuid) returns bigint
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
as $$
    select count(*) from resources
    where source_resource_id = p_resource and source_tenant_id = ctx_tenant()
$$;
create policy context_counts on resources for select to maillage_context using (true);
grant select on resources to maillage_context;

-- What the adaptations of a resource of the tenant depart from: numbers of those that agreed and are
-- published, never whose. Nothing while fewer than three collectivities agree, for one of two would
-- know the other; the tenant's own adaptations are not counted among them.
create function received_deviations(p_resource uuid)
    returns table (reporting bigint, clause_id text, title text, deviating bigint, removed bigint,
        rewritten bigint, loosened bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
as $$
    with reports as (
        select r.tenant_id, coalesce(v.deviations, '[]') as deviations
        from resources r
        left join published_deviations v on v.tenant_id = r.tenant_id and v.resource_id = r.id
            and v.number = r.head_number
        where r.source_resource_id = p_resource and r.source_tenant_id = ctx_tenant()
            and r.tenant_id <> ctx_tenant() and r.reports_deviations and r.state = 'published'
    ), enough as (
        select count(*) as reporting from reports having count(distinct tenant_id) >= 3
    ), counted as (
        select d ->> 'clause' as clause_id, max(d ->> 'title') as title, count(*) as deviating,
            count(*) filter (where d -> 'breaches' ? 'removed') as removed,
            count(*) filter (where d -> 'breaches' ? 'rewritten') as rewritten,
            count(*) filter (where d -> 'breaches' ? 'loosened') as loosened
        from reports, jsonb_array_elements(deviations) x, lateral (select x -> 'deviation') y (d)
        group by 1
    )
    select e.reporting, c.clause_id, c.title, c.deviating, c.removed, c.rewritten, c.loosened
    from enough e left join counted c on true order by 2
$$;
create policy context_counts on published_deviations for select to maillage_context using (true);
grant select on published_deviations to maillage_context;

grant create on schema public to maillage_context;
alter function search_candidates(text, text, integer) owner to maillage_context;
alter function count_adaptations(uuid) owner to maillage_context;
alter function received_deviations(uuid) owner to maillage_context;
revoke create on schema public from maillage_context;
revoke all on function search_candidates(text, text, integer), count_adaptations(uuid),
    received_deviations(uuid) from public;
grant execute on function search_candidates(text, text, integer), count_adaptations(uuid),
    received_deviations(uuid) to maillage_app;
