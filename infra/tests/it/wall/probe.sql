-- Tries everything that the server's role may try, from every context, and tells what came of it.
--
-- Each attempt runs in a subtransaction of its own that is always undone.

create type probe.context as (name text, door text, letter text, groups uuid[], coordinated uuid[]);

create function probe.contexts() returns setof probe.context language sql immutable as $$
    values
        ('outside a transaction', null, null, '{}'::uuid[], '{}'::uuid[]),
        ('at log-in', 'authentication', '0', '{}', '{}'),
        ('the operator', 'operator', '0', '{}', '{}'),
        ('disclosure', 'disclosure', '0', '{}', '{}'),
        ('the relay', 'relay', '0', '{}', '{}'),
        ('the courier', 'courier', '0', '{}', '{}'),
        ('the meter', 'meter', '0', '{}', '{}'),
        ('at a webhook of a', 'webhook', 'a', array[probe.id('a', 51)], array[probe.id('a', 51)]),
        ('at work', 'jobs', '0', '{}', '{}'),
        ('a, who coordinates', 'member', 'a', array[probe.id('a', 51)], array[probe.id('a', 51)]),
        ('a client of a', 'client', 'a', array[probe.id('a', 51)], array[probe.id('a', 51)]),
        ('b, who takes part', 'member', 'b', array[probe.id('a', 51)], '{}'),
        ('c, who has left', 'member', 'c', array[probe.id('c', 51)], array[probe.id('c', 51)]),
        ('d, who is suspended', 'member', 'd', '{}', '{}')
$$;

