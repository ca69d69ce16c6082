//! The feed as it happens: server-sent events (WHATWG HTML, § 9.2).
//!
//! Every batch is read in a transaction that enters the tenant anew: who was revoked reads nothing
//! after it. A revocation is itself a fact, which wakes the streams of its tenant, so theirs ends at
//! once and not at the next heartbeat.

use std::convert::Infallible;
use std::time::Duration;

use actix_web::rt::time::{Instant, sleep_until};
use actix_web::web::Bytes;
use actix_web::{HttpMessage as _, HttpResponse, get};
use maillage_domain::access::{Relation, Verb, act, decide};
use maillage_domain::partners::events::{EventType, Told};
use maillage_infra::partners::events::{WINDOW, audiences, events_after, feed_head};
use maillage_infra::store::Caller;
use serde::Deserialize;
use tokio::sync::watch;
use utoipa::IntoParams;
use uuid::Uuid;

use super::hub::Seat;
use super::{is_asked, open, seal, types};
use crate::ctx::Ctx;
use crate::http::edge::Bodiless;
use crate::http::problem::Place;
use crate::http::{Answer, Code, Params, Problem};
use crate::state::State;

/// How long a stream is silent at most.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// A comment: nothing, but that the stream is there.
const BEAT: &str = ":\n\n";
/// When a reader whose stream ended comes back, in milliseconds.
const RETRY: &str = "retry: 2000\n\n";

/// Which events, and from where on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StreamQuery {
    /// Where you have got to, if there is no `Last-Event-ID`. From now on without either.
    after: Option<String>,
    /// Only events of these types, separated by commas.
    r#type: Option<String>,
}

/// What a stream is about to do next.
enum Turn {
    Read,
    Beat,
    End,
}

/// One open stream.
struct Listener {
    state: State,
    caller: Caller,
    types: Option<Vec<EventType>>,
    after: i64,
    ends: Instant,
    news: watch::Receiver<i64>,
    stopping: watch::Receiver<bool>,
    /// Up to where there was news when it last read.
    seen: i64,
    audiences: Vec<Uuid>,
    greeted: bool,
    _seat: Seat,
}

impl Listener {
    /// What is sent next; nothing when the stream ends.
    async fn next(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        if !self.greeted {
            self.greeted = true;
            return Some((Ok(Bytes::from_static(RETRY.as_bytes())), self));
        }
        let mut turn = Turn::Read;
        loop {
            self.seen = *self.news.borrow_and_update();
            let (text, whole) = self.read().await?;
            if !text.is_empty() {
                return Some((Ok(text.into()), self));
            }
            if matches!(turn, Turn::Beat) {
                return Some((Ok(Bytes::from_static(BEAT.as_bytes())), self));
            }
            if !whole {
                turn = self.wait().await;
            }
            if matches!(turn, Turn::End) {
                return None;
            }
        }
    }

