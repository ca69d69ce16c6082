//! The manifest: whose archive it is, and the digest of everything in it.

use serde::{Deserialize, Serialize};

use super::{FORMAT, canonical};
use crate::value::{CollectivityId, Digest};

/// The longest manifest, in bytes.
pub const MAX_MANIFEST: u64 = 32 * 1024 * 1024;

/// Whose archive it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Its id.
    pub id: CollectivityId,
    /// Its SIREN.
    pub siren: String,
    /// Its name.
    pub name: String,
}

/// A file of the archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Where it stands.
    pub path: String,
    /// How long it is, in bytes.
    pub bytes: u64,
    /// How many lines it has, where it has lines that count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<u64>,
    /// Its SHA-256.
    pub sha256: Digest,
}

/// The manifest. No moment stands in it: the end of the audit trail says how far the archive goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// `FORMAT`.
    pub format: String,
    /// Whose archive it is.
    pub collectivity: Party,
    /// Every other file, in the order in which they stand.
    pub entries: Vec<Entry>,
}

/// Why a manifest is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestFault {
    /// It does not read as one, or not in canonical JSON.
    #[error("manifest.json est illisible ou n'est pas canonique")]
    Unreadable,
    /// It is of a form that this program does not know.
    #[error("le format « {0} » est inconnu de cette version du programme ({FORMAT} attendu)")]
    Format(String),
}

impl Manifest {
    /// Begins the manifest of the archive of `collectivity`.
    pub fn of(collectivity: Party) -> Self {
        Self {
            format: FORMAT.to_owned(),
            collectivity,
            entries: Vec::new(),
        }
    }

    /// Its text: canonical JSON.
    ///
    /// # Errors
    /// None that a manifest could cause.
    pub fn text(&self) -> Result<Vec<u8>, serde_json::Error> {
        canonical(self)
    }

    /// Reads one.
    ///
    /// # Errors
    /// See `ManifestFault`.
    pub fn read(text: &[u8]) -> Result<Self, ManifestFault> {
        let manifest: Self = serde_json::from_slice(text).map_err(|_| ManifestFault::Unreadable)?;
        if manifest.format != FORMAT {
            return Err(ManifestFault::Format(
                manifest.format.chars().take(60).collect(),
            ));
        }
        match manifest.text() {
            Ok(canonical) if canonical == text => Ok(manifest),
            _ => Err(ManifestFault::Unreadable),
        }
    }
}
