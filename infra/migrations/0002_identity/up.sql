-- Identity: directory, collectivities, people, memberships, invitations, sessions.

-- The national list of public bodies. Public; only the operator adds to it.
create table directory_entries (
    code text primary key,
    type text not null,
    name text not null,
    -- The name as fold() of the domain writes it: ASCII, lower case.
    folded text not null,
    siren text unique,
    insee text,
    department text,
    region text,
    epci text,
    population integer,
    zone text
);
create index on directory_entries using gin (folded gin_trgm_ops);
-- One or two letters have no trigram: those are looked up as the beginning of a name.
create index on directory_entries (folded text_pattern_ops);
create index on directory_entries (insee);
create index on directory_entries (epci);
create index on directory_entries (type, population desc nulls last, code);
alter table directory_entries enable row level security, force row level security;
create policy anyone_reads on directory_entries for select using (true);
create policy operator_extends on directory_entries for insert
    with check ((select ctx_door()) = 'operator');
grant select, insert on directory_entries to maillage_app;

-- The tenants.
create table collectivities (
    id uuid not null,
    siren text not null unique,
    name text not null,
    type text not null,
    -- Itself, its type, the network, the public: computed by commons::Audience::id of the domain.
    audiences uuid[] not null,
    joined_at timestamptz not null,
    -- With what stands beside every resource, so that lists need not visit the row.
    primary key (id) include (siren, name)
);
alter table collectivities enable row level security, force row level security;
create policy insiders_read on collectivities for select
    using ((select ctx_door()) in ('member', 'client', 'operator', 'authentication'));
create policy operator_registers on collectivities for insert
    with check ((select ctx_door()) = 'operator');
create policy context_reads on collectivities for select to maillage_context using (true);
grant select, insert on collectivities to maillage_app;
grant select on collectivities to maillage_context;

create table memberships (
    tenant_id uuid not null references collectivities (id),
    id uuid not null,
    person_id uuid not null,
    roles text[] not null,
    state text not null check (state in ('active', 'revoked')),
    revision bigint not null,
    since timestamptz not null,
    primary key (tenant_id, id)
);
create unique index membership_unique on memberships (tenant_id, person_id) where state = 'active';
create index on memberships (person_id);
alter table memberships enable row level security, force row level security;
create policy tenant_reads on memberships for select using (tenant_id = (select ctx_tenant()));
-- Everyone knows for whom they work themselves.
create policy self_reads on memberships for select using (person_id = (select ctx_person()));
create policy authentication_reads on memberships for select
    using ((select ctx_door()) = 'authentication');
create policy authentication_joins on memberships for insert
    with check ((select ctx_door()) = 'authentication');
-- Software appoints and invites nobody, whatever the server asks.
create policy tenant_changes on memberships for update
    using (tenant_id = (select ctx_tenant()) and (select ctx_door()) not in ('client', 'webhook'));
create policy context_reads on memberships for select to maillage_context using (true);
-- Column by column from here on: no update moves a row to another tenant or person.
grant select, insert, update (roles, state, revision) on memberships to maillage_app;
grant select on memberships to maillage_context;

-- People belong to no tenant: a colleague is whoever has a membership in mine.
create table persons (
    id uuid primary key,
    email text not null constraint person_email_unique unique,
    name text not null,
    created_at timestamptz not null
);
alter table persons enable row level security, force row level security;
create policy authentication_reads on persons for select
    using ((select ctx_door()) = 'authentication');
create policy self_reads on persons for select using (id = (select ctx_person()));
-- Names and addresses of people are for their colleagues, not for software.
create policy colleagues_read on persons for select
    using ((select ctx_door()) not in ('client', 'webhook') and exists (
    select from memberships m where m.tenant_id = (select ctx_tenant()) and m.person_id = persons.id
));
create policy authentication_adds on persons for insert
    with check ((select ctx_door()) = 'authentication');
grant select, insert on persons to maillage_app;

-- Secrets of people: read by log-in and acceptance only.
create table credentials (
    person_id uuid primary key references persons (id),
    password_hash text not null,
    changed_at timestamptz not null
);
alter table credentials enable row level security, force row level security;
create policy authentication_only on credentials using ((select ctx_door()) = 'authentication');
grant select, insert on credentials to maillage_app;

