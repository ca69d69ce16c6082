//! Health, metrics and the public half of the signing key.

use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::{Answer, Code, Problem};
use crate::state::State;

/// Whether the process lives.
#[derive(Debug, Serialize, ToSchema)]
pub struct Live {
    /// Always `live`.
    #[schema(example = "live")]
    status: &'static str,
}

/// Whether the process can serve.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ready {
    /// Always `ready`: the opposite is a problem.
    #[schema(example = "ready")]
    status: &'static str,
    /// `up`, `down` (limits are counted per process until it is back) or `none`.
    #[schema(example = "up")]
    redis: &'static str,
}

/// Says that the process lives.
#[utoipa::path(tag = "Health", security(()), responses((status = 200, body = Live)))]
#[get("/health/live")]
pub async fn live() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(("cache-control", "no-store"))
        .json(Live { status: "live" })
}

/// Says whether database and migrations are there.
#[utoipa::path(tag = "Health", security(()), responses((status = 200, body = Ready)))]
#[get("/health/ready")]
pub async fn ready(state: web::Data<State>) -> Answer {
    if !state.store.is_ready().await? {
        return Err(Problem::from(Code::Unavailable).after(2));
    }
    let redis = match &state.redis {
        Some(redis) if redis.answers().await => "up",
        Some(_) => "down",
        None => "none",
    };
    let ready = Ready {
        status: "ready",
        redis,
    };
    Ok(HttpResponse::Ok()
        .insert_header(("cache-control", "no-store"))
        .json(ready))
}

/// Gives the metrics of this process in Prometheus's text format.
///
/// To who asks the process itself: there is no such address for who comes through the proxy.
#[utoipa::path(
    tag = "Health",
    security(()),
    responses((status = 200, content_type = "text/plain", body = String, example = "http_requests_total 1"))
)]
#[get("/metrics")]
pub async fn metrics(state: web::Data<State>, request: HttpRequest) -> Answer {
    // Our own proxy adds this header, so nobody who comes through it can be without.
    if state.proxy_hops > 0 && request.headers().contains_key("x-forwarded-for") {
        return Err(Code::NotFound.into());
    }
    Ok(HttpResponse::Ok()
        .insert_header(("content-type", "text/plain; version=0.0.4"))
        .insert_header(("cache-control", "no-store"))
        .body(state.metrics.render()))
}

/// Gives the keys that verify access tokens (RFC 7517).
#[utoipa::path(
    tag = "Health",
    security(()),
    responses((status = 200, body = serde_json::Value, example = json!({"keys": []})))
)]
#[get("/.well-known/jwks.json")]
pub async fn jwks(state: web::Data<State>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(("cache-control", "public, max-age=300"))
        .json(state.keys.jwks())
}
