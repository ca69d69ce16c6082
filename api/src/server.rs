//! The server: what it needs before it listens, and the application of each worker.

use std::collections::BTreeSet;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::dev::ResourceDef;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpRequest, HttpServer, web};
use maillage_infra::ambient::Clock;
use maillage_infra::error::StoreError;
use maillage_infra::evaluation::make_batches;
use maillage_infra::identity::{Keys, Passwords};
use maillage_infra::outbound::Egress;
use maillage_infra::partners::meter::{Meter, WRITTEN_EVERY, forget_usage};
use maillage_infra::partners::webhooks::{Courier, Pace, forget};
use maillage_infra::shared::{Cache, Limiter, Redis};
use maillage_infra::turns::Turns;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use utoipa_actix_web::AppExt as _;

use crate::http::edge::edge;
use crate::http::{Answer, Code, Problem};
use crate::partners::events::hub::{self, Streams};
use crate::partners::work::work;
use crate::settings::Settings;
use crate::state::{self, BESIDE, Shared, State, anonymous_limit, client_limit, tenant_limit};
use crate::{document, pages, routes};

/// How long requests in flight may take once the server is told to stop, in seconds.
const DRAIN: u64 = 30;
/// How many documents are made at once: a PDF takes several milliseconds of CPU a page.
const DOCUMENTS: usize = 2;
/// How often what has served its time is forgotten.
const SWEEP: Duration = Duration::from_secs(600);

/// How often samples of metrics are drained: they pile up until then.
const UPKEEP: Duration = Duration::from_secs(5);

/// Why the server cannot serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address is taken, or is none of this machine's.
    #[error("écoute impossible sur {0} ({1}) : --bind ou MAILLAGE_BIND en choisit une autre")]
    Listen(SocketAddr, io::Error),
    /// The store cannot be prepared.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Redis's address is none.
    #[error("REDIS_URL : {0}")]
    Redis(String),
}

/// What all workers share. Must be called within a runtime.
///
/// # Errors
/// See `ServeError`.
pub fn shared(
    settings: &Settings,
    database_url: &str,
    keys: Keys,
    clock: Clock,
) -> Result<Shared, ServeError> {
    let redis = settings.redis_url.as_deref().map(Redis::new).transpose();
    let redis = redis.map_err(|error| ServeError::Redis(error.to_string()))?;
    let public_url = settings.public_url();
    Ok(Shared {
        database_url: database_url.into(),
        proxy_hops: settings.proxy_hops,
        keys,
        clock,
        passwords: Passwords::new()?,
        documents: Turns::new(DOCUMENTS),
        egress: Egress::new(settings.webhook_networks.clone())?,
        tenant_quota: Limiter::new(tenant_limit(settings.tenant_quota), redis.clone()),
        client_quota: Limiter::new(client_limit(settings.client_quota), redis.clone()),
        anonymous_quota: Limiter::new(anonymous_limit(settings.anonymous_quota), redis.clone()),
        cache: Cache::new(redis.clone()),
        redis,
        streams: Streams::new(Duration::from_secs(settings.stream_seconds.get().into())),
        meter: Meter::default(),
        metrics: recorder(),
        public_url: public_url.into(),
    })
}

/// The metrics of this process: installed once, whatever the number of servers in it (tests).
fn recorder() -> PrometheusHandle {
    static HANDLE: Mutex<Option<PrometheusHandle>> = Mutex::new(None);
    let mut handle = HANDLE.lock().unwrap_or_else(PoisonError::into_inner);
    let make = || {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("another recorder was installed before: /metrics stays empty");
        }
        handle
    };
    handle.get_or_insert_with(make).clone()
}

/// The addresses of the contract, to tell a wrong method from a wrong address.
struct Addresses(Vec<(ResourceDef, Vec<String>)>);

impl Addresses {
    fn of(document: &serde_json::Value) -> Self {
        let address = |(path, mut methods): (String, Vec<String>)| {
            // Whoever may GET may HEAD (RFC 9110 §9.1); the edge sees to it.
            if methods.iter().any(|method| method == "GET") {
                methods.push("HEAD".to_owned());
            }
            (ResourceDef::new(path), methods)
        };
        let addresses = document::addresses(document);
        Self(addresses.into_iter().map(address).collect())
    }
}

/// What nothing else answers: a wrong method, or a wrong address.
async fn fallback(request: HttpRequest, addresses: web::Data<Addresses>) -> Answer {
    let methods = addresses
        .0
        .iter()
        .filter(|(path, _)| path.is_match(request.path()));
    // Several addresses may fit: `/v1/groups/suggestions` has the form of `/v1/groups/{id}`.
    let allow: BTreeSet<_> = methods.flat_map(|(_, methods)| methods).collect();
    let allow: Vec<_> = allow.into_iter().map(String::as_str).collect();
    Err(if allow.is_empty() {
        Code::NotFound.into()
    } else {
        Problem {
            allow: Some(allow.join(", ")),
            ..Code::MethodNotAllowed.into()
        }
    })
}

