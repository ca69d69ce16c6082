//! The courier: whose turn it is, many at once, those who fail apart from the others.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use diesel::sql_types::{Array, BigInt, Bool, Timestamptz, Uuid as SqlUuid};
use futures::future::join_all;
use futures::stream::{FuturesUnordered, StreamExt as _};
use maillage_domain::partners::webhooks::{Endpoint, Message};
use maillage_domain::value::{CollectivityId, WebhookId};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::sync::Notify;
use uuid::Uuid;

use super::queue::{Came, settle, take};
use super::seal::Seal;
use crate::error::StoreError;
use crate::outbound::Egress;
use crate::partners::events::news_after;
use crate::sql::query;
use crate::store::{Store, Tx};

query! {
    /// Wakes the endpoints of those who are among these audiences; one that is awake stays so.
    Wake { audiences: Vec<Uuid> as Array<SqlUuid> } -> (BigInt,)
    "with news (ids) as (values (?)), woken as ( \
        update webhook_endpoints e set awake = true from news n, collectivities c \
        where c.id = e.tenant_id and e.disabled_at is null and not e.awake \
            and (c.audiences && n.ids or exists (select from participations p \
                where p.tenant_id = e.tenant_id and p.group_id = any (n.ids) \
                    and p.state = 'active')) \
        returning 1) select count(*) from woken"
}

query! {
    /// Endpoints whose turn it is, of those who fail or of the others: the longest due first.
    Waiting {
        failing: bool as Bool,
        now: DateTime<Utc> as Timestamptz,
        limit: i64 as BigInt,
    } -> (SqlUuid, SqlUuid)
    "select w.tenant_id, w.id from (values (?, ?)) n (failing, now) cross join lateral ( \
        select e.tenant_id, e.id, coalesce(e.due_at, n.now) due from webhook_endpoints e \
        where e.disabled_at is null and (e.awake or e.due_at <= n.now) \
            and coalesce(e.leased_until, '-infinity') <= n.now \
            and (e.failing_since is not null) = n.failing) w \
     order by w.due limit ?"
}

/// How fast the courier goes.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How many endpoints are served at once.
    pub at_once: usize,
    /// How many of those that fail, besides.
    pub failing: usize,
    /// How many messages one endpoint is sent at once.
    pub window: u16,
    /// How long a turn lasts at most: longer than a receiver is waited for.
    pub lease: Duration,
    /// How often it is looked whether there is something to do.
    pub tick: Duration,
}

impl Pace {
    /// The pace of a server.
    pub const SERVING: Self = Self {
        at_once: 128,
        failing: 16,
        window: 8,
        lease: Duration::from_secs(45),
        tick: Duration::from_millis(500),
    };
}

/// Delivers what the feed tells to the endpoints of all tenants.
pub struct Courier {
    store: Store,
    egress: Egress,
    seal: Seal,
    pace: Pace,
}

/// Whose turn is under way: whether it is one of those that fail.
type UnderWay = HashMap<WebhookId, bool>;

/// Whose turn it is, and whether they are of those that fail.
type Waiters = Vec<(CollectivityId, WebhookId, bool)>;

/// How far the feed was looked through for news, and when.
#[derive(Clone, Copy, Default)]
struct Seen {
    position: i64,
    at: Option<Instant>,
}

impl Courier {
    /// A courier; any number of them may work on one database.
    pub fn new(store: Store, egress: Egress, seal: Seal, pace: Pace) -> Self {
        Self {
            store,
            egress,
            seal,
            pace,
        }
    }

    /// Delivers for ever. Whoever drops this leaves leases that run out.
    pub async fn run(&self) {
        let (mut turns, mut under_way) = (FuturesUnordered::new(), UnderWay::new());
        let (ended, mut seen) = (Notify::new(), Seen::default());
        ended.notify_one();
        loop {
            let room = self.room(&under_way);
            let look = std::pin::pin!(self.look(&ended, seen, room));
            // Turns go on while it is looked for more: they hold connections that looking waits for.
            let found = tokio::select! {
                found = look => found,
                () = async {
                    while let Some(done) = turns.next().await {
                        under_way.remove(&done);
                        ended.notify_one();
                    }
                    std::future::pending().await
                } => continue,
            };
            seen = found.0;
            for (tenant, endpoint, failing) in found.1 {
                if under_way.insert(endpoint, failing).is_none() {
                    turns.push(self.turn(tenant, endpoint));
                }
            }
        }
    }

