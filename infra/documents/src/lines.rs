//! Lines of an import: a table (CSV) or one JSON object a line (JSONL), told apart but not understood.
//!
//! What a line says is looked at when its turn comes; here is only what concerns the file as a whole.

use csv::{ReaderBuilder, StringRecord};
use serde::{Deserialize, Serialize};

use crate::limits::{LINE, LINES};

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// A table with a heading, its cells separated by commas or semicolons.
    Csv,
    /// A JSON object a line.
    Jsonl,
}

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub name: &'static str,
    /// Whether a table must have it.
    pub required: bool,
    /// Whether it holds several lines, whose first character means nothing to a spreadsheet's reader
    /// because it is never listed.
    pub prose: bool,
}

/// Why a file is refused as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinesError {
    /// It is not UTF-8.
    #[error("csv_encoding")]
    Encoding,
    /// It has a heading at most.
    #[error("lines_empty")]
    Empty,
    /// It has too many lines.
    #[error("lines_too_many")]
    TooMany,
    /// It lacks a column.
    #[error("column_missing")]
    Missing,
    /// It has a column that means nothing here.
    #[error("column_unknown")]
    Unknown,
    /// It has a column twice.
    #[error("column_duplicate")]
    Duplicate,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Cells that say something, by column.
    Cells(Vec<(String, String)>),
    /// JSON, not yet read.
    Json(String),
    /// It cannot be read; the slug of the reason and the column, if it is one.
    Unfit(String, Option<String>),
}

/// A line and where it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its number, the first is 1.
    pub number: u64,
    /// What it says.
    pub content: Content,
}

/// Reads the lines of a file whose table has these columns.
///
/// # Errors
/// See `LinesError`.
pub fn lines(bytes: &[u8], writing: Writing, columns: &[Column]) -> Result<Vec<Line>, LinesError> {
    let text = std::str::from_utf8(bytes).map_err(|_| LinesError::Encoding)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = match writing {
        Writing::Csv => table(text, columns)?,
        Writing::Jsonl => objects(text)?,
    };
    match lines.is_empty() {
        true => Err(LinesError::Empty),
        false => Ok(lines),
    }
}

fn unfit(rule: &str) -> Content {
    Content::Unfit(rule.to_owned(), None)
}

fn objects(text: &str) -> Result<Vec<Line>, LinesError> {
    let mut lines = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        if lines.len() >= LINES {
            return Err(LinesError::TooMany);
        }
        let content = match line.len() > LINE {
            true => unfit("line_too_long"),
            false => Content::Json(line.to_owned()),
        };
        lines.push(Line { number, content });
    }
    Ok(lines)
}

/// The separator that the heading has more of.
fn separator(text: &str) -> u8 {
    let heading = text.lines().next().unwrap_or_default();
    let count = |mark| heading.matches(mark).count();
    if count(';') > count(',') { b';' } else { b',' }
}

fn heading(record: &StringRecord, columns: &[Column]) -> Result<Vec<Column>, LinesError> {
    let mut found: Vec<Column> = Vec::new();
    for cell in record {
        let cell = cell.trim().to_lowercase();
        let column = columns.iter().find(|column| column.name == cell);
        let column = *column.ok_or(LinesError::Unknown)?;
        if found.contains(&column) {
            return Err(LinesError::Duplicate);
        }
        found.push(column);
    }
    let mut required = columns.iter().filter(|column| column.required);
    match required.all(|column| found.contains(column)) {
        true => Ok(found),
        false => Err(LinesError::Missing),
    }
}

/// Where a record starts. The reader's own position is that of the empty lines before it.
fn start(text: &str, record: &StringRecord) -> usize {
    let before = record.position().map_or(0, csv::Position::byte);
    let before = usize::try_from(before).unwrap_or(usize::MAX);
    let rest = text.get(before..).unwrap_or_default();
    text.len() - rest.trim_start_matches(['\r', '\n']).len()
}

/// How many lines end in `text`.
fn feeds(text: &str) -> u64 {
    text.bytes().map(|byte| u64::from(byte == b'\n')).sum()
}

