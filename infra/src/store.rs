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

use std::time::Duration;

use diesel_async::methods::{ExecuteDsl, LoadQuery};
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection as _};
use futures::FutureExt as _;
use maillage_domain::access::{Actor, Member, Role};
use maillage_domain::outcome::Outcome;
use maillage_domain::value::{CollectivityId, PersonId, SessionId};
use uuid::Uuid;

use crate::ambient::Clock;
use crate::error::StoreError;
use crate::sql::query;
use crate::trail;

/// How long a request waits for a connection before it is told to come back later.
const PATIENCE: Duration = Duration::from_secs(5);

/// Who presents a verified access token: identity only, the rights are read when entering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// The session the token belongs to.
    pub session: SessionId,
    /// The person.
    pub person: PersonId,
    /// The tenant; none for the operator.
    pub collectivity: Option<CollectivityId>,
}

/// A pool of connections and a clock. One per worker thread: a shared pool costs wake-ups.
#[derive(Clone)]
pub struct Store {
    pool: Pool<AsyncPgConnection>,
    clock: Clock,
}

/// A connection within an entered transaction; queries may be pipelined on it.
#[derive(Clone, Copy)]
pub struct Db<'c>(&'c AsyncPgConnection);

/// An entered transaction that writes.
pub struct Tx {
    open: Open,
    actor: Option<Actor>,
    person: Option<PersonId>,
    tenant: Option<CollectivityId>,
    now: chrono::DateTime<chrono::Utc>,
}

/// What a saved change must know: how it is written.
pub(crate) trait Keep {
    /// Writes the change, and nothing else; audit and outbox follow by themselves.
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError>;

    /// The tenant whose chain tells of it, where that is not the one acted for: registrations by
    /// the operator, log-ins and acceptances.
    fn tenant(&self) -> Option<CollectivityId> {
        None
    }
}

query! {
    /// The context just entered.
    Entered {} -> (
        diesel::sql_types::Nullable<diesel::sql_types::Text>,
        diesel::sql_types::Nullable<diesel::sql_types::Uuid>,
        diesel::sql_types::Nullable<diesel::sql_types::Uuid>,
        diesel::sql_types::Nullable<diesel::sql_types::Text>,
    )
    "select door, tenant, person, roles from entered()"
}

type EnteredRow = (Option<String>, Option<Uuid>, Option<Uuid>, Option<String>);

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
        Ok(Open { conn, done: false })
    }

    /// Reads as `bearer`, in one round trip: the query travels with BEGIN and enter().
    ///
    /// Give it one query, or several joined: those after an `await` cost a round trip each.
    ///
    /// # Errors
    /// `NotEntered` when the session or the membership no longer holds; else what `query` fails with.
    pub async fn read<T>(
        &self,
        bearer: &Bearer,
        query: impl AsyncFnOnce(Db<'_>) -> Result<T, StoreError>,
    ) -> Result<(Actor, T), StoreError> {
        let mut open = self.open().await?;
        let begin = format!("BEGIN READ ONLY; {}", enter(bearer));
        let result = {
            let db = Db(&open.conn);
            // Polled in this order, hence sent in this order.
            let (begun, entered, answer) = futures::join!(
                db.batch(&begin),
                db.row::<EnteredRow>(Entered {}),
                query(db)
            );
            begun.and_then(|()| Ok((actor(entered?)?, answer?)))
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
            let db = Db(&open.conn);
            let (begun, answer) = futures::join!(db.batch("BEGIN READ ONLY"), query(db));
            begun.and(answer)
        };
        open.end(if result.is_ok() { "COMMIT" } else { "ROLLBACK" });
        result
    }

    /// Writes as `bearer`: everything `work` does is kept together or not at all.
    ///
    /// # Errors
    /// `NotEntered`, what `work` fails with, or `Unknown` when the connection is lost at COMMIT.
    pub async fn write<T, E: From<StoreError>>(
        &self,
        bearer: &Bearer,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        let open = self.open().await?;
        let begin = format!("BEGIN; {}", enter(bearer));
        let entered = {
            let db = Db(&open.conn);
            let (begun, entered) =
                futures::join!(db.batch(&begin), db.row::<EnteredRow>(Entered {}));
            begun.and(entered)
        };
        let actor = entered.and_then(actor)?;
        let tx = Tx {
            open,
            tenant: bearer.collectivity,
            person: Some(actor.person()),
            actor: Some(actor),
            now: self.clock.now(),
        };
        tx.work(work).await
    }

    /// Opens the door of log-in and acceptance, behind which nobody is known yet.
    ///
    /// # Errors
    /// What `work` fails with, or `Unknown` when the connection is lost at COMMIT.
    pub async fn authenticate<T, E: From<StoreError>>(
        &self,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        let open = self.open().await?;
        Db(&open.conn)
            .batch(
                "BEGIN; SELECT set_config('maillage.door', 'authentication', true), \
                 set_config('maillage.tenant', '00000000-0000-0000-0000-000000000000', true)",
            )
            .await?;
        let tx = Tx {
            open,
            actor: None,
            person: None,
            tenant: None,
            now: self.clock.now(),
        };
        tx.work(work).await
    }
}

/// The statement that enters. Only UUIDs are written into it.
fn enter(bearer: &Bearer) -> String {
    match bearer.collectivity {
        Some(tenant) => format!("SELECT enter('{}', '{tenant}')", bearer.session),
        None => format!("SELECT enter_platform('{}')", bearer.session),
    }
}

