//! Addresses that lead inside: a trap on this machine sees nothing of them.

pub mod hostile;
mod receivers;
