//! The relay: gives committed facts their positions, and writes down who is told of them.
//!
//! One relay at a time holds a lock until its COMMIT, so positions become visible in their order:
//! whoever has read up to a position never finds anything below it later. Writers do not know of
//! the lock; they leave their fact among the pending ones and are gone.

use diesel::sql_types::{BigInt, Bool, Jsonb, Uuid as SqlUuid};
use maillage_domain::event::Fact;
use maillage_domain::partners::events::{Circle, reach};
use serde_json::json;
use uuid::Uuid;

use crate::error::StoreError;
use crate::locks::RELAYING;
use crate::sql::query;
use crate::store::{Store, Tx};

/// How many facts are relayed in one transaction.
pub const BATCH: i64 = 500;

query! {
    /// Whether nobody else relays; nobody else does until COMMIT then.
    Begin {} -> (Bool,)
    RELAYING
}

query! {
    /// Facts without a position, oldest first, and where the last position is.
    Pending { limit: i64 as BigInt } -> (SqlUuid, SqlUuid, Jsonb, BigInt)
    "select o.tenant_id, o.id, o.fact, \
        (select coalesce(max(h.position), 0) from event_heads h) \
     from (select tenant_id, id from outbox_pending order by id limit ?) p \
     join outbox o on o.tenant_id = p.tenant_id and o.id = p.id order by o.id"
}

query! {
    /// Tells every audience of each fact, moves their heads, and takes the facts from the pending.
    ///
    /// Of what ended those are told to whom it was granted when it did: a grant that was made since
    /// is none of them.
    Tell { facts: serde_json::Value as Jsonb } -> (BigInt,)
    "with new as ( \
        select n.*, o.at, o.client from jsonb_to_recordset(?) as n (position bigint, tenant uuid, \
            id uuid, type text, subject text, subject_id uuid, version integer, circles jsonb) \
        join outbox o on o.tenant_id = n.tenant and o.id = n.id), \
     told as ( \
        select distinct on (n.position, r.audience) n.*, c.circle, c.verb, r.audience \
        from new n cross join lateral jsonb_to_recordset(n.circles) \
            as c (circle text, named uuid, verb text) \
        cross join lateral ( \
            select n.tenant where c.circle = 'own' \
            union all select n.subject_id where c.circle = 'participants' \
            union all select c.named where c.circle in ('audience', 'fellow') \
            union all select c.named from resources r where c.circle = 'former_audience' \
                and r.tenant_id = n.tenant and r.id = n.subject_id and r.offered_at is not null \
                and exists (select from versions v where v.tenant_id = r.tenant_id \
                    and v.resource_id = r.id and v.number = 1 and v.published_at <= n.at) \
            union all select s.audience_id from shares s \
                where c.circle in ('readers', 'former_readers') \
                    and s.tenant_id = n.tenant and s.resource_id = n.subject_id \
                    and s.audience is not null \
                    and (s.expires_at is null or s.expires_at > n.at) \
                    and (c.circle = 'readers' and s.listed_at is not null \
                        or c.circle = 'former_readers' and s.granted_at <= n.at) \
            union all select p.tenant_id from participations p \
                where c.circle = 'coordinators' and p.group_id = n.subject_id \
                    and p.role = 'coordinator' and p.state = 'active' \
            union all select party from amendments a, unnest(array[a.tenant_id, a.owner_id]) party \
                where c.circle = 'parties' and a.id = n.subject_id \
        ) r (audience) \
        order by n.position, r.audience, c.circle = 'own' desc), \
     kept as ( \
        insert into events (tenant_id, position, audience_id, id, type, at, client, subject, \
            subject_id, version, circle, verb) \
        select tenant, position, audience, id, type, at, client, subject, subject_id, version, \
            circle, verb from told), \
     moved as ( \
        insert into event_heads as h (audience_id, position) \
        select audience, max(position) from (select audience, position from told \
            union all select tenant, position from new) x group by audience \
        on conflict (audience_id) do update set position = excluded.position), \
     taken as ( \
        delete from outbox_pending p using new n where p.tenant_id = n.tenant and p.id = n.id) \
     select count(*) from told"
}

