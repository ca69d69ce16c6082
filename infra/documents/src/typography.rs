//! French typography: the spaces that must not break, and the curved apostrophe.
//!
//! Applied to what is shown, never to what is kept: the words stay those that were written. A
//! missing space is not added but within guillemets: `12:30` and `https://` are no sentences.

use crate::model::{Block, Inline};

/// The narrow no-break space, for `;`, `:`, `!`, `?`, `%` and within guillemets.
pub const NARROW: char = '\u{202f}';
const WIDE: char = '\u{a0}';

/// Sets every line of some blocks.
pub fn set(blocks: &mut [Block]) {
    for block in blocks {
        match block {
            Block::Paragraph(line) => set_line(line),
            Block::List { items, .. } => items.iter_mut().for_each(|item| set(item)),
            Block::Quote(blocks) => set(blocks),
            Block::Table(table) => {
                let cells = table.head.iter_mut().chain(table.rows.iter_mut().flatten());
                cells.for_each(|cell| set_line(cell));
            }
            Block::Code(_) | Block::Rule => {}
        }
    }
}

/// Sets a line.
pub fn set_line(line: &mut [Inline]) {
    for part in line {
        match part {
            Inline::Text(words) => *words = set_text(words),
            // An address shown as it is stays one.
            Inline::Link { to, words } if matches!(words.as_slice(), [Inline::Text(shown)] if shown == to) =>
                {}
            Inline::Strong(line)
            | Inline::Emphasis(line)
            | Inline::Struck(line)
            | Inline::Note(line)
            | Inline::Link { words: line, .. } => set_line(line),
            Inline::Code(_) | Inline::Break => {}
        }
    }
}

/// Sets some words.
pub fn set_text(text: &str) -> String {
    let is_space = |c: char| matches!(c, ' ' | WIDE | NARROW);
    let mut set = String::with_capacity(text.len() + 8);
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            c if is_space(c) => match characters.peek() {
                Some(';' | ':' | '!' | '?' | '%' | '»') => set.push(NARROW),
                _ if set.ends_with('«') => set.push(NARROW),
                _ if after_number_sign(&set) => set.push(WIDE),
                _ => set.push(c),
            },
            '«' => {
                set.push(c);
                if characters.peek().is_some_and(|&next| !is_space(next)) {
                    set.push(NARROW);
                }
            }
            '»' => {
                if set.chars().last().is_some_and(|last| !is_space(last)) {
                    set.push(NARROW);
                }
                set.push(c);
            }
            '\'' if set.ends_with(char::is_alphanumeric)
                && characters
                    .peek()
                    .is_some_and(|next| next.is_alphanumeric() || *next == '«') =>
            {
                set.push('’');
            }
            c => set.push(c),
        }
    }
    set
}

/// Whether `n°` or `art.` ends what was set so far.
fn after_number_sign(set: &str) -> bool {
    let word = set.rsplit([' ', WIDE, NARROW, '(']).next();
    matches!(word, Some("n°" | "N°" | "nᵒ" | "art." | "§"))
}
