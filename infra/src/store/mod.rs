//! The store: the only way to the database, and it leads through a tenant.
//!
//! A transaction is *entered*: `enter(session, tenant)` checks session and membership at this very
//! moment and sets the context that every policy reads. `Db` and `Tx` exist only inside an entered
//! transaction, so they are the proof of scope that every find and list asks for: we keep no
//! separate `Scope` value, because one made before entering could outlive the membership.
//!
//! A read costs one round trip: BEGIN and enter() go out together with the query, COMMIT is queued
//! behind and not waited for. COMMIT is never sent along with them: it would overtake a query whose
//! statement is not prepared yet.

mod caller;
mod db;
mod lease;
mod tally;
mod tx;

use std::time::Duration;

use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::deadpool::Pool;
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use maillage_domain::access::Actor;
use maillage_domain::value::{CollectivityId, WebhookId};
use uuid::Uuid;

use crate::ambient::Clock;
use crate::error::StoreError;
pub use caller::{Bearer, Caller, ClientBearer};
use caller::{Entered, EnteredClient};
pub use db::Db;
pub use lease::Lease;
pub use tally::Tally;
pub(crate) use tx::Keep;
use tx::Open;
pub use tx::Tx;

/// How long a request waits for a connection before it is told to come back later.
const PATIENCE: Duration = Duration::from_secs(5);

/// A pool of connections and a clock. One per worker thread: a shared pool costs wake-ups.
#[derive(Clone)]
pub struct Store {
    pool: Pool<AsyncPgConnection>,
    clock: Clock,
}

impl Store {
    /// Prepares a pool of at most `size` connections; none is opened yet.
    ///
    /// # Errors
    /// When the pool cannot be built, which no size prevents.
    pub fn new(url: &str, size: usize, clock: Clock) -> Result<Self, StoreError> {
        let mut config = ManagerConfig::default();
        // The default asks `SELECT 1` at each checkout: a round trip that proves nothing for long.
        config.recycling_method = RecyclingMethod::Fast;
        let manager = AsyncDieselConnectionManager::new_with_config(url, config);
        let pool = Pool::builder(manager)
            .max_size(size)
            .wait_timeout(Some(PATIENCE))
            .create_timeout(Some(PATIENCE))
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .map_err(StoreError::corrupt)?;
        Ok(Self { pool, clock })
    }

