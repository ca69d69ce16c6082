//! Jobs: whoever works on them, each step counts once and is made by who asked, with their rights.

use std::sync::atomic::{AtomicI64, Ordering};

use maillage_domain::access::{Role as Office, Scopes, Verb, act};
use maillage_domain::partners::{
    Ended, Job, JobFailure, JobKind, JobState, MAX_ATTEMPTS, MAX_OPEN_JOBS, Progress, Yield,
    commission,
};
use maillage_domain::value::JobId;
use maillage_infra::ambient;
use maillage_infra::error::StoreError;
use maillage_infra::identity::{find_membership, members};
use maillage_infra::partners::{
    Role, Step, add_piece, ask, job, job_to_change, jobs, open_jobs, piece,
};
use maillage_infra::store::{Bearer, Caller, Store, Tx};
use maillage_infra::testing::{Tenant, TestDatabase, terms};
use serde_json::json;

use crate::fixture::{Failure, allowed};

/// A database in which nobody else's jobs wait.
struct Stage {
    db: TestDatabase,
    store: Store,
    tenant: Tenant,
    asker: Bearer,
}

impl Stage {
    async fn new() -> Self {
        let db = TestDatabase::shared().clone_fresh().await;
        let tenant = db.tenant().await;
        let asker = db.member(&tenant, &[Office::Director]).await;
        let store = db.store();
        Self {
            db,
            store,
            tenant,
            asker,
        }
    }

    async fn ask(&self, caller: impl Into<Caller>) -> Result<JobId, Failure> {
        let caller = caller.into();
        let write = async |tx: &mut Tx| {
            let commission = commission(tx.actor()?, JobKind::ImportResources).unwrap();
            let open = open_jobs(tx, self.tenant.id).await?;
            let (id, now) = (JobId(ambient::id()), tx.now());
            let asked = commission.ask(id, json!({}), Some(3), open, now);
            let Ok(asked) = asked else {
                return Err(Failure::from(StoreError::Missing));
            };
            let job = ask(tx, asked, &caller).await?;
            add_piece(tx, &job, Role::Input, 0, b"in".to_vec()).await?;
            Ok(id)
        };
        self.store.write(caller, write).await
    }

    async fn found(&self, caller: impl Into<Caller>, id: JobId) -> Result<Job, StoreError> {
        let read = self
            .store
            .read(caller, async |db| job(db, self.tenant.id, id).await);
        read.await.map(|(_, job)| job)
    }

    async fn revoke(&self, bearer: &Bearer) {
        let revoke = async |tx: &mut Tx| {
            let all = members(tx.db(), None, 100).await?;
            let mut all = all.into_iter().map(|it| it.membership);
            let own = all.find(|it| it.person == bearer.person).unwrap();
            let membership = find_membership(tx, own.id).await?.0.membership;
            let permitted = allowed::<act::RevokeMembership, _>(tx, membership)?;
            tx.save(permitted.revoke(1)?).await?;
            Ok::<_, Failure>(())
        };
        let administrator = &self.tenant.administrator;
        self.store.write(administrator, revoke).await.unwrap();
    }

    async fn cancel(&self, id: JobId) {
        let cancel = async |tx: &mut Tx| {
            let job = job_to_change(tx, self.tenant.id, id).await?;
            let permitted = allowed::<act::CancelJob, _>(tx, job)?;
            let now = tx.now();
            let Ended(job) = tx.save(permitted.cancel(now).unwrap()).await?;
            assert_eq!(job.state, JobState::Cancelled);
            Ok::<_, Failure>(())
        };
        self.store.write(&self.asker, cancel).await.unwrap();
    }
}

/// Three steps, each of which leaves a piece.
async fn three(tx: &mut Tx, job: &Job) -> Result<Step, StoreError> {
    let said = format!("{:?}", tx.actor()?.person());
    add_piece(tx, job, Role::Result, job.cursor, said.into_bytes()).await?;
    let progress = Progress {
        done: job.progress.done + 1,
        ..job.progress
    };
    Ok(match job.cursor {
        2 => Step::Done {
            progress,
            result: Yield {
                report: json!({ "made": 3 }),
                file: None,
            },
        },
        cursor => Step::Going {
            cursor: cursor + 1,
            progress,
            report: json!({}),
        },
    })
}

