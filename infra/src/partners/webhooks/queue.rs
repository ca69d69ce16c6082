//! The queue of one endpoint: what is new, what is due, and what came of it.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{
    Array, BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use maillage_domain::partners::events::Told;
use maillage_domain::partners::webhooks::{Endpoint, Message, Standing, Verdict, next_attempt};
use maillage_domain::value::{CollectivityId, DeliveryId, EventId, WebhookId};
use serde_json::json;
use uuid::Uuid;

use super::deliveries::DeliveryState;
use super::endpoints::endpoint_to_change;
use crate::ambient::{id, random_bytes};
use crate::error::StoreError;
use crate::outbound::Failure;
use crate::partners::events::events_after;
use crate::schema::{webhook_attempts as tried, webhook_deliveries as table, webhook_endpoints};
use crate::sql::query;
use crate::store::Tx;

/// How many events are taken from the feed at a time.
const FEED: i64 = 200;

query! {
    /// Takes the turn of an endpoint, unless somebody else has it.
    Take {
        tenant: Uuid as SqlUuid,
        endpoint: Uuid as SqlUuid,
        now: DateTime<Utc> as Timestamptz,
    } -> (BigInt, Bool)
    "select position, awake from webhook_endpoints where tenant_id = ? and id = ? \
        and disabled_at is null and coalesce(leased_until, '-infinity') <= ? \
     for update skip locked"
}

query! {
    /// What is due, the longest due first.
    Due {
        tenant: Uuid as SqlUuid,
        endpoint: Uuid as SqlUuid,
        now: DateTime<Utc> as Timestamptz,
        limit: i64 as BigInt,
    } -> (SqlUuid, SqlUuid, Nullable<BigInt>, Text, Text, Integer, Integer)
    "select id, event_id, position, type, body, attempts, tried from webhook_deliveries \
     where tenant_id = ? and endpoint_id = ? and state = 'pending' and due_at <= ? \
     order by due_at, id limit ?"
}

query! {
    /// Which of these places in the feed the tenant may read now: the policy says it.
    Visible { positions: Vec<i64> as Array<BigInt> } -> (BigInt,)
    "select distinct position from events \
     where audience_id = any ((select ctx_audiences())::uuid[]) and position = any (?)"
}

query! {
    /// Ends the turn: when the endpoint is due again, and who has it until when.
    Settle {
        leased_until: Option<DateTime<Utc>> as Nullable<Timestamptz>,
        position: i64 as BigInt,
        awake: bool as Bool,
        tenant: Uuid as SqlUuid,
        endpoint: Uuid as SqlUuid,
    } -> (Uuid,)
    "update webhook_endpoints e set leased_until = l.until, position = l.position, \
        awake = l.awake, due_at = coalesce(l.until, (select min(d.due_at) \
            from webhook_deliveries d where d.tenant_id = e.tenant_id \
                and d.endpoint_id = e.id and d.state = 'pending')) \
     from (values (?, ?, ?)) l (until, position, awake) where e.tenant_id = ? and e.id = ?"
}

/// What is to be sent now.
pub(super) struct Parcel {
    /// Which delivery it is of.
    pub delivery: DeliveryId,
    /// What is sent.
    pub message: Message,
    attempts: i32,
    tried: i32,
}

/// The turn of an endpoint: what is to be sent while its lease lasts.
pub(super) struct Turn {
    /// Where it is sent, and with which keys that is signed.
    pub endpoint: Endpoint,
    /// What.
    pub parcels: Vec<Parcel>,
}

/// What came of an attempt.
pub(super) struct Came {
    /// When it was made.
    pub at: DateTime<Utc>,
    /// What was answered, or why nothing was.
    pub answer: Result<u16, Failure>,
    /// How long it took.
    pub took: std::time::Duration,
}

