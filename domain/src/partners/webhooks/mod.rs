//! Webhooks: a collectivity's receivers are told what happened (Standard Webhooks 1.0.0).

mod address;
mod endpoint;
mod filter;
mod message;
mod schedule;

pub use address::{Address, AddressError};
pub use endpoint::{
    DisabledReason, Endpoint, EndpointError, EndpointRegistered, EndpointRemoved, EndpointTerms,
    FAILING_SPAN, MAX_ENDPOINTS, MAX_EVENT_TYPES, NewSigner, Replay, Replayed, Signer, Standing,
    Tested,
};
pub use filter::{EventFilter, EventFilterError};
pub use message::{Message, TEST_EVENT};
pub use schedule::{SCHEDULE, Verdict, next_attempt};
