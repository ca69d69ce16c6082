-- Content of several tenants in every table, for the probe of the wall.
--
-- A row tells whose it is by its ids: they begin with the tenant's letter, eight times.
--   a  commune, coordinates group a51         b  commune, takes part in it as a reader
--   c  région, has left it, alone in c51      d  commune, suspended from it
--   f  the operator                           0  the platform itself (the nil UUID)
-- Written by hand rather than through the store: the wall must hold whatever the store writes.

truncate directory_entries;
insert into directory_entries (code, type, name, folded, siren, population) values
    ('a', 'commune', 'Ailleurs', 'ailleurs', null, null),
    ('b', 'commune', 'Bourg', 'bourg', 'b', 700), ('c', 'commune', 'Cité', 'cite', 'c', 900);

create function probe.id(letter text, number integer) returns uuid language sql immutable
    as $$ select (repeat(letter, 8) || '-0000-0000-0000-' || lpad(number::text, 12, '0'))::uuid $$;
create function probe.bytes(letter text, number integer) returns bytea language sql immutable
    as $$ select decode(repeat(letter, 8) || lpad(number::text, 56, '0'), 'hex') $$;

-- Audiences: itself, its type, the network, the public.
create function probe.audiences(letter text) returns uuid[] language sql immutable
    as $$ select array[
        probe.id(letter, 0),
        ('6d61696c-6c61-8000-8000-0000000001' || case letter when 'c' then '08' else '00' end)::uuid,
        '6d61696c-6c61-8000-8000-000000000001', '6d61696c-6c61-8000-8000-000000000002'] $$;

insert into collectivities (id, siren, name, type, audiences, joined_at)
    select probe.id(x, 0), x, 'Collectivité ' || x, 'commune', probe.audiences(x), now()
    from unnest('{a,b,c,d}'::text[]) x;

-- Two people in a, of whom 12 was revoked; one in each other tenant; a's 11 works for c as well.
insert into persons (id, email, name, created_at)
    select probe.id(x, n), x || n || '@x.example', x, now()
    from (values ('a', 11), ('a', 12), ('b', 11), ('c', 11), ('d', 11), ('f', 11)) p (x, n);
insert into credentials (person_id, password_hash, changed_at)
    select id, 'hash', now() from persons;
insert into operators (person_id) values (probe.id('f', 11));
insert into memberships (tenant_id, id, person_id, roles, state, revision, since)
    select probe.id(x, 0), probe.id(x, 30 + n), probe.id(p, n), '{director}', state, 1, now()
    from (values ('a', 'a', 11, 'active'), ('a', 'a', 12, 'revoked'), ('b', 'b', 11, 'active'),
        ('c', 'c', 11, 'active'), ('c', 'a', 12, 'active'), ('d', 'd', 11, 'active')) m (x, p, n, state);
insert into memberships (tenant_id, id, person_id, roles, state, revision, since)
    values (probe.id('c', 0), probe.id('c', 39), probe.id('a', 11), '{reader}', 'active', 1, now());
insert into invitations
    (tenant_id, id, email, name, roles, secret, offered_at, expires_at, settled_at)
    select probe.id(x, 0), probe.id(x, 41), 'new@x.example', 'new', '{reader}',
        probe.bytes(x, 41), now(), now() + interval '1 day', null
    from unnest('{a,b,c,d}'::text[]) x;

-- Sessions 21 are open, 22 closed, 23 of a revoked member.
insert into sessions (id, person_id, tenant_id, opened_at, closed_at)
    select probe.id(x, 21), probe.id(x, 11), case when x <> 'f' then probe.id(x, 0) end, now(), null
    from unnest('{a,b,c,d,f}'::text[]) x;
insert into sessions (id, person_id, tenant_id, opened_at, closed_at) values
    (probe.id('a', 22), probe.id('a', 11), probe.id('a', 0), now(), now()),
    (probe.id('a', 23), probe.id('a', 12), probe.id('a', 0), now(), null),
    (probe.id('f', 22), probe.id('f', 11), null, now(), now());
insert into refresh_tokens (digest, session_id, issued_at, expires_at, spent_at, successor)
    select probe.bytes(x, n), probe.id(x, 21), now(), now() + age, null, null
    from unnest('{a,b,f}'::text[]) x,
        (values (21, interval '1 day'), (22, interval '-2 days')) t (n, age);
