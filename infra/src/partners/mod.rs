//! Partners: how clients are kept, and how they prove themselves.

pub mod archive;
mod assertions;
mod clients;
mod jobs;
pub mod meter;
mod worker;

pub mod events;
pub mod webhooks;

pub use assertions::{Assertion, MAX_ASSERTION};
pub use clients::{client, client_to_change, clients, count_failure, find_client, identify, spend};
pub use jobs::{Presented, Role, add_piece, ask, job, job_to_change, jobs, open_jobs, piece};
pub use worker::Step;
