//! Markdown into blocks: the only place that knows the dialect.
//!
//! Raw HTML is text like any other: shown, never interpreted. An image becomes its description,
//! which leads to where the picture is; nothing is ever fetched. A heading within a clause is a
//! strong line, since the clauses alone make the outline.

mod notes;

use std::collections::{HashMap, HashSet};

use maillage_domain::commons::DIALECT;
use pulldown_cmark::{Alignment, Event, HeadingLevel, Parser, Tag};

use crate::limits;
use crate::model::{Block, Cell, Column, Inline, Table, joined, link, plain};
pub use notes::flat;
use notes::{Notes, forget};

/// A heading or a block, in reading order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A heading and how deep it stands, from 1.
    Heading(usize, Vec<Inline>),
    /// Anything else.
    Block(Block),
}

/// The blocks of a clause's text.
pub fn blocks(text: &str) -> Vec<Block> {
    let items = items(text).into_iter();
    items.map(into_block).collect()
}

/// A heading as a strong line.
pub fn into_block(item: Item) -> Block {
    match item {
        Item::Heading(_, line) => Block::Paragraph(vec![Inline::Strong(line)]),
        Item::Block(block) => block,
    }
}

/// The headings and blocks of a whole document.
pub fn items(text: &str) -> Vec<Item> {
    let mut reader = Reader::default();
    reader.open(Kind::Root);
    for event in Parser::new_ext(text, DIALECT) {
        reader.take(event);
    }
    reader.finish()
}

/// What an element being read will become.
enum Kind {
    Root,
    Paragraph,
    Heading(usize),
    Quote,
    List(Option<u64>),
    Item,
    Code,
    Html,
    Table(Vec<Column>),
    Row,
    Cell,
    Note(String),
    Strong,
    Emphasis,
    Struck,
    Link(String),
    /// Nothing: its contents go to whatever it stands in.
    Through,
}

/// An element being read, with what was read of it.
struct Open {
    kind: Kind,
    items: Vec<Item>,
    line: Vec<Inline>,
    points: Vec<Vec<Block>>,
    rows: Vec<Vec<Cell>>,
    cells: Vec<Cell>,
}

/// Before notes are known, a mark is a note whose only word is this and its label.
const MARK: char = '\u{1}';

#[derive(Default)]
struct Reader {
    stack: Vec<Open>,
    nested: usize,
    notes: HashMap<String, Vec<Inline>>,
    labels: Vec<String>,
}

impl Reader {
    fn open(&mut self, kind: Kind) {
        if matches!(
            kind,
            Kind::Paragraph
                | Kind::Heading(_)
                | Kind::Quote
                | Kind::List(_)
                | Kind::Code
                | Kind::Html
                | Kind::Table(_)
        ) {
            self.flush();
        }
        self.stack.push(Open {
            kind,
            items: Vec::new(),
            line: Vec::new(),
            points: Vec::new(),
            rows: Vec::new(),
            cells: Vec::new(),
        });
    }

    /// Opens what may stand in its like, unless it stands too deep.
    fn nest(&mut self, kind: Kind) {
        if matches!(kind, Kind::Quote | Kind::List(_)) {
            self.flush();
        }
        self.nested += 1;
        let fits = self.nested <= limits::NESTING;
        self.open(if fits { kind } else { Kind::Through });
    }

    fn top(&mut self) -> Option<&mut Open> {
        self.stack.last_mut()
    }

    fn inline(&mut self, part: Inline) {
        if let Some(top) = self.top() {
            top.line.push(part);
        }
    }

    fn item(&mut self, item: Item) {
        if let Some(top) = self.top() {
            top.items.push(item);
        }
    }

