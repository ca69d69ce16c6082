//! `Tx`: an entered transaction that writes, and keeps nothing without its trail.

use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Utc};
use diesel_async::pooled_connection::deadpool::Object;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _};
use futures::FutureExt as _;
use futures::future::join_all;
use maillage_domain::access::Actor;
use maillage_domain::outcome::Outcome;
use maillage_domain::value::{ClientId, CollectivityId, PersonId};
use uuid::Uuid;

use super::Db;
use crate::error::StoreError;
use crate::trail;

/// An entered transaction that writes.
pub struct Tx {
    pub(super) open: Open,
    pub(super) actor: Option<Actor>,
    pub(super) person: Option<PersonId>,
    pub(super) client: Option<ClientId>,
    pub(super) tenant: Option<CollectivityId>,
    pub(super) now: DateTime<Utc>,
}

/// The door behind which hidden figures are weighed.
pub(super) const DISCLOSURE: &str = "disclosure";

/// How many changes travel together.
const TOGETHER: usize = 50;

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

impl Tx {
    /// Runs `work`, then commits and waits for it, or rolls back.
    pub(super) async fn work<T, E: From<StoreError>>(
        mut self,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        match work(&mut self).await {
            // An error that `work` overlooked: what it did before is lost, so it must not succeed.
            Ok(_) if self.open.failed.load(Ordering::Relaxed) => {
                self.open.end("ROLLBACK");
                Err(StoreError::corrupt("a failed statement was overlooked").into())
            }
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
                // Waited for: who tries again at once must not meet the locks of what has failed.
                let _ = self.db().batch("ROLLBACK").await;
                self.open.done = true;
                Err(error)
            }
        }
    }

    /// Tries `work` without losing what was done before it: if it fails, it alone is undone, and so it
    /// is where it is not to be kept.
    ///
    /// # Errors
    /// What `work` fails with.
    pub async fn attempt<T, E: From<StoreError>>(
        &mut self,
        keep: bool,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        self.db().batch("SAVEPOINT attempt").await?;
        let mut done = work(self).await;
        if done.is_ok() && self.open.failed.load(Ordering::Relaxed) {
            done = Err(StoreError::corrupt("a failed statement was overlooked").into());
        }
        if done.is_ok() && keep {
            self.db().batch("RELEASE SAVEPOINT attempt").await?;
        } else {
            let undo = "ROLLBACK TO SAVEPOINT attempt; RELEASE SAVEPOINT attempt";
            self.db().batch(undo).await?;
            self.open.failed.store(false, Ordering::Relaxed);
        }
        done
    }

    /// The connection, for finds and lists.
    pub fn db(&self) -> Db<'_> {
        self.open.db()
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

    /// Which client the audit record names; then it names no person.
    pub(crate) fn client(&self) -> Option<ClientId> {
        self.client
    }

    /// Whose idempotency keys these are: a person's or a client's.
    pub(crate) fn caller(&self) -> Option<Uuid> {
        let person = self.person.map(|person| person.0);
        self.client.map(|client| client.0).or(person)
    }

    /// The moment of this transaction.
    pub fn now(&self) -> DateTime<Utc> {
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

    /// Says which client is at the door, once it has proven that.
    pub(crate) fn identify_client(&mut self, client: ClientId) {
        self.client = Some(client);
    }

    /// Reads behind the door of disclosure in the midst of a member's change: whether it may be made
    /// depends on what its author may not see.
    pub(crate) async fn weigh<T>(
        &self,
        read: impl AsyncFnOnce(Db<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let Some(Actor::Member(_)) = self.actor else {
            return Err(StoreError::NotEntered);
        };
        self.pass(DISCLOSURE).await?;
        let found = read(self.db()).await;
        // Also after an error that is no error of the database: nobody goes on behind that door.
        self.pass("member").await?;
        found
    }

    async fn pass(&self, door: &str) -> Result<(), StoreError> {
        let pass = format!("SELECT set_config('maillage.door', '{door}', true)");
        self.db().batch(&pass).await
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

    /// Keeps lawful changes of the tenant acted for, their audit records and their events. They travel
    /// together, some at a time: far fewer round trips than one by one.
    ///
    /// # Errors
    /// When a uniqueness rule stands in the way of one, or the database does: then of all.
    #[expect(
        private_bounds,
        reason = "only this crate says how a change is written"
    )]
    pub async fn save_all<T: Keep>(
        &mut self,
        outcomes: Vec<Outcome<T>>,
    ) -> Result<Vec<T>, StoreError> {
        if outcomes.is_empty() {
            return Ok(Vec::new());
        }
        let (changes, facts): (Vec<_>, Vec<_>) =
            outcomes.into_iter().map(Outcome::into_parts).unzip();
        for some in changes.chunks(TOGETHER) {
            let kept = join_all(some.iter().map(|change| change.keep(self))).await;
            kept.into_iter().collect::<Result<(), _>>()?;
        }
        trail::record_all(self, &facts).await?;
        Ok(changes)
    }
}

/// A checked-out connection with an open transaction, which never goes back to the pool open.
pub(super) struct Open {
    conn: Object<AsyncPgConnection>,
    failed: AtomicBool,
    done: bool,
}

impl Open {
    pub(super) fn new(conn: Object<AsyncPgConnection>) -> Self {
        Self {
            conn,
            failed: AtomicBool::new(false),
            done: false,
        }
    }

    pub(super) fn db(&self) -> Db<'_> {
        Db::within(&self.conn, &self.failed)
    }

    /// Queues the end of the transaction; whoever uses the connection next queues behind it.
    pub(super) fn end(&mut self, how: &str) {
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