#[tokio::test]
async fn a_job_is_done_step_by_step_in_the_name_of_who_asked() {
    let stage = Stage::new().await;
    let id = stage.ask(&stage.asker).await.unwrap();
    let holder = ambient::id();
    assert!(stage.store.work_once(holder, three).await.unwrap());
    assert!(!stage.store.work_once(holder, three).await.unwrap());
    let job = stage.found(&stage.asker, id).await.unwrap();
    assert_eq!(job.state, JobState::Succeeded);
    assert_eq!(
        (job.progress.done, job.report),
        (3, Some(json!({ "made": 3 })))
    );
    let pieces = stage
        .store
        .read(&stage.asker, async |db| {
            let key = (stage.tenant.id, id);
            let last = piece(db, key, Role::Result, 2).await?;
            // What went in is of no more use.
            let input = piece(db, key, Role::Input, 0).await;
            assert!(matches!(input, Err(StoreError::Missing)));
            Ok(last)
        })
        .await;
    let said = String::from_utf8(pieces.unwrap().1).unwrap();
    assert!(said.contains(&stage.asker.person.to_string()));
}

#[tokio::test]
async fn only_who_asked_knows_of_a_job() {
    let stage = Stage::new().await;
    let id = stage.ask(&stage.asker).await.unwrap();
    let colleague = stage.db.member(&stage.tenant, Office::ALL).await;
    let other = stage.db.tenant().await;
    for caller in [&colleague, &other.administrator] {
        let found = stage.found(caller, id).await;
        assert!(matches!(found, Err(StoreError::Missing)));
        let caller = Caller::from(caller);
        let list = async |db: maillage_infra::store::Db<'_>| {
            jobs(db, stage.tenant.id, &caller, None, 10).await
        };
        assert!(stage.store.read(caller, list).await.unwrap().1.is_empty());
    }
}

#[tokio::test]
async fn two_workers_never_do_the_same_step() {
    let stage = Stage::new().await;
    let id = stage.ask(&stage.asker).await.unwrap();
    let (one, other) = (stage.db.store(), stage.db.store());
    let steps = AtomicI64::new(0);
    let counted = async |tx: &mut Tx, job: &Job| {
        steps.fetch_add(1, Ordering::SeqCst);
        three(tx, job).await
    };
    let (first, second) = futures::join!(
        one.work_once(ambient::id(), counted),
        other.work_once(ambient::id(), counted)
    );
    assert!(first.unwrap() != second.unwrap(), "one of them had it");
    assert_eq!(steps.load(Ordering::SeqCst), 3);
    assert_eq!(
        stage.found(&stage.asker, id).await.unwrap().progress.done,
        3
    );
}

#[tokio::test]
async fn a_worker_that_was_away_for_too_long_adds_nothing() {
    let stage = Stage::new().await;
    let id = stage.ask(&stage.asker).await.unwrap();
    let (slow, quick) = (stage.db.store(), stage.db.store());
    // In the midst of its second step its lease runs out, and somebody else does the rest.
    let delayed = async |tx: &mut Tx, job: &Job| {
        if job.cursor == 1 {
            stage.db.let_leases_lapse().await;
            assert!(quick.work_once(ambient::id(), three).await.unwrap());
        }
        // Its piece is there already by now: what the two did cannot both be kept.
        three(tx, job).await
    };
    assert!(slow.work_once(ambient::id(), delayed).await.unwrap());
    let job = stage.found(&stage.asker, id).await.unwrap();
    assert_eq!((job.state, job.progress.done), (JobState::Succeeded, 3));
}

