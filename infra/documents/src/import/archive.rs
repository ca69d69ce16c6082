//! Packages in: the few parts of a zip that are asked for, each unpacked up to a limit.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::ImportError;
use crate::limits;

/// A package whose parts are read one by one; nothing else of it is unpacked.
pub struct Archive<'a>(ZipArchive<Cursor<&'a [u8]>>);

impl<'a> Archive<'a> {
    /// Looks at the directory of a package.
    pub fn open(bytes: &'a [u8]) -> Result<Self, ImportError> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| ImportError::Malformed)?;
        if zip.len() > limits::ENTRIES {
            return Err(ImportError::TooManyParts);
        }
        Ok(Self(zip))
    }

    /// A part that there must be.
    pub fn part(&mut self, name: &str) -> Result<Vec<u8>, ImportError> {
        self.part_if_there(name)?.ok_or(ImportError::Malformed)
    }

    /// A part that there may be.
    pub fn part_if_there(&mut self, name: &str) -> Result<Option<Vec<u8>>, ImportError> {
        let file = match self.0.by_name(name) {
            Ok(file) => file,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(ZipError::UnsupportedArchive(why)) if why == ZipError::PASSWORD_REQUIRED => {
                return Err(ImportError::Encrypted);
            }
            Err(_) => return Err(ImportError::Malformed),
        };
        let mut bytes = Vec::new();
        // The size in the directory is what the sender says; this counts.
        file.take(limits::UNPACKED + 1)
            .read_to_end(&mut bytes)
            .map_err(|_| ImportError::Malformed)?;
        if bytes.len() as u64 > limits::UNPACKED {
            return Err(ImportError::UnpacksTooLarge);
        }
        Ok(Some(bytes))
    }
}
