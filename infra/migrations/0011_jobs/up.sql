-- Jobs: work that takes longer than a request, done in the name of who asked for it.

create table jobs (
    tenant_id uuid not null references collectivities (id),
    id uuid not null,
    kind text not null,
    -- Who asked: a person, or a client with what its token said and whence it came.
    person_id uuid,
    client_id uuid,
    token bytea,
    scopes text[],
    address inet,
    state text not null check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    -- What was asked, in the words of its kind.
    input jsonb not null,
    -- Where its next step begins.
    cursor bigint not null,
    done bigint not null,
    total bigint,
    report jsonb,
    -- What its file is called and of what type, once there is one.
    file jsonb,
    reason text,
    asked_at timestamptz not null,
    started_at timestamptz,
    ended_at timestamptz,
    -- When it is forgotten, files and all.
    expires_at timestamptz not null,
    revision bigint not null,
    -- Which process works on it, until when nobody else does, and how often it was begun without a
    -- step being done.
    lease_holder uuid,
    lease_until timestamptz,
    attempts integer not null default 0,
    primary key (tenant_id, id),
    check (num_nonnulls(person_id, client_id) = 1),
    check ((client_id is null) = (token is null) and (client_id is null) = (scopes is null))
);
-- What there is to do, and what may be forgotten.
create index on jobs (id) where state in ('queued', 'running');
create index on jobs (expires_at);
alter table jobs enable row level security, force row level security;
-- Nobody but who asked, colleagues neither.
create policy asker_reads on jobs for select using (tenant_id = (select ctx_tenant())
    and (person_id = (select ctx_person()) or client_id = (select ctx_client())));
create policy asker_asks on jobs for insert with check (tenant_id = (select ctx_tenant())
    and (person_id = (select ctx_person()) or client_id = (select ctx_client())));
create policy asker_advances on jobs for update using (tenant_id = (select ctx_tenant())
    and (person_id = (select ctx_person()) or client_id = (select ctx_client())));
-- Behind the door of jobs no person stands: work is found there, and ended where its asker cannot enter.
create policy workers_read on jobs for select using ((select ctx_door()) = 'jobs');
create policy workers_lease on jobs for update using ((select ctx_door()) = 'jobs');
create policy workers_forget on jobs for delete
    using ((select ctx_door()) = 'jobs' and expires_at < now());
create policy context_reads on jobs for select to maillage_context using (true);
-- Neither who asked nor what for.
grant select, insert, delete, update (state, cursor, done, total, report, file, reason, started_at,
    ended_at, expires_at, revision, lease_holder, lease_until, attempts) on jobs to maillage_app;
grant select on jobs to maillage_context;

-- What goes into a job and what comes of it, in pieces that fit into memory.
create table job_files (
    tenant_id uuid not null,
    job_id uuid not null,
    role text not null check (role in ('input', 'result')),
    number bigint not null,
    bytes bytea not null check (octet_length(bytes) <= 8388608),
    primary key (tenant_id, job_id, role, number),
    foreign key (tenant_id, job_id) references jobs (tenant_id, id) on delete cascade
);
alter table job_files enable row level security, force row level security;
-- Whose the job is, its own policy says.
create policy asker_reads on job_files for select using (tenant_id = (select ctx_tenant())
    and exists (select from jobs j where j.tenant_id = job_files.tenant_id and j.id = job_files.job_id));
create policy asker_adds on job_files for insert with check (tenant_id = (select ctx_tenant())
    and exists (select from jobs j where j.tenant_id = job_files.tenant_id and j.id = job_files.job_id));
create policy asker_forgets_input on job_files for delete using (role = 'input'
    and tenant_id = (select ctx_tenant())
    and exists (select from jobs j where j.tenant_id = job_files.tenant_id and j.id = job_files.job_id));
-- What went in is of no use to a job that has ended, and may be about people.
create policy workers_forget_input on job_files for delete
    using ((select ctx_door()) = 'jobs' and role = 'input');
create policy workers_read_input on job_files for select
    using ((select ctx_door()) = 'jobs' and role = 'input');
grant select, insert, delete on job_files to maillage_app;

-- Enters as who asked for a job, with the rights they have at this moment: a member under the
-- membership they asked under, a client as enter_client() does. Only for the process that holds the
-- job. A person's session may have ended: they go home, the work goes on. Fails with SQLSTATE MG001
-- otherwise, like enter().
create function enter_job(p_tenant uuid, p_job uuid, p_holder uuid) returns void
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
    job jobs;
    found_roles text[];
    found_audiences uuid[];
    found_groups uuid[];
    found_coordinated uuid[];
begin
    select * into job from jobs j
        where j.tenant_id = p_tenant and j.id = p_job
            and j.state = 'running' and j.lease_holder = p_holder;
    if not found then
        raise exception 'not entered' using errcode = 'MG001';
    end if;
    if job.client_id is not null then
        perform enter_client(p_tenant, job.client_id, job.token, job.scopes, job.address);
        return;
    end if;
    select m.roles, c.audiences into found_roles, found_audiences
        from memberships m join collectivities c on c.id = m.tenant_id
        where m.tenant_id = p_tenant and m.person_id = job.person_id and m.state = 'active'
            and m.since <= job.asked_at;
    if not found then
        raise exception 'not entered' using errcode = 'MG001';
    end if;
    select coalesce(array_agg(group_id), '{}'),
           coalesce(array_agg(group_id) filter (where role = 'coordinator'), '{}')
        into found_groups, found_coordinated
        from participations where tenant_id = p_tenant and state = 'active';
    perform set_config('maillage.door', 'member', true),
        set_config('maillage.tenant', p_tenant::text, true),
        set_config('maillage.person', job.person_id::text, true),
        set_config('maillage.client', '', true),
        set_config('maillage.roles', array_to_string(found_roles, ','), true),
        set_config('maillage.audiences', (found_audiences || found_groups)::text, true),
        set_config('maillage.groups', found_groups::text, true),
        set_config('maillage.coordinated', found_coordinated::text, true);
end
$$;
grant create on schema public to maillage_context;
alter function enter_job(uuid, uuid, uuid) owner to maillage_context;
revoke create on schema public from maillage_context;
revoke all on function enter_job(uuid, uuid, uuid) from public;
grant execute on function enter_job(uuid, uuid, uuid) to maillage_app;
