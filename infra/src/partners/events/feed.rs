//! The feed: what the tenant entered is told, oldest first.

use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use maillage_domain::partners::events::{Event, Subject, Told};
use maillage_domain::value::{CollectivityId, EventId};
use uuid::Uuid;

use crate::error::StoreError;
use crate::sql::query;
use crate::store::Db;

/// How many events are looked through at a time, at most, whatever is left of them.
pub const WINDOW: i64 = 200;

type EventSql = (
    BigInt,
    SqlUuid,
    Text,
    Timestamptz,
    SqlUuid,
    Text,
    SqlUuid,
    Nullable<Integer>,
    Array<Text>,
);

type EventRow = (
    i64,
    Uuid,
    String,
    DateTime<Utc>,
    Uuid,
    String,
    Uuid,
    Option<i32>,
    Vec<String>,
);

query! {
    /// The oldest events after `after` of each audience, merged: an event that several audiences
    /// were told of comes once. The policy asks whether its subject is visible now.
    After {
        after: i64 as BigInt,
        each: i64 as BigInt,
        limit: i64 as BigInt,
    } -> (EventSql,)
    "select e.position, e.id, e.type, e.at, e.tenant_id, e.subject, e.subject_id, e.version, \
        array_agg(e.verb) \
     from unnest((select ctx_audiences())) a (id) cross join lateral ( \
        select v.position, v.id, v.type, v.at, v.tenant_id, v.subject, v.subject_id, v.version, \
            v.verb \
        from events v where v.audience_id = a.id and v.position > ? \
            and (v.client = (select ctx_client())) is not true \
        order by v.position limit ?) e \
     group by e.position, e.id, e.type, e.at, e.tenant_id, e.subject, e.subject_id, e.version \
     order by e.position limit ?"
}

query! {
    /// How far the audiences of the caller were told.
    FeedHead {} -> (Nullable<BigInt>,)
    "select max(position) from event_heads \
     where audience_id = any ((select ctx_audiences())::uuid[])"
}

query! {
    /// The audiences of the tenant entered.
    Audiences {} -> (Array<SqlUuid>,)
    "select ctx_audiences()"
}

fn read((row,): (EventRow,)) -> Result<Told, StoreError> {
    let (position, id, what, at, tenant, subject, subject_id, version, verbs) = row;
    let subject = Subject::from_parts(&subject, subject_id, version);
    let event = Event {
        id: EventId(id),
        what: what.parse().map_err(StoreError::corrupt)?,
        occurred_at: at,
        collectivity: CollectivityId(tenant),
        subject: subject.map_err(StoreError::corrupt)?,
    };
    let verb = |verb: String| serde_json::from_value(verb.into()).map_err(StoreError::corrupt);
    Ok(Told {
        position,
        event,
        verbs: verbs.into_iter().map(verb).collect::<Result<_, _>>()?,
    })
}

/// The oldest events after the position `after`, at most `limit`: those that the tenant entered is
/// told of and whose subject it sees now, but for what the client entered did itself.
///
/// What a reader's roles and scopes leave of them is said by `Told::is_for`.
///
/// # Errors
/// When the database stands in the way.
pub async fn events_after(db: Db<'_>, after: i64, limit: i64) -> Result<Vec<Told>, StoreError> {
    let each = limit;
    let rows: Vec<(EventRow,)> = db.rows(After { after, each, limit }).await?;
    rows.into_iter().map(read).collect()
}

/// The position of the newest event that the tenant entered may have been told of: whoever starts
/// there reads only what happens from now on.
///
/// # Errors
/// When the database stands in the way.
pub async fn feed_head(db: Db<'_>) -> Result<i64, StoreError> {
    let head: Option<(Option<i64>,)> = db.row(FeedHead {}).await?;
    Ok(head.and_then(|(head,)| head).unwrap_or(0))
}

/// Under which audiences the tenant entered is told of events, to know its news by; see `News`.
///
/// # Errors
/// When the database stands in the way.
pub async fn audiences(db: Db<'_>) -> Result<Vec<Uuid>, StoreError> {
    let found: Option<(Vec<Uuid>,)> = db.row(Audiences {}).await?;
    Ok(found.map(|(audiences,)| audiences).unwrap_or_default())
}
