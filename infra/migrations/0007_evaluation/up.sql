-- Evaluation: trials of experiments, their journals and their results.

create table trials (
    tenant_id uuid not null,
    resource_id uuid not null,
    state text not null check (state in ('idea', 'qualified', 'authorised', 'running', 'suspended',
        'finished', 'evaluated', 'generalised', 'prolonged', 'abandoned', 'published')),
    qualification jsonb,
    -- The version of the protocol that was authorised.
    authorised_version integer,
    -- The protocol it follows, frozen when it began.
    protocol_version integer,
    protocol_digest bytea,
    prepared_by uuid,
    impacts jsonb not null,
    -- When it is to be looked at again.
    next_review date,
    revision bigint not null,
    primary key (tenant_id, resource_id),
    foreign key (tenant_id, resource_id) references resources (tenant_id, id) on delete cascade
);

-- Append-only: the server may insert and read, never update or delete.
create table trial_entries (
    tenant_id uuid not null,
    resource_id uuid not null,
    number bigint not null,
    kind jsonb not null,
    -- Of which day it tells.
    day date not null,
    text text not null,
    written_by uuid not null,
    at timestamptz not null,
    primary key (tenant_id, resource_id, number),
    foreign key (tenant_id, resource_id) references trials (tenant_id, resource_id)
        on delete cascade
);

create table results (
    tenant_id uuid not null,
    resource_id uuid not null,
    indicator_id text not null,
    -- What it is, wherever figures are remembered.
    id uuid not null,
    protocol_version integer not null,
    protocol_digest bytea not null,
    use_case text not null,
    -- The indicator in the catalogue.
    code text not null,
    -- The question it answers: results of the same question may be pooled.
    question bytea not null,
    indicator jsonb not null,
    report jsonb not null,
    -- How it is shared with the network; null while it is its owner's alone.
    sharing text check (sharing in ('open', 'pseudonymous', 'aggregate_only')),
    revision bigint not null,
    -- The revision that reported these figures.
    figures_revision bigint not null,
    recorded_by uuid not null,
    recorded_at timestamptz not null,
    primary key (tenant_id, resource_id, indicator_id),
    foreign key (tenant_id, resource_id) references trials (tenant_id, resource_id)
        on delete cascade
);
create index on results (use_case, code) where sharing in ('open', 'pseudonymous');
create index on results (question) where sharing = 'aggregate_only';

alter table trials enable row level security, force row level security;
create policy owner_keeps on trials using (tenant_id = (select ctx_tenant()));
grant select, insert, update (state, qualification, authorised_version, protocol_version,
    protocol_digest, prepared_by, impacts, next_review, revision) on trials to maillage_app;

alter table trial_entries enable row level security, force row level security;
create policy owner_keeps on trial_entries using (tenant_id = (select ctx_tenant()));
grant select, insert on trial_entries to maillage_app;

alter table results enable row level security, force row level security;
create policy owner_keeps on results using (tenant_id = (select ctx_tenant()));
grant select, insert, update (protocol_version, protocol_digest, use_case, code,
    question, indicator, report, sharing, revision, figures_revision, recorded_by, recorded_at)
    on results to maillage_app;

