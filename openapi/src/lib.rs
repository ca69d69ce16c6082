//! The contract, as it is committed.
#![doc = include_str!("../README.md")]

use serde_json::Value;

/// The contract as it is committed.
pub const TEXT: &str = include_str!("../openapi.json");

/// The description of the events as it is committed.
pub const EVENTS: &str = include_str!("../asyncapi.json");

/// The contract, to be walked through.
///
/// # Errors
/// When what is committed is not JSON.
pub fn document() -> serde_json::Result<Value> {
    serde_json::from_str(TEXT)
}
