//! What surrounds us: the clock, entropy, and how many files may be open. Nothing else may ask the
//! machine for any of them.

mod clock;
mod entropy;
mod files;

pub use clock::Clock;
pub use entropy::{Secret, SecretKind, id, random_bytes};
pub use files::allow_many_files;
