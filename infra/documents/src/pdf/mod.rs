//! PDF out, by Typst: PDF/UA-1 and PDF/A-2a at once, with the fonts in the binary.
//!
//! The Typst source is ours and fixed (`document.typ`); what people wrote reaches it as data, so
//! `#`, `$` and `@` are text. It reads nothing else: no file, no font, no package, no clock.

mod data;
pub mod glyphs;
mod world;

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::RenderError;
use crate::layout::Layout;
use glyphs::Coverage;
use world::Fixed;
pub use world::{FAMILIES, FONTS};

/// The document as a PDF file. The same document gives the same bytes.
///
/// # Errors
/// `Typeset` with what Typst says, for whoever maintains the source; nothing that people write is
/// known to cause it.
pub fn document(layout: &Layout, on: NaiveDate, digest: &str) -> Result<Vec<u8>, RenderError> {
    let first = typeset(layout, on, digest, Coverage::Any);
    let made = match first {
        // Some signs of some fonts do not combine; plain ones always do.
        Err(RenderError::Typeset(_)) => typeset(layout, on, digest, Coverage::Plain),
        made => made,
    };
    // Typst keeps what it computed for the next time: here, texts of others.
    comemo::evict(0);
    made
}

/// Typst and its PDF writer spread over every core: one document would take the server's. One
/// thread takes about as long. Who has begun that pool before us has decided otherwise.
static ONE_THREAD: LazyLock<()> = LazyLock::new(|| {
    let _decided_elsewhere = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build_global();
});

fn typeset(
    layout: &Layout,
    on: NaiveDate,
    digest: &str,
    coverage: Coverage,
) -> Result<Vec<u8>, RenderError> {
    LazyLock::force(&ONE_THREAD);
    let data = data::json(layout, on, coverage);
    let world = Fixed::new(data).ok_or_else(|| RenderError::Typeset("source".to_owned()))?;
    let made: PagedDocument = typst::compile(&world)
        .output
        .map_err(|found| said(&found))?;
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
        .map_err(|error| RenderError::Typeset(error.message().to_string()))?;
    let options = PdfOptions {
        ident: Smart::Custom(digest.to_owned()),
        creator: Smart::Custom(Some("Maillage".to_owned())),
        timestamp: midnight(on).map(Timestamp::new_utc),
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&made, &options).map_err(|found| said(&found))
}

fn midnight(on: NaiveDate) -> Option<Datetime> {
    let (month, day) = (u8::try_from(on.month()).ok()?, u8::try_from(on.day()).ok()?);
    Datetime::from_ymd_hms(on.year(), month, day, 0, 0, 0)
}

fn said(found: &[SourceDiagnostic]) -> RenderError {
    let messages: Vec<String> = found
        .iter()
        .map(|diagnostic| {
            let hints = diagnostic.hints.iter().map(|hint| format!(" ({})", hint.v));
            format!("{}{}", diagnostic.message, hints.collect::<String>())
        })
        .collect();
    RenderError::Typeset(messages.join("; "))
}
