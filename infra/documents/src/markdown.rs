//! Markdown out: a whole document, or the blocks of one text as an import keeps them.

use crate::escape;
use crate::layout::Layout;
use crate::model::{Block, Cell, Column, Inline, Table, plain};

/// A document as one Markdown file. What the cover says stands in front as metadata (YAML), which
/// common tools read, so that the text is nothing but the text.
pub fn document(layout: &Layout) -> String {
    let mut text = String::from("---\n");
    let mut member = |key: &str, value: &str| {
        let value = serde_json::Value::from(value);
        text.push_str(&format!("{key}: {value}\n"));
    };
    member("title", &layout.title);
    member("lang", "fr");
    member("type", layout.kind);
    for row in &layout.cover {
        member(&row.label.to_lowercase().replace(' ', "-"), &row.value);
    }
    text.push_str("---\n\n");
    let mut notes = Notes::default();
    for (index, section) in layout.sections.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        // Markdown has six levels of headings, as a body has of clauses; the title is metadata.
        let marks = "#".repeat(section.level);
        let heading = escape::line(&section.heading());
        text.push_str(&format!("{marks} {heading}\n"));
        let blocks = blocks_with(&section.blocks, &mut notes);
        if !blocks.is_empty() {
            text.push('\n');
            text.push_str(&blocks);
        }
    }
    text
}

/// Blocks as Markdown that parses into the same blocks; ends with a line end unless empty.
pub fn blocks(blocks: &[Block]) -> String {
    blocks_with(blocks, &mut Notes::default())
}

/// The notes met so far, numbered through the document.
#[derive(Default)]
struct Notes {
    count: usize,
    waiting: Vec<String>,
}

fn blocks_with(blocks: &[Block], notes: &mut Notes) -> String {
    let mut text = String::new();
    write(blocks, notes, &mut text);
    for note in notes.waiting.drain(..) {
        text.push('\n');
        text.push_str(&note);
    }
    text
}

fn write(blocks: &[Block], notes: &mut Notes, text: &mut String) {
    // Two lists that follow each other need other signs, or they would be one.
    let mut after_list = false;
    let mut other_sign = false;
    for block in blocks {
        let before = text.len();
        if before > 0 {
            text.push('\n');
        }
        let start = text.len();
        other_sign = matches!(block, Block::List { .. }) && after_list && !other_sign;
        after_list = matches!(block, Block::List { .. });
        match block {
            Block::Paragraph(line) => {
                text.push_str(&paragraph(line, notes));
                text.push('\n');
            }
            Block::List { start, items } => list(*start, items, other_sign, notes, text),
            Block::Quote(blocks) => {
                let mut inner = String::new();
                write(blocks, notes, &mut inner);
                indent(&inner, "> ", "> ", text);
            }
            Block::Code(code) => {
                let code = escape::braces_apart(code);
                let fence = "`".repeat((longest_run(&code, '`') + 1).max(3));
                text.push_str(&format!("{fence}\n{code}\n{fence}\n"));
            }
            Block::Table(rows) => table(rows, notes, text),
            Block::Rule => text.push_str("___\n"),
        }
        if text
            .get(start..)
            .is_none_or(|written| written.trim().is_empty())
        {
            text.truncate(before);
        }
    }
}

fn list(
    start: Option<u64>,
    items: &[Vec<Block>],
    other_sign: bool,
    notes: &mut Notes,
    text: &mut String,
) {
    let is_short = |item: &Vec<Block>| {
        matches!(
            item.as_slice(),
            [] | [Block::Paragraph(_)] | [Block::Paragraph(_), Block::List { .. }]
        )
    };
    let tight = items.iter().all(is_short);
    for (index, item) in items.iter().enumerate() {
        let sign = match (start, other_sign) {
            (Some(start), false) => format!("{}.", start.saturating_add(index as u64)),
            (Some(start), true) => format!("{})", start.saturating_add(index as u64)),
            (None, false) => "-".to_owned(),
            (None, true) => "*".to_owned(),
        };
        let mut inner = String::new();
        write(item, notes, &mut inner);
        if tight {
            // The empty line before a list below makes its parent loose.
            inner = inner.replacen("\n\n", "\n", 1);
        }
        if inner.is_empty() {
            inner.push('\n');
        }
        if index > 0 && !tight {
            text.push('\n');
        }
        let further = " ".repeat(sign.len() + 1);
        indent(&inner, &format!("{sign} "), &further, text);
    }
}

fn indent(inner: &str, first: &str, further: &str, text: &mut String) {
    for (index, line) in inner.lines().enumerate() {
        let prefix = if index == 0 { first } else { further };
        text.push_str(if line.is_empty() {
            prefix.trim_end()
        } else {
            prefix
        });
        text.push_str(line);
        text.push('\n');
    }
}

fn table(table: &Table, notes: &mut Notes, text: &mut String) {
    row(&table.head, notes, text);
    text.push('|');
    for column in &table.columns {
        text.push_str(match column {
            Column::Start => " --- |",
            Column::Center => " :---: |",
            Column::End => " ---: |",
        });
    }
    text.push('\n');
    for cells in &table.rows {
        row(cells, notes, text);
    }
}

