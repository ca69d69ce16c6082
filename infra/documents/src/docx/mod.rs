//! DOCX out (ISO/IEC 29500, transitional), written with the same XML and packages as ODT.
//!
//! The one well-kept crate that writes it, docx-rs, brings an older `zip`, an older `quick-xml`
//! and the whole of `image` for pictures that our documents do not have; it sets no language.

mod front;
mod notes;
mod parts;
mod styles;

use crate::RenderError;
use crate::layout::{Layout, Section};
use crate::model::{Block, Cell, Column, Inline, Table};
use crate::xml::{Xml, pack};

const MAIN: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const LINKS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
/// The names that each part declares.
const NAMESPACES: &[(&str, &str)] = &[("xmlns:w", MAIN), ("xmlns:r", LINKS)];

/// The styles of the cover's lines; an import leaves them out.
pub const COVER_STYLES: [&str; 2] = ["MaillageKind", "MaillageCover"];

/// The document as a DOCX file.
///
/// # Errors
/// `Write`, which only a lack of memory explains.
pub fn document(layout: &Layout) -> Result<Vec<u8>, RenderError> {
    let mut docx = Docx {
        xml: Xml::new(),
        links: Vec::new(),
        numbered: Vec::new(),
        notes: Vec::new(),
        bookmarks: 0,
    };
    docx.xml.open("w:document", NAMESPACES);
    docx.xml.open("w:body", &[]);
    docx.cover(layout);
    docx.contents(&layout.sections);
    for (index, section) in layout.sections.iter().enumerate() {
        docx.section(section, index == 0 || section.annex);
    }
    docx.page();
    let notes = docx.notes_part()?;
    let files = vec![
        ("[Content_Types].xml", parts::content_types()?),
        ("_rels/.rels", parts::package_links()?),
        ("docProps/core.xml", parts::core(layout)?),
        ("word/styles.xml", styles::part()?),
        ("word/settings.xml", parts::settings()?),
        ("word/numbering.xml", parts::numbering(&docx.numbered)?),
        ("word/footer1.xml", parts::footer(layout)?),
        ("word/_rels/document.xml.rels", parts::links(&docx.links)?),
        // The notes' own links are words: see `notes_part`.
        ("word/footnotes.xml", notes),
        ("word/document.xml", docx.xml.finish()?),
    ];
    pack(files, false)
}

struct Docx {
    xml: Xml,
    /// The targets of links, in the order of their ids.
    links: Vec<String>,
    /// The first number of each ordered list.
    numbered: Vec<u64>,
    notes: Vec<Vec<Inline>>,
    bookmarks: usize,
}

/// How a run of text looks.
#[derive(Clone, Copy, Default)]
struct Look {
    strong: bool,
    emphasis: bool,
    struck: bool,
    code: bool,
    link: bool,
    digest: bool,
}

/// What the paragraphs of a block look like.
#[derive(Clone, Copy, Default)]
struct Place<'a> {
    style: Option<&'a str>,
    /// The list and the level within it, for its first paragraph.
    point: Option<(usize, usize)>,
    /// How many lists it stands in.
    depth: usize,
}

impl Docx {
    fn open_paragraph(&mut self, place: Place<'_>, align: Column) {
        self.xml.open("w:p", &[]);
        self.xml.open("w:pPr", &[]);
        if let Some(style) = place.style {
            self.xml.empty("w:pStyle", &[("w:val", style)]);
        }
        if let Some((list, level)) = place.point {
            self.xml.open("w:numPr", &[]);
            self.xml.empty("w:ilvl", &[("w:val", &level.to_string())]);
            self.xml.empty("w:numId", &[("w:val", &list.to_string())]);
            self.xml.close();
        } else if place.depth > 0 {
            let indent = (place.depth * 400).to_string();
            self.xml.empty("w:ind", &[("w:left", &indent)]);
        }
        match align {
            Column::Start => {}
            Column::Center => self.xml.empty("w:jc", &[("w:val", "center")]),
            Column::End => self.xml.empty("w:jc", &[("w:val", "end")]),
        }
        self.xml.close();
    }

