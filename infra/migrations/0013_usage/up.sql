-- Usage: what the software of partners called, and how that went. About software, not people.
--
-- Behind the door 'meter' the server writes what its workers have noted, and forgets what is old.
-- Nothing here refers to a client by a key: a token outlives a database that is restored, and one
-- call of software that nobody knows any more would keep all the others from being written.

create table client_requests (
    tenant_id uuid not null,
    client_id uuid not null,
    id uuid not null,
    at timestamptz not null,
    -- What the answer calls the request.
    request_id text not null,
    method text not null,
    -- The pattern of the address, never the address.
    route text not null,
    status smallint not null,
    unsuccessful boolean not null generated always as (status >= 400) stored,
    -- The slug of the problem that was answered.
    problem text,
    microseconds bigint not null,
    primary key (tenant_id, client_id, id)
);
create index on client_requests (at);
create index on client_requests (tenant_id, client_id, id) where unsuccessful;
alter table client_requests enable row level security, force row level security;
create policy people_read on client_requests for select
    using (tenant_id = (select ctx_tenant()) and (select ctx_door()) = 'member');
create policy client_reads on client_requests for select
    using (tenant_id = (select ctx_tenant()) and (select ctx_door()) = 'client'
        and client_id = (select ctx_client()));
create policy meter_adds on client_requests for insert with check ((select ctx_door()) = 'meter');
create policy meter_finds on client_requests for select using ((select ctx_door()) = 'meter');
create policy meter_forgets on client_requests for delete using ((select ctx_door()) = 'meter');
grant select, insert, delete on client_requests to maillage_app;

create table client_calls (
    tenant_id uuid not null,
    client_id uuid not null,
    day date not null,
    status smallint not null,
    -- Empty when there was none.
    problem text not null,
    calls bigint not null,
    primary key (tenant_id, client_id, day, status, problem)
);
create index on client_calls (day);
alter table client_calls enable row level security, force row level security;
create policy people_read on client_calls for select
    using (tenant_id = (select ctx_tenant()) and (select ctx_door()) = 'member');
create policy client_reads on client_calls for select
    using (tenant_id = (select ctx_tenant()) and (select ctx_door()) = 'client'
        and client_id = (select ctx_client()));
create policy meter_keeps on client_calls using ((select ctx_door()) = 'meter');
grant select, insert, delete, update (calls) on client_calls to maillage_app;