    /// Words that stand directly in a block, as in a tight list, are a paragraph of it.
    fn flush(&mut self) {
        if let Some(top) = self.top() {
            let line = joined(std::mem::take(&mut top.line));
            if !line.is_empty() {
                top.items.push(Item::Block(Block::Paragraph(line)));
            }
        }
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(_) => self.end(),
            Event::Text(text) => self.inline(Inline::Text(text.into_string())),
            Event::Code(text) => self.inline(Inline::Code(text.into_string())),
            Event::InlineHtml(html) if is_break(&html) => self.inline(Inline::Break),
            Event::Html(html) | Event::InlineHtml(html) => {
                self.inline(Inline::Text(html.replace('\n', " ")));
            }
            Event::FootnoteReference(label) => {
                self.inline(Inline::Note(vec![Inline::Text(format!("{MARK}{label}"))]));
            }
            Event::SoftBreak => self.inline(Inline::Text(" ".to_owned())),
            Event::HardBreak => self.inline(Inline::Break),
            Event::Rule => {
                self.flush();
                self.item(Item::Block(Block::Rule));
            }
            // Not in the dialect.
            Event::TaskListMarker(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph => self.open(Kind::Paragraph),
            Tag::Heading { level, .. } => self.open(Kind::Heading(depth(level))),
            Tag::BlockQuote(_) => self.nest(Kind::Quote),
            Tag::List(start) => self.nest(Kind::List(start)),
            Tag::Item => self.open(Kind::Item),
            Tag::CodeBlock(_) => self.open(Kind::Code),
            Tag::HtmlBlock => self.open(Kind::Html),
            Tag::Table(columns) => {
                let columns = columns.iter().map(|column| match column {
                    Alignment::Center => Column::Center,
                    Alignment::Right => Column::End,
                    Alignment::Left | Alignment::None => Column::Start,
                });
                self.open(Kind::Table(columns.collect()));
            }
            Tag::TableHead | Tag::TableRow => self.open(Kind::Row),
            Tag::TableCell => self.open(Kind::Cell),
            Tag::FootnoteDefinition(label) => {
                self.flush();
                self.open(Kind::Note(label.into_string()));
            }
            Tag::Strong => self.nest(Kind::Strong),
            Tag::Emphasis => self.nest(Kind::Emphasis),
            Tag::Strikethrough => self.nest(Kind::Struck),
            Tag::Link {
                link_type: pulldown_cmark::LinkType::Email,
                dest_url,
                ..
            } => self.nest(Kind::Link(format!("mailto:{dest_url}"))),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.nest(Kind::Link(dest_url.into_string()));
            }
            _ => self.nest(Kind::Through),
        }
    }

    fn end(&mut self) {
        self.flush_blocks();
        let Some(open) = self.stack.pop() else {
            return;
        };
        let line = joined(open.line);
        let blocks = |items: Vec<Item>| items.into_iter().map(into_block).collect::<Vec<_>>();
        if matches!(
            open.kind,
            Kind::Quote
                | Kind::List(_)
                | Kind::Strong
                | Kind::Emphasis
                | Kind::Struck
                | Kind::Link(_)
                | Kind::Through
        ) {
            self.nested = self.nested.saturating_sub(1);
        }
        match open.kind {
            Kind::Root => {}
            Kind::Paragraph | Kind::Html => {
                if !plain(&line).trim().is_empty() {
                    self.item(Item::Block(Block::Paragraph(line)));
                }
            }
            Kind::Heading(level) => self.item(Item::Heading(level, line)),
            Kind::Quote => self.item(Item::Block(Block::Quote(blocks(open.items)))),
            Kind::List(start) => self.item(Item::Block(Block::List {
                start,
                items: open.points,
            })),
            Kind::Item => {
                let point = blocks(open.items);
                match self.top() {
                    Some(top) if matches!(top.kind, Kind::List(_)) => top.points.push(point),
                    Some(top) => top.items.extend(point.into_iter().map(Item::Block)),
                    None => {}
                }
            }
            Kind::Code => {
                let code = plain(&line);
                let code = code.strip_suffix('\n').unwrap_or(&code).to_owned();
                self.item(Item::Block(Block::Code(code)));
            }
            Kind::Table(columns) => self.table(columns, open.rows),
            Kind::Row => {
                if let Some(top) = self.top() {
                    top.rows.push(open.cells);
                }
            }
            Kind::Cell => {
                if let Some(top) = self.top() {
                    top.cells.push(line);
                }
            }
            Kind::Note(label) => {
                let line = flat(&blocks(open.items));
                if let std::collections::hash_map::Entry::Vacant(entry) =
                    self.notes.entry(label.clone())
                {
                    entry.insert(line);
                    self.labels.push(label);
                }
            }
            Kind::Strong => self.inline(Inline::Strong(line)),
            Kind::Emphasis => self.inline(Inline::Emphasis(line)),
            Kind::Struck => self.inline(Inline::Struck(line)),
            Kind::Link(to) => {
                for part in link(&to, line) {
                    self.inline(part);
                }
            }
            Kind::Through => {
                if let Some(top) = self.top() {
                    top.items.extend(open.items);
                    top.line.extend(line);
                }
            }
        }
    }

    /// What stands directly in an element that holds blocks is flushed before it ends.
    fn flush_blocks(&mut self) {
        let holds_blocks = self.top().is_some_and(|top| {
            matches!(
                top.kind,
                Kind::Root | Kind::Quote | Kind::Item | Kind::Note(_)
            ) || (matches!(top.kind, Kind::Through) && !top.items.is_empty())
        });
        if holds_blocks {
            self.flush();
        }
    }

    fn table(&mut self, columns: Vec<Column>, mut rows: Vec<Vec<Cell>>) {
        let wide = columns.len() > limits::COLUMNS;
        for row in &mut rows {
            row.resize(columns.len(), Vec::new());
        }
        if wide {
            for row in rows {
                let cells = row.into_iter().filter(|cell| !cell.is_empty());
                let line = cells.flat_map(|cell| [cell, vec![Inline::Text(" ; ".to_owned())]]);
                let mut line: Vec<Inline> = line.flatten().collect();
                line.pop();
                self.item(Item::Block(Block::Paragraph(joined(line))));
            }
            return;
        }
        if rows.is_empty() || columns.is_empty() {
            return;
        }
        let head = rows.remove(0);
        self.item(Item::Block(Block::Table(Table {
            columns,
            head,
            rows,
        })));
    }

    fn finish(mut self) -> Vec<Item> {
        self.flush();
        let root = self.stack.drain(..).next();
        let mut items = root.map(|root| root.items).unwrap_or_default();
        if self.notes.is_empty() {
            return items;
        }
        let mut notes = Notes {
            known: self.notes,
            used: HashSet::new(),
        };
        for item in &mut items {
            match item {
                Item::Heading(_, line) => notes.resolve(line),
                Item::Block(block) => notes.within(block),
            }
        }
        // A note that nothing refers to is still something that was written.
        for label in self.labels {
            if notes.used.contains(&label) {
                continue;
            }
            if let Some(mut line) = notes.known.get(&label).cloned() {
                forget(&mut line);
                items.push(Item::Block(Block::Paragraph(line)));
            }
        }
        items
    }
}

fn depth(level: HeadingLevel) -> usize {
    level as usize
}

fn is_break(html: &str) -> bool {
    let name = html.trim_matches(['<', '>', '/', ' ']);
    name.eq_ignore_ascii_case("br")
}
