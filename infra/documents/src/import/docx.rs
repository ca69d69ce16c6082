//! DOCX in: `word/document.xml`, and the parts that say what is a heading, a list, a link, a note.

use std::collections::HashMap;

use super::ImportError;
use super::archive::Archive;
use super::lists::{self, Point};
use super::node::{Element, Node, Nodes, collapsed};
use super::outline::{Found, Read};
use super::word::{Numbering, Role, Styles, links, notes};
use crate::model::{Block, Cell, Inline, joined, link, plain};
use crate::parse;

/// Reads a DOCX file.
pub fn read(bytes: &[u8]) -> Result<Read, ImportError> {
    let mut archive = Archive::open(bytes)?;
    let document = archive.part("word/document.xml")?;
    let styles = archive.part_if_there("word/styles.xml")?;
    let numbering = archive.part_if_there("word/numbering.xml")?;
    let targets = archive.part_if_there("word/_rels/document.xml.rels")?;
    let footnotes = archive.part_if_there("word/footnotes.xml")?;
    let mut nodes = Nodes::new(&document)?;
    nodes.find("w:body")?.ok_or(ImportError::Malformed)?;
    let mut text = Text {
        nodes,
        known: Known {
            styles: Styles::read(styles.as_deref())?,
            numbering: Numbering::read(numbering.as_deref())?,
            links: links(targets.as_deref())?,
            notes: notes(footnotes.as_deref())?,
        },
        title: None,
        points: Vec::new(),
    };
    let found = text.blocks()?;
    Ok(Read {
        title: text.title,
        found,
    })
}

/// What the other parts say.
struct Known {
    styles: Styles,
    numbering: Numbering,
    links: HashMap<String, String>,
    notes: HashMap<String, String>,
}

struct Text<'a> {
    nodes: Nodes<'a>,
    known: Known,
    title: Option<String>,
    /// The points met since the last block that is none.
    points: Vec<Point>,
}

/// How a run looks.
#[derive(Default)]
struct Look {
    strong: bool,
    emphasis: bool,
    struck: bool,
    code: bool,
}

/// What a paragraph says of itself.
#[derive(Default)]
struct Properties {
    style: String,
    outline: Option<usize>,
    list: Option<(String, usize)>,
}

