//! What belongs to others and is named only: read from what they have here, and for those who are not
//! here from what an earlier archive said.

use maillage_domain::partners::archive::Entity;
use uuid::Uuid;

/// Participations that are shown to those who take part; the others are between two.
const SHOWN: &str = "('invited', 'active', 'suspended')";

/// The lines of `entity` for `tenant`, in their order.
pub(super) fn rows(entity: &Entity, tenant: Uuid) -> String {
    let key = |name: &&str| format!("line ->> '{name}' collate \"C\"");
    let order: Vec<String> = entity.key.iter().map(key).collect();
    format!(
        "select line from ( \
            select to_jsonb(x) as line from ({live}) x \
            union all \
            select k.line from archived_references k \
            where k.tenant_id = '{tenant}' and k.entity = '{name}' \
                and not exists (select from collectivities c where c.id = k.owner_id)) r \
         order by {order}",
        live = live(entity.name, tenant),
        name = entity.name,
        order = order.join(", ")
    )
}

/// The groups in which `tenant` takes part now.
fn own_groups(tenant: Uuid) -> String {
    format!("select group_id from participations where tenant_id = '{tenant}' and state = 'active'")
}

/// What collectivities of this instance have that concerns `tenant`.
fn live(name: &str, tenant: Uuid) -> String {
    match name {
        "collectivities" => collectivities(tenant),
        "groups" => format!(
            "select g.tenant_id as owner_id, g.id as group_id, g.name, g.purpose, g.formed_at \
             from groups g join participations p on p.group_id = g.id \
             where p.tenant_id = '{tenant}' and p.state in {SHOWN} and g.tenant_id <> '{tenant}'"
        ),
        "participations" => format!(
            "select p.tenant_id as owner_id, p.group_id, p.role, p.state, p.since \
             from participations p \
             where p.group_id in ({}) and p.state in {SHOWN} and p.tenant_id <> '{tenant}'",
            own_groups(tenant)
        ),
        "group_use_cases" => format!(
            "select u.tenant_id as owner_id, u.group_id, u.code, u.name, u.added_at \
             from group_use_cases u \
             where u.group_id in ({}) and u.tenant_id <> '{tenant}'",
            own_groups(tenant)
        ),
        "resources" => format!("{} from {}", RESOURCE, granted(tenant)),
        "amendments" => format!(
            "select a.tenant_id as owner_id, a.id, a.resource_id, a.source_version, a.state, \
                a.proposed_at, a.settled_at \
             from amendments a where a.owner_id = '{tenant}' and a.tenant_id <> '{tenant}'"
        ),
        "amendment_comments" => format!(
            "select n.tenant_id as owner_id, n.amendment_id, n.id, n.person_id, n.text, n.at \
             from amendment_comments n \
             where n.author_id = '{tenant}' and n.tenant_id <> '{tenant}'"
        ),
        _ => "select null::uuid as owner_id where false".to_owned(),
    }
}

const RESOURCE: &str = "select s.tenant_id as owner_id, s.resource_id, s.audience_id, s.kind, \
    r.title, r.head_number as version, encode(r.head_digest, 'hex') as digest, s.level, \
    s.granted_at, s.expires_at";

/// What was granted to `tenant` or to one of its groups, and holds now.
fn granted(tenant: Uuid) -> String {
    format!(
        "shares s join resources r on r.tenant_id = s.tenant_id and r.id = s.resource_id \
         where s.tenant_id <> '{tenant}' and s.listed_at is not null \
            and (s.expires_at is null or s.expires_at > now()) \
            and (s.audience_id = '{tenant}' or s.audience_id in ({}))",
        own_groups(tenant)
    )
}

/// Everybody whose id stands somewhere in the archive.
fn collectivities(tenant: Uuid) -> String {
    let own = |column: &str, table: &str| {
        format!("select {column} from {table} where tenant_id = '{tenant}'")
    };
    let ids = [
        own("audience_id", "shares"),
        own("source_tenant_id", "resources"),
        own("source_tenant_id", "inclusions"),
        own("owner_id", "amendments"),
        own("author_id", "amendment_comments"),
        format!("select owner_id from ({}) g", live("groups", tenant)),
        format!(
            "select owner_id from ({}) p",
            live("participations", tenant)
        ),
        format!(
            "select owner_id from ({}) u",
            live("group_use_cases", tenant)
        ),
        format!("select owner_id from ({}) s", live("resources", tenant)),
        format!("select owner_id from ({}) a", live("amendments", tenant)),
        format!(
            "select owner_id from ({}) n",
            live("amendment_comments", tenant)
        ),
    ];
    format!(
        "select c.id as owner_id, c.siren, c.name, c.type from collectivities c \
         where c.id <> '{tenant}' and c.id in ({})",
        ids.join(" union all ")
    )
}
