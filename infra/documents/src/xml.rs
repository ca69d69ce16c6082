//! XML and packages out, for ODT and DOCX.

use std::io::{Cursor, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::RenderError;

/// An XML document being written. What people wrote goes in as text or attribute, escaped.
pub struct Xml {
    writer: Writer<Vec<u8>>,
    open: Vec<&'static str>,
    failed: bool,
}

impl Xml {
    /// A document with its declaration.
    pub fn new() -> Self {
        let mut xml = Self {
            writer: Writer::new(Vec::new()),
            open: Vec::new(),
            failed: false,
        };
        xml.write(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        xml
    }

    fn write(&mut self, event: Event<'_>) {
        // Writing to memory does not fail; if it did, `finish` tells.
        self.failed |= self.writer.write_event(event).is_err();
    }

    /// Opens an element.
    pub fn open(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        let start = element(name, attributes);
        self.write(Event::Start(start));
        self.open.push(name);
    }

    /// Closes the element opened last.
    pub fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            self.write(Event::End(BytesEnd::new(name)));
        }
    }

    /// Writes an element with nothing in it.
    pub fn empty(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        let start = element(name, attributes);
        self.write(Event::Empty(start));
    }

    /// Writes text.
    pub fn text(&mut self, text: &str) {
        let text: String = text.chars().filter(|c| is_legal(*c)).collect();
        self.write(Event::Text(BytesText::new(&text)));
    }

    /// Writes an element that holds text alone.
    pub fn element(&mut self, name: &'static str, attributes: &[(&str, &str)], text: &str) {
        self.open(name, attributes);
        self.text(text);
        self.close();
    }

    /// The bytes, once every element is closed.
    pub fn finish(mut self) -> Result<Vec<u8>, RenderError> {
        while !self.open.is_empty() {
            self.close();
        }
        if self.failed {
            return Err(RenderError::Write);
        }
        Ok(self.writer.into_inner())
    }
}

fn element<'a>(name: &'a str, attributes: &[(&'a str, &str)]) -> BytesStart<'a> {
    let mut start = BytesStart::new(name);
    for (key, value) in attributes {
        let value: String = value.chars().filter(|c| is_legal(*c)).collect();
        start.push_attribute((*key, value.as_str()));
    }
    start
}

/// Whether XML 1.0 may hold it.
pub fn is_legal(c: char) -> bool {
    !matches!(c, '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// Packs files, in their order; the first one uncompressed if `plain_first`, as ODT asks.
pub fn pack(files: Vec<(&str, Vec<u8>)>, plain_first: bool) -> Result<Vec<u8>, RenderError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (index, (name, bytes)) in files.into_iter().enumerate() {
        let method = if index == 0 && plain_first {
            CompressionMethod::Stored
        } else {
            CompressionMethod::Deflated
        };
        // No clock: the same document gives the same bytes.
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(zip::DateTime::default());
        zip.start_file(name, options)
            .map_err(|_| RenderError::Write)?;
        zip.write_all(&bytes).map_err(|_| RenderError::Write)?;
    }
    let packed = zip.finish().map_err(|_| RenderError::Write)?;
    Ok(packed.into_inner())
}