query! {
    /// Whose heads moved beyond a position.
    Moved { after: i64 as BigInt } -> (SqlUuid, BigInt)
    "select audience_id, position from event_heads where position > ?"
}

/// What one turn of the relay did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relayed {
    /// How many facts have a position now.
    pub facts: usize,
    /// Whether there may be more of them.
    pub more: bool,
}

/// Who has something to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// The last position there is.
    pub head: i64,
    /// The audiences that were told something, and the tenants in which anything happened at all, a
    /// revocation for example; each with its last position.
    pub audiences: Vec<(Uuid, i64)>,
}

fn circle(circle: &Circle) -> serde_json::Value {
    json!({"circle": circle.as_str(), "named": circle.audience(), "verb": circle.verb()})
}

type Row = (Uuid, Uuid, serde_json::Value, i64);

/// What the statement needs to know of a fact, at `position`; nothing where this program does not
/// know the fact, because a newer one wrote it: that one relays it as well.
fn told((tenant, id, fact, _): Row, position: i64) -> Option<serde_json::Value> {
    let Ok(fact) = serde_json::from_value::<Fact>(fact) else {
        tracing::warn!(%tenant, %id, "a fact of a newer version waits in the outbox");
        return None;
    };
    let mut told = json!({"position": position, "tenant": tenant, "id": id});
    if let Some(it) = reach(&fact) {
        let circles: Vec<_> = it.circles.iter().map(circle).collect();
        let more = json!({
            "type": it.what,
            "subject": it.subject.kind(),
            "subject_id": it.subject.id(),
            "version": it.subject.version(),
            "circles": circles,
        });
        if let (Some(told), serde_json::Value::Object(more)) = (told.as_object_mut(), more) {
            told.extend(more);
        }
    }
    Some(told)
}

/// Gives the oldest pending facts their positions, if nobody else is doing that.
///
/// # Errors
/// When the database stands in the way; the facts wait for the next turn then.
pub async fn relay(store: &Store) -> Result<Relayed, StoreError> {
    let turn = async |tx: &mut Tx| {
        let free: Option<(bool,)> = tx.db().row(Begin {}).await?;
        if free != Some((true,)) {
            return Ok(Relayed::default());
        }
        // A statement of its own: it must see what was committed before the lock was had.
        let rows: Vec<Row> = tx.db().rows(Pending { limit: BATCH }).await?;
        let more = i64::try_from(rows.len()).is_ok_and(|rows| rows == BATCH);
        let Some(last) = rows.first().map(|row| row.3) else {
            return Ok(Relayed::default());
        };
        let told = rows.into_iter().zip(last + 1..);
        let told: Vec<_> = told.filter_map(|(row, at)| self::told(row, at)).collect();
        let facts = told.len();
        if facts > 0 {
            let facts = serde_json::Value::Array(told);
            let _: Option<(i64,)> = tx.db().row(Tell { facts }).await?;
        }
        // Facts that nobody here knows are no reason to look again at once.
        let more = more && facts > 0;
        Ok::<_, StoreError>(Relayed { facts, more })
    };
    store.relay(turn).await
}

/// Who was told something beyond the position `after`, by whichever process.
///
/// # Errors
/// When the database stands in the way.
pub async fn news_after(store: &Store, after: i64) -> Result<News, StoreError> {
    let look = async |tx: &mut Tx| {
        let moved: Vec<(Uuid, i64)> = tx.db().rows(Moved { after }).await?;
        let head = moved.iter().map(|(_, position)| *position).max();
        Ok::<_, StoreError>(News {
            head: head.unwrap_or(after),
            audiences: moved,
        })
    };
    store.relay(look).await
}