    /// The clock all transactions of this store go by.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    async fn open(&self) -> Result<Open, StoreError> {
        let conn = self.pool.get().await.map_err(|error| {
            tracing::warn!(%error, "no database connection");
            StoreError::Unavailable
        })?;
        Ok(Open::new(conn))
    }

    /// Reads as `caller`, in one round trip: the query travels with BEGIN and enter().
    ///
    /// Give it one query, or several joined: those after an `await` cost a round trip each.
    ///
    /// # Errors
    /// `NotEntered` when the session or the membership no longer holds; else what `query` fails with.
    pub async fn read<T>(
        &self,
        caller: impl Into<Caller>,
        query: impl AsyncFnOnce(Db<'_>) -> Result<T, StoreError>,
    ) -> Result<(Actor, T), StoreError> {
        let (caller, mut open) = (caller.into(), self.open().await?);
        // One snapshot for all queries: what they say of each other is true.
        let begin = format!(
            "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; {}",
            caller.enter()
        );
        let result = {
            let db = open.db();
            // Polled in this order, hence sent in this order.
            let (begun, entered, answer) =
                futures::join!(db.batch(&begin), caller.entered(db), query(db));
            begun.and_then(|()| Ok((entered?, answer?)))
        };
        open.end(if result.is_ok() { "COMMIT" } else { "ROLLBACK" });
        result
    }

    /// Reads what needs no tenant: the directory.
    ///
    /// # Errors
    /// What `query` fails with.
    pub async fn read_public<T>(
        &self,
        query: impl AsyncFnOnce(Db<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut open = self.open().await?;
        let result = {
            let db = open.db();
            let (begun, answer) = futures::join!(db.batch("BEGIN READ ONLY"), query(db));
            begun.and(answer)
        };
        open.end(if result.is_ok() { "COMMIT" } else { "ROLLBACK" });
        result
    }

    /// Writes as `caller`: everything `work` does is kept together or not at all.
    ///
    /// # Errors
    /// `NotEntered`, what `work` fails with, or `Unknown` when the connection is lost at COMMIT.
    pub async fn write<T, E: From<StoreError>>(
        &self,
        caller: impl Into<Caller>,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        let (caller, open) = (caller.into(), self.open().await?);
        let begin = format!("BEGIN; {}", caller.enter());
        let entered = {
            let db = open.db();
            let (begun, entered) = futures::join!(db.batch(&begin), caller.entered(db));
            begun.and(entered)
        };
        self.entered_tx(open, entered?, caller.collectivity())
            .work(work)
            .await
    }

    /// The transaction of who has entered.
    fn entered_tx(&self, open: Open, actor: Actor, tenant: Option<CollectivityId>) -> Tx {
        let client = actor.client();
        Tx {
            open,
            tenant,
            person: client.is_none().then(|| actor.person()),
            client,
            actor: Some(actor),
            now: self.clock.now(),
        }
    }

    /// Opens the door of log-in and acceptance, behind which nobody is known yet.
    ///
    /// # Errors
    /// What `work` fails with, or `Unknown` when the connection is lost at COMMIT.
    pub async fn authenticate<T, E: From<StoreError>>(
        &self,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        self.enter_door("authentication", work).await
    }

    /// Opens the door of disclosure, behind which no person stands: what nobody may see is weighed
    /// there, and what may be said of it is released.
    ///
    /// # Errors
    /// What `work` fails with, or `Unknown` when the connection is lost at COMMIT.
    pub(crate) async fn disclose<T, E: From<StoreError>>(
        &self,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        self.enter_door(tx::DISCLOSURE, work).await
    }

    /// Opens the door of the courier, behind which no person stands: it learns whose turn it is to be
    /// told what happened.
    ///
    /// # Errors
    /// What `work` fails with, or `Unknown` when the connection is lost at COMMIT.
    pub(crate) async fn dispatch<T, E: From<StoreError>>(
        &self,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        self.enter_door("courier", work).await
    }

    /// Enters `tenant` for one of its endpoints, behind which no person stands.
    ///
    /// # Errors
    /// `NotEntered` when it is told nothing at present, what `work` fails with, or `Unknown` when the
    /// connection is lost at COMMIT.
    pub(crate) async fn deliver<T, E: From<StoreError>>(
        &self,
        tenant: CollectivityId,
        endpoint: WebhookId,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        let open = self.open().await?;
        let enter = format!("BEGIN; SELECT enter_webhook('{tenant}', '{endpoint}')");
        open.db().batch(&enter).await?;
        let tx = Tx {
            open,
            actor: None,
            person: None,
            client: None,
            tenant: Some(tenant),
            now: self.clock.now(),
        };
        tx.work(work).await
    }

    /// Opens the door of the relay, behind which no person stands: facts are given their order
    /// there, and whom they are told to is looked up.
    ///
    /// # Errors
    /// What `work` fails with, or `Unknown` when the connection is lost at COMMIT.
    pub(crate) async fn relay<T, E: From<StoreError>>(
        &self,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        self.enter_door("relay", work).await
    }

    /// Opens the door of the meter, behind which no person stands: it writes what software called.
    ///
    /// # Errors
    /// What `work` fails with, or `Unknown` when the connection is lost at COMMIT.
    pub(crate) async fn meter<T, E: From<StoreError>>(
        &self,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        self.enter_door("meter", work).await
    }

    async fn enter_door<T, E: From<StoreError>>(
        &self,
        door: &str,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        let open = self.open().await?;
        let enter = format!(
            "BEGIN; SELECT set_config('maillage.door', '{door}', true), \
             set_config('maillage.tenant', '{}', true)",
            Uuid::nil()
        );
        open.db().batch(&enter).await?;
        let tx = Tx {
            open,
            actor: None,
            person: None,
            client: None,
            tenant: None,
            now: self.clock.now(),
        };
        tx.work(work).await
    }
}
