//! Partners: software of third parties that acts for one collectivity, as an OAuth 2.0 client.

pub mod archive;
mod client;
mod keys;
mod network;

pub use client::{
    Client, ClientError, ClientSecret, GivenBack, LegalBasis, MAX_LIFETIME, MAX_NETWORKS,
    MAX_OVERLAP, NewSecret, Proof, Registered, Terms,
};
pub use keys::{ClientKeys, KeysError, Verifying};
pub use network::{Network, NetworkError};
