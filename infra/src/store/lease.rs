//! How a worker enters: as who asked for a job, with the rights they have at that moment.

use maillage_domain::access::Actor;
use maillage_domain::partners::{Asker, JobKind};
use maillage_domain::value::{ClientId, CollectivityId, JobId, PersonId};
use uuid::Uuid;

use super::caller::{client, person};
use super::{Db, Entered, EnteredClient, Store, Tx};
use crate::error::StoreError;

/// A job that a worker holds: nobody else works on it for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// For whom it is done.
    pub collectivity: CollectivityId,
    /// Which job.
    pub job: JobId,
    /// What it does.
    pub kind: JobKind,
    /// In whose name.
    pub asker: Asker,
    /// Which worker holds it.
    pub holder: Uuid,
    /// How often it was begun without a step being done, this time included.
    pub attempts: i32,
}

impl Lease {
    fn enter(&self) -> String {
        let Self {
            collectivity,
            job,
            kind,
            holder,
            ..
        } = self;
        let level = if kind.sees_one_moment() {
            "REPEATABLE READ"
        } else {
            "READ COMMITTED"
        };
        format!(
            "BEGIN ISOLATION LEVEL {level}; SELECT enter_job('{collectivity}', '{job}', '{holder}')"
        )
    }

    async fn entered(&self, db: Db<'_>) -> Result<Actor, StoreError> {
        match self.asker {
            Asker::Person(PersonId(id)) => person(id, db.row(Entered {}).await?),
            Asker::Client(ClientId(id)) => {
                let named = (self.collectivity, id);
                client(named, db.row(EnteredClient {}).await?)
            }
        }
    }
}

impl Store {
    /// Writes in the name of who asked for the job that `lease` holds.
    ///
    /// # Errors
    /// `NotEntered` when they have no right to it any more, or it is held no longer; what `work`
    /// fails with.
    pub(crate) async fn in_job<T>(
        &self,
        lease: &Lease,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let open = self.open().await?;
        let entered = {
            let (db, begin) = (open.db(), lease.enter());
            let (begun, entered) = futures::join!(db.batch(&begin), lease.entered(db));
            begun.and(entered)
        };
        self.entered_tx(open, entered?, Some(lease.collectivity))
            .work(work)
            .await
    }

    /// Opens the door of jobs, behind which no person stands: work is found there.
    ///
    /// # Errors
    /// What `work` fails with, or `Unknown` when the connection is lost at COMMIT.
    pub(crate) async fn manage_jobs<T>(
        &self,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.enter_door("jobs", work).await
    }
}
