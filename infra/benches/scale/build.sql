-- A populated database, set by set, as its owner. Numbers stand where :names are.
--
-- Everything follows from row numbers through hashes: the same sizes give the same rows.

-- step: helpers
-- Constraints hold by construction, and the trigger of shares would run a million times.
set session_replication_role = replica;
-- VACUUM only marks as visible to all what it knows to be on the disk.
set synchronous_commit = on;
create function pg_temp.pick(n bigint, seed bigint, among bigint) returns bigint language sql immutable
    as $$ select (hashint8extended(n, seed) & 4611686018427387903) % among $$;
-- A UUIDv7 of that moment; everything after the moment is a digest of the row's number.
create function pg_temp.uid(at timestamptz, n bigint, what text) returns uuid language sql immutable
    as $$ select overlay(overlay(lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0')
        || substr(md5(what || n), 1, 20) placing '7' from 13 for 1) placing '8' from 17 for 1)::uuid $$;
-- Words of a text: the n-th of a vocabulary of 4,000 where small numbers are frequent.
create function pg_temp.words(n bigint, seed bigint, many integer) returns text language sql immutable
    as $$ select string_agg('mot' || pg_temp.pick(n, seed + i, 1 + pg_temp.pick(n, seed - i, 4000)), ' ')
        from generate_series(1, many) i $$;

-- step: tenants
create temporary table tenants as
select row_number() over (order by hashtext(e.code)) - 1 as n, e.code as siren, e.name, e.type
from directory_entries e where e.siren is not null order by hashtext(e.code) limit :tenants;
alter table tenants add id uuid;
update tenants set id = pg_temp.uid(timestamptz '2023-01-01' + n * interval '1 minute', n, 'tenant');
create unique index on tenants (n);
analyze tenants;
insert into collectivities (id, siren, name, type, audiences, joined_at)
select id, siren, name, type,
    array[id, ((':types'::jsonb) ->> type)::uuid, ':network'::uuid, ':everyone'::uuid],
    timestamptz '2023-01-01' + n * interval '1 minute'
from tenants order by n;

-- step: people, memberships, sessions
-- Three people a tenant; each has a session that is open and one that is closed.
insert into persons (id, email, name, created_at)
select pg_temp.uid('2023-02-01', n * 3 + p, 'person'), 'p' || n * 3 + p || '@commune.example',
    'Personne ' || n * 3 + p, '2023-02-01' from tenants, generate_series(0, 2) p;
insert into memberships (tenant_id, id, person_id, roles, state, revision, since)
select id, pg_temp.uid('2023-02-01', n * 3 + p, 'membership'),
    pg_temp.uid('2023-02-01', n * 3 + p, 'person'),
    case p when 0 then '{administrator}' when 1 then '{director}' else '{reader}' end::text[],
    'active', 1, '2023-02-01' from tenants, generate_series(0, 2) p;
insert into sessions (id, person_id, tenant_id, opened_at, closed_at)
select pg_temp.uid('2026-11-01', n * 6 + p * 2 + o, 'session'),
    pg_temp.uid('2023-02-01', n * 3 + p, 'person'), id, '2026-11-01',
    case o when 1 then timestamptz '2026-11-02' end
from tenants, generate_series(0, 2) p, generate_series(0, 1) o;

-- step: groups and participations
insert into groups (tenant_id, id, name, purpose, revision, formed_at)
select t.id, pg_temp.uid('2023-03-01', g, 'group'), 'Groupe ' || g, '', 1, '2023-03-01'
from generate_series(0, :groups - 1) g join tenants t on t.n = pg_temp.pick(g, 1, :tenants);
-- One group of neighbours, four of any others.
insert into participations (tenant_id, group_id, role, state, revision, since)
select t.id, pg_temp.uid('2023-03-01', case k when 0 then t.n * :groups / :tenants
        else (pg_temp.pick(t.n, 2, :groups) + k * (1 + :groups / 5)) % :groups end, 'group'),
    case when pg_temp.pick(t.n, k, 25) = 0 then 'coordinator' else 'contributor' end,
    case when pg_temp.pick(t.n, 100 + k, 25) = 0 then 'left' else 'active' end, 1, '2023-04-01'
from tenants t, generate_series(0, 4) k
on conflict do nothing;

-- step: resources
create temporary table made as
select r as n, t.id as tenant_id, t.n as tenant_n, pg_temp.uid(at, r, 'resource') as id, at,
    at + pg_temp.pick(r, 11, 80000) * interval '1 minute' as changed,
    case when pg_temp.pick(r, 12, 10) < 7 then 'charter' else 'template' end as kind,
    case pg_temp.pick(r, 13, 20) when 0 then 'withdrawn' when 1 then 'draft' when 2 then 'draft'
        else 'published' end as state
from generate_series(1, :resources) r
    join tenants t on t.n = pg_temp.pick(r, 10, :tenants),
    lateral (select timestamptz '2023-06-01' + r::float8 / :resources * interval '1150 days' as at) a