    /// How many more may be served at once: of those that do not fail, and of those that do.
    fn room(&self, under_way: &UnderWay) -> [(bool, usize); 2] {
        let busy = |failing| under_way.values().filter(|it| **it == failing).count();
        [
            (false, self.pace.at_once.saturating_sub(busy(false))),
            (true, self.pace.failing.saturating_sub(busy(true))),
        ]
    }

    /// Waits for a moment, or for a turn to end, and looks who is next.
    async fn look(&self, ended: &Notify, seen: Seen, room: [(bool, usize); 2]) -> (Seen, Waiters) {
        let _ = tokio::time::timeout(self.pace.tick, ended.notified()).await;
        let mut now = seen;
        if seen.at.is_none_or(|at| at.elapsed() >= self.pace.tick) {
            now.at = Some(Instant::now());
            match self.wake(seen.position).await {
                Ok(position) => now.position = position,
                Err(error) => tracing::warn!(%error, "could not wake webhooks"),
            }
        }
        let waiting = self.waiting(room).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "could not look for webhooks");
            Waiters::new()
        });
        (now, waiting)
    }

    /// Wakes those who have news since `seen`; says how far that goes.
    ///
    /// # Errors
    /// When the database stands in the way.
    pub async fn wake(&self, seen: i64) -> Result<i64, StoreError> {
        let news = news_after(&self.store, seen).await?;
        if !news.audiences.is_empty() {
            let audiences = news.audiences.into_iter().map(|(id, _)| id).collect();
            self.store
                .dispatch(async |tx: &mut Tx| tx.db().run(Wake { audiences }).await)
                .await?;
        }
        Ok(news.head)
    }

    /// Whose turn it is, as far as there is room for them.
    async fn waiting(&self, room: [(bool, usize); 2]) -> Result<Waiters, StoreError> {
        let now = self.store.clock().now();
        self.store
            .dispatch(async |tx: &mut Tx| {
                let mut waiting = Vec::new();
                for (failing, room) in room {
                    let limit = i64::try_from(room).map_err(StoreError::corrupt)?;
                    let found = Waiting {
                        failing,
                        now,
                        limit,
                    };
                    let found: Vec<(Uuid, Uuid)> = tx.db().rows(found).await?;
                    let named =
                        |(tenant, endpoint)| (CollectivityId(tenant), WebhookId(endpoint), failing);
                    waiting.extend(found.into_iter().map(named));
                }
                Ok(waiting)
            })
            .await
    }

    /// One turn of an endpoint; gives its name back.
    async fn turn(&self, tenant: CollectivityId, endpoint: WebhookId) -> WebhookId {
        match self.serve(tenant, endpoint).await {
            Ok(()) | Err(StoreError::NotEntered) => {}
            Err(error) => tracing::warn!(%error, %endpoint, "a webhook was not served"),
        }
        endpoint
    }

    async fn serve(&self, tenant: CollectivityId, endpoint: WebhookId) -> Result<(), StoreError> {
        let lease = TimeDelta::from_std(self.pace.lease).map_err(StoreError::corrupt)?;
        let (of, window) = ((tenant, endpoint), i64::from(self.pace.window));
        let turn = self
            .store
            .deliver(tenant, endpoint, async |tx: &mut Tx| {
                take(tx, of, window, lease).await
            })
            .await?;
        let Some(turn) = turn.filter(|turn| !turn.parcels.is_empty()) else {
            return Ok(());
        };
        // Outside of any transaction: no connection waits for a receiver.
        let parcels = turn.parcels.iter();
        let sent = parcels.map(|parcel| self.send(&turn.endpoint, &parcel.message));
        let came: Vec<_> = join_all(sent).await.into_iter().collect::<Result<_, _>>()?;
        self.store
            .deliver(tenant, endpoint, async |tx: &mut Tx| {
                settle(tx, &turn, &came).await
            })
            .await
    }

    /// Sends one message, signed at this moment.
    async fn send(&self, endpoint: &Endpoint, message: &Message) -> Result<Came, StoreError> {
        let at = self.store.clock().now();
        let signature = self.seal.header(endpoint, message, at)?;
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("webhook-id", message.id.to_string()),
            ("webhook-timestamp", at.timestamp().to_string()),
            ("webhook-signature", signature),
        ] {
            let value = HeaderValue::try_from(value).map_err(StoreError::corrupt)?;
            headers.insert(HeaderName::from_static(name), value);
        }
        let (address, begun) = (endpoint.terms.address.as_str(), Instant::now());
        let sent = self.egress.post(address, headers, message.body.clone());
        Ok(Came {
            at,
            answer: sent.await,
            took: begun.elapsed(),
        })
    }
}