-- Clients: 161 stands, 162 is revoked, 163 has expired, 164 calls from one network; 165 and 166 are of
-- 12, whose membership was revoked, and only 165 ends with it; 167 was created before its creator's
-- membership began. 168 is of a group that a coordinates, 169 of one that it does not.
insert into clients (tenant_id, id, name, purpose, legal_basis, scopes, networks, ends_with_creator,
        created_by, created_at, expires_at, revoked_at, revision, group_id)
    select probe.id(x, 0), probe.id(x, n), 'x', 'x', 'public_task', '{read,create}', networks, ends,
        probe.id(x, creator), now() - age, now() + life, revoked, 1,
        case n when 168 then probe.id('a', 51) when 169 then probe.id('c', 51) end
    from (values ('a', 161, '{}'::text[], true, 11, interval '0', interval '1 day', null),
        ('a', 162, '{}', true, 11, '0', '1 day', now()),
        ('a', 163, '{}', true, 11, '0', '-1 second', null),
        ('a', 164, '{192.0.2.0/24}', true, 11, '0', '1 day', null),
        ('a', 165, '{}', true, 12, '0', '1 day', null),
        ('a', 166, '{}', false, 12, '0', '1 day', null),
        ('a', 167, '{}', true, 11, '1 hour', '1 day', null),
        ('a', 168, '{}', true, 11, '0', '1 day', null),
        ('a', 169, '{}', true, 11, '0', '1 day', null),
        ('b', 161, '{}', true, 11, '0', '1 day', null)
    ) c (x, n, networks, ends, creator, age, life, revoked);
insert into client_secrets (tenant_id, client_id, id, digest, created_at)
    select tenant_id, id, id, 'x', now() from clients;
insert into client_requests (tenant_id, client_id, id, at, request_id, method, route, status,
        microseconds)
    select tenant_id, id, id, now(), 'x', 'GET', '/', 200, 1 from clients;
insert into client_calls (tenant_id, client_id, day, status, problem, calls)
    select tenant_id, id, current_date, 200, '', 1 from clients;
insert into spent_tokens (tenant_id, client_id, digest, expires_at)
    select tenant_id, id, probe.bytes('a', n), now() - age
    from clients, (values (161, interval '0'), (162, interval '2 days')) t (n, age)
    where clients.id in (probe.id('a', 161), probe.id('b', 161));
insert into login_attempts (key, since, attempts)
    select probe.bytes(x, n), now() - age, 1
    from unnest('{a,b}'::text[]) x,
        (values (1, interval '0'), (2, interval '2 days'), (3, interval '2 days')) t (n, age);

insert into groups (tenant_id, id, name, purpose, revision, formed_at)
    select probe.id(x, 0), probe.id(x, 51), 'Groupe ' || x, '', 1, now()
    from unnest('{a,c}'::text[]) x;
insert into participations (tenant_id, group_id, role, state, revision, since)
    select probe.id(x, 0), probe.id(g, 51), role, state, 1, now()
    from (values ('a', 'a', 'coordinator', 'active'), ('b', 'a', 'reader', 'active'),
        ('d', 'a', 'reader', 'suspended'), ('c', 'a', 'reader', 'left'),
        ('c', 'c', 'coordinator', 'active')) p (x, g, role, state);

-- Resources 61 to 64 are published, 65 is withdrawn, 66 a draft that was never published.
insert into resources (tenant_id, id, kind, title, summary, tags, state, revision, head_number,
        head_digest, head_draft_revision, head_published_at, offered_at)
    select probe.id(x, 0), probe.id(x, n), 'charter', 'Charte', '', '{}', state, 1, head,
        probe.bytes(x, n), head, now(), case when state = 'published' then now() end
    from unnest('{a,b,c,d}'::text[]) x,
        (values (61, 'published', 1), (62, 'published', 1), (63, 'published', 1),
            (64, 'published', 1), (65, 'withdrawn', 1), (66, 'draft', null)) r (n, state, head);
-- c has adapted what a and b have published.
update resources r
    set source_tenant_id = probe.id(x, 0), source_resource_id = probe.id(x, 62),
        source_version = 1, source_digest = probe.bytes(x, 62),
        taken_version = 1, taken_digest = probe.bytes(x, 62)
    from (values ('a', 61), ('b', 62)) s (x, n) where r.id = probe.id('c', n);
