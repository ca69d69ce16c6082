//! The edge: what happens once around every request, whatever it asks for.
//!
//! Language and request id are decided here, quotas counted, problems written out, panics caught,
//! security headers set; each request is logged in one line and counted, whatever becomes of it.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    ALLOW, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER, VARY, WWW_AUTHENTICATE,
};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, HttpResponse, ResponseError, web};
use futures::FutureExt as _;
use maillage_domain::value::{ClientId, CollectivityId};
use maillage_infra::ambient;
use maillage_infra::partners::meter::Request;
use maillage_infra::shared::{Limit, Limiter, Verdict};
use maillage_infra::store::Caller;
use tracing::Instrument as _;

use super::address;
use super::{Code, Language, Problem};
use crate::state::State;

/// The request id, in and out.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// The body of the answer is left out: `HEAD` asked.
#[derive(Clone, Copy, Debug)]
pub struct Bodiless;

/// What every answer must carry, known before the request is handled.
#[derive(Clone, Debug)]
struct Frame {
    id: String,
    language: Language,
    base: String,
}

/// A problem that is written out already: what remains of a panic.
#[derive(Debug)]
struct Written(Frame, Problem);

impl std::fmt::Display for Written {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.1.fmt(f)
    }
}

impl ResponseError for Written {
    fn status_code(&self) -> StatusCode {
        self.1.code.status()
    }

    fn error_response(&self) -> HttpResponse {
        self.0.write(&self.1)
    }
}

impl Frame {
    fn of(request: &ServiceRequest, state: &State) -> Self {
        let given = request
            .headers()
            .get("x-request-id")
            .and_then(|id| id.to_str().ok());
        let plain = |id: &&str| {
            (1..=64).contains(&id.len())
                && id
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        };
        Self {
            id: given
                .filter(plain)
                .map_or_else(|| maillage_infra::ambient::id().to_string(), str::to_owned),
            language: Language::of(request.request()),
            base: state.public_url.to_string(),
        }
    }

    /// Writes a problem out.
    fn write(&self, problem: &Problem) -> HttpResponse {
        let mut response = HttpResponse::build(problem.code.status());
        response.insert_header((CONTENT_TYPE, "application/problem+json"));
        response.insert_header(("content-language", self.language.tag()));
        response.insert_header(("cache-control", "no-store"));
        if let Some(seconds) = problem.retry_after {
            response.insert_header((RETRY_AFTER, seconds));
        }
        if let Some(methods) = &problem.allow {
            response.insert_header((ALLOW, methods.as_str()));
        }
        if problem.code.status() == StatusCode::UNAUTHORIZED {
            let scheme = match problem.code {
                Code::InvalidClient => "Basic realm=\"maillage\", charset=\"UTF-8\"",
                _ => "Bearer realm=\"maillage\"",
            };
            response.insert_header((WWW_AUTHENTICATE, scheme));
        }
        let view = problem.view(self.language, &self.base, &self.id);
        let mut response = response.json(view);
        self.finish(response.headers_mut());
        response
    }

    /// Headers of every answer.
    fn finish(&self, headers: &mut HeaderMap) {
        let mut set = |name: &'static str, value: &str| {
            let name = HeaderName::from_static(name);
            if let Ok(value) = HeaderValue::from_str(value)
                && !headers.contains_key(&name)
            {
                headers.insert(name, value);
            }
        };
        set("x-request-id", &self.id);
        set("x-content-type-options", "nosniff");
        set("referrer-policy", "no-referrer");
        set("x-frame-options", "DENY");
        set(
            "content-security-policy",
            "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'",
        );
        if self.base.starts_with("https://") {
            set("strict-transport-security", "max-age=31536000");
        }
        headers.insert(
            VARY,
            HeaderValue::from_static("Accept, Accept-Language, Authorization, Prefer"),
        );
    }
}

/// A counted request, and against which quota.
struct Counted {
    limit: Limit,
    verdict: Verdict,
}

