//! What surrounds us: the clock, and entropy. Nothing else may ask the machine for either.

mod clock;
mod entropy;

pub use clock::Clock;
pub use entropy::{Secret, SecretKind, id, random_bytes};
