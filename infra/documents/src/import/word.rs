//! The parts of a DOCX beside its text: styles, numbering, links, footnotes.

use std::collections::HashMap;

use super::ImportError;
use super::node::{Element, Node, Nodes, collapsed};
use crate::docx::COVER_STYLES;

/// What a paragraph is, by its style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A heading of this level, from 1.
    Heading(usize),
    /// The title of the document.
    Title,
    /// Words of somebody else.
    Quote,
    /// Lines shown as they are.
    Code,
    /// A line of a cover or of a table of contents: made anew, hence left out.
    Left,
    /// Anything else.
    Plain,
}

#[derive(Default)]
struct Style {
    name: String,
    parent: String,
    outline: Option<usize>,
    list: Option<(String, usize)>,
}

/// The styles of a file, by id.
#[derive(Default)]
pub struct Styles(HashMap<String, Style>);

impl Styles {
    /// Reads `word/styles.xml`.
    pub fn read(part: Option<&[u8]>) -> Result<Self, ImportError> {
        let mut styles = HashMap::new();
        let Some(part) = part else {
            return Ok(Self(styles));
        };
        let mut nodes = Nodes::new(part)?;
        let mut id = String::new();
        while let Some(node) = nodes.next()? {
            let Node::Open(element) = node else { continue };
            if element.name == "w:style" {
                id = element.get("w:styleId").unwrap_or_default().to_owned();
                styles.insert(id.clone(), Style::default());
                continue;
            }
            let Some(style) = styles.get_mut(&id) else {
                continue;
            };
            let value = element.get("w:val").unwrap_or_default();
            match element.name.as_str() {
                "w:name" => style.name = value.to_lowercase(),
                "w:basedOn" => style.parent = value.to_owned(),
                "w:outlineLvl" => style.outline = outline(&element),
                "w:numId" => style.list = Some((value.to_owned(), 0)),
                _ => {}
            }
        }
        Ok(Self(styles))
    }

    /// A style and those it is made from, the nearest first.
    fn line<'a>(&'a self, id: &str) -> impl Iterator<Item = &'a Style> {
        // A circle of parents ends here.
        std::iter::successors(self.0.get(id), |style| self.0.get(&style.parent)).take(16)
    }

    /// What a paragraph of this style is.
    pub fn role(&self, id: &str) -> Role {
        if COVER_STYLES.contains(&id) {
            return Role::Left;
        }
        self.line(id).find_map(role).unwrap_or(Role::Plain)
    }

    /// The list that paragraphs of this style stand in.
    pub fn list(&self, id: &str) -> Option<(String, usize)> {
        self.line(id).find_map(|style| style.list.clone())
    }

    /// Whether words of this style are code.
    pub fn is_code(&self, id: &str) -> bool {
        let mut line = self.line(id);
        line.any(|style| {
            matches!(
                style.name.as_str(),
                "source text" | "html code" | "verbatim char"
            )
        })
    }
}

fn role(style: &Style) -> Option<Role> {
    let name = style.name.as_str();
    let numbered = ["heading ", "titre "]
        .iter()
        .find_map(|word| name.strip_prefix(word));
    if let Some(level) = numbered.and_then(|level| level.parse::<usize>().ok()) {
        return Some(Role::Heading(level.clamp(1, 10)));
    }
    match name {
        "title" | "titre" => Some(Role::Title),
        "quote" | "intense quote" | "block text" => Some(Role::Quote),
        "html preformatted" | "source code" => Some(Role::Code),
        "toc heading" => Some(Role::Left),
        _ if name.starts_with("toc ") => Some(Role::Left),
        _ => style.outline.map(Role::Heading),
    }
}

/// The level of a heading, from 1; the last of ten values means body text.
pub fn outline(element: &Element) -> Option<usize> {
    let level: usize = element.get("w:val")?.parse().ok()?;
    (level < 9).then_some(level + 1)
}

/// Which lists are numbered.
#[derive(Default)]
pub struct Numbering {
    kinds: HashMap<String, String>,
    ordered: HashMap<(String, usize), bool>,
}

impl Numbering {
    /// Reads `word/numbering.xml`.
    pub fn read(part: Option<&[u8]>) -> Result<Self, ImportError> {
        let mut numbering = Self::default();
        let Some(part) = part else {
            return Ok(numbering);
        };
        let mut nodes = Nodes::new(part)?;
        let mut kind = String::new();
        let mut list = String::new();
        let mut level = 0;
        while let Some(node) = nodes.next()? {
            let Node::Open(element) = node else { continue };
            let get = |name| element.get(name).unwrap_or_default();
            match element.name.as_str() {
                "w:abstractNum" => kind = get("w:abstractNumId").to_owned(),
                "w:lvl" => level = get("w:ilvl").parse().unwrap_or(0),
                "w:numFmt" => {
                    let ordered = !matches!(get("w:val"), "bullet" | "none");
                    numbering.ordered.insert((kind.clone(), level), ordered);
                }
                "w:num" => list = get("w:numId").to_owned(),
                "w:abstractNumId" => {
                    numbering
                        .kinds
                        .insert(list.clone(), get("w:val").to_owned());
                }
                _ => {}
            }
        }
        Ok(numbering)
    }

    /// Whether a level of a list is numbered.
    pub fn is_ordered(&self, list: &str, level: usize) -> bool {
        let kind = self.kinds.get(list).cloned().unwrap_or_default();
        self.ordered.get(&(kind, level)).copied().unwrap_or(false)
    }
}

/// The targets of links, by id.
pub fn links(part: Option<&[u8]>) -> Result<HashMap<String, String>, ImportError> {
    let mut links = HashMap::new();
    let Some(part) = part else {
        return Ok(links);
    };
    let mut nodes = Nodes::new(part)?;
    while let Some(node) = nodes.next()? {
        if let Node::Open(element) = node
            && let (Some(id), Some(target)) = (element.get("Id"), element.get("Target"))
            && element.get("TargetMode") == Some("External")
        {
            links.insert(id.to_owned(), target.to_owned());
        }
    }
    Ok(links)
}

/// The words of the footnotes, by id.
pub fn notes(part: Option<&[u8]>) -> Result<HashMap<String, String>, ImportError> {
    let mut notes: HashMap<String, String> = HashMap::new();
    let Some(part) = part else {
        return Ok(notes);
    };
    let mut nodes = Nodes::new(part)?;
    let mut id = String::new();
    let mut in_text = false;
    while let Some(node) = nodes.next()? {
        match node {
            Node::Open(element) => {
                in_text = element.name == "w:t";
                match element.name.as_str() {
                    "w:footnote" => id = element.get("w:id").unwrap_or_default().to_owned(),
                    // Two paragraphs are two words apart.
                    "w:p" => notes.entry(id.clone()).or_default().push(' '),
                    _ => {}
                }
            }
            Node::Text(text) if in_text => notes.entry(id.clone()).or_default().push_str(&text),
            Node::Text(_) => {}
            Node::Close => in_text = false,
        }
    }
    for words in notes.values_mut() {
        *words = collapsed(words).trim().to_owned();
    }
    Ok(notes)
}