impl Counted {
    async fn of(limiter: &Limiter, key: &str) -> Self {
        Self {
            limit: limiter.limit(),
            verdict: limiter.count(key).await,
        }
    }
}

/// Counts the request against the quota of its tenant, or of its address without one.
///
/// A client has a quota of its own before that of its tenant, and is told of the one that has less
/// left: what it is refused takes nothing from its tenant.
async fn count(request: &ServiceRequest, state: &State, caller: Option<&Caller>) -> Counted {
    let Some(caller) = caller else {
        let peer = request.peer_addr().map(|peer| peer.ip());
        let address = address::caller(request.headers(), peer, state.proxy_hops);
        let key = address
            .map(|address| address.to_string())
            .unwrap_or_default();
        return Counted::of(&state.anonymous_quota, &key).await;
    };
    let own = match caller {
        Caller::Client(client) => {
            Some(Counted::of(&state.client_quota, &client.client.to_string()).await)
        }
        Caller::Person(_) => None,
    };
    match own {
        Some(own) if !own.verdict.passes => own,
        own => {
            let tenant = caller.collectivity().map(|tenant| tenant.0);
            let key = tenant.unwrap_or(caller.id()).to_string();
            let shared = Counted::of(&state.tenant_quota, &key).await;
            let left = |counted: &Counted| (counted.verdict.passes, counted.verdict.remaining);
            match own {
                Some(own) if left(&own) < left(&shared) => own,
                _ => shared,
            }
        }
    }
}

