//! Names: what a host is called, looked up once for each connection and judged before it is used.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use futures::future::BoxFuture;
use maillage_domain::partners::Network;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::filter::is_global;

/// Who knows the addresses of a name.
pub trait Names: Send + Sync + 'static {
    /// The addresses of `name`, at this moment.
    fn addresses(&self, name: String) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>>;
}

/// The resolver of the machine.
pub(super) struct Machine;

impl Names for Machine {
    fn addresses(&self, name: String) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|it| it.ip()).collect())
        })
    }
}

/// Where connections may go.
#[derive(Clone, Debug)]
pub(super) struct Reach {
    /// To the whole internet.
    pub world: bool,
    /// To these networks besides, for development.
    pub networks: Arc<[Network]>,
}

impl Reach {
    pub fn holds(&self, address: IpAddr) -> bool {
        self.is_near(address) || self.world && is_global(address)
    }

    /// Whether it is in one of the networks named for development.
    pub fn is_near(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.holds(address))
    }
}

/// The address of a host that is where nobody may be led to.
#[derive(Debug, thiserror::Error)]
#[error("a host within")]
pub(super) struct Within;

/// Resolves names, and gives none whose addresses are not all within reach: the connection is made
/// to what is given here, so nobody can answer otherwise in between.
pub(super) struct Judged {
    pub names: Arc<dyn Names>,
    pub reach: Reach,
}

impl Resolve for Judged {
    fn resolve(&self, name: Name) -> Resolving {
        let (found, reach) = (
            self.names.addresses(name.as_str().to_owned()),
            self.reach.clone(),
        );
        Box::pin(async move {
            let found = found.await?;
            if found.is_empty() || !found.iter().all(|address| reach.holds(*address)) {
                return Err(Within.into());
            }
            let addresses = found.into_iter().map(|address| SocketAddr::new(address, 0));
            let addresses: Addrs = Box::new(addresses);
            Ok(addresses)
        })
    }
}
