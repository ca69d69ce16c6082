//! Partners: their clients, the tokens that these act with, and longer work.

pub(crate) mod clients;
pub(crate) mod discovery;
pub(crate) mod events;
pub(crate) mod exports;
pub(crate) mod following;
pub(crate) mod imports;
pub(crate) mod jobs;
mod proof;
pub(crate) mod tokens;
pub(crate) mod usage;
mod values;
pub(crate) mod webhooks;
pub(crate) mod work;
