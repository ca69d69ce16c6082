//! Deliveries: what was sent to an endpoint and how that went, as people read it.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Timestamptz};
use maillage_domain::partners::webhooks::{Replay, Replayed, Tested};
use maillage_domain::value::{CollectivityId, DeliveryId, EventId, WebhookId};
use uuid::Uuid;

use super::queue::insert;
use crate::ambient::id;
use crate::error::StoreError;
use crate::schema::{
    webhook_attempts as tried, webhook_deliveries as table, webhook_endpoints as endpoints,
};
use crate::sql::query;
use crate::store::{Db, Keep, Store, Tx};

/// How long what has ended is remembered.
const KEPT: TimeDelta = TimeDelta::days(30);

query! {
    /// Forgets deliveries that ended before a moment.
    Forget { before: DateTime<Utc> as Timestamptz } -> (BigInt,)
    "with gone as (delete from webhook_deliveries where state <> 'pending' and ended_at < ? \
        returning 1) select count(*) from gone"
}

/// How far a delivery has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// It waits for its next attempt.
    Pending,
    /// It was received.
    Delivered,
    /// It was not, however often it was tried.
    Failed,
    /// It was not sent: the collectivity may not see it any more.
    Withheld,
}

impl DeliveryState {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Withheld => "withheld",
        }
    }

    fn named(name: &str) -> Result<Self, StoreError> {
        let all = [Self::Pending, Self::Delivered, Self::Failed, Self::Withheld];
        let named = all.into_iter().find(|it| it.as_str() == name);
        named.ok_or_else(|| StoreError::corrupt("a delivery in no state"))
    }
}

/// A message to an endpoint, with how it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// `webhook-id`.
    pub event: EventId,
    /// What happened.
    pub kind: String,
    /// What is sent.
    pub body: String,
    /// How far it has come.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: i32,
    /// When it is tried next, while it waits.
    pub due_at: DateTime<Utc>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
}

/// One attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempted {
    /// When.
    pub at: DateTime<Utc>,
    /// What was answered.
    pub status: Option<u16>,
    /// Why nothing was.
    pub failure: Option<String>,
    /// How long it took.
    pub milliseconds: u32,
}

#[derive(Queryable)]
struct Row {
    _tenant_id: Uuid,
    _endpoint_id: Uuid,
    id: Uuid,
    event_id: Uuid,
    _position: Option<i64>,
    kind: String,
    body: String,
    state: String,
    attempts: i32,
    _tried: i32,
    due_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
}

fn read(row: Row) -> Result<Delivery, StoreError> {
    Ok(Delivery {
        id: DeliveryId(row.id),
        event: EventId(row.event_id),
        kind: row.kind,
        body: row.body,
        state: DeliveryState::named(&row.state)?,
        attempts: row.attempts,
        due_at: row.due_at,
        created_at: row.created_at,
        ended_at: row.ended_at,
    })
}

/// What was sent to an endpoint, the newest first.
///
/// # Errors
/// When the database stands in the way.
pub async fn deliveries(
    db: Db<'_>,
    tenant: CollectivityId,
    endpoint: WebhookId,
    before: Option<DeliveryId>,
    limit: i64,
) -> Result<Vec<Delivery>, StoreError> {
    let query = table::table
        .filter(table::tenant_id.eq(tenant.0))
        .filter(table::endpoint_id.eq(endpoint.0))
        .filter(table::id.lt(before.map_or(Uuid::max(), |id| id.0)))
        .order(table::id.desc())
        .limit(limit);
    let rows: Vec<Row> = db.list(query).await?;
    rows.into_iter().map(read).collect()
}

/// One of them.
///
/// # Errors
/// `Missing` when there is none.
pub async fn delivery(
    db: Db<'_>,
    tenant: CollectivityId,
    endpoint: WebhookId,
    id: DeliveryId,
) -> Result<Delivery, StoreError> {
    let query = table::table
        .find((tenant.0, id.0))
        .filter(table::endpoint_id.eq(endpoint.0));
    read(db.row(query).await?.ok_or(StoreError::Missing)?)
}

/// When, the status or the failure, and the milliseconds it took.
type AttemptRow = (DateTime<Utc>, Option<i32>, Option<String>, i32);

/// Every attempt to deliver it, the first one first.
///
/// # Errors
/// When the database stands in the way.
pub async fn attempts(
    db: Db<'_>,
    tenant: CollectivityId,
    delivery: DeliveryId,
) -> Result<Vec<Attempted>, StoreError> {
    let query = tried::table
        .filter(tried::tenant_id.eq(tenant.0))
        .filter(tried::delivery_id.eq(delivery.0))
        .order(tried::number)
        .select((
            tried::at,
            tried::status,
            tried::failure,
            tried::milliseconds,
        ));
    let rows: Vec<AttemptRow> = db.rows(query).await?;
    let attempted = |(at, status, failure, milliseconds): AttemptRow| Attempted {
        at,
        status: status.and_then(|status| u16::try_from(status).ok()),
        failure,
        milliseconds: milliseconds.unsigned_abs(),
    };
    Ok(rows.into_iter().map(attempted).collect())
}

/// Forgets what ended a month ago; says how many deliveries those were.
///
/// # Errors
/// When the database stands in the way.
pub async fn forget(store: &Store) -> Result<i64, StoreError> {
    let before = store.clock().now() - KEPT;
    store
        .dispatch(async |tx: &mut Tx| {
            let gone: Option<(i64,)> = tx.db().row(Forget { before }).await?;
            Ok::<_, StoreError>(gone.map_or(0, |(rows,)| rows))
        })
        .await
}

/// Has the endpoint looked at soon.
async fn nudge(tx: &Tx, tenant: CollectivityId, endpoint: WebhookId) -> Result<(), StoreError> {
    let own = endpoints::table.find((tenant.0, endpoint.0));
    let due = endpoints::due_at.eq(Some(tx.now()));
    tx.db().run_one(diesel::update(own).set(due)).await
}

impl Keep for Tested {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let endpoint = &self.endpoint;
        let ids = (endpoint.collectivity, endpoint.id, DeliveryId(id()));
        insert(tx, ids, &self.message, None).await?;
        nudge(tx, endpoint.collectivity, endpoint.id).await
    }
}

impl Keep for Replayed {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let endpoint = &self.endpoint;
        let ended = table::table
            .filter(table::tenant_id.eq(endpoint.collectivity.0))
            .filter(table::endpoint_id.eq(endpoint.id.0));
        let anew = (
            table::state.eq(DeliveryState::Pending.as_str()),
            table::tried.eq(0),
            table::due_at.eq(tx.now()),
            table::ended_at.eq(None::<DateTime<Utc>>),
        );
        match self.what {
            Replay::One(delivery) => {
                let one = ended.filter(table::id.eq(delivery.0));
                if tx.db().run(diesel::update(one).set(anew)).await? == 0 {
                    return Err(StoreError::Missing);
                }
            }
            Replay::Since(moment) => {
                let since = ended
                    .filter(table::created_at.ge(moment))
                    .filter(table::state.ne(DeliveryState::Pending.as_str()));
                tx.db().run(diesel::update(since).set(anew)).await?;
            }
        }
        nudge(tx, endpoint.collectivity, endpoint.id).await
    }
}