-- Whose a row is, how to add one, change one, and what would make it somebody else's. An x stands
-- for the letter of a tenant.
create table probe.tables (
    name text primary key, owner text, addition text, change text, belonging text
);
insert into probe.tables values
    ('directory_entries', 'left(code, 1)',
        $$(code, type, name, folded) values ('x2', 'commune', 'x', 'x')$$, 'zone = null', null),
    ('collectivities', 'left(id::text, 1)', $$(id, siren, name, type, audiences, joined_at)
        values ('xxxxxxxx-0000-0000-0000-000000000001', 'x1', 'x', 'commune', '{}', now())$$,
        $$name = ''$$, 'id'),
    ('persons', 'left(id::text, 1)', $$(id, email, name, created_at)
        values ('xxxxxxxx-0000-0000-0000-000000000099', 'x@x.example', 'x', now())$$,
        $$name = ''$$, 'id'),
    ('credentials', 'left(person_id::text, 1)', $$(person_id, password_hash, changed_at)
        values ('xxxxxxxx-0000-0000-0000-000000000099', 'x', now())$$,
        $$password_hash = ''$$, 'person_id'),
    ('operators', 'left(person_id::text, 1)',
        $$(person_id) values ('xxxxxxxx-0000-0000-0000-000000000011')$$, 'person_id = null', null),
    ('memberships', 'left(tenant_id::text, 1)',
        $$(tenant_id, id, person_id, roles, state, revision, since)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'eeeeeeee-0000-0000-0000-000000000031',
            'eeeeeeee-0000-0000-0000-000000000011', '{director}', 'active', 1, now())$$,
        'revision = 0', 'tenant_id'),
    ('invitations', 'left(tenant_id::text, 1)',
        $$(tenant_id, id, email, name, roles, secret, offered_at, expires_at)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'eeeeeeee-0000-0000-0000-000000000041',
            'e@x.example', 'x', '{director}', '', now(), now())$$,
        'settled_at = now()', 'tenant_id'),
    ('sessions', 'left(person_id::text, 1)', $$(id, person_id, opened_at)
        values ('eeeeeeee-0000-0000-0000-000000000021',
            'xxxxxxxx-0000-0000-0000-000000000011', now())$$,
        'closed_at = now()', 'person_id'),
    ('refresh_tokens', $$left(encode(digest, 'hex'), 1)$$,
        $$(digest, session_id, issued_at, expires_at)
        values ('\xee', 'xxxxxxxx-0000-0000-0000-000000000021', now(), now())$$,
        'spent_at = now()', 'session_id'),
    ('clients', 'left(tenant_id::text, 1)',
        $$(tenant_id, id, name, purpose, legal_basis, scopes, networks, ends_with_creator,
            created_by, created_at, expires_at, revision)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'eeeeeeee-0000-0000-0000-0000000000a1',
            'x', 'x', 'public_task', '{read}', '{}', true,
            'xxxxxxxx-0000-0000-0000-000000000011', now(), now(), 1)$$,
        'revision = 0', 'tenant_id'),
    ('client_requests', 'left(tenant_id::text, 1)',
        $$(tenant_id, client_id, id, at, request_id, method, route, status, microseconds)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'xxxxxxxx-0000-0000-0000-0000000000a1',
            'eeeeeeee-0000-0000-0000-0000000000b2', now(), 'x', 'GET', '/', 200, 1)$$,
        'status = 0', 'tenant_id'),
    ('client_calls', 'left(tenant_id::text, 1)',
        $$(tenant_id, client_id, day, status, problem, calls)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'xxxxxxxx-0000-0000-0000-0000000000a1',
            current_date, 500, '', 1)$$,
        'calls = 0', 'tenant_id'),
    ('client_secrets', 'left(tenant_id::text, 1)',
        $$(tenant_id, client_id, id, digest, created_at)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'xxxxxxxx-0000-0000-0000-0000000000a1',
            'eeeeeeee-0000-0000-0000-0000000000b1', '', now())$$,
        'expires_at = now()', 'tenant_id'),
    ('spent_tokens', 'left(tenant_id::text, 1)',
        $$(tenant_id, client_id, digest, expires_at)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'xxxxxxxx-0000-0000-0000-0000000000a1',
            '\xee', now())$$,
        'expires_at = now()', 'tenant_id'),
    ('jobs', 'left(tenant_id::text, 1)',
        $$(tenant_id, id, kind, person_id, state, input, cursor, done, asked_at, expires_at, revision)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'eeeeeeee-0000-0000-0000-0000000000c1',
            'import_groups', 'xxxxxxxx-0000-0000-0000-000000000011', 'queued', '{}', 0, 0, now(),
            now(), 1)$$,
        'revision = 0', 'tenant_id'),
    ('job_files', 'left(tenant_id::text, 1)',
        $$(tenant_id, job_id, role, number, bytes)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'xxxxxxxx-0000-0000-0000-000000000171',
            'result', 9, '')$$,
        $$bytes = ''$$, 'tenant_id'),
    ('login_attempts', $$left(encode(key, 'hex'), 1)$$,
        $$(key, since, attempts) values (decode('xxxxxxxx', 'hex'), now(), 1)$$, 'attempts = 0', null),
    ('group_use_cases', 'left(tenant_id::text, 1)', $$(tenant_id, group_id, code, name, added_at)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'aaaaaaaa-0000-0000-0000-000000000051', 'x-y',
            'x', now())$$,
        $$name = ''$$, 'tenant_id'),
    ('groups', 'left(tenant_id::text, 1)', $$(tenant_id, id, name, purpose, revision, formed_at)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'eeeeeeee-0000-0000-0000-000000000051',
            'x', '', 1, now())$$,
        'revision = 0', 'id'),
    ('participations', 'left(tenant_id::text, 1)',
        $$(tenant_id, group_id, role, state, revision, since)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'aaaaaaaa-0000-0000-0000-000000000051',
            'reader', 'invited', 1, now())$$,
        'revision = 0', 'tenant_id'),
    ('resources', 'left(tenant_id::text, 1)',
        $$(tenant_id, id, kind, title, summary, tags, state, revision)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'eeeeeeee-0000-0000-0000-000000000061',
            'charter', 'x', '', '{}', 'draft', 1)$$,
        'revision = 0', 'tenant_id'),
    ('versions', 'left(tenant_id::text, 1)',
        $$(tenant_id, resource_id, number, title, body, note, digest, published_by, published_at)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'xxxxxxxx-0000-0000-0000-000000000061',
            2, 'x', '{}', '', '', 'eeeeeeee-0000-0000-0000-000000000011', now())$$,
        $$title = ''$$, 'tenant_id'),
    ('drafts', 'left(tenant_id::text, 1)', $$(tenant_id, resource_id, body, revision, written_at)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'xxxxxxxx-0000-0000-0000-000000000061',
            '{}', 1, now())$$,
        'revision = 0', 'tenant_id'),
    ('bases', 'left(tenant_id::text, 1)',
        $$(tenant_id, resource_id, source_resource_id, version, digest, body, taken_at)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'xxxxxxxx-0000-0000-0000-000000000061',
            'aaaaaaaa-0000-0000-0000-000000000062', 2, '', '{}', now())$$,
        $$body = '{}'$$, 'tenant_id'),
    ('inclusions', 'left(tenant_id::text, 1)',
        $$(tenant_id, resource_id, clause_id, source_tenant_id, source_resource_id, source_kind,
            source_clause_id, version, digest, said, taken_at)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'xxxxxxxx-0000-0000-0000-000000000061',
            'objet', 'aaaaaaaa-0000-0000-0000-000000000000',
            'aaaaaaaa-0000-0000-0000-000000000062', 'charter', 'objet', 1, '', '{}', now())$$,
        'version = 0', 'tenant_id'),
    ('deviations', 'left(tenant_id::text, 1)',
        $$(tenant_id, resource_id, clause_id, reason, revision, written_by, written_at)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'xxxxxxxx-0000-0000-0000-000000000061',
            'objet', '', 1, 'eeeeeeee-0000-0000-0000-000000000011', now())$$,
        'revision = 0', 'tenant_id'),
    ('published_deviations', 'left(tenant_id::text, 1)',
        $$(tenant_id, resource_id, number, deviations)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'xxxxxxxx-0000-0000-0000-000000000063', 1,
            '[]')$$,
        $$deviations = '[]'$$, 'tenant_id'),
    ('shares', 'left(tenant_id::text, 1)',
        $$(tenant_id, resource_id, audience_id, id, kind, level, listed_at, granted_at)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'xxxxxxxx-0000-0000-0000-000000000061',
            'eeeeeeee-0000-0000-0000-000000000000', 'eeeeeeee-0000-0000-0000-000000000071',
            'charter', 1, now(), now())$$,
        'listed_at = now()', 'tenant_id'),
    ('search_documents', 'left(tenant_id::text, 1)',
        $$(tenant_id, resource_id, facet, kind, audience, title, content, words)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'xxxxxxxx-0000-0000-0000-000000000061',
            'draft', 'charter', '{}', '', '', '')$$,
        $$title = ''$$, 'tenant_id'),
    ('amendments', 'left(tenant_id::text, 1)',
        $$(tenant_id, id, adaptation_id, owner_id, resource_id, kind, source_version, source_digest,
            changes, reason, proposed_at, state, revision)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'eeeeeeee-0000-0000-0000-000000000081',
            'xxxxxxxx-0000-0000-0000-000000000064', 'eeeeeeee-0000-0000-0000-000000000000',
            'eeeeeeee-0000-0000-0000-000000000061', 'charter', 1, '', '[]', '', now(), 'proposed',
            1)$$,
        'revision = 0', 'tenant_id'),
    ('amendment_comments', 'left(tenant_id::text, 1)',
        $$(tenant_id, amendment_id, id, author_id, person_id, text, at)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'xxxxxxxx-0000-0000-0000-000000000081',
            'eeeeeeee-0000-0000-0000-000000000091', 'xxxxxxxx-0000-0000-0000-000000000000',
            'xxxxxxxx-0000-0000-0000-000000000011', '', now())$$,
        $$text = ''$$, 'tenant_id'),
    ('trials', 'left(tenant_id::text, 1)', $$(tenant_id, resource_id, state, impacts, revision)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'xxxxxxxx-0000-0000-0000-000000000062',
            'idea', '{}', 1)$$,
        'revision = 0', 'tenant_id'),
    ('trial_entries', 'left(tenant_id::text, 1)',
        $$(tenant_id, resource_id, number, kind, day, text, written_by, at)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'xxxxxxxx-0000-0000-0000-000000000061', 2,
            '{}', now(), '', 'xxxxxxxx-0000-0000-0000-000000000011', now())$$,
        $$text = ''$$, 'tenant_id'),
    ('results', 'left(tenant_id::text, 1)',
        $$(tenant_id, resource_id, indicator_id, id, protocol_version, protocol_digest, use_case,
            code, question, indicator, report, revision, figures_revision, recorded_by, recorded_at)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'xxxxxxxx-0000-0000-0000-000000000061',
            'autre', 'eeeeeeee-0000-0000-0000-000000000001', 1, '', 'x', 'y', '', '{}', '{}', 1, 1,
            'xxxxxxxx-0000-0000-0000-000000000011', now())$$,
        'revision = 0', 'tenant_id'),
    ('shown_figures', 'left(tenant_id::text, 1)', $$(tenant_id, question, result_id, revision)
        values ('xxxxxxxx-0000-0000-0000-000000000000', '',
            'eeeeeeee-0000-0000-0000-000000000001', 1)$$,
        'revision = 0', 'tenant_id'),
    ('releases', $$left(encode(question, 'hex'), 1)$$,
        $$(question, at, cell, use_case, code, indicator, estimate, standard_error, contributors,
            people, members)
        values (decode('xxxxxxxx', 'hex'), now(), '{}', 'x', 'y', '{}', 0, 1, 5, 60, '[]')$$,
        'people = 0', 'question'),
    ('release_batches', $$left(encode(question, 'hex'), 1)$$,
        $$(question, at) values (decode('xxxxxxxx', 'hex'), now())$$, 'at = now()', 'question'),
    ('archived_references', 'left(tenant_id::text, 1)',
        $$(tenant_id, entity, digest, owner_id, line)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'groups', '\xee',
            'eeeeeeee-0000-0000-0000-000000000000', '{}')$$,
        'entity = null', 'tenant_id'),
    ('inbox_marks', 'left(tenant_id::text, 1)', $$(tenant_id, person_id, entry, at)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'xxxxxxxx-0000-0000-0000-000000000011',
            'y', now())$$,
        'at = now()', 'tenant_id'),
    ('audit_records', 'left(tenant_id::text, 1)',
        $$(tenant_id, sequence, at, fact, previous, digest)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 2, now(), '{}', '', '')$$,
        'sequence = 0', 'tenant_id'),
    ('audit_heads', 'left(tenant_id::text, 1)', $$(tenant_id, sequence, digest)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 1, '')$$, 'sequence = 0', 'tenant_id'),
    ('outbox', 'left(tenant_id::text, 1)', $$(tenant_id, id, at, fact)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'eeeeeeee-0000-0000-0000-000000000001',
            now(), '{}')$$,
        'at = now()', 'tenant_id'),
    ('outbox_pending', 'left(tenant_id::text, 1)', $$(tenant_id, id)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'eeeeeeee-0000-0000-0000-000000000001')$$,
        'id = null', 'tenant_id'),
    ('events', 'left(tenant_id::text, 1)',
        $$(tenant_id, position, audience_id, id, type, at, subject, subject_id, circle, verb)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 99, 'xxxxxxxx-0000-0000-0000-000000000000',
            'eeeeeeee-0000-0000-0000-000000000001', 'x', now(), 'group',
            'aaaaaaaa-0000-0000-0000-000000000051', 'own', 'read')$$,
        'at = now()', 'tenant_id'),
    ('event_heads', 'left(audience_id::text, 1)', $$(audience_id, position)
        values ('xxxxxxxx-0000-0000-0000-000000000009', 1)$$, 'position = 0', 'audience_id'),
    ('webhook_endpoints', 'left(tenant_id::text, 1)',
        $$(tenant_id, id, address, name, events, position, awake, created_by, created_at, revision)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'eeeeeeee-0000-0000-0000-000000000171',
            'x', 'x', '{}', 0, true, 'xxxxxxxx-0000-0000-0000-000000000011', now(), 1)$$,
        'revision = 0', 'tenant_id'),
    ('webhook_signers', 'left(tenant_id::text, 1)',
        $$(tenant_id, endpoint_id, id, sealed, public, created_at)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'xxxxxxxx-0000-0000-0000-000000000171',
            'eeeeeeee-0000-0000-0000-000000000172', '', '', now())$$,
        'expires_at = now()', 'tenant_id'),
    ('webhook_deliveries', 'left(tenant_id::text, 1)',
        $$(tenant_id, endpoint_id, id, event_id, type, body, state, attempts, tried, due_at, created_at)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'xxxxxxxx-0000-0000-0000-000000000171',
            'eeeeeeee-0000-0000-0000-000000000173', 'eeeeeeee-0000-0000-0000-000000000001', 'x', '{}',
            'pending', 0, 0, now(), now())$$,
        'tried = 0', 'tenant_id'),
    ('webhook_attempts', 'left(tenant_id::text, 1)',
        $$(tenant_id, delivery_id, number, at, milliseconds)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'xxxxxxxx-0000-0000-0000-000000000173', 2,
            now(), 1)$$,
        'milliseconds = 0', 'tenant_id'),
    ('idempotency_keys', 'left(tenant_id::text, 1)',
        $$(tenant_id, caller, route, key, request, answer, created_at)
        values ('xxxxxxxx-0000-0000-0000-000000000000', 'xxxxxxxx-0000-0000-0000-000000000011',
            'POST /', '\xee', '', '', now())$$,
        'created_at = now()', 'tenant_id');

