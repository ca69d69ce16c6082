//! Webhooks: addresses, what is signed, when it is tried again, and who changes an endpoint.

mod address;
mod endpoint;
mod message;
mod schedule;