    fn paragraph(&mut self, style: &str, text: &str) {
        let place = Place {
            style: Some(style),
            ..Place::default()
        };
        self.open_paragraph(place, Column::Start);
        self.run(text, Look::default());
        self.xml.close();
    }

    fn run(&mut self, text: &str, look: Look) {
        if text.is_empty() {
            return;
        }
        self.xml.open("w:r", &[]);
        self.xml.open("w:rPr", &[]);
        if look.link {
            self.xml.empty("w:rStyle", &[("w:val", "Hyperlink")]);
        } else if look.digest {
            self.xml.empty("w:rStyle", &[("w:val", "MaillageDigest")]);
        } else if look.code {
            self.xml.empty("w:rStyle", &[("w:val", "SourceText")]);
        }
        if look.strong {
            self.xml.empty("w:b", &[]);
        }
        if look.emphasis {
            self.xml.empty("w:i", &[]);
        }
        if look.struck {
            self.xml.empty("w:strike", &[]);
        }
        self.xml.close();
        self.xml.element("w:t", &[("xml:space", "preserve")], text);
        self.xml.close();
    }

    fn section(&mut self, section: &Section, new_page: bool) {
        let style = format!("Heading{}", section.level);
        self.xml.open("w:p", &[]);
        self.xml.open("w:pPr", &[]);
        self.xml.empty("w:pStyle", &[("w:val", &style)]);
        if new_page {
            self.xml.empty("w:pageBreakBefore", &[]);
        }
        self.xml.close();
        self.bookmarks += 1;
        let id = self.bookmarks.to_string();
        self.xml.empty(
            "w:bookmarkStart",
            &[("w:id", &id), ("w:name", &section.anchor)],
        );
        self.run(&section.heading(), Look::default());
        self.xml.empty("w:bookmarkEnd", &[("w:id", &id)]);
        self.xml.close();
        self.blocks(&section.blocks, Place::default());
    }

    fn blocks(&mut self, blocks: &[Block], place: Place<'_>) {
        let mut place = place;
        for block in blocks {
            match block {
                Block::Paragraph(line) => {
                    self.open_paragraph(place, Column::Start);
                    self.line(line, Look::default());
                    self.xml.close();
                }
                Block::List { start, items } => self.list(*start, items, place.depth),
                Block::Quote(blocks) => {
                    let place = Place {
                        style: Some("Quote"),
                        ..place
                    };
                    self.blocks(blocks, place);
                }
                Block::Code(code) => {
                    for line in code.lines() {
                        let place = Place {
                            style: Some("Preformatted"),
                            ..place
                        };
                        self.open_paragraph(place, Column::Start);
                        self.run(line, Look::default());
                        self.xml.close();
                    }
                }
                Block::Table(table) => self.table(table),
                Block::Rule => self.paragraph("HorizontalLine", ""),
            }
            // The sign of a point stands before its first paragraph alone.
            place.point = None;
        }
    }

    fn list(&mut self, start: Option<u64>, items: &[Vec<Block>], depth: usize) {
        let list = match start {
            None => parts::POINTS,
            Some(start) => {
                self.numbered.push(start);
                parts::POINTS + self.numbered.len()
            }
        };
        for item in items {
            let place = Place {
                style: Some("ListParagraph"),
                point: Some((list, depth.min(8))),
                depth: depth + 1,
            };
            if matches!(item.first(), Some(Block::Paragraph(_))) {
                self.blocks(item, place);
            } else {
                self.open_paragraph(place, Column::Start);
                self.xml.close();
                self.blocks(
                    item,
                    Place {
                        point: None,
                        ..place
                    },
                );
            }
        }
    }

