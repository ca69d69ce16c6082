//! Files in: Markdown, ODT and DOCX into a body whose clauses are their headings.
//!
//! A file is untrusted. Its size, its entries, what they unpack to, its depth and its paragraphs
//! are bounded (`limits`) while it is read, whatever it says of itself; no entity is expanded, no
//! link is followed, no macro or picture is looked at.

mod archive;
mod docx;
mod lists;
mod markdown;
mod node;
mod numbers;
mod odt;
mod outline;
mod word;

use maillage_domain::commons::CharterBody;
use maillage_domain::value::Violation;

use crate::{Format, limits};

/// What a file says, as a body that may be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The title the file gives itself.
    pub title: Option<String>,
    /// Its text; for a template, take its `outline()`.
    pub body: CharterBody,
}

/// Why a file is refused. Displays as a stable slug.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// Files of this format are not read.
    #[error("import_format")]
    Format,
    /// More bytes than `limits::FILE`, or more characters than `limits::CHARACTERS`.
    #[error("import_too_large")]
    TooLarge,
    /// A part that unpacks to more than `limits::UNPACKED`.
    #[error("import_unpacks_too_large")]
    UnpacksTooLarge,
    /// More files within, paragraphs or cells than the limit.
    #[error("import_too_many_parts")]
    TooManyParts,
    /// Elements nested deeper than `limits::XML_DEPTH`.
    #[error("import_too_deep")]
    TooDeep,
    /// Not a file of its format: not UTF-8, not a package, a part missing, XML that is none.
    #[error("import_malformed")]
    Malformed,
    /// A document type declaration, which no office suite writes and attacks need.
    #[error("import_doctype")]
    Doctype,
    /// Protected by a password.
    #[error("import_encrypted")]
    Encrypted,
    /// No heading, hence no clause.
    #[error("import_without_headings")]
    NoHeadings,
    /// A body that may not be kept, with every rule it breaks and where.
    #[error("import_body")]
    Body(Vec<Violation>),
}

/// Reads a file.
pub fn import(bytes: &[u8], format: Format) -> Result<Imported, ImportError> {
    if bytes.len() > limits::FILE {
        return Err(ImportError::TooLarge);
    }
    let read = match format {
        Format::Markdown => markdown::read(bytes)?,
        Format::Odt => odt::read(bytes)?,
        Format::Docx => docx::read(bytes)?,
        Format::Html | Format::Pdf => return Err(ImportError::Format),
    };
    outline::build(read)
}
