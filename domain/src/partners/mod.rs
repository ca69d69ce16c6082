//! Partners: software of third parties that acts for one collectivity, as an OAuth 2.0 client,
//! and the longer work that they and people ask for.

pub mod archive;
mod client;
pub mod events;
mod job;
mod keys;
mod network;
mod terms;
pub mod webhooks;

pub use client::{
    Client, ClientError, ClientSecret, GivenBack, MAX_OVERLAP, NewSecret, Proof, Registered,
};
pub use job::{
    Asked, Asker, Commission, Ended, JOB_KEPT, Job, JobError, JobFailure, JobFile, JobKind,
    JobState, MAX_ATTEMPTS, MAX_OPEN_JOBS, Progress, UnknownSlug, Yield, commission,
};
pub use keys::{ClientKeys, KeysError, Verifying};
pub use network::{Network, NetworkError};
pub use terms::{LegalBasis, MAX_LIFETIME, MAX_NETWORKS, OF_GROUPS, Terms};