-- A cell of the report: never cut.
create function probe.cell(content text, width integer) returns text language sql immutable
    as $$ select rpad(content, greatest(width, length(content))) $$;

-- Becomes the server's role in the given context.
create function probe.become(c probe.context) returns void language plpgsql as $$
begin
    perform set_config('maillage.door', coalesce(c.door, ''), true),
        set_config('maillage.tenant',
            case when c.letter is null then '' else probe.id(c.letter, 0)::text end, true),
        set_config('maillage.person', case c.door when 'member' then probe.id(c.letter, 11)::text
            when 'operator' then probe.id('f', 11)::text else '' end, true),
        set_config('maillage.client',
            case c.door when 'client' then probe.id('a', 161)::text else '' end, true),
        set_config('maillage.audiences', case when c.door in ('member', 'client', 'webhook')
            then (probe.audiences(c.letter) || c.groups)::text else '' end, true),
        set_config('maillage.groups', c.groups::text, true),
        set_config('maillage.coordinated', c.coordinated::text, true),
        set_config('role', 'maillage_app', true);
end
$$;

-- Whose rows a statement touches, and how many: 'a2 b1'.
create function probe.touched(c probe.context, t probe.tables, statement text) returns text
    language plpgsql as $$
declare
    places tid[];
    owners text[];
    answer text;
