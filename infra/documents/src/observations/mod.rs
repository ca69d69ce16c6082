//! Observations in: a table as CSV, reduced to figures while it is read.
//!
//! A table is untrusted and may name people. Only the columns that are asked for are looked at, no row
//! outlives the next one, nothing is evaluated, and what is wrong is told by its place: no fault holds
//! what stood in a cell.

mod columns;
mod faults;
mod number;
mod rows;

use maillage_domain::evaluation::{Figures, Reduction};
use maillage_domain::value::Pointer;

pub use faults::Faults;

use crate::limits;
use columns::Columns;
use rows::Rows;

/// What a table comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Reduced {
    /// The figures.
    pub figures: Figures,
    /// How many rows were read, the header and empty ones aside.
    pub rows: u32,
    /// The headings of columns that nobody asked for, in their order.
    pub ignored: Vec<String>,
}

/// Reduces a table to figures.
///
/// CPU work: call it off the threads that serve.
///
/// # Errors
/// Every fault of the table, as far as they are told one by one.
pub fn reduce(bytes: &[u8], reduction: Reduction) -> Result<Reduced, Faults> {
    let whole = |code| Faults::one(Pointer::root(), code);
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|_| whole("csv_encoding"))?;
    // One that is never closed would take the rows that follow into its cell.
    if text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1 {
        return Err(whole("csv_quotes"));
    }
    let columns = Columns::find(text, reduction)?;
    let mut rows = Rows::new(&columns);
    let mut table = reader(text, columns.separator);
    let mut record = csv::StringRecord::new();
    // The header comes first, and is known.
    let mut known = false;
    loop {
        match table.read_record(&mut record) {
            Ok(true) if known => rows.read(&record),
            Ok(true) => known = true,
            Ok(false) => break,
            Err(_) => return Err(whole("csv_malformed")),
        }
        if rows.count > limits::OBSERVATIONS {
            return Err(Faults::one(Pointer::root().key("rows"), "rows_too_many"));
        }
    }
    rows.reduced(reduction)
}

/// Reads a text row by row, cells between separators as they are.
fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
}