/// A running server and where it listens.
pub struct Running {
    /// The address it listens on.
    pub address: SocketAddr,
    /// To be awaited: it ends when the server has stopped.
    pub server: actix_web::dev::Server,
}

/// Starts listening, with a pool of connections per worker.
///
/// # Errors
/// See `ServeError`.
pub fn listen(settings: &Settings, shared: Shared, workers: usize) -> Result<Running, ServeError> {
    let each = connections(settings, workers);
    let beside = || State::of(shared.clone(), 1);
    let (housekeeper, foreman, relay, courier) = (beside()?, beside()?, beside()?, beside()?);
    let states = (0..workers)
        .map(|_| State::of(shared.clone(), each))
        .collect::<Result<Arc<[_]>, _>>()?;
    let (turn, spare) = (Arc::new(AtomicUsize::new(0)), housekeeper.clone());
    let document = document::document(&shared.public_url);
    let addresses = web::Data::new(Addresses::of(&document));
    let contract = web::Data::new(pages::Contract::of(&document));
    let server = HttpServer::new(move || {
        // A worker that replaces one that died takes a pool that is there: no more are opened.
        let turn = turn.fetch_add(1, Ordering::Relaxed);
        let state = states.iter().cycle().nth(turn % workers.max(1)).cloned();
        let state = state.unwrap_or_else(|| spare.clone());
        App::new()
            .into_utoipa_app()
            .app_data(web::Data::new(state))
            .app_data(addresses.clone())
            .app_data(contract.clone())
            .configure(routes::routes)
            .map(|app| {
                app.configure(pages::pages)
                    .default_service(web::to(fallback))
                    .wrap(from_fn(edge))
            })
            .into_app()
    })
    .workers(workers)
    .shutdown_timeout(DRAIN)
    .client_request_timeout(Duration::from_secs(10))
    .bind(settings.bind)
    .map_err(|error| ServeError::Listen(settings.bind, error))?;
    let address = server.addrs().first().copied().unwrap_or(settings.bind);
    keep_house(housekeeper);
    actix_web::rt::spawn(work(foreman));
    hub::run(relay);
    tell_webhooks(courier);
    Ok(Running {
        address,
        server: server.run(),
    })
}

/// How many connections each worker may open; says so when the total that was set is too small.
fn connections(settings: &Settings, workers: usize) -> usize {
    let total = usize::from(settings.database_connections.get());
    let each = state::share(total, workers);
    let opened = each * workers + BESIDE;
    if opened > total {
        tracing::warn!(
            "MAILLAGE_DATABASE_CONNECTIONS={total} cannot be kept to: {workers} workers need one \
             connection each, and {BESIDE} are for what runs beside them, so up to {opened} are opened"
        );
    }
    each
}

/// Forgets, from time to time, what has served its time, and makes the batches that are due.
fn keep_house(state: State) {
    let metrics = state.metrics.clone();
    actix_web::rt::spawn(async move {
        let mut every = actix_web::rt::time::interval(UPKEEP);
        loop {
            every.tick().await;
            metrics.run_upkeep();
        }
    });
    let (meter, store) = (state.meter.clone(), state.store.clone());
    actix_web::rt::spawn(async move {
        let mut every = actix_web::rt::time::interval(WRITTEN_EVERY);
        loop {
            every.tick().await;
            if let Err(error) = meter.write(&store).await {
                tracing::warn!(%error, "could not write what clients called");
            }
        }
    });
    actix_web::rt::spawn(async move {
        let mut every = actix_web::rt::time::interval(SWEEP);
        loop {
            every.tick().await;
            state.tenant_quota.shrink();
            state.client_quota.shrink();
            state.anonymous_quota.shrink();
            match state.store.sweep().await {
                Ok(rows) => tracing::debug!(rows, "swept"),
                Err(error) => tracing::warn!(%error, "could not sweep"),
            }
            if let Err(error) = forget(&state.store).await {
                tracing::warn!(%error, "could not forget old deliveries");
            }
            if let Err(error) = forget_usage(&state.store).await {
                tracing::warn!(%error, "could not forget old calls of clients");
            }
            match state.store.forget_jobs().await {
                Ok(jobs) => tracing::debug!(jobs, "forgotten"),
                Err(error) => tracing::warn!(%error, "could not forget old jobs"),
            }
            if let Err(error) = make_batches(&state.store).await {
                tracing::warn!(%error, "could not make the batches of pooled figures");
            }
        }
    });
}

/// Tells the endpoints of webhooks what happens, as long as the server runs.
fn tell_webhooks(state: State) {
    actix_web::rt::spawn(async move {
        let (store, egress) = (state.store.clone(), state.egress.clone());
        let seal = state.keys.webhook_seal();
        Courier::new(store, egress, seal, Pace::SERVING).run().await;
    });
}
