//! Jobs: what somebody has asked for that takes longer than a request, and how far it is.

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName, HeaderValue,
};
use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, Utc};
use futures::stream;
use maillage_domain::access::{Actor, act};
use maillage_domain::partners::{Job, JobKind};
use maillage_domain::value::JobId;
use maillage_infra::ambient::{Secret, SecretKind};
use maillage_infra::partners::{self as store, Role};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::imports;
use crate::ctx::{Ctx, able};
use crate::http::page::{Start, limit};
use crate::http::problem::Place;
use crate::http::{Answer, Code, Id, Page, PageQuery, Params, Problem, Reply, Tag};

/// What a job does.
#[derive(ToSchema)]
#[schema(as = JobKind, rename_all = "snake_case")]
#[expect(dead_code, reason = "only documents the kinds")]
pub enum JobKindSchema {
    /// Starts resources from the lines of a file.
    ImportResources,
    /// Offers memberships to the people of a file.
    ImportPeople,
    /// Forms groups from the lines of a file.
    ImportGroups,
    /// Writes everything of the collectivity to an archive.
    ExportCollectivity,
}

/// Where a job stands.
#[derive(ToSchema)]
#[schema(as = JobState, rename_all = "snake_case")]
#[expect(dead_code, reason = "only documents the states")]
pub enum JobStateSchema {
    /// It waits for its turn.
    Queued,
    /// It is being worked on.
    Running,
    /// It is done.
    Succeeded,
    /// It ended before it was done.
    Failed,
    /// It was stopped.
    Cancelled,
}

/// Why a job ended before it was done.
#[derive(ToSchema)]
#[schema(as = JobFailure, rename_all = "snake_case")]
#[expect(dead_code, reason = "only documents the reasons")]
pub enum JobFailureSchema {
    /// You have no right to it any more.
    RightsLost,
    /// It failed again and again.
    GaveUp,
}

/// What came of a job, in numbers.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct ReportView {
    /// How many lines did what they ask for; of a dry run, how many would.
    #[schema(minimum = 0, maximum = 10_000, example = 118)]
    pub accepted: i64,
    /// How many were refused.
    #[schema(minimum = 0, maximum = 10_000, example = 2)]
    pub refused: i64,
    /// Whether nothing was kept.
    #[schema(example = false)]
    pub dry_run: bool,
}

/// The archive that came of a job.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ArchiveView {
    /// The SHA-256 of the file, in hexadecimal.
    #[schema(
        min_length = 64,
        max_length = 64,
        pattern = "^[0-9a-f]{64}$",
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pub sha256: String,
    /// How long the file is, in bytes.
    #[schema(minimum = 0, example = 182_344)]
    pub bytes: u64,
    /// How many lines of data are in it.
    #[schema(minimum = 0, example = 412)]
    pub lines: u64,
    /// The signature of this instance: a detached JWS (RFC 7515, appendix F), to be kept beside the file.
    #[schema(max_length = 2_000, example = "eyJhbGciOiJFZERTQSJ9..c2lnbmF0dXJl")]
    pub signature: String,
}

/// A piece of work.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobView {
    /// Its id.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-00000000000b")]
    id: String,
    /// What it does.
    #[schema(value_type = JobKindSchema)]
    kind: JobKind,
    /// Where it stands.
    #[schema(value_type = JobStateSchema)]
    state: &'static str,
    /// How many things are done.
    #[schema(minimum = 0, example = 75)]
    done: i64,
    /// Of how many, as far as that is known.
    #[schema(minimum = 0, example = 120)]
    total: Option<i64>,
    /// When it is done if it goes on as it went so far; null before it began and once it has ended.
    estimated_end: Option<DateTime<Utc>>,
    /// What came of it.
    report: Option<ReportView>,
    /// The archive that came of it.
    archive: Option<ArchiveView>,
    /// Why it ended before it was done.
    #[schema(value_type = Option<JobFailureSchema>)]
    failure: Option<&'static str>,
    /// Where its result can be downloaded.
    #[schema(example = "/v1/jobs/019acb5e-0000-7000-8000-00000000000b/result")]
    result: Option<String>,
    /// When it was asked for.
    asked_at: DateTime<Utc>,
    /// When work on it began.
    started_at: Option<DateTime<Utc>>,
    /// When it ended.
    ended_at: Option<DateTime<Utc>>,
    /// When it is forgotten, its result with it.
    expires_at: DateTime<Utc>,
    /// What you may do with it now.
    #[schema(example = json!(["cancel_job"]))]
    abilities: Vec<String>,
}

impl JobView {
    /// As its asker sees it.
    pub fn of(actor: &Actor, it: Job, now: DateTime<Utc>) -> Self {
        // Each in the words of its kind.
        let report = it.report.clone().map(serde_json::from_value);
        let archive = it.report.clone().map(serde_json::from_value);
        Self {
            abilities: able(actor, &it),
            estimated_end: it
                .remaining(now)
                .and_then(|left| now.checked_add_signed(left)),
            id: it.id.to_string(),
            kind: it.kind,
            state: it.state.as_str(),
            done: it.progress.done,
            total: it.progress.total,
            report: report.and_then(Result::ok),
            archive: archive.and_then(Result::ok),
            failure: it.failure.map(|failure| failure.as_str()),
            result: it.file.map(|_| format!("/v1/jobs/{}/result", it.id)),
            asked_at: it.asked_at,
            started_at: it.started_at,
            ended_at: it.ended_at,
            expires_at: it.expires_at,
        }
    }
}