fn actor(entered: Option<EnteredRow>) -> Result<Actor, StoreError> {
    match entered {
        Some((Some(door), _, Some(person), _)) if door == "operator" => Ok(Actor::Operator {
            person: PersonId(person),
        }),
        Some((Some(door), Some(tenant), Some(person), Some(roles))) if door == "member" => {
            let roles = roles
                .split(',')
                .filter(|role| !role.is_empty())
                .map(str::parse::<Role>);
            Ok(Actor::Member(Member {
                person: PersonId(person),
                collectivity: CollectivityId(tenant),
                roles: roles
                    .collect::<Result<_, _>>()
                    .map_err(StoreError::corrupt)?,
            }))
        }
        _ => Err(StoreError::NotEntered),
    }
}

impl<'c> Db<'c> {
    /// A connection of the owner of the database, for migrations and the directory only.
    pub(crate) fn of_owner(conn: &'c AsyncPgConnection) -> Self {
        Self(conn)
    }

    /// Runs statements without parameters.
    pub(crate) async fn batch(self, sql: &str) -> Result<(), StoreError> {
        let mut conn = self.0;
        conn.batch_execute(sql).await.map_err(StoreError::from)
    }

    /// Every row of the answer.
    pub(crate) async fn rows<'q, U>(
        self,
        query: impl LoadQuery<'q, &'c AsyncPgConnection, U> + 'q,
    ) -> Result<Vec<U>, StoreError>
    where
        U: Send,
        'c: 'q,
    {
        let mut conn = self.0;
        RunQueryDsl::load(query, &mut conn)
            .await
            .map_err(StoreError::from)
    }

    /// The first row of the answer, if any.
    pub(crate) async fn row<U: Send>(
        self,
        query: impl LoadQuery<'c, &'c AsyncPgConnection, U> + 'c,
    ) -> Result<Option<U>, StoreError> {
        self.rows(query).await.map(|rows| rows.into_iter().next())
    }

    /// Runs a statement and counts the rows it touched.
    pub(crate) async fn run<'q>(
        self,
        statement: impl ExecuteDsl<&'c AsyncPgConnection>
        + diesel::query_builder::QueryFragment<diesel::pg::Pg>
        + diesel::query_builder::QueryId
        + 'q,
    ) -> Result<usize, StoreError>
    where
        'c: 'q,
    {
        let mut conn = self.0;
        RunQueryDsl::execute(statement, &mut conn)
            .await
            .map_err(StoreError::from)
    }
}

impl Tx {
    /// Runs `work`, then commits and waits for it, or rolls back.
    async fn work<T, E: From<StoreError>>(
        mut self,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        match work(&mut self).await {
            Ok(value) => {
                let committed = self.db().batch("COMMIT").await;
                self.open.done = true;
                committed.map(|()| value).map_err(|error| {
                    E::from(match error {
                        StoreError::Unavailable => StoreError::Unknown,
                        error => error,
                    })
                })
            }
            Err(error) => {
                self.open.end("ROLLBACK");
                Err(error)
            }
        }
    }

    /// The connection, for finds and lists.
    pub fn db(&self) -> Db<'_> {
        Db(&self.open.conn)
    }

    /// Who writes; nobody at the door of log-in and acceptance.
    ///
    /// # Errors
    /// `NotEntered` at that door.
    pub fn actor(&self) -> Result<&Actor, StoreError> {
        self.actor.as_ref().ok_or(StoreError::NotEntered)
    }

    /// Which person the audit record names.
    pub(crate) fn person(&self) -> Option<PersonId> {
        self.person
    }

    /// The moment of this transaction.
    pub fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.now
    }

    /// The tenant whose chain the audit record joins; the nil UUID is the platform's.
    pub(crate) fn tenant(&self) -> Uuid {
        self.tenant.map_or(Uuid::nil(), |tenant| tenant.0)
    }

    /// Says who is at the door of log-in and acceptance, once that is known.
    pub(crate) async fn identify(&mut self, person: PersonId) -> Result<(), StoreError> {
        self.person = Some(person);
        self.db()
            .batch(&format!(
                "SELECT set_config('maillage.person', '{person}', true)"
            ))
            .await
    }

    /// Goes on in the name of `tenant`, as far as policies and audit are concerned.
    async fn turn_to(&mut self, tenant: Option<CollectivityId>) -> Result<(), StoreError> {
        self.tenant = tenant;
        let tenant = self.tenant();
        self.db()
            .batch(&format!(
                "SELECT set_config('maillage.tenant', '{tenant}', true)"
            ))
            .await
    }

    /// Keeps a lawful change, its audit record and its event.
    ///
    /// # Errors
    /// When a uniqueness rule stands in the way, or the database does.
    #[expect(
        private_bounds,
        reason = "only this crate says how a change is written"
    )]
    pub async fn save<T: Keep>(&mut self, outcome: Outcome<T>) -> Result<T, StoreError> {
        let (change, fact) = outcome.into_parts();
        let Some(tenant) = change.tenant() else {
            change.keep(self).await?;
            trail::record(self, &fact).await?;
            return Ok(change);
        };
        let home = self.tenant;
        self.turn_to(Some(tenant)).await?;
        change.keep(self).await?;
        trail::record(self, &fact).await?;
        self.turn_to(home).await?;
        Ok(change)
    }
}

/// A checked-out connection with an open transaction, which never goes back to the pool open.
struct Open {
    conn: Object<AsyncPgConnection>,
    done: bool,
}

impl Open {
    /// Queues the end of the transaction; whoever uses the connection next queues behind it.
    fn end(&mut self, how: &str) {
        self.done = true;
        let mut conn: &AsyncPgConnection = &self.conn;
        let _ = conn.batch_execute(how).now_or_never();
    }
}

impl Drop for Open {
    /// A caller that hung up, or a panic, leaves no transaction behind.
    fn drop(&mut self) {
        if !self.done {
            self.end("ROLLBACK");
        }
    }
}
