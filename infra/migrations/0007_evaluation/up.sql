-- Evaluation: trials of experiments, their journals and their results.

create table trials (
    tenant_id uuid not null,
    resource_id uuid not null,
    state text not null check (state in ('idea', 'qualified', 'authorised', 'running', 'suspended',
        'finished', 'evaluated', 'generalised', 'prolonged', 'abandoned', 'published')),
    qualification jsonb,
    -- The protocol it follows, frozen when it began.
    protocol_version integer,
    protocol_digest bytea,
    prepared_by uuid,
    impacts jsonb not null,
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
    protocol_version integer not null,
    protocol_digest bytea not null,
    use_case text not null,
    -- The indicator in the catalogue.
    code text not null,
    indicator jsonb not null,
    report jsonb not null,
    -- How it is shared with the network; null while it is its owner's alone.
    sharing text check (sharing in ('open', 'pseudonymous', 'aggregate_only')),
    revision bigint not null,
    recorded_by uuid not null,
    recorded_at timestamptz not null,
    primary key (tenant_id, resource_id, indicator_id),
    foreign key (tenant_id, resource_id) references trials (tenant_id, resource_id)
        on delete cascade
);
create index on results (use_case, code) where sharing in ('open', 'pseudonymous');

alter table trials enable row level security, force row level security;
create policy owner_keeps on trials using (tenant_id = (select ctx_tenant()));
grant select, insert, update (state, qualification, protocol_version, protocol_digest, prepared_by,
    impacts, revision) on trials to maillage_app;

alter table trial_entries enable row level security, force row level security;
create policy owner_keeps on trial_entries using (tenant_id = (select ctx_tenant()));
grant select, insert on trial_entries to maillage_app;

alter table results enable row level security, force row level security;
create policy owner_keeps on results using (tenant_id = (select ctx_tenant()));
grant select, insert, update (protocol_version, protocol_digest, use_case, code,
    indicator, report, sharing, revision, recorded_by, recorded_at) on results to maillage_app;

-- What other collectivities show of a use case, of one indicator if asked: figures, with the name
-- only where they are shared openly. What is shared for pooling alone is never among them. Words of
-- the contributor could name it: of what has no name they stay away.
create function shared_results(p_use_case text, p_code text)
    returns table (siren text, name text, type text, use_case text, code text,
        indicator jsonb, report jsonb)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
as $$
    select case r.sharing when 'open' then c.siren end, case r.sharing when 'open' then c.name end,
        case r.sharing when 'open' then c.type end, r.use_case, r.code, r.indicator,
        case r.sharing when 'open' then r.report else r.report - 'caveats' end
    from results r join collectivities c on c.id = r.tenant_id
    where r.sharing in ('open', 'pseudonymous') and r.tenant_id <> ctx_tenant()
        and exists (select from collectivities m where m.id = ctx_tenant())
        and r.use_case = coalesce(p_use_case, r.use_case) and r.code = coalesce(p_code, r.code)
    order by r.use_case, r.code, md5(r.tenant_id::text || r.resource_id::text)
$$;
create policy context_shows on results for select to maillage_context using (true);
grant select on results to maillage_context;
grant create on schema public to maillage_context;
alter function shared_results(text, text) owner to maillage_context;
revoke create on schema public from maillage_context;
revoke all on function shared_results(text, text) from public;
grant execute on function shared_results(text, text) to maillage_app;
