//! The archive of a collectivity: everything it has, in a form that leads out of the product (L7).
//!
//! A ZIP without compression: the same bytes whatever compressor is in fashion, and nothing in it that
//! could swell. One JSON Lines file per entity, one canonical JSON (RFC 8785) a line, in one order;
//! a JSON Schema beside each; a README for people, and what was published as they read it; at the end a manifest with the digest of every
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
    use crate::commons::KindName;
    use crate::value::ResourceId;

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

    /// The text of a version, for people.
    pub fn document(kind: KindName, id: ResourceId, number: i32) -> String {
        format!("documents/{}/{id}/v{number}.md", kind.plural())
    }

    /// Whether a file of that name may be the text of a version.
    pub fn is_document(name: &str) -> bool {
        let parts: Vec<&str> = name.split('/').collect();
        let ["documents", kind, id, file] = parts.as_slice() else {
            return false;
        };
        let kind = KindName::ALL.iter().find(|it| it.plural() == *kind);
        let number = file.strip_prefix('v').and_then(|it| it.strip_suffix(".md"));
        let number = number.and_then(|it| it.parse().ok());
        match (kind, id.parse(), number) {
            (Some(kind), Ok(id), Some(number)) => document(*kind, ResourceId(id), number) == name,
            _ => false,
        }
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
