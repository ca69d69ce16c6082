//! How the DOCX looks: named styles that a reader may change.

use super::NAMESPACES;
use crate::RenderError;
use crate::xml::Xml;

const ACCENT: &str = "1C3F7C";
const QUIET: &str = "566074";

/// A paragraph style: id, name, parent, size in half points, colour, space before and after.
struct Style(
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
    Option<&'static str>,
    &'static str,
    &'static str,
);

const STYLES: &[Style] = &[
    Style(
        "Title",
        "Title",
        "Normal",
        Some("56"),
        Some(ACCENT),
        "0",
        "600",
    ),
    Style(
        "MaillageKind",
        "Maillage Kind",
        "Normal",
        Some("26"),
        Some(QUIET),
        "2800",
        "160",
    ),
    Style(
        "MaillageCover",
        "Maillage Cover",
        "Normal",
        None,
        None,
        "0",
        "80",
    ),
    Style(
        "ListParagraph",
        "List Paragraph",
        "Normal",
        None,
        None,
        "0",
        "60",
    ),
    Style("Quote", "Quote", "Normal", None, Some(QUIET), "0", "120"),
    Style(
        "Preformatted",
        "HTML Preformatted",
        "Normal",
        Some("18"),
        None,
        "0",
        "0",
    ),
    Style(
        "HorizontalLine",
        "Horizontal Line",
        "Normal",
        None,
        None,
        "0",
        "200",
    ),
    Style(
        "TableContents",
        "Table Contents",
        "Normal",
        Some("20"),
        None,
        "40",
        "40",
    ),
    Style(
        "TableHeading",
        "Table Heading",
        "TableContents",
        None,
        Some(ACCENT),
        "40",
        "40",
    ),
    Style(
        "FootnoteText",
        "footnote text",
        "Normal",
        Some("18"),
        None,
        "0",
        "0",
    ),
    Style(
        "Footer",
        "footer",
        "Normal",
        Some("18"),
        Some(QUIET),
        "0",
        "0",
    ),
    Style(
        "TOCHeading",
        "TOC Heading",
        "Normal",
        Some("34"),
        Some(ACCENT),
        "0",
        "240",
    ),
    Style("TOC1", "toc 1", "Normal", None, None, "80", "0"),
    Style("TOC2", "toc 2", "Normal", None, None, "20", "0"),
    Style("TOC3", "toc 3", "Normal", None, None, "20", "0"),
];

/// The part with the styles.
pub(super) fn part() -> Result<Vec<u8>, RenderError> {
    let mut xml = Xml::new();
    xml.open("w:styles", NAMESPACES);
    xml.open("w:docDefaults", &[]);
    xml.open("w:rPrDefault", &[]);
    xml.open("w:rPr", &[]);
    let serif = "Times New Roman";
    xml.empty(
        "w:rFonts",
        &[("w:ascii", serif), ("w:hAnsi", serif), ("w:cs", serif)],
    );
    xml.empty("w:sz", &[("w:val", "22")]);
    xml.empty("w:lang", &[("w:val", "fr-FR"), ("w:eastAsia", "fr-FR")]);
    xml.close();
    xml.close();
    xml.close();
    style(
        &mut xml,
        &Style("Normal", "Normal", "", None, None, "0", "120"),
        None,
    );
    for row in STYLES {
        style(&mut xml, row, None);
    }
    let sizes = ["34", "28", "25", "23", "22", "22"];
    for (level, size) in sizes.into_iter().enumerate() {
        heading(&mut xml, level, size);
    }
    for (id, name, colour, size) in [
        ("Hyperlink", "Hyperlink", Some(ACCENT), None),
        ("SourceText", "Source Text", None, Some("20")),
        ("MaillageDigest", "Maillage Digest", None, Some("15")),
    ] {
        xml.open("w:style", &[("w:type", "character"), ("w:styleId", id)]);
        xml.empty("w:name", &[("w:val", name)]);
        xml.open("w:rPr", &[]);
        if size.is_some() {
            font(&mut xml, "Courier New");
        }
        if let Some(colour) = colour {
            xml.empty("w:color", &[("w:val", colour)]);
        }
        if let Some(size) = size {
            xml.empty("w:sz", &[("w:val", size)]);
        }
        if colour.is_some() {
            xml.empty("w:u", &[("w:val", "single")]);
        }
        xml.close();
        xml.close();
    }
    table_style(&mut xml);
    xml.finish()
}

fn font(xml: &mut Xml, name: &str) {
    xml.empty(
        "w:rFonts",
        &[("w:ascii", name), ("w:hAnsi", name), ("w:cs", name)],
    );
}

