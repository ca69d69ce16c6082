//! What stands before the text of a DOCX: its cover and its table of contents.

use super::{Docx, Look, Place};
use crate::layout::{CONTENTS, CONTENTS_DEPTH, Layout, Section};
use crate::model::Column;

impl Docx {
    /// Writes the cover.
    pub(super) fn cover(&mut self, layout: &Layout) {
        self.paragraph("MaillageKind", layout.kind);
        self.paragraph("Title", &layout.title);
        for row in &layout.cover {
            let place = Place {
                style: Some("MaillageCover"),
                ..Place::default()
            };
            self.open_paragraph(place, Column::Start);
            self.run(row.label, Look::default());
            self.xml.open("w:r", &[]);
            self.xml.empty("w:tab", &[]);
            self.xml.close();
            let look = Look {
                digest: row.code,
                ..Look::default()
            };
            self.run(&row.value, look);
            self.xml.close();
        }
    }

    /// Writes the contents: a field that the office suite refreshes, with its entries as they are now.
    pub(super) fn contents(&mut self, sections: &[Section]) {
        self.xml.open("w:sdt", &[]);
        self.xml.open("w:sdtPr", &[]);
        self.xml.open("w:docPartObj", &[]);
        self.xml
            .empty("w:docPartGallery", &[("w:val", "Table of Contents")]);
        self.xml.empty("w:docPartUnique", &[]);
        self.xml.close();
        self.xml.close();
        self.xml.open("w:sdtContent", &[]);
        self.paragraph("TOCHeading", CONTENTS);
        let shown: Vec<&Section> = sections
            .iter()
            .filter(|part| part.level <= CONTENTS_DEPTH)
            .collect();
        for (index, section) in shown.iter().enumerate() {
            let style = format!("TOC{}", section.level);
            let place = Place {
                style: Some(&style),
                ..Place::default()
            };
            self.open_paragraph(place, Column::Start);
            if index == 0 {
                self.field("begin");
                self.xml.open("w:r", &[]);
                let instruction = format!(" TOC \\o \"1-{CONTENTS_DEPTH}\" \\h \\z \\u ");
                self.xml
                    .element("w:instrText", &[("xml:space", "preserve")], &instruction);
                self.xml.close();
                self.field("separate");
            }
            self.xml
                .open("w:hyperlink", &[("w:anchor", &section.anchor)]);
            self.run(&section.heading(), Look::default());
            self.xml.close();
            if index + 1 == shown.len() {
                self.field("end");
            }
            self.xml.close();
        }
        self.xml.close();
        self.xml.close();
    }

    fn field(&mut self, kind: &str) {
        self.xml.open("w:r", &[]);
        self.xml.empty("w:fldChar", &[("w:fldCharType", kind)]);
        self.xml.close();
    }
}
