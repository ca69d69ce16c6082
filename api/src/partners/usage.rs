//! Usage: what software called, and how that went, as it and its administrators read it.
//!
//! Software asks for no right to see its own: it is told what it did, and nothing of anybody else.

use actix_web::get;
use chrono::{DateTime, NaiveDate, Utc};
use maillage_domain::access::act;
use maillage_domain::value::ClientId;
use maillage_infra::partners::meter::{self, Calls, Request};
use maillage_infra::partners::{self as store};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::ctx::Ctx;
use crate::http::page::{Start, limit};
use crate::http::{Answer, Id, Page, Params};

/// How many calls ended alike.
#[derive(Serialize, ToSchema)]
pub struct OutcomeView {
    /// The status.
    #[schema(minimum = 100, maximum = 599, example = 422)]
    status: i16,
    /// The slug of the problem, as in its `type`; null without one.
    #[schema(example = "validation_failed")]
    problem: Option<String>,
    /// How many.
    #[schema(minimum = 1, example = 3)]
    calls: i64,
}

/// What was called on one day.
#[derive(Serialize, ToSchema)]
pub struct UsageDayView {
    /// The day, in UTC.
    #[schema(example = "2026-11-02")]
    day: NaiveDate,
    /// All calls.
    #[schema(minimum = 1, example = 1_204)]
    calls: i64,
    /// Those that were refused: 4xx.
    #[schema(minimum = 0, example = 3)]
    refused: i64,
    /// Those that failed here: 5xx.
    #[schema(minimum = 0, example = 0)]
    failed: i64,
    /// All by how they ended.
    #[schema(max_items = 1000)]
    outcomes: Vec<OutcomeView>,
}

/// What a client called in the last 90 days; what it calls shows about a second later.
#[derive(Serialize, ToSchema)]
pub struct UsageView {
    /// The client.
    client: Uuid,
    /// How many requests a minute it may make. What is left of them is in `RateLimit` of any answer.
    #[schema(minimum = 1, example = 3_000)]
    requests_per_minute: u32,
    /// The days on which it called, the newest first.
    #[schema(max_items = 91)]
    days: Vec<UsageDayView>,
}

impl UsageView {
    fn of(client: ClientId, requests_per_minute: u32, calls: Vec<Calls>) -> Self {
        let mut days: Vec<UsageDayView> = Vec::new();
        for it in calls {
            if days.last().is_none_or(|last| last.day != it.day) {
                days.push(UsageDayView {
                    day: it.day,
                    calls: 0,
                    refused: 0,
                    failed: 0,
                    outcomes: Vec::new(),
                });
            }
            let Some(day) = days.last_mut() else { continue };
            day.calls += it.calls;
            match it.status {
                400..500 => day.refused += it.calls,
                500.. => day.failed += it.calls,
                _ => {}
            }
            day.outcomes.push(OutcomeView {
                status: it.status,
                problem: Some(it.problem).filter(|slug| !slug.is_empty()),
                calls: it.calls,
            });
        }
        Self {
            client: client.0,
            requests_per_minute,
            days,
        }
    }
}

/// A request of a client, as it was answered.
#[derive(Serialize, ToSchema)]
pub struct RequestView {
    /// What the answer calls it: `X-Request-Id`.
    #[schema(max_length = 64, example = "019acb5e-0000-7000-8000-000000000012")]
    request_id: String,
    /// When it was answered.
    at: DateTime<Utc>,
    /// Its method.
    #[schema(example = "POST")]
    method: String,
    /// The pattern of its address.
    #[schema(example = "/v1/charters/{id}")]
    route: String,
    /// The status.
    #[schema(minimum = 100, maximum = 599, example = 201)]
    status: i16,
    /// The slug of the problem; null without one.
    #[schema(example = "validation_failed")]
    problem: Option<String>,
    /// How long it took, in microseconds.
    #[schema(minimum = 0, example = 3_120)]
    microseconds: i64,
}

impl From<Request> for RequestView {
    fn from(it: Request) -> Self {
        Self {
            request_id: it.request_id,
            at: it.at,
            method: it.method,
            route: it.route,
            status: it.status,
            problem: it.problem,
            microseconds: it.microseconds,
        }
    }
}

