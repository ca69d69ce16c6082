//! Exports: a collectivity takes everything away, as a job.

use actix_web::post;
use maillage_documents::Format;
use maillage_domain::access::{Verb, act};
use maillage_domain::commons::document::Document;
use maillage_domain::identity::Staff;
use maillage_domain::partners::{Job, JobFile, JobKind, Progress, Yield};
use maillage_domain::value::{Digest, JobId};
use maillage_infra::ambient;
use maillage_infra::error::StoreError;
use maillage_infra::partners::archive::export_of_job;
use maillage_infra::partners::{self as store, Step};
use maillage_infra::store::Tx;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::clients::is_present;
use super::jobs::{ArchiveView, JobView};
use crate::ctx::Ctx;
use crate::http::{Answer, Body, Code, Reply, Tag};
use crate::state::State;

/// Wish for everything of a collectivity.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportInput {
    /// Your password again: people are in the archive.
    #[schema(format = Password, example = "sept-herons-sur-la-passerelle")]
    pub password: String,
}

/// What the first step has come to, for the second.
#[derive(Serialize, Deserialize)]
struct Written {
    #[serde(flatten)]
    archive: ArchiveView,
    pieces: i64,
}

/// Writes everything of your collectivity to a signed archive, as a job.
///
/// A ZIP of JSON lines with their schemas, a manifest of digests and a README, which `maillage import`
/// takes into another instance. What others shared with you is named in it, not copied. The job says
/// its SHA-256 and its signature; its result is the file. It takes your password again.
#[utoipa::path(
    tag = "Jobs",
    request_body = ExportInput,
    responses((status = 202, body = JobView, description = "Asked for: the job tells how far it is."))
)]
#[post("/v1/collectivity-exports")]
pub async fn export_collectivity(ctx: Ctx, input: Body<ExportInput>) -> Answer {
    let present = is_present(&ctx, Verb::ExportCollectivity, input.0.password).await?;
    ctx.write(async |tx| {
        let commission = ctx.commission(tx.actor()?, JobKind::ExportCollectivity)?;
        if !present {
            return Err(Code::Forbidden.into());
        }
        let open = store::open_jobs(tx, ctx.home()).await?;
        let (id, now) = (JobId(ambient::id()), tx.now());
        let asked = commission.ask(id, serde_json::json!({}), None, open, now)?;
        let job: Job = store::ask(tx, asked, &ctx.caller()).await?;
        let tag = Tag::Revision(job.revision);
        let view = JobView::of(tx.actor()?, job, now);
        Ok(Reply::accepted(format!("/v1/jobs/{id}"), &view)?.tagged(tag))
    })
    .await
}

/// Does one of the two steps: the archive is written from one moment, and told of at another. The audit
/// trail that it holds could not go on while it is being written.
///
/// # Errors
/// When the database or the disk stands in the way; then the same step is tried again.
pub async fn step(state: &State, tx: &mut Tx, job: &Job) -> Result<Step, StoreError> {
    match job.report.clone() {
        None => write(state, tx, job).await,
        Some(report) => finish(tx, job, report).await,
    }
}

/// A document as a file of an archive.
///
/// # Errors
/// Never the fault of who asked.
pub fn markdown(document: &Document) -> Result<Vec<u8>, String> {
    maillage_documents::render(document, Format::Markdown).map_err(|error| error.to_string())
}

async fn write(state: &State, tx: &mut Tx, job: &Job) -> Result<Step, StoreError> {
    let (exported, pieces) = export_of_job(tx, job, &state.keys, &markdown).await?;
    let done = i64::try_from(exported.lines).unwrap_or(i64::MAX);
    let archive = ArchiveView {
        sha256: exported.sha256.to_string(),
        bytes: exported.bytes,
        lines: exported.lines,
        signature: exported.signature,
    };
    let written = Written { archive, pieces };
    let total = Some(done);
    Ok(Step::Going {
        cursor: job.cursor + 1,
        progress: Progress { done, total },
        report: serde_json::to_value(written).map_err(StoreError::corrupt)?,
    })
}

async fn finish(tx: &mut Tx, job: &Job, report: serde_json::Value) -> Result<Step, StoreError> {
    let Written { archive, pieces } =
        serde_json::from_value(report).map_err(StoreError::corrupt)?;
    let sha256: Digest = archive.sha256.parse().map_err(StoreError::corrupt)?;
    let collectivity = job.collectivity;
    let staff = Staff { collectivity };
    let permitted =
        maillage_domain::access::authorize::<act::ExportCollectivity, _>(tx.actor()?, staff)
            .map_err(|_| StoreError::NotEntered)?;
    tx.save(permitted.take_away(sha256)).await?;
    let file = JobFile {
        name: format!("maillage-{collectivity}.zip"),
        media_type: "application/zip".to_owned(),
        pieces,
    };
    Ok(Step::Done {
        progress: job.progress,
        result: Yield {
            report: serde_json::to_value(archive).map_err(StoreError::corrupt)?,
            file: Some(file),
        },
    })
}
