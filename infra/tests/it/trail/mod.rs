//! What every write leaves behind.

mod audit;
mod idempotency;