/// Which requests.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RequestQuery {
    /// Only those that were refused or failed: 4xx and 5xx.
    #[param(example = true)]
    unsuccessful: Option<bool>,
    /// How many items at most: 1 to 100, 20 by default.
    #[param(minimum = 1, maximum = 100, example = 20)]
    limit: Option<u32>,
    /// Where to go on: `next` of another page of the same list.
    cursor: Option<String>,
}

impl RequestQuery {
    fn only(&self) -> bool {
        self.unsuccessful.unwrap_or(false)
    }
}

/// Tells software what it called.
#[utoipa::path(tag = "Clients", responses((status = 200, body = UsageView)))]
#[get("/v1/usage")]
pub async fn get_own_usage(ctx: Ctx) -> Answer {
    let (tenant, client) = (ctx.home(), ctx.caller().client());
    let (_, calls) = ctx
        .read(async |db| meter::usage(db, tenant, client).await)
        .await?;
    let own = ctx.authorize_itself()?;
    let quota = ctx.state().client_quota.limit().per_minute;
    ctx.tell(&UsageView::of(own, quota.get(), calls))
}

/// Lists the requests of software to itself, newest first, for 48 hours.
#[utoipa::path(tag = "Clients", params(RequestQuery), responses((status = 200, body = Page<RequestView>)))]
#[get("/v1/usage/requests")]
pub async fn list_own_requests(ctx: Ctx, query: Params<RequestQuery>) -> Answer {
    let (limit, cursors) = (limit(query.0.limit)?, ctx.cursors());
    let start: Option<Start<Uuid>> = cursors.open(query.0.cursor.as_deref())?;
    let (of, only) = ((ctx.home(), ctx.caller().client()), query.0.only());
    let (_, rows) = ctx
        .read_list(start.as_ref(), limit, async |db, page| {
            meter::requests_of(db, of, only, page.from, page.most).await
        })
        .await?;
    ctx.authorize_itself()?;
    ctx.list(cursors.forward(rows, limit, |it| it.id, RequestView::from)?)
}

/// Tells what a client of your collectivity called.
#[utoipa::path(
    tag = "Clients",
    params(("id" = uuid::Uuid, Path, description = "The client")),
    responses((status = 200, body = UsageView))
)]
#[get("/v1/clients/{id}/usage")]
pub async fn get_client_usage(ctx: Ctx, id: Id<ClientId>) -> Answer {
    let tenant = ctx.home();
    let (actor, (client, calls)) = ctx
        .read(async |db| {
            let (client, calls) = futures::join!(
                store::client(db, tenant, id.0),
                meter::usage(db, tenant, Some(id.0))
            );
            Ok((client?, calls?))
        })
        .await?;
    ctx.authorize::<act::ReadClients, _>(&actor, client)?;
    let quota = ctx.state().client_quota.limit().per_minute;
    ctx.tell(&UsageView::of(id.0, quota.get(), calls))
}

/// Lists the requests of a client of your collectivity, newest first, for 48 hours.
#[utoipa::path(
    tag = "Clients",
    params(("id" = uuid::Uuid, Path, description = "The client"), RequestQuery),
    responses((status = 200, body = Page<RequestView>))
)]
#[get("/v1/clients/{id}/requests")]
pub async fn list_client_requests(
    ctx: Ctx,
    id: Id<ClientId>,
    query: Params<RequestQuery>,
) -> Answer {
    let (limit, cursors) = (limit(query.0.limit)?, ctx.cursors());
    let start: Option<Start<Uuid>> = cursors.open(query.0.cursor.as_deref())?;
    let (tenant, only) = (ctx.home(), query.0.only());
    let (actor, (client, rows)) = ctx
        .read_list(start.as_ref(), limit, async |db, page| {
            let of = (tenant, Some(id.0));
            let (client, rows) = futures::join!(
                store::client(db, tenant, id.0),
                meter::requests_of(db, of, only, page.from, page.most)
            );
            Ok((client?, rows?))
        })
        .await?;
    ctx.authorize::<act::ReadClients, _>(&actor, client)?;
    ctx.list(cursors.forward(rows, limit, |it| it.id, RequestView::from)?)
}
