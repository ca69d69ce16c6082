//! The archive of a collectivity: everything it has, in a form that leads out of the product (L7).
//!
//! A ZIP without compression: the same bytes whatever compressor is in fashion, and nothing in it that
//! could swell. One JSON Lines file per entity, one canonical JSON (RFC 8785) a line, in one order;
//! a JSON Schema beside each; a README for people; at the end a manifest with the digest of every
//! file. No moment of export and no version of the program stands in it: exporting what was imported
//! gives the same bytes.
//!
//! To add an entity: a line in `entities.rs`. Its name is the name of its table, its members are
//! columns, and `tenant_id` is none of them: what is imported is the collectivity's own by
//! construction. A test of `infra` fails for every table and column that is neither in the archive
//! nor on the list of what stays behind.

mod entities;
mod line;
mod manifest;
mod schema;
mod taking;

pub use entities::{ENTITIES, Entity, Member, REFERENCES, Type};
pub use line::{LineFault, MAX_LINE, canonical, read_line};
pub use manifest::{Entry, MAX_MANIFEST, Manifest, ManifestFault, Party};
pub use schema::schema;
pub use taking::TakenAway;

/// The name of the form, which changes when the form does.
pub const FORMAT: &str = "maillage-archive/1";

/// What stands in the archive for those who open it.
pub const README: &str = include_str!("README.md");

/// Where the parts stand in the archive.
pub mod place {
    use super::Entity;

    /// For people.
    pub const README: &str = "README.md";
    /// Names and digests of all the others.
    pub const MANIFEST: &str = "manifest.json";

    /// The rows of an entity.
    pub fn data(entity: &Entity) -> String {
        format!("data/{}.jsonl", entity.name)
    }

    /// What is named only.
    pub fn reference(entity: &Entity) -> String {
        format!("references/{}.jsonl", entity.name)
    }

    /// The schema of an entity.
    pub fn schema(entity: &Entity) -> String {
        format!("schema/data/{}.json", entity.name)
    }

    /// The schema of what is named only.
    pub fn reference_schema(entity: &Entity) -> String {
        format!("schema/references/{}.json", entity.name)
    }
}
