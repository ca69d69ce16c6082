-- Archives: what an imported collectivity knew of others, who may not be here.

-- Lines of the archive's references, as they were imported. Exporting again gives them back, as long
-- as the collectivity they are of has not joined this instance; from then on it speaks for itself.
create table archived_references (
    tenant_id uuid not null references collectivities (id),
    entity text not null,
    -- The digest of the line.
    digest bytea not null,
    -- Whose it is.
    owner_id uuid not null,
    line jsonb not null,
    primary key (tenant_id, entity, digest)
);
alter table archived_references enable row level security, force row level security;
create policy members_read on archived_references for select
    using (tenant_id = (select ctx_tenant()) and (select ctx_door()) = 'member');
-- Only an import writes, which is the owner's affair.
grant select on archived_references to maillage_app;
