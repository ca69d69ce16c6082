//! The worker: takes jobs one after another, and does them a step at a time.
//!
//! A step is one transaction in the name of the job's asker: its effects, its piece of the result, how
//! far the job is and the renewed lease are kept together or not at all. Hence whatever dies, each
//! step counts once: another worker goes on with the next one when the lease has run out.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Jsonb, Nullable, Text, Uuid as SqlUuid};
use maillage_domain::partners::{Job, JobFailure, JobState, MAX_ATTEMPTS, Progress, Yield};
use maillage_domain::value::{CollectivityId, JobId};
use uuid::Uuid;

use super::jobs::{Row, asker, job};
use crate::error::{Constraint, StoreError};
use crate::schema::jobs as table;
use crate::sql::query;
use crate::store::{Lease, Store, Tx};

query! {
    /// Takes the oldest job that nobody holds, of a tenant of whose jobs nobody holds any: no tenant
    /// keeps the others waiting.
    Claim { holder: Uuid as SqlUuid } -> (
        SqlUuid, SqlUuid, Text, Nullable<SqlUuid>, Nullable<SqlUuid>, Integer,
    )
    "update jobs j set state = 'running', lease_holder = ?, lease_until = now() + interval '30 s', \
        attempts = j.attempts + 1, started_at = coalesce(j.started_at, now()), \
        revision = j.revision + 1 \
     from (select tenant_id, id from jobs w where w.state in ('queued', 'running') \
            and (w.lease_until is null or w.lease_until < now()) \
            and not exists (select from jobs o where o.tenant_id = w.tenant_id \
                and o.state = 'running' and o.lease_until >= now() and o.lease_holder is not null) \
        order by w.id limit 1 for update skip locked) due \
     where j.tenant_id = due.tenant_id and j.id = due.id \
     returning j.tenant_id, j.id, j.kind, j.person_id, j.client_id, j.attempts"
}

query! {
    /// Says how far a job is, and holds it for longer; only for who holds it.
    Advance {
        cursor: i64 as BigInt,
        done: i64 as BigInt,
        total: Option<i64> as Nullable<BigInt>,
        report: Option<serde_json::Value> as Nullable<Jsonb>,
        tenant: Uuid as SqlUuid,
        job: Uuid as SqlUuid,
        holder: Uuid as SqlUuid,
    } -> (Integer,)
    "update jobs set cursor = ?, done = ?, total = ?, report = ?, attempts = 0, revision = revision + 1, \
        lease_until = clock_timestamp() + interval '30 s' \
     where tenant_id = ? and id = ? and lease_holder = ? and state = 'running'"
}

query! {
    /// Lets a job go until a while has passed, after a step that failed.
    Postpone { tenant: Uuid as SqlUuid, job: Uuid as SqlUuid, holder: Uuid as SqlUuid } -> (Integer,)
    "update jobs set lease_holder = null, \
        lease_until = now() + attempts * attempts * interval '1 s' \
     where tenant_id = ? and id = ? and lease_holder = ? and state = 'running'"
}

/// What a step has come to.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// There is more to do.
    Going {
        /// Where the next step begins.
        cursor: i64,
        /// How far the job is.
        progress: Progress,
        /// What has come of it so far.
        report: serde_json::Value,
    },
    /// That was the last one.
    Done {
        /// How far the job came.
        progress: Progress,
        /// What came of the job.
        result: Yield,
    },
}

impl Store {
    /// Takes one job that is due and does it, a step at a time; says whether there was one.
    ///
    /// A step should take a second at most, and may take half a minute where it has to see one moment: after thirty, another worker may begin it too, and only
    /// one of the two is kept.
    ///
    /// # Errors
    /// When the database stands in the way of taking or ending a job. A step that fails is not told
    /// here: it is tried again later, and given up in the end.
    pub async fn work_once(
        &self,
        holder: Uuid,
        step: impl AsyncFn(&mut Tx, &Job) -> Result<Step, StoreError>,
    ) -> Result<bool, StoreError> {
        let Some(lease) = self.claim(holder).await? else {
            return Ok(false);
        };
        // Whoever died over it each time: this one does not try again.
        if lease.attempts > MAX_ATTEMPTS {
            self.end(&lease, JobFailure::GaveUp).await?;
            return Ok(true);
        }
        loop {
            match self.step(&lease, &step).await {
                Ok(true) => {}
                Ok(false) => return Ok(true),
                // The right is gone, or the job is: then there is nothing to end.
                Err(StoreError::NotEntered) => {
                    self.end(&lease, JobFailure::RightsLost).await?;
                    return Ok(true);
                }
                Err(error) => {
                    tracing::warn!(%error, job = %lease.job, "a step of a job failed");
                    self.postpone(&lease).await?;
                    return Ok(true);
                }
            }
        }
    }

