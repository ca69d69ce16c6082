//! A document as the data that `document.typ` reads.

use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};

use super::glyphs::{self, Coverage};
use crate::layout::{CONTENTS, CONTENTS_DEPTH, Layout};
use crate::model::{Block, Column, Inline, Table, plain};

/// The whole document.
pub fn json(layout: &Layout, on: NaiveDate, coverage: Coverage) -> Vec<u8> {
    let data = Data(coverage);
    let cover = layout
        .cover
        .iter()
        .map(|row| json!({"label": row.label, "value": data.text(&row.value), "code": row.code}));
    let sections = layout.sections.iter().map(|section| {
        json!({
            "anchor": section.anchor,
            "level": section.level,
            "number": section.number,
            "title": data.text(&section.title),
            "annex": section.annex,
            "blocks": data.blocks(&section.blocks),
        })
    });
    let all = json!({
        "title": data.text(&layout.title),
        "short": data.text(&layout.short_title()),
        "owner": data.text(&layout.owner),
        "kind": layout.kind,
        "date": [on.year(), on.month(), on.day()],
        "contents": CONTENTS,
        "depth": CONTENTS_DEPTH,
        "cover": cover.collect::<Vec<_>>(),
        "sections": sections.collect::<Vec<_>>(),
    });
    all.to_string().into_bytes()
}

struct Data(Coverage);

impl Data {
    fn text(&self, text: &str) -> Value {
        glyphs::shown(text, self.0).into()
    }

    fn blocks(&self, blocks: &[Block]) -> Value {
        blocks.iter().map(|block| self.block(block)).collect()
    }

    fn block(&self, block: &Block) -> Value {
        match block {
            Block::Paragraph(line) => json!({"is": "paragraph", "line": self.line(line)}),
            Block::List { start, items } => {
                let points: Vec<Value> = items.iter().map(|item| self.blocks(item)).collect();
                json!({"is": "list", "start": start.map(|n| n.min(1_000_000_000)), "items": points})
            }
            Block::Quote(blocks) => json!({"is": "quote", "blocks": self.blocks(blocks)}),
            Block::Code(code) => json!({"is": "code", "text": self.text(code)}),
            Block::Table(table) => {
                let columns = table.columns.iter().map(|column| match column {
                    Column::Start => "start",
                    Column::Center => "center",
                    Column::End => "end",
                });
                let row = |cells: &[Vec<Inline>]| -> Value {
                    cells.iter().map(|cell| self.line(cell)).collect()
                };
                json!({
                    "is": "table",
                    "columns": columns.collect::<Vec<_>>(),
                    "widths": widths(table),
                    "head": row(&table.head),
                    "rows": table.rows.iter().map(|cells| row(cells)).collect::<Vec<_>>(),
                })
            }
            Block::Rule => json!({"is": "rule"}),
        }
    }

    /// Words as text, anything else as a list of what it is and what is in it.
    fn line(&self, line: &[Inline]) -> Value {
        let parts = line.iter().map(|part| match part {
            Inline::Text(words) => self.text(words),
            Inline::Strong(line) => json!(["strong", self.line(line)]),
            Inline::Emphasis(line) => json!(["emphasis", self.line(line)]),
            Inline::Struck(line) => json!(["struck", self.line(line)]),
            Inline::Code(code) => json!(["code", self.text(code)]),
            Inline::Link { to, words } => match to.strip_prefix('#') {
                Some(anchor) => json!(["here", self.line(words), anchor]),
                None => json!(["link", self.line(words), to]),
            },
            Inline::Note(words) => json!(["note", self.line(words)]),
            Inline::Break => json!(["break"]),
        });
        parts.collect()
    }
}

/// How wide the columns are to each other: more words, more room, but never none.
fn widths(table: &Table) -> Vec<f64> {
    let rows = table.rows.len().max(1) as f64;
    let widths = table.head.iter().enumerate().map(|(index, head)| {
        let cells = table.rows.iter().filter_map(|row| row.get(index));
        let characters: usize = cells.map(|cell| plain(cell).chars().count()).sum();
        let head = plain(head).chars().count() as f64;
        (characters as f64 / rows).max(head).clamp(6.0, 90.0).sqrt()
    });
    widths.collect()
}