-- Who runs the platform: written by the owner of the database only (`maillage admin`).
create table operators (
    person_id uuid primary key references persons (id)
);
alter table operators enable row level security, force row level security;
create policy authentication_reads on operators for select
    using ((select ctx_door()) = 'authentication');
create policy context_reads on operators for select to maillage_context using (true);
grant select on operators to maillage_app, maillage_context;

create table invitations (
    tenant_id uuid not null references collectivities (id),
    id uuid not null,
    email text not null,
    name text not null,
    roles text[] not null,
    -- SHA-256 of the secret; the secret itself is shown once and kept nowhere.
    secret bytea not null,
    offered_at timestamptz not null,
    expires_at timestamptz not null,
    settled_at timestamptz,
    primary key (tenant_id, id)
);
create index on invitations (secret);
create unique index invitation_unique on invitations (tenant_id, email) where settled_at is null;
alter table invitations enable row level security, force row level security;
create policy tenant_reads on invitations for select
    using (tenant_id = (select ctx_tenant()) and (select ctx_door()) not in ('client', 'webhook'));
create policy authentication_reads on invitations for select
    using ((select ctx_door()) = 'authentication');
create policy tenant_offers on invitations for insert
    with check (tenant_id = (select ctx_tenant()) and (select ctx_door()) not in ('client', 'webhook'));
create policy tenant_settles on invitations for update
    using (tenant_id = (select ctx_tenant()) and (select ctx_door()) not in ('client', 'webhook'));
create policy authentication_settles on invitations for update
    using ((select ctx_door()) = 'authentication');
grant select, insert, update (settled_at) on invitations to maillage_app;

-- A log-in: bound to one membership, or to none for the operator.
create table sessions (
    id uuid primary key,
    person_id uuid not null references persons (id),
    tenant_id uuid references collectivities (id),
    opened_at timestamptz not null,
    closed_at timestamptz
);
create index on sessions (person_id);
alter table sessions enable row level security, force row level security;
create policy authentication_only on sessions using ((select ctx_door()) = 'authentication');
create policy self_reads on sessions for select using (person_id = (select ctx_person()));
create policy self_closes on sessions for update using (person_id = (select ctx_person()));
create policy context_reads on sessions for select to maillage_context using (true);
grant select, insert, update (tenant_id, opened_at, closed_at) on sessions to maillage_app;
grant select on sessions to maillage_context;

create table refresh_tokens (
    -- SHA-256 of the token.
    digest bytea primary key,
    session_id uuid not null references sessions (id),
    issued_at timestamptz not null,
    expires_at timestamptz not null,
    spent_at timestamptz,
    -- The token that replaced this one.
    successor bytea
);
create index on refresh_tokens (session_id);
alter table refresh_tokens enable row level security, force row level security;
create policy authentication_only on refresh_tokens using ((select ctx_door()) = 'authentication');
create policy context_sweeps on refresh_tokens to maillage_context using (true);
grant select, insert, update (spent_at, successor) on refresh_tokens to maillage_app;
grant select, delete on refresh_tokens to maillage_context;

-- What a client presented and may not present again: assertions, which are good once, and access
-- tokens that it gave back. Forgotten once they would have expired anyway.
create table spent_tokens (
    tenant_id uuid not null,
    client_id uuid not null,
    -- SHA-256 of what the token calls itself (jti).
    digest bytea not null,
    expires_at timestamptz not null,
    constraint token_spent primary key (tenant_id, client_id, digest)
);
create index on spent_tokens (expires_at);
alter table spent_tokens enable row level security, force row level security;
create policy authentication_spends on spent_tokens for insert
    with check ((select ctx_door()) = 'authentication');
create policy context_sweeps on spent_tokens to maillage_context using (true);
grant insert on spent_tokens to maillage_app;
grant select, delete on spent_tokens to maillage_context;

-- Attempts to log in, counted in a window per address, per account, and per both (as digests).
create table login_attempts (
    key bytea primary key,
    since timestamptz not null,
    attempts integer not null
);
alter table login_attempts enable row level security, force row level security;
create policy authentication_only on login_attempts using ((select ctx_door()) = 'authentication');
create policy context_sweeps on login_attempts to maillage_context using (true);
grant select, insert, update (since, attempts), delete on login_attempts to maillage_app;
grant select, delete on login_attempts to maillage_context;