order by r;
create unique index on made (n);
analyze made;
-- A third was made from something that has gone on since.
insert into resources (tenant_id, id, kind, title, summary, tags, state, revision, head_number,
    head_digest, head_draft_revision, head_published_at, offered_at, source_tenant_id,
    source_resource_id, source_version, source_digest, taken_version, taken_digest)
select m.tenant_id, m.id, m.kind, 'Charte d''usage ' || m.n, pg_temp.words(m.n, 20, 8),
    array['mot' || pg_temp.pick(m.n, 14, 50)], m.state, 2,
    case when m.state <> 'draft' then 1 end,
    case when m.state <> 'draft' then sha256(m.n::text::bytea) end,
    case when m.state <> 'draft' then 1 end,
    case when m.state <> 'draft' then m.changed end,
    case when m.state = 'published' then m.changed end,
    s.tenant_id, s.id, case when s.id is not null then 0 end, case when s.id is not null then sha256('') end,
    case when s.id is not null then 0 end, case when s.id is not null then sha256('') end
from made m left join made s on m.n % 3 = 0 and s.n = 1 + pg_temp.pick(m.n, 19, :resources)
    and s.state <> 'draft' and s.tenant_n <> m.tenant_n
order by m.n;

-- step: versions and drafts
insert into versions (tenant_id, resource_id, number, title, body, note, digest, published_by, published_at)
select tenant_id, id, 1, 'Charte d''usage ' || n,
    jsonb_build_object('preamble', pg_temp.words(n, 30, 10), 'clauses', jsonb_build_array(
        jsonb_build_object('id', 'art-1', 'title', 'Article 1', 'text', pg_temp.words(n, 40, 30))))
        || case kind when 'template' then '{"use": "other"}'::jsonb else '{}' end,
    '', sha256(n::text::bytea), pg_temp.uid('2023-02-01', tenant_n * 3 + 1, 'person'), changed
from made where state <> 'draft' order by n;
insert into drafts (tenant_id, resource_id, body, revision, written_at)
select tenant_id, id,
    jsonb_build_object('preamble', pg_temp.words(n, 30, 10), 'clauses', '[]'::jsonb)
        || case kind when 'template' then '{"use": "other"}'::jsonb else '{}' end, 1, changed
from made where state = 'draft' order by n;

-- step: shares of owners
insert into shares (tenant_id, resource_id, audience_id, id, kind, audience, level, listed_at, granted_at)
select tenant_id, id, tenant_id, pg_temp.uid(at, n, 'own'), kind, null, 2, changed, at
from made order by n;

-- step: grants to groups
-- A tenth of what is published, to one or two of the groups that its owner takes part in.
insert into shares (tenant_id, resource_id, audience_id, id, kind, audience, level, listed_at, granted_at)
select m.tenant_id, m.id, p.group_id, pg_temp.uid(m.at, m.n * 2 + k, 'grant'), m.kind,
    jsonb_build_object('type', 'group', 'id', p.group_id), pg_temp.pick(m.n, 16, 2), m.changed, m.at
from made m, generate_series(0, pg_temp.pick(m.n, 17, 2)) k, lateral (
    select group_id from participations p
    where p.tenant_id = m.tenant_id and p.state = 'active'
    order by hashint8extended(m.n + k, hashtext(p.group_id::text)) limit 1) p
where m.state = 'published' and pg_temp.pick(m.n, 15, 1000) < :granted
on conflict do nothing;

-- step: events
-- Each publication, as the relay tells it: to its owner and to those it is granted to.
insert into events (tenant_id, position, audience_id, id, type, at, subject, subject_id, version,
    circle, verb)
select m.tenant_id, m.position, s.audience_id, pg_temp.uid(m.changed, m.n, 'event'),
    'resource.published', m.changed, m.kind, m.id, 1,
    case when s.audience is null then 'own' else 'readers' end, 'read'
from (select *, row_number() over (order by changed, n) as position from made
        where state = 'published') m
    join shares s on s.tenant_id = m.tenant_id and s.resource_id = m.id
order by m.position;
insert into event_heads (audience_id, position)
select audience_id, max(position) from events group by audience_id;

-- step: search documents
insert into search_documents (tenant_id, resource_id, facet, kind, audience, title, content, words)
select m.tenant_id, m.id, 'published', m.kind, array[m.tenant_id], d.title, d.content,
    setweight(words_of(d.title), 'A') || setweight(words_of(d.content), 'C')
from made m, lateral (select 'Charte d''usage ' || m.n as title,
    pg_temp.words(m.n, 40, 30) || case when pg_temp.pick(m.n, 18, 100) = 0 then ' sobriété' else '' end
        as content) d
where m.state = 'published' and m.n % :every = 0 order by m.n;
-- What the trigger of shares would have written.
update search_documents d set audience = d.audience || s.groups
from (select tenant_id, resource_id, array_agg(audience_id) as groups from shares
    where audience is not null and listed_at is not null group by 1, 2) s
where s.tenant_id = d.tenant_id and s.resource_id = d.resource_id;
reset session_replication_role;

-- step: vacuum and statistics
vacuum (analyze);
