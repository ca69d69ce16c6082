//! Partners: clients with their terms, secrets, keys and networks; events.

mod client;
mod events;
mod keys;
mod network;
mod scopes;
mod webhooks;
