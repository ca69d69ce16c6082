//! What every handler of a worker shares.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use maillage_infra::ambient::Clock;
use maillage_infra::error::StoreError;
use maillage_infra::identity::{Keys, Passwords};
use maillage_infra::outbound::Egress;
use maillage_infra::partners::meter::Meter;
use maillage_infra::shared::{Cache, Limit, Limiter, Redis};
use maillage_infra::store::{Caller, Store};
use maillage_infra::turns::Turns;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::http::address;
use crate::partners::events::hub::Streams;

/// Connections of one worker at most: more backends than about eight a core slow PostgreSQL down.
const PER_WORKER: usize = 8;

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
    /// Whose turn it is to have a document made, or texts compared.
    pub documents: Turns,
    /// What calls where collectivités want to be told.
    pub egress: Egress,
    /// Redis, when it is given.
    pub redis: Option<Redis>,
    /// Requests a minute of one tenant.
    pub tenant_quota: Limiter,
    /// Requests a minute of one client, within those of its tenant.
    pub client_quota: Limiter,
    /// Requests a minute of one address without a token.
    pub anonymous_quota: Limiter,
    /// Public answers.
    pub cache: Cache,
    /// The event streams that this process holds open.
    pub streams: Streams,
    /// Where what clients call is noted.
    pub meter: Meter,
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
    /// The state of one worker, with a pool of its own of so many connections.
    ///
    /// # Errors
    /// When the pool cannot be built.
    pub fn of(shared: Shared, connections: usize) -> Result<Self, StoreError> {
        let store = Store::new(&shared.database_url, connections, shared.clock.clone())?;
        Ok(Self { store, shared })
    }

    /// Who presents a good access token, and from where; nothing is known of them yet.
    pub fn caller(&self, request: &HttpRequest) -> Option<Caller> {
        let caller = self.bearer(request.headers())?;
        Some(caller.calling_from(self.address(request)))
    }

    /// The address of the caller, as far as it can be trusted.
    pub fn address(&self, request: &HttpRequest) -> Option<IpAddr> {
        let peer = request.peer_addr().map(|peer| peer.ip());
        address::exact(request.headers(), peer, self.proxy_hops)
    }

    /// Who presents a good access token in these headers, if anyone does.
    pub fn bearer(&self, headers: &HeaderMap) -> Option<Caller> {
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

/// Connections of what runs beside the workers: one keeps house, one does jobs, one relays events, one
/// sends webhooks. None of them waits for another.
pub const BESIDE: usize = 4;

/// How many connections of `total` each worker may open, once the others have theirs: at least
/// one, whatever the total, because a worker without any could not answer.
pub fn share(total: usize, workers: usize) -> usize {
    let spread = total.saturating_sub(BESIDE).checked_div(workers);
    spread.unwrap_or_default().clamp(1, PER_WORKER)
}

/// So many requests a minute of each tenant.
pub fn tenant_limit(per_minute: NonZeroU32) -> Limit {
    Limit {
        name: "tenant",
        per_minute,
    }
}

/// So many requests a minute of each client: one that runs away leaves the others of its tenant room.
pub fn client_limit(per_minute: NonZeroU32) -> Limit {
    Limit {
        name: "client",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_divided_within_the_total() {
        assert_eq!(share(64, 16), 3);
        assert_eq!(share(36, 4), 8);
        assert_eq!(share(35, 4), 7);
        for workers in 1..=32 {
            for total in workers + BESIDE..=200 {
                assert!(workers * share(total, workers) + BESIDE <= total);
            }
        }
    }

    #[test]
    fn no_worker_has_more_than_helps_or_less_than_one() {
        assert_eq!(share(1_000, 2), PER_WORKER);
        assert_eq!(share(1, 4), 1);
        assert_eq!(share(4, 4), 1);
    }
}
