//! Footnotes, which DOCX keeps in a part of their own.

use super::{Docx, Look, NAMESPACES, Place};
use crate::RenderError;
use crate::model::{Column, Inline};
use crate::xml::Xml;

impl Docx {
    /// Writes the mark of a note, whose words wait.
    pub(super) fn note(&mut self, words: &[Inline]) {
        self.notes.push(words.to_vec());
        let id = self.notes.len().to_string();
        self.xml.open("w:r", &[]);
        self.xml.open("w:rPr", &[]);
        self.xml.empty("w:vertAlign", &[("w:val", "superscript")]);
        self.xml.close();
        self.xml.empty("w:footnoteReference", &[("w:id", &id)]);
        self.xml.close();
    }

    /// The footnotes. A link in one is its words: it would need links of a part of its own.
    pub(super) fn notes_part(&mut self) -> Result<Vec<u8>, RenderError> {
        let notes = std::mem::take(&mut self.notes);
        let body = std::mem::replace(&mut self.xml, Xml::new());
        self.xml.open("w:footnotes", NAMESPACES);
        // Word asks for these two.
        for (kind, id, sign) in [
            ("separator", "-1", "w:separator"),
            ("continuationSeparator", "0", "w:continuationSeparator"),
        ] {
            self.xml
                .open("w:footnote", &[("w:type", kind), ("w:id", id)]);
            self.xml.open("w:p", &[]);
            self.xml.open("w:r", &[]);
            self.xml.empty(sign, &[]);
            (0..3).for_each(|_| self.xml.close());
        }
        for (index, note) in notes.iter().enumerate() {
            let id = (index + 1).to_string();
            self.xml.open("w:footnote", &[("w:id", &id)]);
            let place = Place {
                style: Some("FootnoteText"),
                ..Place::default()
            };
            self.open_paragraph(place, Column::Start);
            self.xml.open("w:r", &[]);
            self.xml.open("w:rPr", &[]);
            self.xml.empty("w:vertAlign", &[("w:val", "superscript")]);
            self.xml.close();
            self.xml.empty("w:footnoteRef", &[]);
            self.xml.close();
            self.run(" ", Look::default());
            let note = unlinked(note);
            self.line(&note, Look::default());
            self.xml.close();
            self.xml.close();
        }
        std::mem::replace(&mut self.xml, body).finish()
    }
}

fn unlinked(line: &[Inline]) -> Vec<Inline> {
    let parts = line.iter().flat_map(|part| match part {
        Inline::Link { words, .. } => unlinked(words),
        Inline::Strong(line) => vec![Inline::Strong(unlinked(line))],
        Inline::Emphasis(line) => vec![Inline::Emphasis(unlinked(line))],
        Inline::Struck(line) => vec![Inline::Struck(unlinked(line))],
        part => vec![part.clone()],
    });
    parts.collect()
}
