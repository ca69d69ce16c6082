//! The inbox: what others have done that concerns the caller's collectivity, derived when it is read.
//!
//! We write no entry for anybody: who publishes does not learn who adapted, and a source that is
//! hidden from now on takes its entries along. Only what was read is kept, per person and tenant.
//! An entry goes a year after its moment, which bounds what a page looks through.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{
    Array, BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use maillage_domain::access::{Relation, Verb, roles_for};
use maillage_domain::commons::{About, Marked, Notice, NoticeKind};
use maillage_domain::value::{AmendmentId, ResourceId, WebhookId};
use uuid::Uuid;

use super::seen::granted;
use crate::error::StoreError;
use crate::schema::inbox_marks as table;
use crate::sql::query;
use crate::store::{Db, Keep, Tx};

/// The entries of the caller, each with its moment.
///
/// Of a source that has published since and may be reused, one entry: for the newest version. Of the
/// source of included clauses likewise, while one of them stands in the text and has not taken it in.
/// Of an amendment of others, one while it is open; of one's own, one when it was decided, and one for
/// each comment of the other party, on either side. Of a disabled endpoint, one for each time that was
/// not done by hand, for those who may read it.
macro_rules! entries {
    ($condition:literal) => {
        concat!(
            "select e.id, e.what, e.kind, e.resource, e.title, e.version, e.amendment, e.at, \
                m.entry is not null from ( \
             select 'source_published.' || r.id || '.' || u.head_number as id, \
                'source_published' as what, r.kind, r.id as resource, u.title, \
                u.head_number as version, null::uuid as amendment, u.head_published_at as at \
             from resources r join resources u on u.tenant_id = r.source_tenant_id \
                and u.id = r.source_resource_id and u.head_number > r.taken_version \
             where r.tenant_id = (select ctx_tenant()) and u.state = 'published' \
                and ", granted!("u.tenant_id", "u.id", 1), " \
             union all \
             select 'source_published.' || r.id || '.' || n.id || '.' || n.head_number, \
                'source_published', r.kind, r.id, n.title, n.head_number, null, \
                n.head_published_at \
             from (select i.resource_id, u.tenant_id, u.id, u.title, u.head_number, \
                    u.head_published_at, jsonb_agg(i.clause_id) as clauses \
                from inclusions i join resources u on u.tenant_id = i.source_tenant_id \
                    and u.id = i.source_resource_id and u.head_number > i.version \
                where i.tenant_id = (select ctx_tenant()) and u.state = 'published' \
                    and u.head_published_at > now() - interval '1 year' \
                group by i.resource_id, u.tenant_id, u.id, u.title, u.head_number, \
                    u.head_published_at) n \
             join resources r on r.tenant_id = (select ctx_tenant()) and r.id = n.resource_id \
             left join drafts d on d.tenant_id = r.tenant_id and d.resource_id = r.id \
             left join versions h on h.tenant_id = r.tenant_id and h.resource_id = r.id \
                and h.number = r.head_number and d.body is null \
             where ", granted!("n.tenant_id", "n.id", 1), " \
                and jsonb_path_match(coalesce(d.body, h.body), '$.clauses.**.id == $clauses[*]', \
                    jsonb_build_object('clauses', n.clauses)) \
             union all \
             select 'amendment_proposed.' || a.id, 'amendment_proposed', a.kind, a.resource_id, \
                r.title, null, a.id, a.proposed_at \
             from amendments a join resources r \
                on r.tenant_id = a.owner_id and r.id = a.resource_id \
             where a.owner_id = (select ctx_tenant()) and a.state = 'proposed' \
             union all \
             select 'amendment_settled.' || a.id, 'amendment_settled', a.kind, a.adaptation_id, \
                r.title, null, a.id, a.settled_at \
             from amendments a join resources r \
                on r.tenant_id = a.tenant_id and r.id = a.adaptation_id \
             where a.tenant_id = (select ctx_tenant()) and a.state in ('accepted', 'declined') \
             union all \
             select 'amendment_commented.' || n.id, 'amendment_commented', a.kind, r.id, r.title, \
                null, a.id, n.at \
             from amendments a join amendment_comments n \
                on n.tenant_id = a.tenant_id and n.amendment_id = a.id \
             join resources r on r.tenant_id = (select ctx_tenant()) and r.id = \
                case when a.tenant_id = (select ctx_tenant()) then a.adaptation_id \
                    else a.resource_id end \
             where (a.tenant_id = (select ctx_tenant()) or a.owner_id = (select ctx_tenant())) \
                and n.author_id <> (select ctx_tenant()) \
             union all \
             select 'webhook_disabled.' || w.id || '.' || extract(epoch from w.disabled_at)::bigint, \
                'webhook_disabled', 'webhook_endpoint', w.id, w.name, null, null, w.disabled_at \
             from webhook_endpoints w \
             where w.tenant_id = (select ctx_tenant()) and w.disabled_reason in ('gone', 'failing') \
                and exists (select from memberships p where p.tenant_id = w.tenant_id \
                    and p.person_id = (select ctx_person()) and p.state = 'active' \
                    and p.roles && ?)) e \
             left join inbox_marks m on m.tenant_id = (select ctx_tenant()) \
                and m.person_id = (select ctx_person()) and m.entry = e.id \
             where e.at > now() - interval '1 year' and ",
            $condition
        )
    };
}