#[tokio::test]
async fn who_has_left_has_nothing_done_any_more() {
    let stage = Stage::new().await;
    let id = stage.ask(&stage.asker).await.unwrap();
    let leaving = async |tx: &mut Tx, job: &Job| {
        let step = three(tx, job).await;
        if job.cursor == 0 {
            stage.revoke(&stage.asker).await;
        }
        step
    };
    assert!(stage.store.work_once(ambient::id(), leaving).await.unwrap());
    let told = stage.db.told(&[stage.tenant.id.0]).await.remove(0);
    let last = told.audited.last().unwrap();
    let ended =
        json!({ "type": "job.ended", "job": id, "kind": "import_resources", "state": "failed" });
    assert_eq!(*last, ended);
    assert!(!stage.store.work_once(ambient::id(), three).await.unwrap());
}

#[tokio::test]
async fn a_client_that_was_stopped_has_nothing_done_either() {
    let stage = Stage::new().await;
    let creator = stage.db.member(&stage.tenant, Office::ALL).await;
    let scopes = Scopes::of([Verb::Create, Verb::ReadJobs]).unwrap();
    let software = stage
        .db
        .client(stage.tenant.id, &creator, terms(scopes), None);
    let client = software.await.bearer;
    let id = stage.ask(&client).await.unwrap();
    assert!(stage.found(&creator, id).await.is_err(), "nor its creator");
    assert!(stage.store.work_once(ambient::id(), three).await.unwrap());
    let done = stage.found(&client, id).await.unwrap();
    assert_eq!(done.state, JobState::Succeeded);

    let id = stage.ask(&client).await.unwrap();
    stage.revoke(&creator).await;
    assert!(stage.store.work_once(ambient::id(), three).await.unwrap());
    let told = stage.db.told(&[stage.tenant.id.0]).await.remove(0);
    let last = told.audited.last().unwrap();
    assert_eq!(
        (&last["job"], &last["state"]),
        (&json!(id), &json!("failed"))
    );
}

#[tokio::test]
async fn a_job_that_is_stopped_undoes_the_step_at_hand() {
    let stage = Stage::new().await;
    let id = stage.ask(&stage.asker).await.unwrap();
    let stopped = async |tx: &mut Tx, job: &Job| {
        if job.cursor == 1 {
            stage.cancel(id).await;
        }
        three(tx, job).await
    };
    assert!(stage.store.work_once(ambient::id(), stopped).await.unwrap());
    let job = stage.found(&stage.asker, id).await.unwrap();
    assert_eq!((job.state, job.progress.done), (JobState::Cancelled, 1));
    assert!(!stage.store.work_once(ambient::id(), three).await.unwrap());
}

#[tokio::test]
async fn what_fails_again_and_again_is_given_up() {
    let stage = Stage::new().await;
    let id = stage.ask(&stage.asker).await.unwrap();
    for _ in 0..=MAX_ATTEMPTS {
        let failing = async |_: &mut Tx, _: &Job| Err(StoreError::Unavailable);
        assert!(stage.store.work_once(ambient::id(), failing).await.unwrap());
        stage.db.let_leases_lapse().await;
    }
    let job = stage.found(&stage.asker, id).await.unwrap();
    assert_eq!(job.failure, Some(JobFailure::GaveUp));
    assert_eq!(job.state, JobState::Failed);
}

#[tokio::test]
async fn a_caller_has_ten_open_jobs_at_most() {
    let stage = Stage::new().await;
    for _ in 0..MAX_OPEN_JOBS {
        stage.ask(&stage.asker).await.unwrap();
    }
    assert!(stage.ask(&stage.asker).await.is_err());
    let colleague = stage.db.member(&stage.tenant, &[Office::Director]).await;
    stage.ask(&colleague).await.unwrap();
}

#[tokio::test]
async fn jobs_are_forgotten_with_their_files() {
    let stage = Stage::new().await;
    let id = stage.ask(&stage.asker).await.unwrap();
    assert_eq!(stage.store.forget_jobs().await.unwrap(), 0);
    stage.db.let_jobs_expire().await;
    assert_eq!(stage.store.forget_jobs().await.unwrap(), 1);
    assert!(stage.found(&stage.asker, id).await.is_err());
}
