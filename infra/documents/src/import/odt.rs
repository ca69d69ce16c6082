//! ODT in: `content.xml`, and the styles that say what is strong, stressed, code or numbered.

use std::collections::HashMap;

use super::ImportError;
use super::archive::Archive;
use super::lists;
use super::node::{Element, Node, Nodes, collapsed};
use super::outline::{Found, Read};
use crate::limits;
use crate::model::{Block, Cell, Inline, joined, link, plain};
use crate::odt::COVER_STYLE;
use crate::parse;

/// Reads an ODT file.
pub fn read(bytes: &[u8]) -> Result<Read, ImportError> {
    let mut archive = Archive::open(bytes)?;
    if let Some(manifest) = archive.part_if_there("META-INF/manifest.xml")?
        && Nodes::new(&manifest)?
            .find("manifest:encryption-data")?
            .is_some()
    {
        return Err(ImportError::Encrypted);
    }
    let mut styles = Styles::default();
    if let Some(part) = archive.part_if_there("styles.xml")? {
        styles.read(&mut Nodes::new(&part)?, None)?;
    }
    let content = archive.part("content.xml")?;
    let mut nodes = Nodes::new(&content)?;
    // The styles of the content stand before its body.
    styles.read(&mut nodes, Some("office:text"))?;
    let mut text = Text {
        nodes,
        styles,
        title: None,
        lists: Vec::new(),
    };
    let found = text.blocks()?;
    Ok(Read {
        title: text.title,
        found,
    })
}

/// What a style does that Markdown has too.
#[derive(Clone, Debug, Default)]
struct Style {
    parent: Option<String>,
    strong: bool,
    emphasis: bool,
    struck: bool,
}

#[derive(Debug, Default)]
struct Styles {
    named: HashMap<String, Style>,
    /// The levels of list styles that are numbered.
    numbered: HashMap<(String, usize), bool>,
}

impl Styles {
    /// Reads styles up to and into the element `until`, or to the end.
    fn read(&mut self, nodes: &mut Nodes<'_>, until: Option<&str>) -> Result<(), ImportError> {
        let mut current = String::new();
        let mut list = String::new();
        while let Some(node) = nodes.next()? {
            let Node::Open(element) = node else { continue };
            if until.is_some_and(|until| element.name == until) {
                return Ok(());
            }
            let name = || element.get("style:name").unwrap_or_default().to_owned();
            match element.name.as_str() {
                "style:style" => {
                    current = name();
                    let style = Style {
                        parent: element.get("style:parent-style-name").map(str::to_owned),
                        ..Style::default()
                    };
                    self.named.insert(current.clone(), style);
                }
                "style:text-properties" => {
                    if let Some(style) = self.named.get_mut(&current) {
                        style.strong |= matches!(
                            element.get("fo:font-weight"),
                            Some("bold" | "700" | "800" | "900")
                        );
                        style.emphasis |=
                            matches!(element.get("fo:font-style"), Some("italic" | "oblique"));
                        let line = element.get("style:text-line-through-style");
                        style.struck |= line.is_some_and(|line| line != "none");
                    }
                }
                "style:default-style" => current.clear(),
                "text:list-style" => list = name(),
                "text:list-level-style-number" | "text:list-level-style-bullet" => {
                    let level = number(element.get("text:level")).unwrap_or(1);
                    let numbers = element.name.ends_with("number")
                        && element
                            .get("style:num-format")
                            .is_some_and(|format| !format.is_empty());
                    self.numbered.insert((list.clone(), level), numbers);
                }
                _ => {}
            }
        }
        match until {
            Some(_) => Err(ImportError::Malformed),
            None => Ok(()),
        }
    }

    /// A style and those it is made from, the nearest first.
    fn line<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (&'a str, &'a Style)> {
        let start = self.named.get(name).map(|style| (name, style));
        // A circle of parents ends here.
        std::iter::successors(start, |(_, style)| {
            let parent = style.parent.as_deref()?;
            self.named.get(parent).map(|style| (parent, style))
        })
        .take(16)
    }

    fn is(&self, name: &str, wanted: &str) -> bool {
        name == wanted
            || self
                .line(name)
                .any(|(name, style)| name == wanted || style.parent.as_deref() == Some(wanted))
    }
}

