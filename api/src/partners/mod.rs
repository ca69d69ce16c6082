//! Partners: their clients, and the tokens that these act with.

pub(crate) mod clients;
pub(crate) mod discovery;
pub(crate) mod events;
mod proof;
pub(crate) mod tokens;
mod values;
pub(crate) mod webhooks;
