//! Following a job: server-sent events, each time it gets further.

use std::time::Duration;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, get};
use futures::stream;
use maillage_domain::access::act;
use maillage_domain::value::JobId;
use maillage_infra::error::StoreError;
use maillage_infra::partners as store;
use maillage_infra::store::{Caller, Db};

use super::events::hub::Seat;
use super::jobs::JobView;
use crate::ctx::Ctx;
use crate::http::{Answer, Code, Id, Problem};
use crate::state::State;

/// How long one answer follows a job: less than a server takes to stop, so that it ends by itself.
const FOLLOWED: Duration = Duration::from_secs(25);
/// How often it is looked at meanwhile.
const LOOK: Duration = Duration::from_millis(500);
/// After how many looks without news something is said all the same.
const SILENCE: u32 = 20;

/// Follows a job as server-sent events.
///
/// One comes each time it gets further, and when it ends.
///
/// An answer lasts 25 seconds at most; ask again with `Last-Event-ID`, as browsers do by themselves.
#[utoipa::path(
    tag = "Jobs",
    params(
        ("id" = uuid::Uuid, Path, description = "The job"),
        ("Last-Event-ID" = Option<String>, Header, description = "The last event you have seen"),
    ),
    responses((status = 200, body = String, content_type = "text/event-stream", example = json!("id: 4\nevent: job\ndata: {}\n\n")))
)]
#[get("/v1/jobs/{id}/events")]
pub async fn follow_job(ctx: Ctx, id: Id<JobId>) -> Answer {
    let (tenant, caller) = (ctx.home(), ctx.caller());
    let (actor, job) = ctx
        .read(async |db| store::job(db, tenant, id.0).await)
        .await?;
    ctx.authorize::<act::ReadJobs, _>(&actor, job)?;
    let seen = ctx.request().headers().get("last-event-id");
    let seen = seen.and_then(|id| id.to_str().ok()?.trim().parse().ok());
    let most = |taken: Option<Seat>| {
        taken.ok_or_else(|| Problem::from(Code::TooManyStreams).after(FOLLOWED.as_secs()))
    };
    let follower = Follower {
        _seat: most(ctx.state().streams.sit(caller.id()))?,
        state: ctx.state().clone(),
        caller,
        job: id.0,
        seen: seen.unwrap_or_default(),
        looks: 0,
    };
    let events = stream::unfold(Some(follower), async |follower| follower?.next().await);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/event-stream"))
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .streaming(events))
}

/// Who follows a job. No connection is held between two looks, and each asks for the right anew.
struct Follower {
    _seat: Seat,
    state: State,
    caller: Caller,
    job: JobId,
    seen: i64,
    looks: u32,
}

impl Follower {
    /// What to say next, and whether to go on.
    async fn next(mut self) -> Option<(Result<Bytes, StoreError>, Option<Self>)> {
        let most = u32::try_from(FOLLOWED.as_millis() / LOOK.as_millis()).unwrap_or(u32::MAX);
        let tenant = self.caller.collectivity()?;
        let mut quiet = 0;
        while self.looks < most {
            if self.looks > 0 {
                tokio::time::sleep(LOOK).await;
            }
            self.looks += 1;
            let look = async |db: Db<'_>| store::job(db, tenant, self.job).await;
            let (actor, job) = self.state.store.read(&self.caller, look).await.ok()?;
            let job = maillage_domain::access::authorize::<act::ReadJobs, _>(&actor, job).ok()?;
            let job = job.into_subject();
            if job.revision != self.seen {
                self.seen = job.revision;
                let (ended, now) = (job.state.is_end(), self.state.store.clock().now());
                let view = serde_json::to_string(&JobView::of(&actor, job, now)).ok()?;
                let event = format!("id: {}\nevent: job\ndata: {view}\n\n", self.seen);
                return Some((Ok(event.into()), (!ended).then_some(self)));
            }
            if job.state.is_end() {
                return None;
            }
            quiet += 1;
            if quiet >= SILENCE {
                return Some((Ok(Bytes::from_static(b": still there\n\n")), Some(self)));
            }
        }
        None
    }
}
