//! What of the database is in an archive, as SQL, and what is not, with the reason.

use maillage_domain::partners::archive::{Entity, Member, Type};
use uuid::Uuid;

/// Tables that no archive holds, each with the reason. A test of the catalogue reads this list.
pub const LEFT_BEHIND: &[(&str, &str)] = &[
    ("archived_references", "comes out again as references"),
    ("client_calls", "what was called at this instance"),
    ("client_requests", "what was called at this instance"),
    ("client_secrets", "a secret: rotated after an import"),
    (
        "credentials",
        "a secret of a person: set anew after an import",
    ),
    (
        "directory_entries",
        "the national directory, which every instance has",
    ),
    ("event_heads", "how far the feed of this instance was told"),
    (
        "events",
        "the feed of this instance; the audit trail has the same facts",
    ),
    ("idempotency_keys", "answers sealed for 24 hours"),
    ("inbox_marks", "made again from the audit trail"),
    ("job_files", "of jobs, forgotten after days"),
    ("jobs", "work of this instance, forgotten after days"),
    ("login_attempts", "counters of minutes"),
    ("operators", "those who run this instance"),
    (
        "outbox",
        "what this instance has yet to deliver; the audit trail has the same facts",
    ),
    (
        "outbox_pending",
        "what the relay of this instance has yet to tell",
    ),
    ("refresh_tokens", "a secret: everybody logs in again"),
    ("release_batches", "the platform's own, of no collectivity"),
    ("releases", "the platform's own, of no collectivity"),
    ("search_documents", "made again from the texts"),
    ("sessions", "everybody logs in again"),
    ("spent_tokens", "of tokens of minutes"),
    ("webhook_attempts", "of deliveries by this instance"),
    ("webhook_deliveries", "told by this instance, for days"),
    (
        "webhook_endpoints",
        "they trust the secrets of this instance: registered anew after an import",
    ),
    (
        "webhook_signers",
        "secrets of this instance, sealed with its keys",
    ),
];

/// Columns of tables that are in an archive, but for these. `tenant_id` is said once, by the manifest.
const OMITTED: &[(&str, &str)] = &[("collectivities", "audiences"), ("invitations", "secret")];

/// Whether this column is left out on purpose: computed again, or a secret.
pub fn left_out(table: &str, column: &str) -> bool {
    column == "tenant_id" || OMITTED.contains(&(table, column))
}

/// The rows of `entity` that belong to `tenant`, as lines, in their order.
pub(super) fn rows(entity: &Entity, tenant: Uuid) -> String {
    let columns: Vec<String> = entity.members.iter().map(shown).collect();
    let condition = match entity.name {
        "collectivities" => format!("t.id = '{tenant}'"),
        "persons" => format!(
            "exists (select from memberships m where m.tenant_id = '{tenant}' \
             and m.person_id = t.id)"
        ),
        _ => format!("t.tenant_id = '{tenant}'"),
    };
    format!(
        "select to_jsonb(x) as line from (select {} from {} t where {condition}) x order by {}",
        columns.join(", "),
        entity.name,
        order(entity)
    )
}

/// How a column is shown: bytes as hexadecimal digits.
fn shown(member: &Member) -> String {
    let name = member.name;
    match member.kind {
        Type::Digest => format!("encode(t.{name}, 'hex') as {name}"),
        _ => format!("t.{name}"),
    }
}

fn order(entity: &Entity) -> String {
    let key = |name: &&str| {
        let member = entity.members.iter().find(|member| member.name == *name);
        // Text in the order of its bytes, whatever the language of the database.
        match member.map(|member| member.kind) {
            Some(Type::Text | Type::Digest) => format!("x.{name} collate \"C\""),
            _ => format!("x.{name}"),
        }
    };
    entity.key.iter().map(key).collect::<Vec<_>>().join(", ")
}

/// The lines of a parameter as rows `x` with the columns of `entity`.
pub(super) fn recordset(entity: &Entity) -> String {
    let column = |member: &Member| format!("{} {}", member.name, sql_type(member.kind));
    let columns: Vec<String> = entity.members.iter().map(column).collect();
    format!("jsonb_to_recordset($1) as x ({})", columns.join(", "))
}

const fn sql_type(kind: Type) -> &'static str {
    match kind {
        Type::Id => "uuid",
        Type::Text | Type::Digest => "text",
        Type::Texts => "text[]",
        Type::Number => "bigint",
        Type::Flag => "boolean",
        Type::Moment => "timestamptz",
        Type::Day => "date",
        Type::Json => "jsonb",
    }
}

/// Adds the lines of a parameter to the rows of `tenant`; `more` are columns that lines do not have.
pub(super) fn insert(entity: &Entity, tenant: Option<Uuid>, more: &[(&str, String)]) -> String {
    let mut columns: Vec<&str> = Vec::new();
    let mut values: Vec<String> = Vec::new();
    if let Some(tenant) = tenant {
        columns.push("tenant_id");
        values.push(format!("'{tenant}'::uuid"));
    }
    for member in entity.members {
        columns.push(member.name);
        values.push(match member.kind {
            Type::Digest => format!("decode(x.{}, 'hex')", member.name),
            _ => format!("x.{}", member.name),
        });
    }
    for (column, value) in more {
        columns.push(column);
        values.push(value.clone());
    }
    format!(
        "insert into {} ({}) select {} from {}",
        entity.name,
        columns.join(", "),
        values.join(", "),
        recordset(entity)
    )
}
