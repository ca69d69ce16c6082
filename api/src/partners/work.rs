//! Work: the jobs that a server does, for as long as it lives.

use std::time::Duration;

use maillage_domain::partners::{Job, JobKind};
use maillage_infra::ambient;
use maillage_infra::error::StoreError;
use maillage_infra::partners::Step;
use maillage_infra::store::Tx;

use super::{exports, imports};
use crate::state::State;

/// How often a server looks for work.
const IDLE: Duration = Duration::from_secs(1);

/// Does jobs for as long as the server lives; any number of servers may.
pub async fn work(state: State) {
    let holder = ambient::id();
    loop {
        let step = async |tx: &mut Tx, job: &Job| step(&state, tx, job).await;
        match state.store.work_once(holder, step).await {
            Ok(true) => {}
            Ok(false) => tokio::time::sleep(IDLE).await,
            Err(error) => {
                tracing::warn!(%error, "could not look for jobs");
                tokio::time::sleep(IDLE).await;
            }
        }
    }
}

/// The one place where each kind of job has its runner.
async fn step(state: &State, tx: &mut Tx, job: &Job) -> Result<Step, StoreError> {
    match job.kind {
        JobKind::ImportResources | JobKind::ImportPeople | JobKind::ImportGroups => {
            imports::step(tx, job).await
        }
        JobKind::ExportCollectivity => exports::step(state, tx, job).await,
    }
}
