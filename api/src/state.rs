//! What every handler of a worker shares.

use std::num::NonZeroU32;
use std::sync::Arc;

use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use maillage_infra::ambient::Clock;
use maillage_infra::error::StoreError;
use maillage_infra::identity::{Keys, Passwords};
use maillage_infra::shared::{Cache, Limit, Limiter, Redis};
use maillage_infra::store::{Bearer, Store};
use metrics_exporter_prometheus::PrometheusHandle;

/// Connections per worker: more backends than about eight a core slow PostgreSQL down.
const CONNECTIONS: usize = 8;

/// What all workers share; each makes its own store of it.
#[derive(Clone)]
pub struct Shared {
    /// The database, as the role that serves.
    pub database_url: Arc<str>,
    /// The address under which the world sees the API, without a final slash.
    pub public_url: Arc<str>,
    /// How many reverse proxies stand in front.
    pub proxy_hops: usize,
    /// The clock.
    pub clock: Clock,
    /// What signs and verifies access tokens.
    pub keys: Keys,
    /// What hashes passwords.
    pub passwords: Passwords,
    /// Redis, when it is given.
    pub redis: Option<Redis>,
    /// Requests a minute of one tenant.
    pub tenant_quota: Limiter,
    /// Requests a minute of one address without a token.
    pub anonymous_quota: Limiter,
    /// Public answers.
    pub cache: Cache,
    /// What `/metrics` renders.
    pub metrics: PrometheusHandle,
}

/// What the handlers of one worker share.
#[derive(Clone)]
pub struct State {
    /// The way to the database.
    pub store: Store,
    shared: Shared,
}

impl State {
    /// The state of one worker, with a pool of its own.
    ///
    /// # Errors
    /// When the pool cannot be built.
    pub fn of(shared: Shared) -> Result<Self, StoreError> {
        let store = Store::new(&shared.database_url, CONNECTIONS, shared.clock.clone())?;
        Ok(Self { store, shared })
    }

    /// Who presents a good access token in these headers, if anyone does.
    pub fn bearer(&self, headers: &HeaderMap) -> Option<Bearer> {
        let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
        let (scheme, token) = value.split_once(' ')?;
        let token = scheme
            .eq_ignore_ascii_case("bearer")
            .then_some(token.trim())?;
        self.keys.verify(token, self.store.clock().now())
    }
}

impl std::ops::Deref for State {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.shared
    }
}

/// So many requests a minute of each tenant.
pub fn tenant_limit(per_minute: NonZeroU32) -> Limit {
    Limit {
        name: "tenant",
        per_minute,
    }
}

/// So many requests a minute of each address without a token.
pub fn anonymous_limit(per_minute: NonZeroU32) -> Limit {
    Limit {
        name: "anonymous",
        per_minute,
    }
}
