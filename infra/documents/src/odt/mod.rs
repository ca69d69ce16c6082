//! ODT out (OpenDocument 1.3, which the État's RGI asks for): real styles, headings, a table of
//! contents that the office suite can refresh, lists, tables, footnotes, page numbers.

mod page;
mod styles;

use crate::RenderError;
use crate::layout::{CONTENTS, CONTENTS_DEPTH, Layout, Section};
use crate::model::{Block, Cell, Column, Inline, Table};
use crate::xml::{Xml, pack};

const TYPE: &str = "application/vnd.oasis.opendocument.text";

/// The names that each part declares.
const NAMESPACES: &[(&str, &str)] = &[
    (
        "xmlns:office",
        "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    ),
    (
        "xmlns:style",
        "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    ),
    (
        "xmlns:text",
        "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    ),
    (
        "xmlns:table",
        "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    ),
    (
        "xmlns:fo",
        "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    ),
    ("xmlns:xlink", "http://www.w3.org/1999/xlink"),
    ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    (
        "xmlns:meta",
        "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    ),
    (
        "xmlns:svg",
        "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    ),
    ("office:version", "1.3"),
];

/// The style of the cover's lines; an import leaves them out.
pub const COVER_STYLE: &str = "Maillage_20_Cover";

/// The document as an ODT file.
///
/// # Errors
/// `Write`, which only a lack of memory explains.
pub fn document(layout: &Layout) -> Result<Vec<u8>, RenderError> {
    let files = vec![
        ("mimetype", TYPE.as_bytes().to_vec()),
        ("META-INF/manifest.xml", manifest()?),
        ("meta.xml", meta(layout)?),
        ("styles.xml", styles::part(layout)?),
        ("content.xml", content(layout)?),
    ];
    pack(files, true)
}

fn manifest() -> Result<Vec<u8>, RenderError> {
    let mut xml = Xml::new();
    xml.open(
        "manifest:manifest",
        &[
            (
                "xmlns:manifest",
                "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0",
            ),
            ("manifest:version", "1.3"),
        ],
    );
    let files = [
        ("/", TYPE),
        ("meta.xml", "text/xml"),
        ("styles.xml", "text/xml"),
        ("content.xml", "text/xml"),
    ];
    for (path, kind) in files {
        xml.empty(
            "manifest:file-entry",
            &[("manifest:full-path", path), ("manifest:media-type", kind)],
        );
    }
    xml.finish()
}

fn meta(layout: &Layout) -> Result<Vec<u8>, RenderError> {
    let mut xml = Xml::new();
    xml.open("office:document-meta", NAMESPACES);
    xml.open("office:meta", &[]);
    xml.element("meta:generator", &[], "Maillage");
    xml.element("dc:title", &[], &layout.title);
    xml.element("dc:creator", &[], &layout.owner);
    xml.element("dc:language", &[], "fr-FR");
    xml.finish()
}

fn content(layout: &Layout) -> Result<Vec<u8>, RenderError> {
    let mut odt = Odt {
        xml: Xml::new(),
        notes: 0,
        tables: 0,
    };
    odt.xml.open("office:document-content", NAMESPACES);
    page::automatic(&mut odt.xml);
    odt.xml.open("office:body", &[]);
    odt.xml.open("office:text", &[]);
    odt.cover(layout);
    odt.contents(&layout.sections);
    for (index, section) in layout.sections.iter().enumerate() {
        odt.section(section, index == 0 || section.annex);
    }
    odt.xml.finish()
}

struct Odt {
    xml: Xml,
    notes: usize,
    tables: usize,
}

impl Odt {
    fn paragraph(&mut self, style: &str, text: &str) {
        self.xml
            .element("text:p", &[("text:style-name", style)], text);
    }

    fn cover(&mut self, layout: &Layout) {
        self.paragraph("P_cover", layout.kind);
        self.paragraph("Title", &layout.title);
        for row in &layout.cover {
            self.xml.open("text:p", &[("text:style-name", COVER_STYLE)]);
            self.xml
                .element("text:span", &[("text:style-name", "T_label")], row.label);
            self.xml.empty("text:tab", &[]);
            let style = if row.code { "T_digest" } else { "T_plain" };
            self.xml
                .element("text:span", &[("text:style-name", style)], &row.value);
            self.xml.close();
        }
    }

    fn contents(&mut self, sections: &[Section]) {
        let depth = CONTENTS_DEPTH.to_string();
        self.xml.open(
            "text:table-of-content",
            &[
                ("text:style-name", "S_contents"),
                ("text:protected", "true"),
                ("text:name", CONTENTS),
            ],
        );
        self.xml.open(
            "text:table-of-content-source",
            &[("text:outline-level", &depth)],
        );
        self.xml.element(
            "text:index-title-template",
            &[("text:style-name", "Contents_20_Heading")],
            CONTENTS,
        );
        for level in ["1", "2", "3"] {
            let style = format!("Contents_20_{level}");
            self.xml.open(
                "text:table-of-content-entry-template",
                &[("text:outline-level", level), ("text:style-name", &style)],
            );
            self.xml.empty("text:index-entry-link-start", &[]);
            self.xml.empty("text:index-entry-text", &[]);
            self.xml.empty(
                "text:index-entry-tab-stop",
                &[("style:type", "right"), ("style:leader-char", ".")],
            );
            self.xml.empty("text:index-entry-page-number", &[]);
            self.xml.empty("text:index-entry-link-end", &[]);
            self.xml.close();
        }
        self.xml.close();
        self.xml.open("text:index-body", &[]);
        self.xml
            .open("text:index-title", &[("text:name", "Sommaire_Head")]);
        self.paragraph("Contents_20_Heading", CONTENTS);
        self.xml.close();
        for section in sections.iter().filter(|part| part.level <= CONTENTS_DEPTH) {
            let style = format!("Contents_20_{}", section.level);
            self.xml.open("text:p", &[("text:style-name", &style)]);
            let target = format!("#{}", section.anchor);
            self.xml.element(
                "text:a",
                &[("xlink:type", "simple"), ("xlink:href", &target)],
                &section.heading(),
            );
            self.xml.close();
        }
        self.xml.close();
        self.xml.close();
    }

    fn section(&mut self, section: &Section, new_page: bool) {
        let level = section.level.to_string();
        let style = match new_page {
            true => "P_new_page".to_owned(),
            false => format!("Heading_20_{level}"),
        };
        self.xml.open(
            "text:h",
            &[("text:style-name", &style), ("text:outline-level", &level)],
        );
        self.xml
            .empty("text:bookmark-start", &[("text:name", &section.anchor)]);
        self.text(&section.heading());
        self.xml
            .empty("text:bookmark-end", &[("text:name", &section.anchor)]);
        self.xml.close();
        self.blocks(&section.blocks, "Text_20_body");
    }

    fn blocks(&mut self, blocks: &[Block], style: &str) {
        for block in blocks {
            match block {
                Block::Paragraph(line) => self.line_in(style, line),
                Block::List { start, items } => self.list(*start, items),
                Block::Quote(blocks) => self.blocks(blocks, "Quotations"),
                Block::Code(code) => {
                    for line in code.lines() {
                        self.xml
                            .open("text:p", &[("text:style-name", "Preformatted_20_Text")]);
                        self.text(line);
                        self.xml.close();
                    }
                }
                Block::Table(table) => self.table(table),
                Block::Rule => self.paragraph("Horizontal_20_Line", ""),
            }
        }
    }

    fn line_in(&mut self, style: &str, line: &[Inline]) {
        self.xml.open("text:p", &[("text:style-name", style)]);
        self.line(line);
        self.xml.close();
    }

    fn list(&mut self, start: Option<u64>, items: &[Vec<Block>]) {
        let style = if start.is_some() {
            "L_numbers"
        } else {
            "L_points"
        };
        self.xml.open("text:list", &[("text:style-name", style)]);
        for (index, item) in items.iter().enumerate() {
            let number = start.filter(|_| index == 0).unwrap_or(1).to_string();
            let attributes: &[(&str, &str)] = if number == "1" {
                &[]
            } else {
                &[("text:start-value", &number)]
            };
            self.xml.open("text:list-item", attributes);
            if item.is_empty() {
                self.paragraph("List_20_Contents", "");
            }
            // A list item holds paragraphs and lists alone; a table in it would be invalid.
            for block in item {
                match block {
                    Block::Table(table) => {
                        for row in std::iter::once(&table.head).chain(&table.rows) {
                            let line = row.join(&Inline::Text(" ; ".to_owned()));
                            self.line_in("List_20_Contents", &line);
                        }
                    }
                    Block::Quote(blocks) if blocks.iter().any(|b| matches!(b, Block::Table(_))) => {
                        let line = crate::parse::flat(blocks);
                        self.line_in("Quotations", &line);
                    }
                    block => self.blocks(std::slice::from_ref(block), "List_20_Contents"),
                }
            }
            self.xml.close();
        }
        self.xml.close();
    }

    fn table(&mut self, table: &Table) {
        self.tables += 1;
        let name = format!("Tableau{}", self.tables);
        self.xml.open(
            "table:table",
            &[("table:name", &name), ("table:style-name", "Ta")],
        );
        let count = table.columns.len().to_string();
        self.xml.empty(
            "table:table-column",
            &[("table:number-columns-repeated", &count)],
        );
        self.xml.open("table:table-header-rows", &[]);
        self.row(table, &table.head, "C_head", "Table_20_Heading");
        self.xml.close();
        for row in &table.rows {
            self.row(table, row, "C_cell", "Table_20_Contents");
        }
        self.xml.close();
        self.paragraph("Text_20_body", "");
    }

    fn row(&mut self, table: &Table, cells: &[Cell], cell_style: &str, style: &str) {
        self.xml.open("table:table-row", &[]);
        for (cell, column) in cells.iter().zip(&table.columns) {
            let style = match column {
                Column::Center => "P_center",
                Column::End => "P_end",
                Column::Start => style,
            };
            self.xml.open(
                "table:table-cell",
                &[
                    ("table:style-name", cell_style),
                    ("office:value-type", "string"),
                ],
            );
            self.line_in(style, cell);
            self.xml.close();
        }
        self.xml.close();
    }

    fn line(&mut self, line: &[Inline]) {
        for part in line {
            match part {
                Inline::Text(words) => self.text(words),
                Inline::Strong(line) => self.span("T_strong", line),
                Inline::Emphasis(line) => self.span("T_emphasis", line),
                Inline::Struck(line) => self.span("T_struck", line),
                Inline::Code(code) => {
                    self.xml
                        .open("text:span", &[("text:style-name", "Source_20_Text")]);
                    self.text(code);
                    self.xml.close();
                }
                Inline::Link { to, words } => {
                    self.xml
                        .open("text:a", &[("xlink:type", "simple"), ("xlink:href", to)]);
                    self.line(words);
                    self.xml.close();
                }
                Inline::Note(words) => self.note(words),
                Inline::Break => self.xml.empty("text:line-break", &[]),
            }
        }
    }

    fn span(&mut self, style: &str, line: &[Inline]) {
        self.xml.open("text:span", &[("text:style-name", style)]);
        self.line(line);
        self.xml.close();
    }

    fn note(&mut self, words: &[Inline]) {
        self.notes += 1;
        let id = format!("note{}", self.notes);
        self.xml.open(
            "text:note",
            &[("text:id", &id), ("text:note-class", "footnote")],
        );
        let number = self.notes.to_string();
        self.xml.element("text:note-citation", &[], &number);
        self.xml.open("text:note-body", &[]);
        self.line_in("Footnote", words);
        self.xml.close();
        self.xml.close();
    }

    /// Text, whose runs of spaces ODF would take for one.
    fn text(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.find("  ") {
            let (before, spaces) = rest.split_at(at + 1);
            self.xml.text(before);
            let count = spaces.len() - spaces.trim_start_matches(' ').len();
            self.xml.empty("text:s", &[("text:c", &count.to_string())]);
            rest = spaces.get(count..).unwrap_or_default();
        }
        // A space at the very start would be lost.
        match rest.strip_prefix(' ').filter(|_| text.len() == rest.len()) {
            Some(after) => {
                self.xml.empty("text:s", &[]);
                self.xml.text(after);
            }
            None => self.xml.text(rest),
        }
    }
}
