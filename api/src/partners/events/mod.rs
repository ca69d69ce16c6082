//! The change feed: what happens, oldest first, to whom it concerns.

pub(crate) mod hub;
pub(crate) mod stream;

use actix_web::get;
use maillage_domain::access::act;
use maillage_domain::partners::events::{Event, EventType, Subject, Told};
use maillage_infra::error::StoreError;
use maillage_infra::partners::events::{WINDOW, events_after};
use maillage_infra::store::{Caller, Db};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::ctx::Ctx;
use crate::http::page::{Cursors, Start, limit};
use crate::http::{Answer, Params, Problem};
use crate::state::State;

/// How many windows one request looks through for events of a rare type.
const WINDOWS: usize = 10;

/// Which events, and from where on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventsQuery {
    /// Where you have got to: `after` of the page before, or the `id` of an event of the stream.
    /// From the beginning without.
    after: Option<String>,
    /// How many events at most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// Only events of these types, separated by commas.
    r#type: Option<String>,
}

/// What an event is about.
#[derive(ToSchema)]
#[schema(as = EventSubject)]
#[expect(dead_code, reason = "only documents `Subject` of the domain")]
pub struct SubjectSchema {
    /// What it is.
    #[schema(value_type = String, pattern = "^[a-z]+$", max_length = 20, example = "charter")]
    r#type: Subject,
    /// Its id; of a trial and of results, that of the experiment.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000008")]
    id: String,
    /// Where to fetch it, under your own rights: it may be gone, or hidden from you by now.
    #[schema(example = "/v1/charters/019acb5e-0000-7000-8000-000000000008/versions/2")]
    href: String,
}

/// Something that has happened. What it was done to is fetched, under your own rights.
#[derive(ToSchema)]
#[schema(as = Event)]
#[expect(dead_code, reason = "only documents `Event` of the domain")]
pub struct EventSchema {
    /// Its id: the same each time you are told of it.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-00000000000e")]
    id: String,
    /// What happened. Types are added in time: leave aside what you do not know.
    #[schema(value_type = String, pattern = "^[a-z_]+[.][a-z_]+$", max_length = 64, example = "resource.published")]
    r#type: EventType,
    /// When.
    #[schema(format = DateTime, example = "2026-01-01T00:00:00Z")]
    occurred_at: String,
    /// Which collectivity did it.
    #[schema(format = Uuid, max_length = 36, example = "019acb5e-0000-7000-8000-000000000001")]
    collectivity: String,
    /// What it was done to.
    subject: SubjectSchema,
}

/// Events, oldest first.
#[derive(Serialize, ToSchema)]
pub struct EventsView {
    /// The events; there may be none although there are more.
    #[schema(value_type = Vec<EventSchema>)]
    items: Vec<Event>,
    /// Where you have got to: give it as `after`, at once if there are more, later otherwise. Null
    /// while there was never anything.
    after: Option<String>,
    /// Whether there are more already.
    #[schema(example = false)]
    more: bool,
}

/// Cursors of the feed and of the stream alike, whatever they leave out.
fn cursors<'a>(state: &'a State, caller: &Caller) -> Cursors<'a> {
    let bound_to = format!("{:?} {}\nevents", caller.collectivity(), caller.id());
    Cursors::bound(&state.keys, bound_to)
}

/// The cursor of a position.
fn seal(state: &State, caller: &Caller, position: i64) -> Result<String, Problem> {
    let start = Start {
        from: position,
        back: false,
    };
    cursors(state, caller).seal(&start)
}

/// The position of a cursor.
fn open(state: &State, caller: &Caller, cursor: Option<&str>) -> Result<Option<i64>, Problem> {
    let start: Option<Start<i64>> = cursors(state, caller).open(cursor)?;
    Ok(start.map(|start| start.from))
}

/// The types that are asked for; all of them if none is named.
fn types(asked: Option<&str>) -> Result<Option<Vec<EventType>>, Problem> {
    let read = |list: &str| list.split(',').map(|it| it.trim().parse()).collect();
    let types: Option<Result<Vec<EventType>, _>> = asked.map(read);
    let unknown = |_| Problem::parameter("type", "event_type_unknown");
    types.transpose().map_err(unknown)
}

/// Whether an event is of a type that is asked for.
fn is_asked(told: &Told, types: Option<&[EventType]>) -> bool {
    types.is_none_or(|types| types.contains(&told.event.what))
}

/// Looks for events of these types, a few windows far: what was found, up to where, and whether
/// there may be more.
async fn look(
    db: Db<'_>,
    start: Option<i64>,
    types: Option<&[EventType]>,
) -> Result<(Vec<Told>, Option<i64>, bool), StoreError> {
    let (mut reached, mut whole) = (start, true);
    for _ in 0..WINDOWS {
        let mut told = events_after(db, reached.unwrap_or(0), WINDOW).await?;
        reached = told.last().map(|it| it.position).or(reached);
        whole = i64::try_from(told.len()).is_ok_and(|read| read == WINDOW);
        told.retain(|it| is_asked(it, types));
        if !told.is_empty() || !whole {
            return Ok((told, reached, whole));
        }
    }
    Ok((Vec::new(), reached, whole))
}

/// Lists what happened that concerns you, oldest first.
///
/// Nothing that is committed later ever comes before a cursor: whoever reads on from theirs misses no
/// event. An event comes at least once; its id tells whether it came before. You are told of what
/// your roles or scopes let you read at this moment; a client is not told of what it did itself.
#[utoipa::path(tag = "Events", params(EventsQuery), responses((status = 200, body = EventsView)))]
#[get("/v1/events")]
pub async fn list_events(ctx: Ctx, query: Params<EventsQuery>) -> Answer {
    let (limit, types) = (limit(query.0.limit)?, types(query.0.r#type.as_deref())?);
    let (state, caller) = (ctx.state(), ctx.caller());
    let start = open(state, &caller, query.0.after.as_deref())?;
    let look = async |db: Db<'_>| look(db, start, types.as_deref()).await;
    let (actor, (told, mut reached, whole)) = ctx.read(look).await?;
    ctx.authorize_staff::<act::ReadEvents>(&actor)?;
    let mut fit = told.into_iter().filter(|it| it.is_for(&actor));
    let items: Vec<Told> = fit.by_ref().take(limit as usize).collect();
    let cut = fit.next().is_some();
    if cut {
        reached = items.last().map(|it| it.position);
    }
    let after = reached.map(|position| seal(state, &caller, position));
    let view = EventsView {
        items: items.into_iter().map(|it| it.event).collect(),
        after: after.transpose()?,
        more: whole || cut,
    };
    ctx.tell(&view)
}