/// Begins a delivery of `message`, due at once.
pub(super) async fn insert(
    tx: &Tx,
    (tenant, endpoint, delivery): (CollectivityId, WebhookId, DeliveryId),
    message: &Message,
    position: Option<i64>,
) -> Result<(), StoreError> {
    let row = diesel::insert_into(table::table).values((
        table::tenant_id.eq(tenant.0),
        table::endpoint_id.eq(endpoint.0),
        table::id.eq(delivery.0),
        table::event_id.eq(message.id.0),
        table::position.eq(position),
        table::type_.eq(message.event.clone()),
        table::body.eq(message.body.clone()),
        table::state.eq(DeliveryState::Pending.as_str()),
        table::attempts.eq(0),
        table::tried.eq(0),
        table::due_at.eq(tx.now()),
        table::created_at.eq(tx.now()),
    ));
    tx.db().run_one(row).await
}

/// A thin event as it is sent.
fn message(told: &Told) -> Message {
    let event = &told.event;
    let data = json!({
        "id": event.id,
        "collectivity": event.collectivity,
        "subject": {
            "kind": event.subject.kind(),
            "id": event.subject.id(),
            "version": event.subject.version(),
            "href": event.subject.href(),
        },
    });
    Message::of(event.id, event.what.as_str(), event.occurred_at, &data)
}

/// Takes from the feed what is new since `position`; says how far that was, and whether there may be
/// more.
async fn feed(tx: &Tx, endpoint: &Endpoint, position: i64) -> Result<(i64, bool), StoreError> {
    let told = events_after(tx.db(), position, FEED).await?;
    let more = i64::try_from(told.len()).is_ok_and(|told| told == FEED);
    for it in &told {
        if endpoint.terms.wants(it.event.what.as_str()) {
            let ids = (endpoint.collectivity, endpoint.id, DeliveryId(id()));
            insert(tx, ids, &message(it), Some(it.position)).await?;
        }
    }
    Ok((told.last().map_or(position, |it| it.position), more))
}

/// Ends those of `due` that the tenant may not see any more, and gives the rest.
async fn entitled(
    tx: &Tx,
    tenant: CollectivityId,
    due: Vec<(Parcel, Option<i64>)>,
) -> Result<Vec<Parcel>, StoreError> {
    let positions: Vec<_> = due.iter().filter_map(|(_, position)| *position).collect();
    let visible: Vec<(i64,)> = tx.db().rows(Visible { positions }).await?;
    let mut parcels = Vec::new();
    for (parcel, position) in due {
        if position.is_none_or(|it| visible.contains(&(it,))) {
            parcels.push(parcel);
            continue;
        }
        let ended = diesel::update(table::table.find((tenant.0, parcel.delivery.0))).set((
            table::state.eq(DeliveryState::Withheld.as_str()),
            table::ended_at.eq(Some(tx.now())),
        ));
        tx.db().run_one(ended).await?;
    }
    Ok(parcels)
}

type DueRow = (Uuid, Uuid, Option<i64>, String, String, i32, i32);

/// Takes the turn of an endpoint as its tenant: at most `window` messages, one while it fails.
pub(super) async fn take(
    tx: &Tx,
    (tenant, endpoint): (CollectivityId, WebhookId),
    window: i64,
    lease: TimeDelta,
) -> Result<Option<Turn>, StoreError> {
    let (now, of) = (tx.now(), (tenant.0, endpoint.0));
    let take = Take {
        tenant: of.0,
        endpoint: of.1,
        now,
    };
    let taken: Option<(i64, bool)> = tx.db().row(take).await?;
    let Some((position, awake)) = taken else {
        return Ok(None);
    };
    let endpoint = endpoint_to_change(tx, tenant, endpoint).await?;
    let (position, awake) = match awake {
        true => feed(tx, &endpoint, position).await?,
        false => (position, false),
    };
    let fails = !matches!(
        endpoint.standing,
        Standing::Active {
            failing_since: None
        }
    );
    let due = Due {
        tenant: of.0,
        endpoint: of.1,
        now,
        limit: if fails { 1 } else { window },
    };
    let due: Vec<DueRow> = tx.db().rows(due).await?;
    let parcel = |(delivery, event, position, kind, body, attempts, tried): DueRow| {
        let message = Message {
            id: EventId(event),
            event: kind,
            body,
        };
        let delivery = DeliveryId(delivery);
        let parcel = Parcel {
            delivery,
            message,
            attempts,
            tried,
        };
        (parcel, position)
    };
    let parcels = entitled(tx, tenant, due.into_iter().map(parcel).collect()).await?;
    let settle = Settle {
        leased_until: (!parcels.is_empty()).then(|| now + lease),
        position,
        awake,
        tenant: of.0,
        endpoint: of.1,
    };
    tx.db().run_one(settle).await?;
    Ok(Some(Turn { endpoint, parcels }))
}

