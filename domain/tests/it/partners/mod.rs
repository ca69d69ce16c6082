//! Clients: their terms, secrets, keys and networks.

mod client;
mod keys;
mod network;
mod scopes;
mod webhooks;
