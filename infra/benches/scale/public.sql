-- How much is granted to everyone: :public per mille of what is published, instead of what was.

-- step: grants to the public
set session_replication_role = replica;
set synchronous_commit = on;
update search_documents set audience = array_remove(audience, ':everyone'::uuid)
where audience @> array[':everyone'::uuid];
delete from shares where audience_id = ':everyone'::uuid;
insert into shares (tenant_id, resource_id, audience_id, id, kind, audience, level, listed_at, granted_at)
select tenant_id, id, ':everyone'::uuid, gen_random_uuid(), kind, '{"type": "public"}', 0,
    offered_at, offered_at
from resources where state = 'published' and (hashtext(id::text) & 65535) % 1000 < :public;
update search_documents d set audience = d.audience || s.audience_id from shares s
where s.audience_id = ':everyone'::uuid and s.tenant_id = d.tenant_id and s.resource_id = d.resource_id;
delete from events where audience_id = ':everyone'::uuid;
insert into events (tenant_id, position, audience_id, id, type, at, client, subject, subject_id,
    version, circle, verb)
select e.tenant_id, e.position, s.audience_id, e.id, e.type, e.at, e.client, e.subject, e.subject_id,
    e.version, 'readers', e.verb
from shares s join events e on e.tenant_id = s.tenant_id and e.subject_id = s.resource_id
    and e.circle = 'own'
where s.audience_id = ':everyone'::uuid;
reset session_replication_role;

-- step: vacuum and statistics
-- Indexes too, however few rows are dead: pages with dead rows are read where an index would do.
vacuum (analyze, index_cleanup on) shares, search_documents,
    events;