insert into versions (tenant_id, resource_id, number, title, body, note, digest, published_by,
        published_at)
    select tenant_id, id, 1, title, '{}', '', head_digest, tenant_id, now()
    from resources where state <> 'draft';
insert into drafts (tenant_id, resource_id, body, revision, written_at)
    select tenant_id, id, '{}', 1, now() from resources where state = 'draft';
-- What was taken in; of a and b too, so that it shows whose each context reads.
insert into bases (tenant_id, resource_id, source_resource_id, version, digest, body, taken_at)
    select tenant_id, id, source_resource_id, source_version, source_digest, '{}', now()
    from resources where source_resource_id is not null;
insert into bases (tenant_id, resource_id, source_resource_id, version, digest, body, taken_at)
    select probe.id(x, 0), probe.id(x, 64), probe.id('c', 62), 1, '', '{}', now()
    from unnest('{a,b}'::text[]) x;
-- Included from c62 by a and b, from a62 by c, twice.
insert into inclusions (tenant_id, resource_id, clause_id, source_tenant_id, source_resource_id,
        source_kind, source_clause_id, version, digest, said, taken_at)
    select probe.id(x, 0), probe.id(x, 64), clause, probe.id(s, 0), probe.id(s, 62), 'charter',
        'objet', 1, '', '{}', now()
    from (values ('a', 'objet', 'c'), ('b', 'objet', 'c'), ('c', 'objet', 'a'),
        ('c', 'objet-2', 'a')) i (x, clause, s);
insert into deviations (tenant_id, resource_id, clause_id, reason, revision, written_by, written_at)
    select tenant_id, id, 'objet', 'Motif', 1, tenant_id, now()
    from resources where state = 'draft';
-- b, c and d let a count how they depart from what a62 imposes.
update resources set source_tenant_id = probe.id('a', 0), source_resource_id = probe.id('a', 62),
        source_version = 1, source_digest = probe.bytes('a', 62)
    where id in (probe.id('b', 64), probe.id('d', 64));
update resources set reports_deviations = true
    where id in (probe.id('b', 64), probe.id('c', 61), probe.id('d', 64));
insert into published_deviations (tenant_id, resource_id, number, deviations)
    select tenant_id, resource_id, number,
        '[{"deviation": {"clause": "objet", "title": "Objet", "breaches": ["removed"]}}]'
    from versions where resource_id in (probe.id('a', 61), probe.id('b', 64), probe.id('c', 61));
-- To 61 of d, which is granted to group a51: a, of the group, proposes, and c, who has left it; to 61
-- of a, granted likewise: d, who is suspended. To what all see: b to a, c to b. The owner comments.
insert into amendments (tenant_id, id, adaptation_id, owner_id, resource_id, kind, source_version,
        source_digest, changes, reason, proposed_at, state, revision)
    select probe.id(x, 0), probe.id(x, n), probe.id(x, 64), probe.id(o, 0), probe.id(o, r), 'charter',
        1, '', '[]', '', now(), 'proposed', 1
    from (values ('a', 81, 'd', 61), ('b', 81, 'a', 62), ('c', 81, 'b', 62), ('c', 82, 'd', 61),
        ('d', 81, 'a', 61)) p (x, n, o, r);
insert into amendment_comments (tenant_id, amendment_id, id, author_id, person_id, text, at)
    select tenant_id, id, gen_random_uuid(), owner_id, owner_id, '', now() from amendments;
-- a51 and c51 each have a use case, which their coordinators added.
insert into group_use_cases (tenant_id, group_id, code, name, added_at)
    select probe.id(x, 0), probe.id(x, 51), 'x-' || x, '', now() from unnest('{a,c}'::text[]) x;
-- Everybody tries 61; what c shows openly, b without a name, and d for pooling alone.
insert into trials (tenant_id, resource_id, state, impacts, revision)
    select tenant_id, id, 'running', '{}', 1 from resources where right(id::text, 2) = '61';
insert into trial_entries (tenant_id, resource_id, number, kind, day, text, written_by, at)
    select tenant_id, resource_id, 1, '{"type": "review"}', now(), '', tenant_id, now() from trials;
insert into results (tenant_id, resource_id, indicator_id, id, protocol_version, protocol_digest,
        use_case, code, question, indicator, report, sharing, revision, figures_revision,
        recorded_by, recorded_at)
    select tenant_id, resource_id, 'temps', resource_id, 1, '', 'mail-sorting', 'delay', '\x0a',
        '{}', '{}',
        case left(tenant_id::text, 1) when 'b' then 'pseudonymous' when 'c' then 'open'
            when 'd' then 'aggregate_only' end,
        1, 1, tenant_id, now()
    from trials;
