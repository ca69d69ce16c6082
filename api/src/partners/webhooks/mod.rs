//! Webhooks: where a collectivity is told what happened, how that went, and what is sent again.

pub(crate) mod deliveries;
pub(crate) mod endpoints;
mod values;
