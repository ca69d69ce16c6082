//! Footnotes, from where they are written to where their marks stand; and blocks as one line.

use std::collections::{HashMap, HashSet};

use super::MARK;
use crate::model::{Block, Inline, joined, plain};

/// The notes of a text, to be put where their marks stand.
pub(super) struct Notes {
    /// What each label says.
    pub(super) known: HashMap<String, Vec<Inline>>,
    /// The labels whose mark was met.
    pub(super) used: HashSet<String>,
}

impl Notes {
    /// Puts the notes of a block in their places.
    pub(super) fn within(&mut self, block: &mut Block) {
        match block {
            Block::Paragraph(line) => self.resolve(line),
            Block::List { items, .. } => {
                let blocks = items.iter_mut().flatten();
                blocks.for_each(|block| self.within(block));
            }
            Block::Quote(blocks) => blocks.iter_mut().for_each(|block| self.within(block)),
            Block::Table(table) => {
                let cells = table.head.iter_mut().chain(table.rows.iter_mut().flatten());
                cells.for_each(|cell| self.resolve(cell));
            }
            Block::Code(_) | Block::Rule => {}
        }
    }

    /// Puts the notes of a line in their places.
    pub(super) fn resolve(&mut self, line: &mut [Inline]) {
        for part in line {
            match part {
                Inline::Note(note) => {
                    let label = plain(note).replace(MARK, "");
                    // The same note twice would repeat its text as often as its mark stands.
                    *part = match self.known.get(&label) {
                        Some(words) if self.used.insert(label) => {
                            let mut words = words.clone();
                            forget(&mut words);
                            Inline::Note(words)
                        }
                        _ => Inline::Text(" (voir la note ci-dessus)".to_owned()),
                    };
                }
                Inline::Strong(line)
                | Inline::Emphasis(line)
                | Inline::Struck(line)
                | Inline::Link { words: line, .. } => self.resolve(line),
                Inline::Text(_) | Inline::Code(_) | Inline::Break => {}
            }
        }
    }
}

/// Takes the marks out of a note: notes have no notes.
pub(super) fn forget(line: &mut Vec<Inline>) {
    line.retain(|part| !matches!(part, Inline::Note(_)));
    for part in line {
        match part {
            Inline::Strong(line)
            | Inline::Emphasis(line)
            | Inline::Struck(line)
            | Inline::Link { words: line, .. } => forget(line),
            _ => {}
        }
    }
}

/// The words of some blocks as one line.
pub fn flat(blocks: &[Block]) -> Vec<Inline> {
    fn add(blocks: &[Block], line: &mut Vec<Inline>) {
        for block in blocks {
            if !line.is_empty() {
                line.push(Inline::Text(" ".to_owned()));
            }
            match block {
                Block::Paragraph(words) => line.extend(words.iter().cloned()),
                Block::List { items, .. } => items.iter().for_each(|item| add(item, line)),
                Block::Quote(blocks) => add(blocks, line),
                Block::Code(code) => line.push(Inline::Code(code.replace('\n', " "))),
                Block::Table(table) => {
                    let cells = table.head.iter().chain(table.rows.iter().flatten());
                    for cell in cells {
                        line.extend(cell.iter().cloned());
                        line.push(Inline::Text(" ".to_owned()));
                    }
                }
                Block::Rule => {}
            }
        }
    }
    let mut line = Vec::new();
    add(blocks, &mut line);
    joined(line)
}
