//! Addresses that lead inside: a trap on this machine sees nothing of them.

mod hostile;
mod receivers;
