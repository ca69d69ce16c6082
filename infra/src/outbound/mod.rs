//! Outbound: the one HTTP client that calls where others ask us to.
//!
//! It never follows a redirect, knows no proxy, keeps no cookie, and connects to nothing but the whole
//! internet: not to this machine, not to its neighbours, whatever a host is called, however its address
//! is written and whatever its name is said to be a moment later. What was judged is what is connected
//! to. For development, networks named in the settings are within reach too, by plain HTTP also.

mod filter;
mod names;

use std::error::Error as _;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use maillage_domain::partners::Network;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Client, Url, redirect};

use crate::error::StoreError;
pub use names::Names;
use names::{Judged, Machine, Reach, Within};

/// Ports that a receiver may listen on. Others speak no HTTP, or are not meant for strangers.
pub const PORTS: [u16; 4] = [80, 443, 8080, 8443];
/// How long a receiver may take in all.
pub const PATIENCE: Duration = Duration::from_secs(15);
/// How long a connection may take to stand.
const CONNECT: Duration = Duration::from_secs(5);
/// How many bytes of an answer are taken in; nothing of them is kept.
const ANSWER: usize = 8 << 10;

/// Why nothing was delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The address is none that is called: not HTTPS, a port of something else, or within.
    #[error("address_refused")]
    Refused,
    /// No connection stands: no such name, nobody listening, no good certificate.
    #[error("not_connected")]
    NotConnected,
    /// It took too long.
    #[error("timed_out")]
    TimedOut,
    /// The connection broke, or what came was no HTTP.
    #[error("broken_off")]
    BrokenOff,
}

/// What is called, and how long it is waited for.
#[derive(Clone)]
pub struct Rules {
    /// Networks within reach besides the whole internet, for development.
    pub networks: Vec<Network>,
    /// Ports within reach.
    pub ports: Vec<u16>,
    /// Who knows the addresses of names.
    pub names: Arc<dyn Names>,
    /// How long an answer is waited for.
    pub patience: Duration,
}

/// The filtered client.
#[derive(Clone)]
pub struct Egress {
    world: Client,
    near: Client,
    reach: Reach,
    ports: Arc<[u16]>,
    patience: Duration,
}

fn client(names: &Arc<dyn Names>, reach: &Reach, world: bool) -> Result<Client, StoreError> {
    let reach = Reach {
        world,
        ..reach.clone()
    };
    let names = Arc::clone(names);
    Client::builder()
        .user_agent(concat!("Maillage/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .no_proxy()
        .referer(false)
        .https_only(world)
        .http1_only()
        .connect_timeout(CONNECT)
        // A receiver is called now and then: nothing is gained by holding its connection for long.
        .pool_idle_timeout(Duration::from_secs(5))
        .pool_max_idle_per_host(4)
        .dns_resolver(Arc::new(Judged { names, reach }))
        .build()
        .map_err(StoreError::corrupt)
}

impl Egress {
    /// A client that reaches the whole internet by HTTPS, and `networks` besides.
    ///
    /// # Errors
    /// When the machine offers no TLS.
    pub fn new(networks: Vec<Network>) -> Result<Self, StoreError> {
        Self::with(Rules {
            networks,
            ports: PORTS.to_vec(),
            names: Arc::new(Machine),
            patience: PATIENCE,
        })
    }

    /// A client that keeps to these rules.
    ///
    /// # Errors
    /// When the machine offers no TLS.
    pub fn with(rules: Rules) -> Result<Self, StoreError> {
        let reach = Reach {
            world: true,
            networks: rules.networks.into(),
        };
        Ok(Self {
            world: client(&rules.names, &reach, true)?,
            near: client(&rules.names, &reach, false)?,
            reach,
            ports: rules.ports.into(),
            patience: rules.patience,
        })
    }

    /// Whether `address` may be called, as far as it can be told without asking for its name.
    ///
    /// # Errors
    /// `Refused` when it may not.
    pub fn admits(&self, address: &str) -> Result<(), Failure> {
        self.choose(address).map(|_| ())
    }

    /// The address as it is called, and by which client.
    fn choose(&self, address: &str) -> Result<(Url, &Client), Failure> {
        let url = Url::parse(address).map_err(|_| Failure::Refused)?;
        let host = url.host_str().ok_or(Failure::Refused)?;
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        // A literal is never looked up, so it is judged here. Whatever the notation, `Url` has made
        // it the one that parses.
        let literal = bare.parse::<IpAddr>().ok();
        let near = literal.is_some_and(|address| self.reach.is_near(address));
        let developing = !self.reach.networks.is_empty();
        let port = url.port_or_known_default().ok_or(Failure::Refused)?;
        let client = match url.scheme() {
            "https" => &self.world,
            "http" if developing => &self.near,
            _ => return Err(Failure::Refused),
        };
        let plain = url.scheme() == "http";
        let within = match literal {
            Some(address) if plain => !self.reach.is_near(address),
            Some(address) => !self.reach.holds(address),
            // Names without a dot are of this machine or this network.
            None => !developing && !bare.trim_end_matches('.').contains('.'),
        };
        let named = url.username().is_empty() && url.password().is_none();
        let port = self.ports.contains(&port) || near || developing && plain;
        if within || !named || !port {
            return Err(Failure::Refused);
        }
        Ok((url, client))
    }

    /// Posts `body` as JSON to `address`, and says with which status it was answered.
    ///
    /// # Errors
    /// When there was no answer.
    pub async fn post(
        &self,
        address: &str,
        headers: HeaderMap,
        body: String,
    ) -> Result<u16, Failure> {
        let (url, client) = self.choose(address)?;
        let sent = client
            .post(url)
            .timeout(self.patience)
            .headers(headers)
            .header(CONTENT_TYPE, "application/json")
            .body(body)
            .send();
        let mut answer = sent.await.map_err(|error| failure(&error))?;
        let status = answer.status().as_u16();
        let mut taken = 0;
        // Read so that the connection may be used again; what is too long breaks it off.
        while let Ok(Some(chunk)) = answer.chunk().await {
            taken += chunk.len();
            if taken > ANSWER {
                break;
            }
        }
        Ok(status)
    }
}

fn failure(error: &reqwest::Error) -> Failure {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if inner.is::<Within>() {
            return Failure::Refused;
        }
        cause = inner.source();
    }
    if error.is_timeout() {
        Failure::TimedOut
    } else if error.is_connect() {
        Failure::NotConnected
    } else if error.is_builder() {
        Failure::Refused
    } else {
        Failure::BrokenOff
    }
}
