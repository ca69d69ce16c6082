//! Sheets: a list as a table for a spreadsheet, in three forms from the same cells.
//!
//! Written here with the XML and packages of the other documents: a sheet needs some hundred lines
//! of either format, and no formula is among what these lines can write.

mod csv;
mod ods;
mod xlsx;

use std::fmt;

use chrono::{DateTime, SubsecRound as _, Utc};

use crate::RenderError;
use crate::limits::{CELL_UNITS, SHEET_NAME};
use crate::xml::is_legal;

/// A form that a sheet can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SheetFormat {
    /// Comma-separated values as French spreadsheets read them: UTF-8, semicolons, CRLF.
    Csv,
    /// OpenDocument spreadsheet.
    Ods,
    /// Office Open XML spreadsheet.
    Xlsx,
}

impl SheetFormat {
    /// Every form.
    pub const ALL: &'static [Self] = &[Self::Csv, Self::Ods, Self::Xlsx];

    /// The extension of its files.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ods => "ods",
            Self::Xlsx => "xlsx",
        }
    }

    /// Its media type, without parameters.
    pub const fn essence(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Ods => "application/vnd.oasis.opendocument.spreadsheet",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// Its media type, as its files are sent.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Ods | Self::Xlsx => self.essence(),
        }
    }
}

impl fmt::Display for SheetFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.extension())
    }
}

/// What a text of a cell may be: nothing that XML cannot hold, line ends as `\n`, no longer than
/// spreadsheets read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellText(String);

impl CellText {
    fn new(text: &str) -> Self {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let mut room = CELL_UNITS;
        let fits = |c: &char| match room.checked_sub(c.len_utf16()) {
            Some(left) => {
                room = left;
                true
            }
            None => false,
        };
        let legal = text.chars().filter(|c| is_legal(*c));
        Self(legal.take_while(fits).collect())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What stands in a cell. A formula cannot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Words.
    Text(CellText),
    /// A number.
    Number(i64),
    /// A moment, in UTC, to the second.
    Moment(DateTime<Utc>),
}

impl Cell {
    /// Words; nothing if there are none.
    pub fn text(text: impl AsRef<str>) -> Self {
        let text = CellText::new(text.as_ref());
        match text.0.is_empty() {
            true => Self::Empty,
            false => Self::Text(text),
        }
    }

    /// Several words or names.
    pub fn list<T: AsRef<str>>(parts: &[T]) -> Self {
        let parts: Vec<_> = parts.iter().map(AsRef::as_ref).collect();
        Self::text(parts.join(", "))
    }

    /// A number.
    pub fn number(number: impl Into<i64>) -> Self {
        Self::Number(number.into())
    }

    /// A moment.
    pub fn moment(at: DateTime<Utc>) -> Self {
        Self::Moment(at.trunc_subsecs(0))
    }

    /// What may be absent.
    pub fn of<T>(value: Option<T>, cell: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::Empty, cell)
    }
}

/// A table: as many headings as each row has cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    name: String,
    language: &'static str,
    headings: Vec<CellText>,
    rows: Vec<Vec<Cell>>,
}

impl Sheet {
    /// A table with its name, the language of its headings (BCP 47) and those.
    pub fn new(name: &str, language: &'static str, headings: &[&str]) -> Self {
        // What spreadsheets refuse in the name of a sheet.
        let refused = |c: &char| !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\');
        let name = CellText::new(name).0;
        let name: String = name.chars().filter(refused).take(SHEET_NAME).collect();
        Self {
            // An apostrophe is refused at its ends only.
            name: name.trim_matches('\'').to_owned(),
            language,
            headings: headings.iter().map(|it| CellText::new(it)).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row: what goes beyond the headings is left out, what lacks is empty.
    pub fn push(&mut self, mut cells: Vec<Cell>) {
        cells.resize(self.headings.len(), Cell::Empty);
        self.rows.push(cells);
    }

    /// The headings, in their order.
    pub fn headings(&self) -> impl Iterator<Item = &str> {
        self.headings.iter().map(CellText::as_str)
    }

    /// The rows, in their order.
    pub fn rows(&self) -> &[Vec<Cell>] {
        &self.rows
    }

    /// Writes the table; `mark` says whether a CSV starts with a byte order mark, without which
    /// some spreadsheets misread accents. The same table gives the same bytes.
    ///
    /// CPU work: call it off the threads that serve.
    ///
    /// # Errors
    /// `Write`, which only a lack of memory explains.
    pub fn render(&self, format: SheetFormat, mark: bool) -> Result<Vec<u8>, RenderError> {
        match format {
            SheetFormat::Csv => csv::file(self, mark),
            SheetFormat::Ods => ods::file(self),
            SheetFormat::Xlsx => xlsx::file(self),
        }
    }
}