fn table(text: &str, columns: &[Column]) -> Result<Vec<Line>, LinesError> {
    let mut reader = ReaderBuilder::new()
        .delimiter(separator(text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    let first = records.next().ok_or(LinesError::Empty)?;
    let columns = heading(&first.map_err(|_| LinesError::Encoding)?, columns)?;
    let mut lines = Vec::new();
    let (mut seen, mut number) = (0, 1);
    for record in records {
        let record = record.map_err(|_| LinesError::Encoding)?;
        let start = start(text, &record);
        number += feeds(text.get(seen..start).unwrap_or_default());
        seen = start;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if lines.len() >= LINES {
            return Err(LinesError::TooMany);
        }
        lines.push(Line {
            number,
            content: cells(&record, &columns),
        });
    }
    Ok(lines)
}

fn cells(record: &StringRecord, columns: &[Column]) -> Content {
    if record.len() != columns.len() {
        return unfit("row_length");
    }
    if record.as_slice().len() > LINE {
        return unfit("line_too_long");
    }
    let mut cells = Vec::new();
    for (cell, column) in record.iter().zip(columns) {
        if !column.prose && (is_formula(cell) || is_formula(cell.trim())) {
            return Content::Unfit("cell_formula".to_owned(), Some(column.name.to_owned()));
        }
        let cell = cell.trim();
        if !cell.is_empty() {
            cells.push((column.name.to_owned(), cell.to_owned()));
        }
    }
    Content::Cells(cells)
}

/// Whether a spreadsheet would calculate with the cell instead of showing it.
fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 2] = [
        Column {
            name: "name",
            required: true,
            prose: false,
        },
        Column {
            name: "purpose",
            required: false,
            prose: true,
        },
    ];

    fn read(text: &str) -> Result<Vec<Line>, LinesError> {
        lines(text.as_bytes(), Writing::Csv, &COLUMNS)
    }

    #[test]
    fn commas_semicolons_and_a_mark_of_order_say_the_same() {
        let one = read("name,purpose\nA,\"b\nc\"\n\nD,\n").unwrap();
        assert_eq!(
            one,
            read("\u{feff}Name;purpose\nA;\"b\nc\"\n\nD;\n").unwrap()
        );
        let numbers: Vec<_> = one.iter().map(|line| line.number).collect();
        assert_eq!(numbers, [2, 5]);
        let other_ends = read("name,purpose\r\nA,\"b\nc\"\r\n\r\nD,\r\n").unwrap();
        assert_eq!(other_ends, one);
    }

    #[test]
    fn what_a_spreadsheet_would_calculate_is_refused_line_by_line() {
        for cell in ["=1+1", " =1", "+1", "-1", "@a", "\t=1", "\r=1"] {
            let found = read(&format!("purpose,name\nx,\"{cell}\"\n-x,fine\n")).unwrap();
            let rule = Content::Unfit("cell_formula".to_owned(), Some("name".to_owned()));
            assert_eq!(found[0].content, rule, "{cell:?}");
            assert!(matches!(found[1].content, Content::Cells(_)));
        }
    }

    #[test]
    fn a_table_that_is_not_the_one_expected_is_refused() {
        assert_eq!(read("purpose\nx\n"), Err(LinesError::Missing));
        assert_eq!(read("name,other\nx,y\n"), Err(LinesError::Unknown));
        assert_eq!(read("name,NAME\nx,y\n"), Err(LinesError::Duplicate));
        assert_eq!(read("name\n"), Err(LinesError::Empty));
        assert_eq!(read(""), Err(LinesError::Empty));
        let many = format!("name\n{}", "x\n".repeat(LINES + 1));
        assert_eq!(read(&many), Err(LinesError::TooMany));
        let bytes = lines(b"name\n\xff\n", Writing::Csv, &COLUMNS);
        assert_eq!(bytes, Err(LinesError::Encoding));
        let ragged = read("name,purpose\nx\n").unwrap();
        assert_eq!(ragged[0].content, unfit("row_length"));
    }

    #[test]
    fn a_line_of_json_is_bounded_and_not_read() {
        let text = format!("{{\"a\":1}}\n\n\"{}\"\nno json\n", "x".repeat(LINE));
        let found = lines(text.as_bytes(), Writing::Jsonl, &COLUMNS).unwrap();
        let numbers: Vec<_> = found.iter().map(|line| line.number).collect();
        assert_eq!(numbers, [1, 3, 4]);
        assert_eq!(found[1].content, unfit("line_too_long"));
        assert_eq!(found[2].content, Content::Json("no json".to_owned()));
    }
}