impl Text<'_> {
    /// The headings and blocks up to the end of the element opened last.
    fn blocks(&mut self) -> Result<Vec<Found>, ImportError> {
        let outer = std::mem::take(&mut self.points);
        let mut found = Vec::new();
        while let Some(node) = self.nodes.child()? {
            let Node::Open(element) = node else { continue };
            match element.name.as_str() {
                "w:p" => self.paragraph(&mut found)?,
                "w:tbl" => {
                    self.flush(&mut found);
                    let rows = self.rows()?;
                    lists::table(rows)
                        .into_iter()
                        .for_each(|block| lists::add(&mut found, block));
                }
                "w:sdt" => self.control(&mut found)?,
                "w:ins" | "w:smartTag" | "w:customXml" | "w:moveTo" => {
                    self.flush(&mut found);
                    found.extend(self.blocks()?);
                }
                // Pictures, properties, and what was deleted.
                _ => self.nodes.skip()?,
            }
        }
        self.flush(&mut found);
        self.points = outer;
        Ok(found)
    }

    fn flush(&mut self, found: &mut Vec<Found>) {
        let points = std::mem::take(&mut self.points);
        let lists = lists::nested(points).into_iter();
        lists.for_each(|list| found.push(Found::Block(list)));
    }

    /// A control: its content, unless it is a table of contents, which is made anew.
    fn control(&mut self, found: &mut Vec<Found>) -> Result<(), ImportError> {
        let mut is_contents = false;
        while let Some(node) = self.nodes.child()? {
            let Node::Open(element) = node else { continue };
            match element.name.as_str() {
                "w:sdtPr" => is_contents |= self.is_contents()?,
                "w:sdtContent" if !is_contents => {
                    self.flush(found);
                    found.extend(self.blocks()?);
                }
                _ => self.nodes.skip()?,
            }
        }
        Ok(())
    }

    fn is_contents(&mut self) -> Result<bool, ImportError> {
        let mut is_contents = false;
        let mut inside = 1;
        while inside > 0 {
            match self.nodes.next()?.ok_or(ImportError::Malformed)? {
                Node::Open(element) => {
                    inside += 1;
                    is_contents |= element.name == "w:docPartGallery"
                        && element.get("w:val") == Some("Table of Contents");
                }
                Node::Close => inside -= 1,
                Node::Text(_) => {}
            }
        }
        Ok(is_contents)
    }

    fn paragraph(&mut self, found: &mut Vec<Found>) -> Result<(), ImportError> {
        self.nodes.count_paragraph()?;
        let mut properties = Properties::default();
        let line = self.line(Some(&mut properties))?;
        let role = self.known.styles.role(&properties.style);
        let level = properties.outline.or(match role {
            Role::Heading(level) => Some(level),
            _ => None,
        });
        if let Some(level) = level {
            self.flush(found);
            found.push(Found::Heading(level, line));
            return Ok(());
        }
        if role == Role::Left {
            return Ok(());
        }
        if role == Role::Title && self.title.is_none() {
            self.title = Some(plain(&line));
            return Ok(());
        }
        let list = properties
            .list
            .or_else(|| self.known.styles.list(&properties.style));
        if let Some((list, level)) = list.filter(|(list, _)| list != "0") {
            let ordered = self.known.numbering.is_ordered(&list, level);
            let block = Block::Paragraph(line);
            self.points.push(Point {
                level,
                ordered,
                block,
            });
            return Ok(());
        }
        self.flush(found);
        let block = match role {
            Role::Code => Block::Code(plain(&line)),
            Role::Quote => Block::Quote(vec![Block::Paragraph(line)]),
            _ => Block::Paragraph(line),
        };
        lists::add(found, block);
        Ok(())
    }

    /// The words up to the end of the element opened last.
    fn line(
        &mut self,
        mut properties: Option<&mut Properties>,
    ) -> Result<Vec<Inline>, ImportError> {
        let mut line = Vec::new();
        while let Some(node) = self.nodes.child()? {
            let Node::Open(element) = node else { continue };
            match element.name.as_str() {
                "w:pPr" => match properties.as_deref_mut() {
                    Some(properties) => self.properties(properties)?,
                    None => self.nodes.skip()?,
                },
                "w:r" => self.run(&mut line)?,
                "w:hyperlink" => {
                    let to = self.target(&element);
                    let words = self.line(None)?;
                    match to {
                        Some(to) => line.extend(link(&to, words)),
                        None => line.extend(words),
                    }
                }
                "w:ins" | "w:smartTag" | "w:fldSimple" | "w:customXml" | "w:moveTo" | "w:sdt"
                | "w:sdtContent" | "w:bdo" | "w:dir" => line.extend(self.line(None)?),
                _ => self.nodes.skip()?,
            }
        }
        Ok(joined(line))
    }

    fn target(&self, element: &Element) -> Option<String> {
        if let Some(anchor) = element.get("w:anchor") {
            return Some(format!("#{anchor}"));
        }
        self.known.links.get(element.get("r:id")?).cloned()
    }

    fn properties(&mut self, properties: &mut Properties) -> Result<(), ImportError> {
        let value = |element: &Element| element.get("w:val").map(str::to_owned);
        let mut level = 0;
        let mut list = None;
        let mut inside = 1;
        while inside > 0 {
            let element = match self.nodes.next()?.ok_or(ImportError::Malformed)? {
                Node::Open(element) => element,
                Node::Close => {
                    inside -= 1;
                    continue;
                }
                Node::Text(_) => continue,
            };
            inside += 1;
            match element.name.as_str() {
                "w:pStyle" => properties.style = value(&element).unwrap_or_default(),
                "w:outlineLvl" => properties.outline = super::word::outline(&element),
                "w:ilvl" => level = value(&element).and_then(|n| n.parse().ok()).unwrap_or(0),
                "w:numId" => list = value(&element),
                _ => {}
            }
        }
        properties.list = list.map(|list| (list, level));
        Ok(())
    }

    fn run(&mut self, line: &mut Vec<Inline>) -> Result<(), ImportError> {
        let mut look = Look::default();
        let mut parts = Vec::new();
        while let Some(node) = self.nodes.child()? {
            let Node::Open(element) = node else { continue };
            match element.name.as_str() {
                "w:rPr" => look = self.look()?,
                "w:t" => parts.push(Inline::Text(self.characters()?)),
                "w:tab" | "w:cr" | "w:noBreakHyphen" => {
                    let text = if element.name == "w:noBreakHyphen" {
                        "-"
                    } else {
                        " "
                    };
                    parts.push(Inline::Text(text.to_owned()));
                    self.nodes.skip()?;
                }
                "w:br" => {
                    if !matches!(element.get("w:type"), Some("page" | "column")) {
                        parts.push(Inline::Break);
                    }
                    self.nodes.skip()?;
                }
                "w:footnoteReference" => {
                    let note = element.get("w:id").and_then(|id| self.known.notes.get(id));
                    let note = note.map(|words| Inline::Note(vec![Inline::Text(words.clone())]));
                    parts.extend(note);
                    self.nodes.skip()?;
                }
                // Fields' instructions, pictures, what was deleted.
                _ => self.nodes.skip()?,
            }
        }
        let mut parts = joined(parts);
        if parts.is_empty() {
            return Ok(());
        }
        if look.code {
            parts = vec![Inline::Code(plain(&parts))];
        }
        if look.struck {
            parts = vec![Inline::Struck(parts)];
        }
        if look.emphasis {
            parts = vec![Inline::Emphasis(parts)];
        }
        if look.strong {
            parts = vec![Inline::Strong(parts)];
        }
        line.extend(parts);
        Ok(())
    }

    fn look(&mut self) -> Result<Look, ImportError> {
        let mut look = Look::default();
        while let Some(node) = self.nodes.child()? {
            let Node::Open(element) = node else { continue };
            let on = !matches!(element.get("w:val"), Some("0" | "false" | "none" | "off"));
            match element.name.as_str() {
                "w:b" => look.strong = on,
                "w:i" => look.emphasis = on,
                "w:strike" | "w:dstrike" => look.struck = on,
                "w:rStyle" => {
                    let style = element.get("w:val").unwrap_or_default();
                    look.code = self.known.styles.is_code(style);
                }
                _ => {}
            }
            self.nodes.skip()?;
        }
        Ok(look)
    }

    fn characters(&mut self) -> Result<String, ImportError> {
        let mut text = String::new();
        while let Some(node) = self.nodes.child()? {
            match node {
                Node::Text(part) => text.push_str(&part),
                _ => self.nodes.skip()?,
            }
        }
        Ok(collapsed(&text))
    }

    fn rows(&mut self) -> Result<Vec<Vec<Cell>>, ImportError> {
        let mut rows = Vec::new();
        while let Some(node) = self.nodes.child()? {
            let Node::Open(element) = node else { continue };
            match element.name.as_str() {
                "w:tr" => rows.push(self.cells()?),
                "w:sdt" | "w:sdtContent" | "w:ins" => rows.extend(self.rows()?),
                _ => self.nodes.skip()?,
            }
        }
        Ok(rows)
    }

    fn cells(&mut self) -> Result<Vec<Cell>, ImportError> {
        let mut cells = Vec::new();
        while let Some(node) = self.nodes.child()? {
            let Node::Open(element) = node else { continue };
            match element.name.as_str() {
                "w:tc" => {
                    self.nodes.count_paragraph()?;
                    let blocks = self.blocks()?.into_iter().map(Found::into_block);
                    cells.push(parse::flat(&blocks.collect::<Vec<_>>()));
                }
                "w:sdt" | "w:sdtContent" => cells.extend(self.cells()?),
                _ => self.nodes.skip()?,
            }
        }
        Ok(cells)
    }
}