    /// The next events, as they are sent, and whether there may be more. Nothing at all for who may
    /// not read them any more, or when the database is away: who comes back is told then.
    async fn read(&mut self) -> Option<(String, bool)> {
        let after = self.after;
        let query = async |db: maillage_infra::store::Db<'_>| {
            let (told, audiences) = futures::join!(events_after(db, after, WINDOW), audiences(db));
            Ok((told?, audiences?))
        };
        let (actor, (told, audiences)) = self.state.store.read(&self.caller, query).await.ok()?;
        decide(Verb::ReadEvents, &actor, Relation::Own).ok()?;
        self.audiences = audiences;
        let mut text = String::new();
        for it in &told {
            self.after = it.position;
            if it.is_for(&actor) && is_asked(it, self.types.as_deref()) {
                text.push_str(&self.line(it)?);
            }
        }
        if text.is_empty() && !told.is_empty() {
            // Nothing to tell, but whoever comes back need not look through it again.
            text = format!("id: {}\n\n", self.cursor(self.after)?);
        }
        let whole = i64::try_from(told.len()).is_ok_and(|read| read == WINDOW);
        Some((text, whole))
    }

    fn cursor(&self, position: i64) -> Option<String> {
        seal(&self.state, &self.caller, position).ok()
    }

    fn line(&self, told: &Told) -> Option<String> {
        let cursor = self.cursor(told.position)?;
        let data = serde_json::to_string(&told.event).ok()?;
        let name = told.event.what;
        Some(format!("id: {cursor}\nevent: {name}\ndata: {data}\n\n"))
    }

    /// Waits for news, for the next heartbeat, or for the end.
    async fn wait(&mut self) -> Turn {
        let beat = Instant::now() + HEARTBEAT;
        loop {
            tokio::select! {
                changed = self.news.changed() => {
                    if changed.is_err() {
                        return Turn::End;
                    }
                    if self.state.streams.has_news(&self.audiences, self.seen) {
                        return Turn::Read;
                    }
                }
                _ = self.stopping.wait_for(|stopping| *stopping) => return Turn::End,
                () = sleep_until(self.ends) => return Turn::End,
                () = sleep_until(beat) => return Turn::Beat,
            }
        }
    }
}

/// Tells what happens that concerns you, as it happens.
///
/// The same events as `GET /v1/events`, as server-sent events: the `id` of each is its cursor, and
/// `Last-Event-ID` goes on behind it. A comment comes every 15 seconds of silence. The stream ends
/// after ten minutes (unless the instance says otherwise), when you are revoked, and when the server stops: come back with the last `id`.
#[utoipa::path(
    tag = "Events",
    params(
        StreamQuery,
        ("Last-Event-ID" = Option<String>, Header, description = "The `id` of the last event you were told of."),
    ),
    responses((status = 200, description = "Events, as they happen.", content_type = "text/event-stream", body = String,
        example = "id: bXlzdGVyeQ\nevent: resource.published\ndata: {\"id\": \"019acb5e-0000-7000-8000-00000000000e\"}\n\n"))
)]
#[get("/v1/events/stream")]
pub async fn stream_events(ctx: Ctx, query: Params<StreamQuery>) -> Answer {
    let types = types(query.0.r#type.as_deref())?;
    let (state, caller) = (ctx.state().clone(), ctx.caller());
    let given = ctx.request().headers().get("last-event-id");
    let invalid = |_| {
        Problem::at(
            Code::InvalidRequest,
            Place::Header("Last-Event-ID"),
            "header_invalid",
        )
    };
    let last = given.map(|it| it.to_str()).transpose().map_err(invalid)?;
    // What a browser has not been told yet, it sends as nothing.
    let last = last.filter(|it| !it.is_empty());
    let after = open(&state, &caller, last.or(query.0.after.as_deref()))?;
    let (actor, head) = ctx.read(async |db| feed_head(db).await).await?;
    ctx.authorize_staff::<act::ReadEvents>(&actor)?;
    let mut answer = HttpResponse::Ok();
    answer
        .content_type("text/event-stream")
        .insert_header(("cache-control", "no-store"))
        // Proxies that gather an answer before they pass it on would keep it for ever.
        .insert_header(("x-accel-buffering", "no"));
    if ctx.request().extensions().get::<Bodiless>().is_some() {
        return Ok(answer.finish());
    }
    let full = || Problem::from(Code::TooManyStreams).after(state.streams.lifetime().as_secs());
    let listener = Listener {
        _seat: state.streams.sit(caller.id()).ok_or_else(full)?,
        ends: Instant::now() + state.streams.lifetime(),
        news: state.streams.news(),
        stopping: state.streams.stopping(),
        types,
        caller,
        after: after.unwrap_or(head),
        seen: 0,
        audiences: Vec::new(),
        greeted: false,
        state,
    };
    Ok(answer.streaming(futures::stream::unfold(listener, Listener::next)))
}