type EntrySql = (
    Text,
    Text,
    Text,
    SqlUuid,
    Text,
    Nullable<Integer>,
    Nullable<SqlUuid>,
    Timestamptz,
    Bool,
);

type EntryRow = (
    String,
    String,
    String,
    Uuid,
    String,
    Option<i32>,
    Option<Uuid>,
    DateTime<Utc>,
    bool,
);

query! {
    /// Entries, newest first.
    Inbox {
        inspectors: Vec<String> as Array<Text>,
        unread: Option<bool> as Nullable<Bool>,
        at: DateTime<Utc> as Timestamptz,
        id: String as Text,
        limit: i64 as BigInt,
    } -> (EntrySql,)
    entries!("(m.entry is null) is not distinct from coalesce(?, m.entry is null) \
        and (e.at, e.id) < (?, ?) order by e.at desc, e.id desc limit ?")
}

query! {
    /// One entry.
    OneEntry { inspectors: Vec<String> as Array<Text>, id: String as Text } -> (EntrySql,)
    entries!("e.id = ?")
}

/// The roles whose holders are told of endpoints.
fn inspectors() -> Vec<String> {
    roles_for(Verb::ReadWebhooks, Relation::Own).slugs()
}

fn read((row,): (EntryRow,)) -> Result<Notice, StoreError> {
    let (id, what, kind, about, title, version, amendment, at, read) = row;
    let what: NoticeKind = serde_json::from_value(what.into()).map_err(StoreError::corrupt)?;
    let about = match what {
        NoticeKind::WebhookDisabled => About::Webhook(WebhookId(about)),
        _ => {
            let kind = kind.parse().map_err(StoreError::corrupt)?;
            About::Resource(kind, ResourceId(about))
        }
    };
    Ok(Notice {
        id,
        what,
        about,
        title,
        version,
        amendment: amendment.map(AmendmentId),
        at,
        read,
    })
}

/// The entries of the caller, newest first; only the unread ones, or only the others, if asked.
///
/// # Errors
/// When the database stands in the way.
pub async fn inbox(
    db: Db<'_>,
    unread: Option<bool>,
    before: Option<(DateTime<Utc>, String)>,
    limit: i64,
) -> Result<Vec<Notice>, StoreError> {
    let (at, id) = before.unwrap_or((DateTime::<Utc>::MAX_UTC, String::new()));
    let list = Inbox {
        inspectors: inspectors(),
        unread,
        at,
        id,
        limit,
    };
    let rows: Vec<(EntryRow,)> = db.list(list).await?;
    rows.into_iter().map(read).collect()
}

/// One entry of the caller.
///
/// # Errors
/// `Missing` when there is none.
pub async fn notice(db: Db<'_>, id: &str) -> Result<Notice, StoreError> {
    let one = OneEntry {
        inspectors: inspectors(),
        id: id.to_owned(),
    };
    let found: Option<(EntryRow,)> = db.row(one).await?;
    read(found.ok_or(StoreError::Missing)?)
}

impl Keep for Marked {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let key = (self.collectivity.0, self.person.0, self.notice.id.clone());
        if !self.notice.read {
            let mark = table::table.find(key);
            return tx.db().run(diesel::delete(mark)).await.map(|_| ());
        }
        let insert = diesel::insert_into(table::table)
            .values((
                table::tenant_id.eq(self.collectivity.0),
                table::person_id.eq(self.person.0),
                table::entry.eq(self.notice.id.clone()),
                table::at.eq(tx.now()),
            ))
            .on_conflict_do_nothing();
        tx.db().run(insert).await.map(|_| ())
    }
}
