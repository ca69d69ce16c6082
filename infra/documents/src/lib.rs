//! Versions as files, and files as drafts.
#![doc = include_str!("../README.md")]

mod docx;
mod escape;
pub mod forest;
mod html;
mod import;
mod layout;
pub mod limits;
pub mod lines;
mod markdown;
mod model;
pub mod observations;
mod odt;
mod parse;
mod pdf;
pub mod sheets;
mod typography;
mod xml;

use std::fmt;
use std::str::FromStr;

use maillage_domain::commons::document::Document;

pub use import::{ImportError, Imported};
use layout::{Layout, Spaces};

/// A form that a document can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Markdown, with its cover as metadata.
    Markdown,
    /// A page of HTML that stands alone.
    Html,
    /// PDF/UA-1 and PDF/A-2a.
    Pdf,
    /// OpenDocument text.
    Odt,
    /// Office Open XML text.
    Docx,
}

/// The text names no format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("format_unknown")]
pub struct UnknownFormat;

/// Why a document could not be made. Never the fault of who asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// The typesetter refused, with what it said of our source.
    #[error("document_typeset: {0}")]
    Typeset(String),
    /// A package could not be written.
    #[error("document_write")]
    Write,
    /// A drawing could not be made a picture.
    #[error("document_picture")]
    Picture,
}

impl Format {
    /// Every format.
    pub const ALL: &'static [Self] =
        &[Self::Markdown, Self::Html, Self::Pdf, Self::Odt, Self::Docx];

    /// Its stable slug, which is also the extension of its files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Html => "html",
            Self::Pdf => "pdf",
            Self::Odt => "odt",
            Self::Docx => "docx",
        }
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Markdown => "text/markdown; charset=utf-8; variant=CommonMark",
            Self::Html => "text/html; charset=utf-8",
            Self::Pdf => "application/pdf",
            Self::Odt => "application/vnd.oasis.opendocument.text",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        }
    }

    /// Whether `import` reads it.
    pub const fn is_read(self) -> bool {
        matches!(self, Self::Markdown | Self::Odt | Self::Docx)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        let known = Self::ALL.iter().find(|format| format.as_str() == text);
        known.copied().ok_or(UnknownFormat)
    }
}

/// Which rendering this is: part of what a file is recognised by, so that nobody keeps an old one.
///
/// Raise it when the files of a document change in any byte, by what is written here or by a newer
/// Typst; `tests/it/rendering.rs` fails until it is.
pub const RENDERING: u32 = 1;

/// Makes the document, in French typography. The same document gives the same bytes.
///
/// CPU work: call it off the threads that serve. PDF takes longest, several milliseconds a page.
///
/// # Errors
/// When the typesetter or a writer fails; the document is not at fault.
pub fn render(document: &Document, format: Format) -> Result<Vec<u8>, RenderError> {
    // Markdown keeps the words as they were written, so that it can be read back.
    let spaces = match format {
        Format::Markdown => Spaces::Kept,
        _ => Spaces::French,
    };
    let layout = Layout::new(document, spaces);
    match format {
        Format::Markdown => Ok(markdown::document(&layout).into_bytes()),
        Format::Html => Ok(html::page(&layout).into_bytes()),
        Format::Pdf => {
            let cover = &document.cover;
            pdf::document(&layout, cover.published_on, &cover.digest.to_string())
        }
        Format::Odt => odt::document(&layout),
        Format::Docx => docx::document(&layout),
    }
}

/// The document as a part of somebody's HTML page: no `html`, no style, no script.
pub fn html_fragment(document: &Document) -> String {
    html::fragment(&Layout::new(document, Spaces::French))
}

/// One Markdown text as a part of an HTML page.
pub fn html_of_text(markdown: &str) -> String {
    let mut blocks = parse::blocks(markdown);
    typography::set(&mut blocks);
    html::blocks(&blocks)
}

/// Reads a file into a body whose clauses are its headings.
///
/// Locks are not in a file: every clause is `recommended`. A variable that a text names is
/// declared as text.
///
/// # Errors
/// The problem's name when the file is not what it says, is beyond a limit, has no heading, or
/// gives a body that may not be kept.
pub fn import(bytes: &[u8], format: Format) -> Result<Imported, ImportError> {
    import::import(bytes, format)
}