/// Quota fields (draft-ietf-httpapi-ratelimit-headers-10).
fn announce(headers: &mut HeaderMap, counted: &Counted) {
    let Counted { limit, verdict } = counted;
    let policy = format!("\"{}\";q={};w=60", limit.name, limit.per_minute);
    let rest = format!(
        "\"{}\";r={};t={}",
        limit.name,
        verdict.remaining,
        seconds(verdict)
    );
    for (name, value) in [("ratelimit-policy", policy), ("ratelimit", rest)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}

fn seconds(verdict: &Verdict) -> u64 {
    verdict
        .reset
        .as_millis()
        .div_ceil(1_000)
        .try_into()
        .unwrap_or(u64::MAX)
}

/// Health checks and metrics are not counted: a balancer asks often.
fn is_counted(request: &ServiceRequest) -> bool {
    !["/health/live", "/health/ready", "/metrics"].contains(&request.path())
}

/// The middleware.
///
/// # Errors
/// Only after a panic, when there is no request left to answer to.
pub async fn edge(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let Some(state) = request.app_data::<web::Data<State>>().cloned() else {
        return Ok(request
            .into_response(HttpResponse::InternalServerError())
            .map_into_boxed_body());
    };
    let frame = Frame::of(&request, &state);
    let caller = is_counted(&request)
        .then(|| state.bearer(request.headers()))
        .flatten();
    let entry = Entry::of(&request, started, caller.as_ref());
    if entry.method == Method::HEAD {
        // Handled as GET; the connection leaves the body out.
        request.head_mut().method = Method::GET;
    }
    {
        let mut extensions = request.extensions_mut();
        if entry.method == Method::HEAD {
            extensions.insert(Bodiless);
        }
        extensions.insert(frame.language);
        extensions.insert(RequestId(frame.id.clone()));
    }
    let counted = if is_counted(&request) {
        Some(count(&request, &state, caller.as_ref()).await)
    } else {
        None
    };
    if let Some(counted) = counted.as_ref().filter(|counted| !counted.verdict.passes) {
        let problem = Problem::from(Code::RateLimited).after(seconds(&counted.verdict));
        let mut response = request.into_response(frame.write(&problem));
        announce(response.headers_mut(), counted);
        entry.log(&frame, &state, response.status(), Some(Code::RateLimited));
        return Ok(response);
    }
    // Whatever is logged on the way can be found by the id that the caller was given.
    let span = tracing::info_span!("request", id = frame.id);
    let Ok(handled) = AssertUnwindSafe(next.call(request).instrument(span))
        .catch_unwind()
        .await
    else {
        tracing::error!(request_id = frame.id, "a handler panicked");
        let code = Code::Internal;
        entry.log(&frame, &state, code.status(), Some(code));
        return Err(Written(frame, Code::Internal.into()).into());
    };
    let (mut response, code) = written(handled?, &frame);
    if let Some(counted) = &counted {
        announce(response.headers_mut(), counted);
    }
    entry.log(&frame, &state, response.status(), code);
    Ok(response)
}

/// Writes out the problem of an answer that has one, or that failed without one, and says which.
fn written(
    response: ServiceResponse<impl MessageBody + 'static>,
    frame: &Frame,
) -> (ServiceResponse, Option<Code>) {
    let problem = response.response().extensions().get::<Problem>().cloned();
    let bare = response.status().is_client_error() || response.status().is_server_error();
    let is_problem = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/problem+json"));
    let problem = problem.or_else(|| {
        (bare && !is_problem).then(|| match response.status() {
            StatusCode::NOT_FOUND => Code::NotFound.into(),
            StatusCode::PAYLOAD_TOO_LARGE => Code::PayloadTooLarge.into(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::UnsupportedMediaType.into(),
            status if status.is_client_error() => Code::InvalidRequest.into(),
            _ => Problem::from(Code::Internal),
        })
    });
    match problem {
        Some(problem) => {
            let (request, _) = response.into_parts();
            let response = ServiceResponse::new(request, frame.write(&problem));
            (response, Some(problem.code))
        }
        None => {
            let mut response = response.map_into_boxed_body();
            frame.finish(response.headers_mut());
            (response, None)
        }
    }
}

/// A method as a label: those nobody knows are one, or a caller could make as many as they like.
fn label(method: &Method) -> &str {
    let known = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
    ];
    if known.contains(method) {
        method.as_str()
    } else {
        "other"
    }
}

/// What is logged and counted of a request, without personal data: the route, never the path.
///
/// Noted before the request is handled, because nothing is left of it after a panic.
struct Entry {
    method: Method,
    route: String,
    trace: Option<String>,
    started: Instant,
    /// The software that asks, if it does.
    client: Option<(CollectivityId, ClientId)>,
}

impl Entry {
    fn of(request: &ServiceRequest, started: Instant, caller: Option<&Caller>) -> Self {
        let route = request.match_pattern();
        let trace = request.headers().get("traceparent");
        let trace = trace
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split('-').nth(1));
        Self {
            method: request.method().clone(),
            route: route.unwrap_or_else(|| "unmatched".to_owned()),
            trace: trace.map(str::to_owned),
            started,
            client: match caller {
                Some(Caller::Client(it)) => Some((it.collectivity, it.client)),
                _ => None,
            },
        }
    }

    /// Once it is known how the request is answered.
    fn log(self, frame: &Frame, state: &State, status: StatusCode, problem: Option<Code>) {
        let (elapsed, method) = (self.started.elapsed(), label(&self.method));
        if let Some(client) = self.client {
            let request = Request {
                id: ambient::id(),
                at: state.clock.now(),
                request_id: frame.id.clone(),
                method: method.to_owned(),
                route: self.route.clone(),
                status: i16::try_from(status.as_u16()).unwrap_or(i16::MAX),
                problem: problem.map(|code| code.slug().to_owned()),
                microseconds: i64::try_from(elapsed.as_micros()).unwrap_or(i64::MAX),
            };
            // What the quota refuses is counted only: it bounds what is written.
            let logged = problem != Some(Code::RateLimited);
            state.meter.note(client, request, logged);
        }
        tracing::info!(
            request_id = frame.id,
            trace_id = self.trace,
            method,
            route = self.route,
            status = status.as_u16(),
            micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
            "answered"
        );
        let labels = [
            ("method", method.to_owned()),
            ("route", self.route),
            ("status", status.as_str().to_owned()),
        ];
        metrics::counter!("http_requests_total", &labels).increment(1);
        metrics::histogram!("http_request_duration_seconds", &labels).record(elapsed.as_secs_f64());
    }
}