    async fn claim(&self, holder: Uuid) -> Result<Option<Lease>, StoreError> {
        type Claimed = (Uuid, Uuid, String, Option<Uuid>, Option<Uuid>, i32);
        let claim = async |tx: &mut Tx| tx.db().row::<Claimed>(Claim { holder }).await;
        let found = self.manage_jobs(claim).await?;
        let Some((tenant, job, kind, person, client, attempts)) = found else {
            return Ok(None);
        };
        Ok(Some(Lease {
            collectivity: CollectivityId(tenant),
            job: JobId(job),
            kind: kind.parse().map_err(StoreError::corrupt)?,
            asker: asker(person, client)?,
            holder,
            attempts,
        }))
    }

    /// Does one step; says whether there is more to do.
    async fn step(
        &self,
        lease: &Lease,
        step: &impl AsyncFn(&mut Tx, &Job) -> Result<Step, StoreError>,
    ) -> Result<bool, StoreError> {
        let work = async |tx: &mut Tx| {
            let found = job(tx.db(), lease.collectivity, lease.job).await?;
            // The right to the work itself, whatever the step asks for besides.
            if found.is_due_to(tx.actor()?).is_err() {
                return Err(StoreError::NotEntered);
            }
            let (cursor, progress, result) = match step(tx, &found).await? {
                Step::Going {
                    cursor,
                    progress,
                    report,
                } => (cursor, progress, Err(report)),
                Step::Done { progress, result } => (found.cursor, progress, Ok(result)),
            };
            let advance = Advance {
                cursor,
                done: progress.done,
                total: progress.total,
                report: result.as_ref().err().cloned(),
                tenant: lease.collectivity.0,
                job: lease.job.0,
                holder: lease.holder,
            };
            // Whoever has stopped it meanwhile undoes this step.
            tx.db().run_one(advance).await?;
            let Ok(result) = result else {
                return Ok(true);
            };
            let now = tx.now();
            let revision = found.revision + 1;
            let found = Job { revision, ..found };
            tx.save(found.succeed(result, now)).await?;
            Ok(false)
        };
        self.in_job(lease, work).await
    }

    /// Ends a job in nobody's name, if it is still held.
    async fn end(&self, lease: &Lease, failure: JobFailure) -> Result<(), StoreError> {
        let end = async |tx: &mut Tx| {
            let query = table::table
                .find((lease.collectivity.0, lease.job.0))
                .filter(table::lease_holder.eq(lease.holder))
                .filter(table::state.eq(JobState::Running.as_str()))
                .select(Row::as_select())
                .for_update();
            let held: Option<Row> = tx.db().row(query).await?;
            if let Some(row) = held {
                let now = tx.now();
                tx.save(row.read()?.fail(failure, now)).await?;
            }
            Ok(())
        };
        match self.manage_jobs(end).await {
            Err(StoreError::Conflict(Constraint::Concurrent)) => Ok(()),
            ended => ended,
        }
    }

    async fn postpone(&self, lease: &Lease) -> Result<(), StoreError> {
        let postpone = Postpone {
            tenant: lease.collectivity.0,
            job: lease.job.0,
            holder: lease.holder,
        };
        let postpone = async |tx: &mut Tx| tx.db().run(postpone).await.map(|_| ());
        self.manage_jobs(postpone).await
    }

    /// Forgets jobs that ended long ago, with their files; says how many went.
    ///
    /// # Errors
    /// When the database stands in the way.
    pub async fn forget_jobs(&self) -> Result<usize, StoreError> {
        let old = table::table.filter(table::expires_at.lt(diesel::dsl::now));
        let forget = async |tx: &mut Tx| tx.db().run(diesel::delete(old)).await;
        self.manage_jobs(forget).await
    }
}