-- What other collectivities show of a use case, of one indicator if asked: figures, with the name
-- only where they are shared openly, and type and population with the name: there may be one such
-- body. What is shared for pooling alone is never among them. Words of the contributor could name
-- it: of what has no name they stay away.
--
-- Of each use case and indicator the newest p_most, all if it is null, and how many there are. Their
-- order is made of what is shown: one made of ids would tell whose a result is to who knows the ids.
create function shared_results(p_use_case text, p_code text, p_most bigint)
    returns table (siren text, name text, type text, population integer, use_case text, code text,
        indicator jsonb, report jsonb, shown bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
as $$
    select case r.sharing when 'open' then c.siren end, case r.sharing when 'open' then c.name end,
        case r.sharing when 'open' then c.type end,
        case r.sharing when 'open' then e.population end, r.use_case, r.code,
        case r.sharing when 'open' then r.indicator
            else r.indicator || jsonb_build_object('name', r.code) end,
        case r.sharing when 'open' then r.report else r.report - 'caveats' end, r.shown
    from (
        select s.*, count(*) over (partition by s.use_case, s.code) as shown,
            row_number() over (partition by s.use_case, s.code order by s.recorded_at desc,
                s.tenant_id, s.resource_id, s.indicator_id) as place
        from results s
        where s.sharing in ('open', 'pseudonymous') and s.tenant_id <> ctx_tenant()
            and exists (select from collectivities m where m.id = ctx_tenant())
            and s.use_case = coalesce(p_use_case, s.use_case) and s.code = coalesce(p_code, s.code)
    ) r
        join collectivities c on c.id = r.tenant_id
        left join directory_entries e on e.siren = c.siren
    where r.place <= coalesce(p_most, r.place)
    order by r.use_case, r.code, md5((r.report - 'caveats')::text), r.sharing,
        case r.sharing when 'open' then c.siren end
$$;
create policy context_shows on results for select to maillage_context using (true);
grant select on results to maillage_context;
grant select on directory_entries to maillage_context;
grant create on schema public to maillage_context;
alter function shared_results(text, text, bigint) owner to maillage_context;
revoke create on schema public from maillage_context;
revoke all on function shared_results(text, text, bigint) from public;
grant execute on function shared_results(text, text, bigint) to maillage_app;

-- Disclosure. Behind the door 'disclosure' stands no person: there the server weighs what is hidden
-- against what was ever shown, and what passes is released. Append-only and for ever, without foreign
-- keys: what members have read they remember, whoever leaves.

-- Figures that others have seen by themselves, at whatever time.
create table shown_figures (
    tenant_id uuid not null,
    question bytea not null,
    result_id uuid not null,
    revision bigint not null,
    primary key (tenant_id, question, result_id, revision)
);
create index on shown_figures (question);
alter table shown_figures enable row level security, force row level security;
create policy owner_keeps on shown_figures using (tenant_id = (select ctx_tenant()));
create policy disclosure_reads on shown_figures for select using ((select ctx_door()) = 'disclosure');
grant select, insert on shown_figures to maillage_app;

-- Pooled figures of hidden results. Their members are shown to nobody, the newest figures of a cell
-- to everybody, by released_figures().
create table releases (
    question bytea not null,
    at timestamptz not null,
    cell jsonb not null,
    use_case text not null,
    code text not null,
    indicator jsonb not null,
    estimate double precision not null,
    standard_error double precision not null,
    contributors bigint not null,
    people bigint not null,
    members jsonb not null,
    primary key (question, at, cell)
);
create index on releases (use_case, code);
alter table releases enable row level security, force row level security;
create policy disclosure_keeps on releases using ((select ctx_door()) = 'disclosure');
create policy context_shows on releases for select to maillage_context using (true);
grant select, insert on releases to maillage_app;
grant select on releases to maillage_context;

-- When batches were made: of each question one a month.
create table release_batches (
    question bytea not null,
    at timestamptz not null,
    primary key (question, at)
);
alter table release_batches enable row level security, force row level security;
create policy disclosure_keeps on release_batches using ((select ctx_door()) = 'disclosure');
grant select, insert on release_batches to maillage_app;

create policy disclosure_reads on results for select
    using ((select ctx_door()) = 'disclosure' and sharing = 'aggregate_only');
create policy disclosure_reads on collectivities for select
    using ((select ctx_door()) = 'disclosure');

-- The newest release of each cell, of one use case and indicator if asked: never of whom.
create function released_figures(p_use_case text, p_code text)
    returns table (use_case text, code text, question bytea, indicator jsonb, cell jsonb,
        at timestamptz, estimate double precision, standard_error double precision,
        contributors bigint, people bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
as $$
    select distinct on (r.use_case, r.code, r.question, r.cell) r.use_case, r.code, r.question,
        r.indicator, r.cell, r.at, r.estimate, r.standard_error, r.contributors, r.people
    from releases r
    where exists (select from collectivities m where m.id = ctx_tenant())
        and r.use_case = coalesce(p_use_case, r.use_case) and r.code = coalesce(p_code, r.code)
    order by r.use_case, r.code, r.question, r.cell, r.at desc
$$;
grant create on schema public to maillage_context;
alter function released_figures(text, text) owner to maillage_context;
revoke create on schema public from maillage_context;
revoke all on function released_figures(text, text) from public;
grant execute on function released_figures(text, text) to maillage_app;