fn heading(xml: &mut Xml, level: usize, size: &'static str) {
    const NAMES: [(&str, &str); 6] = [
        ("Heading1", "heading 1"),
        ("Heading2", "heading 2"),
        ("Heading3", "heading 3"),
        ("Heading4", "heading 4"),
        ("Heading5", "heading 5"),
        ("Heading6", "heading 6"),
    ];
    if let Some((id, name)) = NAMES.get(level) {
        let row = Style(id, name, "Normal", Some(size), Some(ACCENT), "320", "120");
        style(xml, &row, Some(level));
    }
}

fn style(xml: &mut Xml, row: &Style, outline: Option<usize>) {
    let Style(id, name, parent, size, colour, before, after) = *row;
    let mut attributes = vec![("w:type", "paragraph"), ("w:styleId", id)];
    if id == "Normal" {
        attributes.push(("w:default", "1"));
    }
    xml.open("w:style", &attributes);
    xml.empty("w:name", &[("w:val", name)]);
    if !parent.is_empty() {
        xml.empty("w:basedOn", &[("w:val", parent)]);
    }
    if outline.is_some() {
        xml.empty("w:next", &[("w:val", "Normal")]);
    }
    xml.empty("w:qFormat", &[]);
    xml.open("w:pPr", &[]);
    if outline.is_some() {
        xml.empty("w:keepNext", &[]);
    }
    if id == "TOCHeading" {
        xml.empty("w:pageBreakBefore", &[]);
    }
    border(xml, id);
    if id == "Preformatted" {
        xml.empty(
            "w:shd",
            &[
                ("w:val", "clear"),
                ("w:color", "auto"),
                ("w:fill", "F3F5F9"),
            ],
        );
    }
    tab(xml, id);
    xml.empty("w:spacing", &[("w:before", before), ("w:after", after)]);
    match id {
        "TOC2" | "Quote" => xml.empty("w:ind", &[("w:left", "340")]),
        "TOC3" => xml.empty("w:ind", &[("w:left", "680")]),
        "MaillageCover" => xml.empty("w:ind", &[("w:left", "2500"), ("w:hanging", "2500")]),
        _ => {}
    }
    if let Some(level) = outline {
        xml.empty("w:outlineLvl", &[("w:val", &level.to_string())]);
    }
    xml.close();
    xml.open("w:rPr", &[]);
    if id == "Preformatted" {
        font(xml, "Courier New");
    }
    if outline.is_some() || matches!(id, "Title" | "TOCHeading" | "TableHeading") {
        xml.empty("w:b", &[]);
    }
    if id == "MaillageKind" {
        xml.empty("w:caps", &[]);
    }
    if let Some(colour) = colour {
        xml.empty("w:color", &[("w:val", colour)]);
    }
    if let Some(size) = size {
        xml.empty("w:sz", &[("w:val", size)]);
    }
    xml.close();
    xml.close();
}

fn border(xml: &mut Xml, id: &str) {
    let (side, size) = match id {
        "Quote" => ("w:left", "12"),
        "HorizontalLine" => ("w:bottom", "4"),
        _ => return,
    };
    xml.open("w:pBdr", &[]);
    let attributes = [
        ("w:val", "single"),
        ("w:sz", size),
        ("w:space", "6"),
        ("w:color", "C9D0DC"),
    ];
    match side {
        "w:left" => xml.empty("w:left", &attributes),
        _ => xml.empty("w:bottom", &attributes),
    }
    xml.close();
}

fn tab(xml: &mut Xml, id: &str) {
    let (kind, position) = match id {
        "Footer" => ("right", "9070"),
        "MaillageCover" => ("left", "2500"),
        _ => return,
    };
    xml.open("w:tabs", &[]);
    xml.empty("w:tab", &[("w:val", kind), ("w:pos", position)]);
    xml.close();
}

fn table_style(xml: &mut Xml) {
    xml.open(
        "w:style",
        &[("w:type", "table"), ("w:styleId", "MaillageTable")],
    );
    xml.empty("w:name", &[("w:val", "Maillage Table")]);
    xml.open("w:tblPr", &[]);
    xml.open("w:tblBorders", &[]);
    for side in ["w:top", "w:bottom", "w:insideH"] {
        let attributes = [
            ("w:val", "single"),
            ("w:sz", "4"),
            ("w:space", "0"),
            ("w:color", "C9D0DC"),
        ];
        xml.empty(side, &attributes);
    }
    xml.close();
    xml.close();
    xml.close();
}