    fn table(&mut self, table: &Table) {
        self.xml.open("w:tbl", &[]);
        self.xml.open("w:tblPr", &[]);
        self.xml.empty("w:tblStyle", &[("w:val", "MaillageTable")]);
        self.xml
            .empty("w:tblW", &[("w:w", "5000"), ("w:type", "pct")]);
        self.xml
            .empty("w:tblLook", &[("w:firstRow", "1"), ("w:noVBand", "1")]);
        self.xml.close();
        self.xml.open("w:tblGrid", &[]);
        let width = (9_070 / table.columns.len().max(1)).to_string();
        for _ in &table.columns {
            self.xml.empty("w:gridCol", &[("w:w", &width)]);
        }
        self.xml.close();
        self.row(table, &table.head, true);
        for row in &table.rows {
            self.row(table, row, false);
        }
        self.xml.close();
        // Two tables that touch would be one.
        self.open_paragraph(Place::default(), Column::Start);
        self.xml.close();
    }

    fn row(&mut self, table: &Table, cells: &[Cell], head: bool) {
        self.xml.open("w:tr", &[]);
        if head {
            self.xml.open("w:trPr", &[]);
            self.xml.empty("w:cantSplit", &[]);
            self.xml.empty("w:tblHeader", &[]);
            self.xml.close();
        }
        for (cell, column) in cells.iter().zip(&table.columns) {
            self.xml.open("w:tc", &[]);
            self.xml.open("w:tcPr", &[]);
            self.xml.empty("w:tcW", &[("w:w", "0"), ("w:type", "auto")]);
            self.xml.close();
            let style = if head {
                "TableHeading"
            } else {
                "TableContents"
            };
            let place = Place {
                style: Some(style),
                ..Place::default()
            };
            self.open_paragraph(place, *column);
            self.line(cell, Look::default());
            self.xml.close();
            self.xml.close();
        }
        self.xml.close();
    }

    fn line(&mut self, line: &[Inline], look: Look) {
        for part in line {
            match part {
                Inline::Text(words) => self.run(words, look),
                Inline::Strong(line) => self.line(
                    line,
                    Look {
                        strong: true,
                        ..look
                    },
                ),
                Inline::Emphasis(line) => self.line(
                    line,
                    Look {
                        emphasis: true,
                        ..look
                    },
                ),
                Inline::Struck(line) => self.line(
                    line,
                    Look {
                        struck: true,
                        ..look
                    },
                ),
                Inline::Code(code) => self.run(code, Look { code: true, ..look }),
                Inline::Link { to, words } => self.link(to, words, look),
                Inline::Note(words) => self.note(words),
                Inline::Break => {
                    self.xml.open("w:r", &[]);
                    self.xml.empty("w:br", &[]);
                    self.xml.close();
                }
            }
        }
    }

    fn link(&mut self, to: &str, words: &[Inline], look: Look) {
        let look_inside = Look { link: true, ..look };
        match to.strip_prefix('#') {
            Some(anchor) => self.xml.open("w:hyperlink", &[("w:anchor", anchor)]),
            None => {
                self.links.push(to.to_owned());
                let id = parts::link_id(self.links.len());
                self.xml.open("w:hyperlink", &[("r:id", &id)]);
            }
        }
        self.line(words, look_inside);
        self.xml.close();
    }

    fn page(&mut self) {
        self.xml.open("w:sectPr", &[]);
        self.xml.empty(
            "w:footerReference",
            &[("w:type", "default"), ("r:id", parts::FOOTER_ID)],
        );
        self.xml
            .empty("w:pgSz", &[("w:w", "11906"), ("w:h", "16838")]);
        self.xml.empty(
            "w:pgMar",
            &[
                ("w:top", "1418"),
                ("w:right", "1418"),
                ("w:bottom", "1418"),
                ("w:left", "1418"),
                ("w:header", "709"),
                ("w:footer", "709"),
                ("w:gutter", "0"),
            ],
        );
        // The cover has no footer.
        self.xml.empty("w:titlePg", &[]);
        self.xml.close();
    }
}