-- What b and c show and d showed is remembered; batches of two questions were made and released something.
insert into shown_figures (tenant_id, question, result_id, revision)
    select tenant_id, question, id, 1 from results where sharing is not null;
insert into release_batches (question, at) values ('\x0a', now()), ('\xaa', now());
insert into releases (question, at, cell, use_case, code, indicator, estimate, standard_error,
        contributors, people, members)
    select question, at, '{}', 'mail-sorting', 'delay', '{}', 0, 1, 5, 60, '[]'
    from release_batches;
insert into inbox_marks (tenant_id, person_id, entry, at)
    select probe.id(x, 0), probe.id(p, n), 'x', now()
    from (values ('a', 'a', 11), ('a', 'a', 12), ('b', 'b', 11), ('c', 'a', 11), ('c', 'c', 11))
        m (x, p, n);
insert into search_documents
    (tenant_id, resource_id, facet, kind, audience, title, content, words)
    select tenant_id, id, case state when 'draft' then 'draft' else 'published' end, kind,
        array[tenant_id], title, '', words_of(title)
    from resources;
insert into shares (tenant_id, resource_id, audience_id, id, kind, level, listed_at, granted_at)
    select tenant_id, id, tenant_id, gen_random_uuid(), kind, 2, now(), now() from resources;
-- Grants: 61 to group a51 (by a and d) or to its own type (by all but a), 62 to the network, 63 to b and
-- to c until yesterday, 64 to nobody; 65 and 66 to the public, but they are not offered.
insert into shares (tenant_id, resource_id, audience_id, id, kind, audience, level, listed_at,
        expires_at, granted_at)
    select r.tenant_id, r.id, g.audience, gen_random_uuid(), r.kind, '{}', 1, r.offered_at,
        g.expiry, now()
    from unnest('{a,b,c,d}'::text[]) x
    cross join lateral (values
        (61, case x when 'a' then probe.id('a', 51) else (probe.audiences(x))[2] end, null),
        (62, (probe.audiences(x))[3], null),
        (case x when 'd' then 61 end, probe.id('a', 51), null),
        (63, probe.id(case x when 'b' then 'a' else 'b' end, 0), null),
        (63, probe.id(case x when 'c' then 'd' else 'c' end, 0), now() - interval '1 day'),
        (65, (probe.audiences(x))[4], null),
        (66, (probe.audiences(x))[4], null)) g (n, audience, expiry)
    join resources r on r.id = probe.id(x, g.n);

insert into audit_records (tenant_id, sequence, at, actor, fact, previous, digest)
    select probe.id(x, 0), 1, now(), null, '{}', '', '' from unnest('{a,b,c,d,0}'::text[]) x;
insert into audit_heads (tenant_id, sequence, digest)
    select tenant_id, sequence, digest from audit_records;
insert into outbox (tenant_id, id, at, fact)
    select tenant_id, probe.id('a', 1), now(), '{}' from audit_records;
insert into outbox_pending (tenant_id, id) select tenant_id, id from outbox;
-- 1 to 4 of everybody: to themselves; 62, which all see, 64, which nobody does, and 65, which was
-- withdrawn, to the network. 5 to 7 of a: to who takes part in its group, who coordinates it (b does
-- no longer) and whom it concerned (c is none of it any more). 8 to the other side of b's amendment,
-- and to d, who is none. 9 of d, to the group, before any of them was in it.
insert into events (tenant_id, position, audience_id, id, type, at, subject, subject_id, circle, verb)
    select probe.id(x, 0), n, audience, probe.id(x, n), 'x', at, subject, probe.id(s, i), circle, 'read'
    from unnest('{a,b,c,d}'::text[]) y (o), lateral (values
        (o, 1, probe.id(o, 0), now(), 'charter', o, 66, 'own'),
        (o, 2, (probe.audiences(o))[3], now(), 'charter', o, 62, 'readers'),
        (o, 3, (probe.audiences(o))[3], now(), 'charter', o, 64, 'readers'),
        (o, 4, (probe.audiences(o))[3], now(), 'charter', o, 65, 'former_readers'),
        (case o when 'a' then o end, 5, probe.id('a', 51), now(), 'group', 'a', 51, 'participants'),
        (case o when 'a' then o end, 6, probe.id('a', 0), now(), 'group', 'a', 51, 'coordinators'),
        (case o when 'a' then o end, 6, probe.id('b', 0), now(), 'group', 'a', 51, 'coordinators'),
        (case o when 'a' then o end, 7, probe.id('b', 0), now(), 'group', 'a', 51, 'fellow'),
        (case o when 'a' then o end, 7, probe.id('c', 0), now(), 'group', 'a', 51, 'fellow'),
        (case o when 'a' then o end, 7, probe.id('d', 0), now(), 'group', 'a', 51, 'fellow'),
        (case o when 'b' then o end, 8, probe.id('a', 0), now(), 'amendment', 'b', 81, 'parties'),
        (case o when 'b' then o end, 8, probe.id('d', 0), now(), 'amendment', 'b', 81, 'parties'),
        (case o when 'd' then o end, 9, probe.id('a', 51), now() - interval '1 day', 'charter', 'd', 61,
            'former_readers')
    ) e (x, n, audience, at, subject, s, i, circle) where x is not null;