/// Lists the jobs you have asked for, newest first.
#[utoipa::path(tag = "Jobs", params(PageQuery), responses((status = 200, body = Page<JobView>)))]
#[get("/v1/jobs")]
pub async fn list_jobs(ctx: Ctx, page: Params<PageQuery>) -> Answer {
    let (limit, cursors) = (limit(page.0.limit)?, ctx.cursors());
    let start: Option<Start<JobId>> = cursors.open(page.0.cursor.as_deref())?;
    let (tenant, caller) = (ctx.home(), ctx.caller());
    let (actor, rows) = ctx
        .read_list(start.as_ref(), limit, async |db, page| {
            store::jobs(db, tenant, &caller, page.from, page.most).await
        })
        .await?;
    ctx.within_scope::<act::ReadJobs>(&actor)?;
    let now = ctx.state().store.clock().now();
    let view = |it| JobView::of(&actor, it, now);
    ctx.list(cursors.forward(rows, limit, |it| it.id, view)?)
}

/// Gives one job you have asked for.
#[utoipa::path(
    tag = "Jobs",
    params(("id" = uuid::Uuid, Path, description = "The job")),
    responses((status = 200, body = JobView))
)]
#[get("/v1/jobs/{id}")]
pub async fn get_job(ctx: Ctx, id: Id<JobId>) -> Answer {
    let tenant = ctx.home();
    let (actor, job) = ctx
        .read(async |db| store::job(db, tenant, id.0).await)
        .await?;
    let job = ctx.authorize::<act::ReadJobs, _>(&actor, job)?;
    let (job, now) = (job.into_subject(), ctx.state().store.clock().now());
    let tag = Tag::Revision(job.revision);
    ctx.show(&JobView::of(&actor, job, now), tag)
}

/// Stops a job: what it has done so far stays, nothing comes after.
#[utoipa::path(
    tag = "Jobs",
    params(("id" = uuid::Uuid, Path, description = "The job")),
    responses((status = 200, body = JobView))
)]
#[post("/v1/jobs/{id}/cancellation")]
pub async fn cancel_job(ctx: Ctx, id: Id<JobId>) -> Answer {
    ctx.write(async |tx| {
        let job = store::job_to_change(tx, ctx.home(), id.0).await?;
        let permitted = ctx.authorize::<act::CancelJob, _>(tx.actor()?, job)?;
        let now = tx.now();
        let ended = tx.save(permitted.cancel(now)?).await?.0;
        let tag = Tag::Revision(ended.revision);
        Ok(Reply::ok(&JobView::of(tx.actor()?, ended, now))?.tagged(tag))
    })
    .await
}

/// Downloads what came of a job.
///
/// The result of an import has a JSON object for each line of the file. That of an import of people
/// shows the tokens of the invitations only with the key that was shown when it was asked for. That of
/// an export is the archive, a ZIP.
#[utoipa::path(
    tag = "Jobs",
    params(
        ("id" = uuid::Uuid, Path, description = "The job"),
        ("Result-Key" = Option<String>, Header, description = "The key to the tokens in it"),
    ),
    responses((status = 200, content(
        (String = "application/x-ndjson", example = json!("{\"line\":2,\"status\":\"created\"}\n")),
        (Vec<u8> = "application/zip")
    )))
)]
#[get("/v1/jobs/{id}/result")]
pub async fn get_job_result(ctx: Ctx, id: Id<JobId>) -> Answer {
    let (tenant, caller) = (ctx.home(), ctx.caller());
    let key = match ctx.request().headers().get("result-key") {
        None => None,
        Some(key) => Some(read_key(key)?),
    };
    let (actor, job) = ctx
        .read(async |db| store::job(db, tenant, id.0).await)
        .await?;
    let job = ctx
        .authorize::<act::ReadJobs, _>(&actor, job)?
        .into_subject();
    // What it says is for who may still have it done.
    job.is_due_to(&actor)?;
    if let Some(key) = &key {
        imports::check_key(&job, key)?;
    }
    let file = job.file.ok_or(Problem::from(Code::JobWithoutResult))?;
    let (state, pieces) = (ctx.state().clone(), file.pieces);
    let pieces = stream::unfold(Some(0), move |number| {
        let (state, key) = (state.clone(), key.clone());
        async move {
            let number = number.filter(|number| *number < pieces)?;
            let piece = state
                .store
                .read(&caller, async |db| {
                    store::piece(db, (tenant, id.0), Role::Result, number).await
                })
                .await;
            Some(match piece {
                Ok((_, bytes)) => (
                    Ok(imports::with_tokens(bytes, key.as_deref())),
                    Some(number + 1),
                ),
                // Cut off, so that nobody takes it for the whole.
                Err(error) => (Err(error), None),
            })
        }
    });
    let disposition = format!("attachment; filename=\"{}\"", file.name);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, file.media_type))
        .insert_header((CONTENT_DISPOSITION, disposition))
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .insert_header((HeaderName::from_static("x-content-type-options"), "nosniff"))
        .streaming(Box::pin(pieces)))
}

fn read_key(key: &HeaderValue) -> Result<String, Problem> {
    let key = key.to_str().ok().map(str::trim);
    let known = key.filter(|key| Secret::presented(SecretKind::Result, key).is_some());
    let invalid = || {
        Problem::at(
            Code::InvalidRequest,
            Place::Header("Result-Key"),
            "header_invalid",
        )
    };
    known.map(str::to_owned).ok_or_else(invalid)
}
