//! What every text is made of, whichever format it comes from or goes to.
//!
//! Markdown is parsed into this once; each renderer walks it and knows no Markdown. Nesting is
//! bounded where it is built (`limits::NESTING`), so that walking it may recurse.

/// A part of a text that stands by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Some lines.
    Paragraph(Vec<Inline>),
    /// Points, numbered from `start` or not at all.
    List {
        /// The first number of an ordered list.
        start: Option<u64>,
        /// What each point says.
        items: Vec<Vec<Block>>,
    },
    /// What somebody else said.
    Quote(Vec<Block>),
    /// Lines shown as they are.
    Code(String),
    /// Rows below a heading row.
    Table(Table),
    /// A separation.
    Rule,
}

/// A table: every row has as many cells as the head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// How each column is set.
    pub columns: Vec<Column>,
    /// What the columns are.
    pub head: Vec<Cell>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

/// How a column is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Column {
    /// From the left.
    #[default]
    Start,
    /// In the middle.
    Center,
    /// To the right.
    End,
}

/// What one cell says.
pub type Cell = Vec<Inline>;

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    /// Words.
    Text(String),
    /// Words of weight.
    Strong(Vec<Inline>),
    /// Words with stress.
    Emphasis(Vec<Inline>),
    /// Words no longer true.
    Struck(Vec<Inline>),
    /// Words shown as they are.
    Code(String),
    /// Words that lead elsewhere: to the web, a mailbox, a telephone, or `#clause`.
    Link {
        /// Where to.
        to: String,
        /// The words.
        words: Vec<Inline>,
    },
    /// A footnote, at the place of its mark.
    Note(Vec<Inline>),
    /// The line ends here.
    Break,
}

/// The words of a line, without marks.
pub fn plain(line: &[Inline]) -> String {
    let mut text = String::new();
    add_plain(line, &mut text);
    text
}

fn add_plain(line: &[Inline], text: &mut String) {
    for part in line {
        match part {
            Inline::Text(words) | Inline::Code(words) => text.push_str(words),
            Inline::Strong(line)
            | Inline::Emphasis(line)
            | Inline::Struck(line)
            | Inline::Link { words: line, .. } => add_plain(line, text),
            Inline::Note(line) => {
                text.push_str(" (");
                add_plain(line, text);
                text.push(')');
            }
            Inline::Break => text.push(' '),
        }
    }
}

/// The same line with neighbours of one sort made one, and nothing empty in it.
pub fn joined(line: Vec<Inline>) -> Vec<Inline> {
    let mut done: Vec<Inline> = Vec::with_capacity(line.len());
    for part in line {
        if is_empty(&part) {
            continue;
        }
        match (done.last_mut(), part) {
            (Some(Inline::Text(before)), Inline::Text(words)) => before.push_str(&words),
            (Some(Inline::Code(before)), Inline::Code(words)) => before.push_str(&words),
            (Some(Inline::Strong(before)), Inline::Strong(line))
            | (Some(Inline::Emphasis(before)), Inline::Emphasis(line))
            | (Some(Inline::Struck(before)), Inline::Struck(line)) => {
                let both = std::mem::take(before).into_iter().chain(line).collect();
                *before = joined(both);
            }
            (_, part) => done.push(part),
        }
    }
    done
}

fn is_empty(part: &Inline) -> bool {
    match part {
        Inline::Text(words) | Inline::Code(words) => words.is_empty(),
        Inline::Strong(line) | Inline::Emphasis(line) | Inline::Struck(line) => line.is_empty(),
        Inline::Link { words, .. } => words.is_empty(),
        Inline::Note(_) | Inline::Break => false,
    }
}

/// A link, where `to` leads somewhere harmless; elsewhere the words alone.
pub fn link(to: &str, words: Vec<Inline>) -> Vec<Inline> {
    const SCHEMES: [&str; 4] = ["https:", "http:", "mailto:", "tel:"];
    let lower = to.to_ascii_lowercase();
    let harmless = (lower.starts_with('#') && lower.len() > 1)
        || SCHEMES.iter().any(|scheme| lower.starts_with(scheme));
    if !harmless || to.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return words;
    }
    let words = if plain(&words).trim().is_empty() {
        vec![Inline::Text(to.to_owned())]
    } else {
        words
    };
    vec![Inline::Link {
        to: to.to_owned(),
        words,
    }]
}
