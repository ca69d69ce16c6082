//! Partners: how clients are kept, and how they prove themselves.

pub mod archive;
mod assertions;
mod clients;

pub use assertions::{Assertion, MAX_ASSERTION};
pub use clients::{client, client_to_change, clients, count_failure, find_client, identify, spend};