insert into event_heads (audience_id, position)
    select audience_id, max(position) from events group by 1;
-- One that waits and one that has ended, of each; nobody's turn is it at the third of a, which is
-- disabled.
insert into webhook_endpoints (tenant_id, id, address, name, events, disabled_at, position, awake,
        created_by, created_at, revision)
    select probe.id(x, 0), probe.id(x, n), 'x', 'x', '{}', disabled, 0, true, probe.id(x, 11), now(), 1
    from (values ('a', 171, null::timestamptz), ('b', 171, null), ('c', 171, null), ('d', 171, null),
        ('a', 172, now())) e (x, n, disabled);
insert into webhook_signers (tenant_id, endpoint_id, id, sealed, public, created_at)
    select tenant_id, id, id, '', '', now() from webhook_endpoints;
insert into webhook_deliveries (tenant_id, endpoint_id, id, event_id, type, body, state, attempts,
        tried, due_at, created_at)
    select tenant_id, id, probe.id(left(id::text, 1), n), id, 'x', '{}', state, 1, 1, now(), now()
    from webhook_endpoints, (values (173, 'pending'), (174, 'delivered')) d (n, state)
    where disabled_at is null;
insert into webhook_attempts (tenant_id, delivery_id, number, at, milliseconds)
    select tenant_id, id, 1, now(), 1 from webhook_deliveries;
-- a's 11 has used keys for c as well; one key of each is past its time.
insert into idempotency_keys (tenant_id, caller, route, key, request, verb, answer, created_at)
    select probe.id(x, 0), probe.id(p, 11), 'POST /', probe.bytes(x, n), '', null, '', now() - age
    from (values ('a', 'a'), ('b', 'b'), ('c', 'a'), ('d', 'd'), ('0', 'f')) k (x, p),
        (values (1, interval '0'), (2, interval '25 hours')) t (n, age);
-- Jobs: 171 of each tenant's 11, 172 of a's 12; of a's client 173. What is over: 172.
insert into jobs (tenant_id, id, kind, person_id, client_id, token, scopes, state, input, cursor,
        done, asked_at, expires_at, revision, lease_holder)
    select probe.id(x, 0), probe.id(x, n), 'import_resources', person, client,
        case when client is not null then probe.bytes('a', 1) end,
        case when client is not null then '{create}'::text[] end,
        'running', '{}', 0, 0, now(), now() + age, 1, probe.id('e', 1)
    from (values ('a', 171, probe.id('a', 11), null::uuid, interval '1 day'),
        ('b', 171, probe.id('b', 11), null, interval '1 day'),
        ('c', 171, probe.id('c', 11), null, interval '1 day'),
        ('a', 172, probe.id('a', 12), null, interval '-1 day'),
        ('a', 173, null, probe.id('a', 161), interval '1 day')) j (x, n, person, client, age);
insert into job_files (tenant_id, job_id, role, number, bytes)
    select tenant_id, id, role, 0, '' from jobs, unnest('{input,result}'::text[]) role;
-- What a and b knew of others when they were imported.
insert into archived_references (tenant_id, entity, digest, owner_id, line)
    select probe.id(x, 0), 'collectivities', probe.bytes(x, 1), probe.id('e', 0), '{}'
    from unnest('{a,b}'::text[]) x;