/// Writes down what came of the attempts of a turn, and ends its lease.
pub(super) async fn settle(tx: &mut Tx, turn: &Turn, came: &[Came]) -> Result<(), StoreError> {
    let (tenant, now) = (turn.endpoint.collectivity, tx.now());
    let mut verdicts = Vec::new();
    for (parcel, came) in turn.parcels.iter().zip(came) {
        let verdict = Verdict::of(came.answer.ok());
        verdicts.push(verdict);
        note(tx, tenant, parcel, came, verdict).await?;
    }
    // One success says that the receiver is there; one 410, that it wants no more.
    let verdict = [Verdict::Gone, Verdict::Delivered];
    let verdict = verdict.into_iter().find(|it| verdicts.contains(it));
    let endpoint = endpoint_to_change(tx, tenant, turn.endpoint.id).await?;
    let own = webhook_endpoints::table.find((tenant.0, endpoint.id.0));
    let free = webhook_endpoints::leased_until.eq(None::<DateTime<Utc>>);
    match endpoint.note(verdict.unwrap_or(Verdict::Failed), now) {
        Ok(outcome) => {
            tx.save(outcome).await?;
            tx.db().run_one(diesel::update(own).set(free)).await
        }
        Err(endpoint) => {
            let failing_since = match endpoint.standing {
                Standing::Active { failing_since } => failing_since,
                Standing::Disabled { .. } => None,
            };
            let changes = (
                free,
                webhook_endpoints::failing_since.eq(failing_since),
                webhook_endpoints::due_at.eq(Some(now)),
            );
            tx.db().run_one(diesel::update(own).set(changes)).await
        }
    }
}

/// Writes down one attempt, and when the next one is.
async fn note(
    tx: &Tx,
    tenant: CollectivityId,
    parcel: &Parcel,
    came: &Came,
    verdict: Verdict,
) -> Result<(), StoreError> {
    let attempt = diesel::insert_into(tried::table).values((
        tried::tenant_id.eq(tenant.0),
        tried::delivery_id.eq(parcel.delivery.0),
        tried::number.eq(parcel.attempts + 1),
        tried::at.eq(came.at),
        tried::status.eq(came.answer.ok().map(i32::from)),
        tried::failure.eq(came.answer.err().map(|failure| failure.to_string())),
        tried::milliseconds.eq(i32::try_from(came.took.as_millis()).unwrap_or(i32::MAX)),
    ));
    tx.db().run_one(attempt).await?;
    let jitter = u16::from_be_bytes(random_bytes::<2>()?);
    let failed = usize::try_from(parcel.tried + 1).map_err(StoreError::corrupt)?;
    let next = match verdict {
        Verdict::Delivered => None,
        Verdict::Failed | Verdict::Gone => next_attempt(failed, jitter, tx.now()),
    };
    let state = match (verdict, next) {
        (Verdict::Delivered, _) => DeliveryState::Delivered,
        (_, Some(_)) => DeliveryState::Pending,
        (_, None) => DeliveryState::Failed,
    };
    let ended = next.is_none().then(|| tx.now());
    let changes = (
        table::state.eq(state.as_str()),
        table::attempts.eq(parcel.attempts + 1),
        table::tried.eq(parcel.tried + 1),
        table::due_at.eq(next.unwrap_or(tx.now())),
        table::ended_at.eq(ended),
    );
    let own = table::table.find((tenant.0, parcel.delivery.0));
    tx.db().run_one(diesel::update(own).set(changes)).await
}