fn row(cells: &[Cell], notes: &mut Notes, text: &mut String) {
    text.push('|');
    for cell in cells {
        let cell = paragraph(cell, notes).replace("\\\n", " ");
        text.push_str(&format!(" {cell} |"));
    }
    text.push('\n');
}

fn paragraph(line: &[Inline], notes: &mut Notes) -> String {
    let mut text = String::new();
    inlines(line, None, notes, &mut text);
    let text = text.trim();
    let text = text
        .strip_suffix("\\")
        .filter(|_| ends_in_break(line))
        .unwrap_or(text);
    escape::line_starts(text.trim_end())
}

fn ends_in_break(line: &[Inline]) -> bool {
    matches!(line.last(), Some(Inline::Break))
}

/// Writes a line; `after` is the first character of what follows it.
fn inlines(line: &[Inline], after: Option<char>, notes: &mut Notes, text: &mut String) {
    for (index, part) in line.iter().enumerate() {
        let rest = line.get(index + 1..).unwrap_or_default();
        let next = match rest.first() {
            None => after,
            Some(Inline::Note(_)) => Some('['),
            Some(Inline::Break) => Some(' '),
            Some(Inline::Code(_)) => Some('`'),
            Some(Inline::Strong(_) | Inline::Emphasis(_)) => Some('*'),
            Some(next) => plain(std::slice::from_ref(next)).chars().next(),
        };
        match part {
            Inline::Text(words) => text.push_str(&escape::words(words)),
            Inline::Strong(line) => marked(line, "**", next, notes, text),
            Inline::Emphasis(line) => {
                let inside_a_word = text.ends_with(char::is_alphanumeric)
                    || next.is_some_and(char::is_alphanumeric);
                let mark = if inside_a_word { "*" } else { "_" };
                marked(line, mark, next, notes, text);
            }
            Inline::Struck(line) => marked(line, "~~", next, notes, text),
            Inline::Code(code) => text.push_str(&code_span(code)),
            Inline::Link { to, words } => {
                text.push('[');
                inlines(words, Some(']'), notes, text);
                let to = to
                    .replace('<', "%3C")
                    .replace('>', "%3E")
                    .replace('\\', "%5C");
                text.push_str(&format!("](<{to}>)"));
            }
            Inline::Note(words) => {
                notes.count += 1;
                let label = notes.count;
                text.push_str(&format!("[^{label}]"));
                let words = paragraph(words, &mut Notes::default()).replace("\\\n", " ");
                notes.waiting.push(format!("[^{label}]: {words}\n"));
            }
            Inline::Break => {
                text.truncate(text.trim_end_matches(' ').len());
                if !text.is_empty() && !text.ends_with("\\\n") {
                    text.push_str("\\\n");
                }
            }
        }
    }
}

/// Writes marked words, or the words alone where the marks would not be read as such.
fn marked(line: &[Inline], mark: &str, next: Option<char>, notes: &mut Notes, text: &mut String) {
    let mut inner = String::new();
    inlines(line, mark.chars().next(), notes, &mut inner);
    let words = inner.trim_matches([' ', '\u{a0}', '\u{202f}']);
    let lead = inner.len() - inner.trim_start_matches([' ', '\u{a0}', '\u{202f}']).len();
    let (before, end) = (inner.get(..lead).unwrap_or_default(), lead + words.len());
    let behind = inner.get(end..).unwrap_or_default();
    text.push_str(before);
    let previous = text.chars().last();
    let next = behind.chars().next().or(next);
    let is_plain = |c: char| !c.is_whitespace() && c.is_alphanumeric();
    let opens = words.starts_with(is_plain) || !previous.is_some_and(is_plain);
    let closes = words.ends_with(is_plain) || !next.is_some_and(is_plain);
    let sign = mark.chars().next();
    let collides = previous == sign
        || (sign != Some('_') && next == sign)
        || sign.is_some_and(|sign| words.starts_with(sign) || words.ends_with(sign))
        || words.starts_with(['*', '_']) && mark != "~~"
        || words.ends_with("\\\n");
    if words.is_empty() || !opens || !closes || collides || words.contains("\\\n") && mark == "~~" {
        text.push_str(words);
    } else {
        text.push_str(&format!("{mark}{words}{mark}"));
    }
    text.push_str(behind);
}

fn code_span(code: &str) -> String {
    let code = code.replace(['\n', '\r'], " ");
    if code.trim().is_empty() || code.contains('|') || escape::has_loose_braces(&code) {
        return escape::words(&code);
    }
    let fence = "`".repeat(longest_run(&code, '`') + 1);
    let space = if code.starts_with('`') || code.ends_with('`') || code.starts_with(' ') {
        " "
    } else {
        ""
    };
    format!("{fence}{space}{code}{space}{fence}")
}

fn longest_run(text: &str, sign: char) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == sign { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}