struct Text<'a> {
    nodes: Nodes<'a>,
    styles: Styles,
    title: Option<String>,
    /// The styles of the lists that are open.
    lists: Vec<String>,
}

impl Text<'_> {
    /// The headings and blocks up to the end of the element opened last.
    fn blocks(&mut self) -> Result<Vec<Found>, ImportError> {
        let mut found = Vec::new();
        while let Some(node) = self.nodes.child()? {
            let Node::Open(element) = node else { continue };
            match element.name.as_str() {
                "text:h" => {
                    self.nodes.count_paragraph()?;
                    let level = number(element.get("text:outline-level")).unwrap_or(1);
                    let line = self.line()?;
                    found.push(Found::Heading(level.clamp(1, 10), line));
                }
                "text:p" => self.paragraph(&element, &mut found)?,
                "text:list" => self.list(&element, &mut found)?,
                "table:table" => {
                    let rows = self.rows()?;
                    lists::table(rows)
                        .into_iter()
                        .for_each(|block| lists::add(&mut found, block));
                }
                "text:section" => found.extend(self.blocks()?),
                // Contents and indexes are made anew; what was deleted is no text.
                _ => self.nodes.skip()?,
            }
        }
        Ok(found)
    }

    fn paragraph(&mut self, element: &Element, found: &mut Vec<Found>) -> Result<(), ImportError> {
        self.nodes.count_paragraph()?;
        let style = element
            .get("text:style-name")
            .unwrap_or_default()
            .to_owned();
        let is = |styles: &Styles, wanted: &str| styles.is(&style, wanted);
        if is(&self.styles, "Preformatted_20_Text") {
            let code = plain(&self.line_kept(true)?);
            lists::add(found, Block::Code(code));
            return Ok(());
        }
        let line = self.line()?;
        if is(&self.styles, "Title") && self.title.is_none() {
            self.title = Some(plain(&line));
        } else if is(&self.styles, COVER_STYLE) || is(&self.styles, "Maillage_20_Kind") {
            // The cover is made anew.
        } else if is(&self.styles, "Horizontal_20_Line") && line.is_empty() {
            found.push(Found::Block(Block::Rule));
        } else if is(&self.styles, "Quotations") {
            lists::add(found, Block::Quote(vec![Block::Paragraph(line)]));
        } else {
            lists::add(found, Block::Paragraph(line));
        }
        Ok(())
    }

    fn list(&mut self, element: &Element, found: &mut Vec<Found>) -> Result<(), ImportError> {
        let inherited = self.lists.last().cloned().unwrap_or_default();
        let style = element
            .get("text:style-name")
            .map_or(inherited, str::to_owned);
        let level = self.lists.len() + 1;
        let ordered = self.styles.numbered.get(&(style.clone(), level)).copied();
        self.lists.push(style);
        let mut items = Vec::new();
        let mut start = 1;
        let mut has_heading = false;
        while let Some(node) = self.nodes.child()? {
            let Node::Open(item) = node else { continue };
            if items.is_empty() {
                start = number(item.get("text:start-value")).unwrap_or(1);
            }
            let parts = self.blocks()?;
            has_heading |= parts.iter().any(|part| matches!(part, Found::Heading(..)));
            items.push(parts);
        }
        self.lists.pop();
        // Numbered headings stand in lists, in files of some office suites.
        if has_heading || level > limits::NESTING {
            found.extend(items.into_iter().flatten());
            return Ok(());
        }
        let items = items.into_iter().map(|parts| {
            let blocks = parts.into_iter().filter_map(|part| match part {
                Found::Block(block) => Some(block),
                Found::Heading(..) => None,
            });
            blocks.collect::<Vec<_>>()
        });
        let items: Vec<Vec<Block>> = items.filter(|item| !item.is_empty()).collect();
        if !items.is_empty() {
            let start = ordered.unwrap_or(false).then_some(start as u64);
            found.push(Found::Block(Block::List { start, items }));
        }
        Ok(())
    }

    fn rows(&mut self) -> Result<Vec<Vec<Cell>>, ImportError> {
        let mut rows = Vec::new();
        while let Some(node) = self.nodes.child()? {
            let Node::Open(element) = node else { continue };
            match element.name.as_str() {
                "table:table-row" => rows.push(self.cells()?),
                "table:table-header-rows" | "table:table-rows" | "table:table-row-group" => {
                    rows.extend(self.rows()?);
                }
                _ => self.nodes.skip()?,
            }
        }
        Ok(rows)
    }

    fn cells(&mut self) -> Result<Vec<Cell>, ImportError> {
        let mut cells = Vec::new();
        while let Some(node) = self.nodes.child()? {
            let Node::Open(element) = node else { continue };
            self.nodes.count_paragraph()?;
            let times = number(element.get("table:number-columns-repeated")).unwrap_or(1);
            let found = self.blocks()?;
            let blocks: Vec<Block> = found.into_iter().map(Found::into_block).collect();
            let cell = parse::flat(&blocks);
            for _ in 0..times.min(limits::COLUMNS + 1) {
                cells.push(cell.clone());
            }
        }
        Ok(cells)
    }

    fn line(&mut self) -> Result<Vec<Inline>, ImportError> {
        self.line_kept(false)
    }

    /// The words up to the end of the element opened last; `kept` when spaces mean something.
    fn line_kept(&mut self, kept: bool) -> Result<Vec<Inline>, ImportError> {
        let mut line = Vec::new();
        while let Some(node) = self.nodes.child()? {
            match node {
                Node::Text(text) => line.push(Inline::Text(collapsed(&text))),
                Node::Open(element) => self.part(&element, kept, &mut line)?,
                Node::Close => {}
            }
        }
        Ok(joined(line))
    }

    fn part(
        &mut self,
        element: &Element,
        kept: bool,
        line: &mut Vec<Inline>,
    ) -> Result<(), ImportError> {
        match element.name.as_str() {
            "text:s" => {
                let times = if kept {
                    number(element.get("text:c")).unwrap_or(1)
                } else {
                    1
                };
                line.push(Inline::Text(" ".repeat(times.min(80))));
                self.nodes.skip()?;
            }
            "text:tab" => {
                line.push(Inline::Text(" ".to_owned()));
                self.nodes.skip()?;
            }
            "text:line-break" => {
                line.push(Inline::Break);
                self.nodes.skip()?;
            }
            "text:a" => {
                let to = element.get("xlink:href").unwrap_or_default().to_owned();
                let words = self.line_kept(kept)?;
                line.extend(link(&to, words));
            }
            "text:note" => line.extend(self.note()?),
            "text:span" => {
                let style = element
                    .get("text:style-name")
                    .unwrap_or_default()
                    .to_owned();
                let words = self.line_kept(kept)?;
                line.extend(self.marked(&style, words));
            }
            name if name.starts_with("draw:")
                || name.starts_with("office:")
                || name.starts_with("text:bookmark")
                || name.starts_with("text:change") =>
            {
                self.nodes.skip()?;
            }
            // A field shows what it held when the file was saved.
            _ => line.extend(self.line_kept(kept)?),
        }
        Ok(())
    }

    fn marked(&self, style: &str, words: Vec<Inline>) -> Vec<Inline> {
        if self.styles.is(style, "Source_20_Text") {
            return vec![Inline::Code(plain(&words))];
        }
        let any = |has: fn(&Style) -> bool| self.styles.line(style).any(|(_, style)| has(style));
        let mut words = words;
        if any(|style| style.struck) {
            words = vec![Inline::Struck(words)];
        }
        if any(|style| style.emphasis) {
            words = vec![Inline::Emphasis(words)];
        }
        if any(|style| style.strong) {
            words = vec![Inline::Strong(words)];
        }
        words
    }

    fn note(&mut self) -> Result<Option<Inline>, ImportError> {
        let mut note = None;
        while let Some(node) = self.nodes.child()? {
            let Node::Open(element) = node else { continue };
            if element.name == "text:note-body" {
                let blocks = self.blocks()?.into_iter().filter_map(|part| match part {
                    Found::Block(block) => Some(block),
                    Found::Heading(..) => None,
                });
                note = Some(Inline::Note(parse::flat(&blocks.collect::<Vec<_>>())));
            } else {
                self.nodes.skip()?;
            }
        }
        Ok(note)
    }
}

fn number(text: Option<&str>) -> Option<usize> {
    text?.parse().ok()
}
