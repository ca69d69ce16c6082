//! CSV out (RFC 4180, with semicolons): a text that a spreadsheet would compute is made plain.

use ::csv::{QuoteStyle, Terminator, WriterBuilder};

use super::{Cell, Sheet};
use crate::RenderError;

/// The byte order mark.
const MARK: &str = "\u{feff}";

/// The table as a CSV file.
///
/// # Errors
/// `Write`, which only a lack of memory explains.
pub(super) fn file(sheet: &Sheet, mark: bool) -> Result<Vec<u8>, RenderError> {
    let start = match mark {
        true => MARK.as_bytes().to_vec(),
        false => Vec::new(),
    };
    let mut writer = WriterBuilder::new()
        .delimiter(b';')
        .terminator(Terminator::CRLF)
        .quote_style(QuoteStyle::Necessary)
        .from_writer(start);
    let headings = sheet.headings().map(plain);
    writer
        .write_record(headings)
        .map_err(|_| RenderError::Write)?;
    for row in sheet.rows() {
        writer
            .write_record(row.iter().map(field))
            .map_err(|_| RenderError::Write)?;
    }
    writer.into_inner().map_err(|_| RenderError::Write)
}

fn field(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => plain(text.as_str()),
        Cell::Number(number) => number.to_string(),
        // Not RFC 3339: this is what spreadsheets take for a date.
        Cell::Moment(at) => at.format("%Y-%m-%d %H:%M:%S").to_string(),
    }
}

/// The text, behind an apostrophe if a spreadsheet could take it for a formula: the first sign
/// counts, and the first that shows, for some readers skip what does not.
fn plain(text: &str) -> String {
    let hidden = |c: char| {
        c.is_whitespace()
            || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
    };
    let shown = text.trim_start_matches(hidden);
    if text.starts_with(['\t', '\r', '\n']) || shown.starts_with(is_sign) {
        return format!("'{text}");
    }
    text.to_owned()
}

/// Whether a formula may start with it; the wide forms are those of East Asian keyboards.
fn is_sign(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '−')
}