begin
    execute format('select array_agg(ctid), array_agg(%s) from %I', t.owner, t.name)
        into places, owners;
    begin
        perform probe.become(c);
        execute statement;
        perform set_config('role', 'none', true);
        execute format('select string_agg(translate(o, ''0'', ''p'') || n, '' '' order by o) from (
            select o, count(*) n from unnest($1, $2) b (place, o)
            where not exists (select from %I t where t.ctid = b.place) group by o) x', t.name)
            into answer using places, owners;
        raise exception using errcode = 'UNDO0', message = coalesce(answer, '·');
    exception
        when sqlstate 'UNDO0' then return sqlerrm;
        when insufficient_privilege then return 'refused';
        when unique_violation then return 'key';
    end;
end
$$;

-- For whom a statement succeeds, where x stands for the letter: 'a b'. A letter in parentheses
-- passed the policies and met a key.
create function probe.passes(c probe.context, letters text[], statement text) returns text
    language plpgsql as $$
declare
    letter text;
    touched bigint;
    answer text[] := '{}';
begin
    foreach letter in array letters loop
        begin
            perform probe.become(c);
            execute replace(replace(statement, 'xxxxxxxx', repeat(translate(letter, 'p', '0'), 8)),
                '''x', '''' || letter);
            get diagnostics touched = row_count;
            raise exception using errcode = 'UNDO0', message = touched;
        exception
            when sqlstate 'UNDO0' then
                if sqlerrm <> '0' then answer := answer || letter; end if;
            when insufficient_privilege then null;
            when unique_violation then answer := answer || ('(' || letter || ')');
        end;
    end loop;
    return coalesce(nullif(array_to_string(answer, ' '), ''), '·');
end
$$;

create function probe.visible(c probe.context, t probe.tables) returns text language plpgsql as $$
declare
    answer text;
begin
    perform probe.become(c);
    execute format('select string_agg(translate(o, ''0'', ''p'') || n, '' '' order by o) from (
        select %s o, count(*) n from %I group by 1) x', t.owner, t.name) into answer;
    perform set_config('role', 'none', true);
    return coalesce(answer, '·');
end
$$;

-- What each context may do with one table.
create function probe.report(p_table text) returns text language plpgsql as $$
declare
    t probe.tables;
    c probe.context;
    grants boolean[];
    lines text := '';
begin
    select * into strict t from probe.tables where name = p_table;
    -- Updates are granted column by column.
    select array_agg(case p when 'update' then has_any_column_privilege('maillage_app', p_table, p)
            else has_table_privilege('maillage_app', p_table, p) end order by n) into grants
        from unnest('{select,insert,update,delete}'::text[]) with ordinality x (p, n);
    for c in select * from probe.contexts() loop
        lines := lines || rtrim(format(E'  %s  %s  %s  %s  %s  %s', probe.cell(c.name, 21),
            probe.cell(case when grants[1] then probe.visible(c, t) else '–' end, 20),
            probe.cell(case when grants[2] then probe.passes(c, '{p,a,b,c}',
                format('insert into %I %s', t.name, t.addition)) else '–' end, 13),
            probe.cell(case when grants[3] then probe.touched(c, t,
                format('update %I set %s', t.name, t.change)) else '–' end, 20),
            probe.cell(case when grants[3] and t.belonging is not null
                    and has_column_privilege('maillage_app', p_table, t.belonging, 'update')
                then probe.touched(c, t,
                format($q$update %I set %I = 'eeeeeeee-0000-0000-0000-000000000000'$q$, t.name,
                    t.belonging)) else '–' end, 11),
            case when grants[4] then probe.touched(c, t, format('delete from %I', t.name))
                else '–' end)) || E'\n';
    end loop;
    return format(E'\n%s  sees                  adds           changes               gives        deletes\n%s',
        probe.cell(p_table, 23), lines);
end
$$;

-- What came of entering: the context, or that it was refused.
create function probe.entered(call text) returns text language plpgsql as $$
declare
    nobody probe.context := ('', null, null, '{}', '{}');
    answer text;
begin
    perform probe.become(nobody);
    execute call;
    select format('%s %s, %s audiences, %s groups, coordinates %s', door, roles,
            cardinality((select ctx_audiences())), cardinality((select ctx_groups())),
            cardinality((select ctx_coordinated())))
        into answer from entered();
    raise exception using errcode = 'UNDO0', message = answer;
exception
    when sqlstate 'UNDO0' then return sqlerrm;
    when sqlstate 'MG001' then return 'refused';
end
$$;

-- The answer of one query by the server's role.
create function probe.answer(c probe.context, query text) returns text language plpgsql as $$
declare
    answer text;
begin
    perform probe.become(c);
    execute query into answer;
    raise exception using errcode = 'UNDO0', message = coalesce(answer, '·');
exception
    when sqlstate 'UNDO0' then return sqlerrm;
end
$$;

-- What the functions tell that read more than their caller may.
create function probe.report_functions() returns text language plpgsql as $$
declare
    c probe.context;
    e record;
    lines text;
begin
    lines := E'\nentering\n';
    for e in
        select name, case when tenant is null
                then format('select enter_platform(%L)', probe.id(letter, number))
                else format('select enter(%L, %L)', probe.id(letter, number), probe.id(tenant, 0))
            end as call
        from (values
            ('a into a', 'a', 21, 'a'), ('a into c, too', 'a', 21, 'c'), ('a into b', 'a', 21, 'b'),
            ('closed session', 'a', 22, 'a'), ('revoked from a', 'a', 23, 'a'),
            ('b into b', 'b', 21, 'b'), ('c into c', 'c', 21, 'c'), ('d into d', 'd', 21, 'd'),
            ('operator into a', 'f', 21, 'a'), ('operator', 'f', 21, null),
            ('closed operator', 'f', 22, null), ('a as the operator', 'a', 21, null)
        ) x (name, letter, number, tenant)
    loop
        lines := lines || format(E'  %s  %s\n', probe.cell(e.name, 21), probe.entered(e.call));
    end loop;
    for e in
        select name, probe.id(tenant, 0) tenant, probe.id(client, n) client, probe.bytes('a', token) token,
            address
        from (values
            ('client of a', 'a', 'a', 161, 1, null), ('client of a into b', 'b', 'a', 161, 1, null),
            ('token given back', 'a', 'a', 161, 161, null), ('revoked client', 'a', 'a', 162, 1, null),
            ('expired client', 'a', 'a', 163, 1, null),
            ('from its network', 'a', 'a', 164, 1, '192.0.2.9'),
            ('from elsewhere', 'a', 'a', 164, 1, '198.51.100.9'),
            ('from nowhere', 'a', 'a', 164, 1, null),
            ('creator has left', 'a', 'a', 165, 1, null),
            ('and it may outlive', 'a', 'a', 166, 1, null),
            ('creator came back', 'a', 'a', 167, 1, null),
            ('client of a group', 'a', 'a', 168, 1, null),
            ('of no group of a', 'a', 'a', 169, 1, null)
        ) x (name, tenant, client, n, token, address)
    loop
        lines := lines || format(E'  %s  %s\n', probe.cell(e.name, 21), probe.entered(format(
            'select enter_client(%L, %L, %L, ''{read,write}'', %L)',
            e.tenant, e.client, e.token, e.address)));
    end loop;
    for e in select x.name, probe.id(tenant, 0) tenant, probe.id(endpoint, n) endpoint
        from (values ('webhook of a', 'a', 'a', 171), ('webhook of a into b', 'b', 'a', 171),
            ('disabled webhook', 'a', 'a', 172)) x (name, tenant, endpoint, n)
    loop
        lines := lines || format(E'  %s  %s\n', probe.cell(e.name, 21),
            probe.entered(format('select enter_webhook(%L, %L)', e.tenant, e.endpoint)));
    end loop;
    for e in
        select name, probe.id(tenant, 0) tenant, probe.id(tenant, n) job, probe.id('e', holder) holder
        from (values
            ('job of a', 'a', 171, 1), ('held by another', 'a', 171, 2),
            ('of who has left', 'a', 172, 1), ('of a client of a', 'a', 173, 1),
            ('job of c', 'c', 171, 1)
        ) x (name, tenant, n, holder)
    loop
        lines := lines || format(E'  %s  %s\n', probe.cell(e.name, 21), probe.entered(format(
            'select enter_job(%L, %L, %L)', e.tenant, e.job, e.holder)));
    end loop;
    lines := lines || format(E'\n%s  finds                 adaptations of a62, b62  '
        'founded a51, c51  deviations from a62  results shown                  released  sweeps\n', rpad('asking', 23));
    for c in select * from probe.contexts() loop
        lines := lines || rtrim(format(E'  %s  %s  %s  %s  %s  %s  %s  %s', probe.cell(c.name, 21),
            probe.cell(probe.answer(c, $q$select string_agg(o || n, ' ' order by o) from (
                select left(tenant_id::text, 1) o, count(*) n
                from search_candidates('charte', null, 100) group by 1) x$q$), 20),
            probe.cell(probe.answer(c, format('select count_adaptations(%L) || '', '' ||
                count_adaptations(%L)', probe.id('a', 62), probe.id('b', 62))), 23),
            probe.cell(probe.answer(c, format('select founded(%L) || '', '' || founded(%L)',
                probe.id('a', 51), probe.id('c', 51))), 16),
            probe.cell(probe.answer(c, format('select string_agg(reporting || '': '' || clause_id
                || '' '' || deviating, '', '') from received_deviations(%L)',
                probe.id('a', 62))), 19),
            probe.cell(probe.answer(c, 'select string_agg(coalesce(siren, ''?'') || '' '' ||
                coalesce(type, ''?'') || coalesce('' '' || population, '''') || '' '' || code, '', '')
                from shared_results(null, null, null)'), 29),
            probe.cell(probe.answer(c, 'select string_agg(code, '', '')
                from released_figures(null, null)'), 8),
            probe.answer(c, 'select sweep()'))) || E'\n';
    end loop;
    return lines;
end
$$;
