//! For tests: archives that an issuer who is trusted, and lies, could make.

use std::io::Cursor;

use chrono::DateTime;
use maillage_domain::partners::archive::place;
use maillage_domain::value::{CollectivityId, Digest};

use super::zip::Writer;
use super::{ArchiveError, Seal};
use crate::identity::Keys;

/// Writes `files` in the form of an archive, and signs them or the bytes that `alter` makes of them.
///
/// # Errors
/// When there is no room for them.
pub(crate) fn forge(
    keys: &Keys,
    of: (CollectivityId, String),
    files: &[(String, Vec<u8>)],
    alter: impl FnOnce(&mut Vec<u8>),
) -> Result<(Vec<u8>, String), ArchiveError> {
    let mut zip = Writer::new(Cursor::new(Vec::new()));
    let mut manifest = Digest::ZERO;
    for (name, text) in files {
        zip.begin(name)?;
        zip.write(text)?;
        let (_, digest) = zip.end()?;
        if name == place::MANIFEST {
            manifest = digest;
        }
    }
    let mut bytes = zip.finish()?.into_inner();
    alter(&mut bytes);
    let digests = (Digest::of_bytes(&bytes), manifest);
    let signed = Seal::sign(keys, DateTime::UNIX_EPOCH, of, digests);
    let signature = signed.map_err(|error| ArchiveError::Unwritable(error.to_string()))?;
    Ok((bytes, signature))
}
