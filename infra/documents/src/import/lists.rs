//! What both office formats need: lists from numbered paragraphs, tables from rows, neighbours
//! that belong together.

use crate::limits;
use crate::model::{Block, Cell, Column, Inline, Table, joined, plain};

use super::outline::Found;

/// A table of rows that may have different lengths; a wide one row by row.
pub fn table(rows: Vec<Vec<Cell>>) -> Vec<Block> {
    let mut rows: Vec<Vec<Cell>> = rows.into_iter().filter(|row| !row.is_empty()).collect();
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let is_box = rows.len() == 1 && width == 1;
    if is_box || width > limits::COLUMNS {
        let lines = rows.into_iter().map(|row| {
            let cells = row
                .into_iter()
                .filter(|cell| !plain(cell).trim().is_empty());
            let cells: Vec<Cell> = cells.collect();
            Block::Paragraph(joined(cells.join(&Inline::Text(" ; ".to_owned()))))
        });
        return lines.filter(|line| !is_blank(line)).collect();
    }
    if width == 0 {
        return Vec::new();
    }
    for row in &mut rows {
        row.resize(width, Vec::new());
    }
    let head = rows.remove(0);
    vec![Block::Table(Table {
        columns: vec![Column::default(); width],
        head,
        rows,
    })]
}

/// A paragraph of a list.
pub struct Point {
    /// How deep it stands, from 0.
    pub level: usize,
    /// Whether it is numbered.
    pub ordered: bool,
    /// What it says.
    pub block: Block,
}

/// Lists of points that follow each other.
pub fn nested(points: Vec<Point>) -> Vec<Block> {
    let mut points = points.into_iter().peekable();
    let mut blocks = Vec::new();
    while points.peek().is_some() {
        blocks.push(level(&mut points, 0));
    }
    blocks
}

fn level(points: &mut std::iter::Peekable<std::vec::IntoIter<Point>>, depth: usize) -> Block {
    let ordered = points.peek().is_some_and(|point| point.ordered);
    let mut items: Vec<Vec<Block>> = Vec::new();
    while let Some(point) = points.peek() {
        let deepest = depth + 1 >= limits::NESTING;
        if point.level < depth || (point.level == depth && point.ordered != ordered) {
            break;
        }
        if point.level > depth && !deepest && !items.is_empty() {
            let below = level(points, depth + 1);
            if let Some(item) = items.last_mut() {
                item.push(below);
            }
            continue;
        }
        if let Some(point) = points.next() {
            items.push(vec![point.block]);
        }
    }
    Block::List {
        start: ordered.then_some(1),
        items,
    }
}

/// Adds a block, one with the one before if both are code or both are quoted.
pub fn add(found: &mut Vec<Found>, block: Block) {
    if is_blank(&block) {
        return;
    }
    match (found.last_mut(), block) {
        (Some(Found::Block(Block::Code(before))), Block::Code(code)) => {
            before.push('\n');
            before.push_str(&code);
        }
        (Some(Found::Block(Block::Quote(before))), Block::Quote(blocks)) => before.extend(blocks),
        (_, block) => found.push(Found::Block(block)),
    }
}

fn is_blank(block: &Block) -> bool {
    matches!(block, Block::Paragraph(line) if plain(line).trim().is_empty())
}
