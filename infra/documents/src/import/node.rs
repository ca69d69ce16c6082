//! XML in: elements and text, one after the other, within limits.

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

use super::ImportError;
use crate::limits;

/// What is read next.
#[derive(Debug)]
pub enum Node {
    /// An element begins; its children follow, then `Close`.
    Open(Element),
    /// The element opened last ends.
    Close,
    /// Characters.
    Text(String),
}

/// An element, with its prefix as office suites write it (`text:p`, `w:p`).
#[derive(Debug)]
pub struct Element {
    /// Its name.
    pub name: String,
    attributes: Vec<(String, String)>,
}

impl Element {
    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// A part being read.
pub struct Nodes<'a> {
    reader: Reader<&'a [u8]>,
    depth: usize,
    counts: Counts,
}

/// What was met so far, in this part.
#[derive(Default)]
struct Counts {
    characters: usize,
    paragraphs: usize,
}

impl<'a> Nodes<'a> {
    /// Reads a part from its start.
    pub fn new(bytes: &'a [u8]) -> Result<Self, ImportError> {
        let text = std::str::from_utf8(bytes).map_err(|_| ImportError::Malformed)?;
        let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
        reader.config_mut().expand_empty_elements = true;
        Ok(Self {
            reader,
            depth: 0,
            counts: Counts::default(),
        })
    }

    /// The next node, or nothing at the end.
    pub fn next(&mut self) -> Result<Option<Node>, ImportError> {
        loop {
            let event = self
                .reader
                .read_event()
                .map_err(|_| ImportError::Malformed)?;
            return Ok(Some(match event {
                Event::Start(start) => {
                    let element = element(&start)?;
                    self.depth += 1;
                    if self.depth > limits::XML_DEPTH {
                        return Err(ImportError::TooDeep);
                    }
                    Node::Open(element)
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    Node::Close
                }
                Event::Text(text) => Node::Text(self.counted(&text.xml10_content())?),
                Event::CData(text) => Node::Text(self.counted(&text.xml10_content())?),
                // The five names of XML and numbers; a file defines none of its own.
                Event::GeneralRef(reference) => {
                    let name = reference.xml10_content();
                    let number = reference
                        .resolve_char_ref()
                        .map_err(|_| ImportError::Malformed)?;
                    let text = match (number, name.as_ref()) {
                        (Some(c), _) => c.to_string(),
                        (None, name) => quick_xml::escape::resolve_xml_entity(name)
                            .ok_or(ImportError::Malformed)?
                            .to_owned(),
                    };
                    Node::Text(self.counted(&text)?)
                }
                Event::DocType(_) => return Err(ImportError::Doctype),
                Event::Eof if self.depth == 0 => return Ok(None),
                Event::Eof => return Err(ImportError::Malformed),
                _ => continue,
            }));
        }
    }

    fn counted(&mut self, text: &str) -> Result<String, ImportError> {
        self.counts.characters += text.len();
        // Four bytes a character at most.
        if self.counts.characters > 4 * limits::CHARACTERS {
            return Err(ImportError::TooLarge);
        }
        let clean = text
            .chars()
            .filter(|c| !c.is_control() || c.is_whitespace());
        Ok(clean.collect())
    }

    /// Notes that a paragraph, a heading or a cell begins.
    pub fn count_paragraph(&mut self) -> Result<(), ImportError> {
        self.counts.paragraphs += 1;
        if self.counts.paragraphs > limits::PARAGRAPHS {
            return Err(ImportError::TooManyParts);
        }
        Ok(())
    }

    /// Leaves out what remains of the element opened last.
    pub fn skip(&mut self) -> Result<(), ImportError> {
        let mut inside = 1;
        while inside > 0 {
            match self.next()? {
                Some(Node::Open(_)) => inside += 1,
                Some(Node::Close) => inside -= 1,
                Some(Node::Text(_)) => {}
                None => return Err(ImportError::Malformed),
            }
        }
        Ok(())
    }

    /// Reads up to the element `name` and into it; nothing when there is none.
    pub fn find(&mut self, name: &str) -> Result<Option<Element>, ImportError> {
        while let Some(node) = self.next()? {
            if let Node::Open(element) = node
                && element.name == name
            {
                return Ok(Some(element));
            }
        }
        Ok(None)
    }

    /// The next child of the element opened last, or nothing once it ends.
    pub fn child(&mut self) -> Result<Option<Node>, ImportError> {
        match self.next()? {
            None => Err(ImportError::Malformed),
            Some(Node::Close) => Ok(None),
            node => Ok(node),
        }
    }
}

fn element(start: &BytesStart<'_>) -> Result<Element, ImportError> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| ImportError::Malformed)?;
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|_| ImportError::Malformed)?;
        attributes.push((attribute.key.into_inner().to_owned(), value.into_owned()));
    }
    Ok(Element {
        name: start.name().into_inner().to_owned(),
        attributes,
    })
}

/// Characters with every run of white space as one space, as ODF and Markdown read them.
pub fn collapsed(text: &str) -> String {
    let mut collapsed = String::with_capacity(text.len());
    for c in text.chars() {
        let space = matches!(c, ' ' | '\n' | '\r' | '\t');
        if !space {
            collapsed.push(c);
        } else if !collapsed.ends_with(' ') {
            collapsed.push(' ');
        }
    }
    collapsed
}
