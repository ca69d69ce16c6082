//! The limits of what is read and drawn. A file beyond one of them is refused with the problem's
//! name; a plot is cut to them.

/// Bytes of a file, as sent.
pub const FILE: usize = 10 * 1024 * 1024;
/// Files within an ODT or DOCX.
pub const ENTRIES: usize = 2_000;
/// Bytes of one file within, unpacked; counted while it is unpacked, whatever it says of itself.
pub const UNPACKED: u64 = 32 * 1024 * 1024;
/// Elements within one another in the XML of an ODT or DOCX.
pub const XML_DEPTH: usize = 128;
/// Paragraphs, headings and cells of one file.
pub const PARAGRAPHS: usize = 50_000;
/// Characters of one file, marks aside: half as many again as a body may have.
pub const CHARACTERS: usize = 1_500_000;
/// Lists and quotations within one another, and marks within one another; deeper ones join the
/// last that fits.
pub const NESTING: usize = 6;
/// Columns of a table; a wider one is shown row by row.
pub const COLUMNS: usize = 12;

/// Lines of a forest plot; more are counted below, and stand in its table.
pub const ROWS: usize = 200;
/// Characters of a label of a plot, of a heading and of the name of an axis; what is longer is cut.
pub const LABEL: usize = 500;
/// Characters of the title of a plot.
pub const TITLE: usize = 500;
/// Characters of the description of a plot.
pub const DESCRIPTION: usize = 4_000;
/// Points of the picture of a plot; a long one is less than twice as large as the drawing.
pub const PIXELS: f64 = 12_000_000.0;

/// Rows of observations in one table, empty ones aside.
pub const OBSERVATIONS: u32 = 100_000;
/// Columns of such a table.
pub const OBSERVED: usize = 50;
/// Characters of one of its cells, whether its column is read or not.
pub const CELL: usize = 200;
/// Faults of such a table that are told one by one; the rest is counted.
pub const FAULTS: usize = 20;

/// Lines of an import.
pub const LINES: usize = 10_000;
/// Bytes of one of its lines.
pub const LINE: usize = 1024 * 1024;

/// Code units (UTF-16) of a cell of a sheet, which is all that spreadsheets read; the rest is cut.
pub const CELL_UNITS: usize = 32_767;
/// Characters of the name of a sheet, for the same reason.
pub const SHEET_NAME: usize = 31;
