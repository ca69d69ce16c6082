//! Partners: software of third parties that acts for one collectivity, as an OAuth 2.0 client,
//! and the longer work that they and people ask for.

pub mod archive;
mod client;
pub mod events;
mod job;
mod keys;
mod network;
pub mod webhooks;

pub use client::{
    Client, ClientError, ClientSecret, GivenBack, LegalBasis, MAX_LIFETIME, MAX_NETWORKS,
    MAX_OVERLAP, NewSecret, OF_GROUPS, Proof, Registered, Terms,
};
pub use job::{
    Asked, Asker, Commission, Ended, JOB_KEPT, Job, JobError, JobFailure, JobFile, JobKind,
    JobState, MAX_ATTEMPTS, MAX_OPEN_JOBS, Progress, UnknownSlug, Yield, commission,
};
pub use keys::{ClientKeys, KeysError, Verifying};
pub use network::{Network, NetworkError};
