//! The archive: a collectivity leaves with everything, and comes back the same (L7).
//!
//! What is in it says `maillage_domain::partners::archive`. An export is one read of one snapshot, a
//! cursor per entity: memory does not grow with the collectivity. An import is one transaction of the
//! owner of the database, at whose end the collectivity is exported again into nothing: unless every
//! file comes to the digest that the archive names, nothing was written.

mod documents;
mod error;
mod export;
#[cfg(feature = "testing")]
mod forgery;
mod import;
mod lines;
mod open;
mod references;
mod seal;
mod tables;
mod taking;
mod zip;

pub use documents::Render;
pub use error::ArchiveError;
pub use export::{Exported, Summary, export, export_of_owner};
#[cfg(feature = "testing")]
pub(crate) use forgery::forge;
pub use import::{Imported, import};
pub use seal::{Seal, SealError};
pub use tables::{LEFT_BEHIND, left_out};
pub use taking::export_of_job;
