//! ODS out (OpenDocument 1.3): typed cells, headings that repeat on each printed page.

use chrono::{DateTime, Utc};

use super::{Cell, Sheet, SheetFormat};
use crate::RenderError;
use crate::xml::{Xml, pack};

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
        "xmlns:number",
        "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0",
    ),
    (
        "xmlns:fo",
        "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    ),
    ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    ("office:version", "1.3"),
];

/// The table as an ODS file.
///
/// # Errors
/// `Write`, which only a lack of memory explains.
pub(super) fn file(sheet: &Sheet) -> Result<Vec<u8>, RenderError> {
    let files = vec![
        ("mimetype", SheetFormat::Ods.essence().as_bytes().to_vec()),
        ("META-INF/manifest.xml", manifest()?),
        ("meta.xml", meta(sheet)?),
        ("styles.xml", styles(sheet)?),
        ("content.xml", content(sheet)?),
    ];
    pack(files, true)
}

fn manifest() -> Result<Vec<u8>, RenderError> {
    let mut xml = Xml::new();
    let space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0";
    let root = [("xmlns:manifest", space), ("manifest:version", "1.3")];
    xml.open("manifest:manifest", &root);
    let files = [
        ("/", SheetFormat::Ods.essence()),
        ("meta.xml", "text/xml"),
        ("styles.xml", "text/xml"),
        ("content.xml", "text/xml"),
    ];
    for (path, media_type) in files {
        let entry = [
            ("manifest:full-path", path),
            ("manifest:media-type", media_type),
        ];
        xml.empty("manifest:file-entry", &entry);
    }
    xml.finish()
}

fn meta(sheet: &Sheet) -> Result<Vec<u8>, RenderError> {
    let mut xml = Xml::new();
    xml.open("office:document-meta", NAMESPACES);
    xml.open("office:meta", &[]);
    xml.element("dc:title", &[], &sheet.name);
    xml.element("dc:language", &[], sheet.language);
    xml.finish()
}

fn styles(sheet: &Sheet) -> Result<Vec<u8>, RenderError> {
    let mut xml = Xml::new();
    xml.open("office:document-styles", NAMESPACES);
    xml.open("office:styles", &[]);
    xml.open("style:default-style", &[("style:family", "table-cell")]);
    let country = match sheet.language {
        "fr" => "FR",
        _ => "GB",
    };
    let language = [("fo:language", sheet.language), ("fo:country", country)];
    xml.empty("style:text-properties", &language);
    xml.finish()
}

fn content(sheet: &Sheet) -> Result<Vec<u8>, RenderError> {
    let mut xml = Xml::new();
    xml.open("office:document-content", NAMESPACES);
    automatic(&mut xml);
    xml.open("office:body", &[]);
    xml.open("office:spreadsheet", &[]);
    xml.open("table:table", &[("table:name", &sheet.name)]);
    let columns = sheet.headings.len().to_string();
    let columns = [
        ("table:style-name", "Column"),
        ("table:number-columns-repeated", columns.as_str()),
    ];
    xml.empty("table:table-column", &columns);
    xml.open("table:table-header-rows", &[]);
    xml.open("table:table-row", &[]);
    for heading in sheet.headings() {
        words(&mut xml, Some("Heading"), heading);
    }
    xml.close();
    xml.close();
    for row in sheet.rows() {
        xml.open("table:table-row", &[]);
        for cell in row {
            self::cell(&mut xml, cell);
        }
        xml.close();
    }
    xml.finish()
}

/// The styles: bold headings, moments to the second.
fn automatic(xml: &mut Xml) {
    xml.open("office:automatic-styles", &[]);
    xml.open("number:date-style", &[("style:name", "Seconds")]);
    let long = [("number:style", "long")];
    xml.empty("number:year", &long);
    xml.element("number:text", &[], "-");
    xml.empty("number:month", &long);
    xml.element("number:text", &[], "-");
    xml.empty("number:day", &long);
    xml.element("number:text", &[], " ");
    xml.empty("number:hours", &long);
    xml.element("number:text", &[], ":");
    xml.empty("number:minutes", &long);
    xml.element("number:text", &[], ":");
    xml.empty("number:seconds", &long);
    xml.close();
    xml.open(
        "style:style",
        &[("style:name", "Column"), ("style:family", "table-column")],
    );
    xml.empty(
        "style:table-column-properties",
        &[("style:column-width", "4.5cm")],
    );
    xml.close();
    let cell = ("style:family", "table-cell");
    xml.open("style:style", &[("style:name", "Heading"), cell]);
    xml.empty("style:text-properties", &[("fo:font-weight", "bold")]);
    xml.close();
    let moment = [
        ("style:name", "Moment"),
        cell,
        ("style:data-style-name", "Seconds"),
    ];
    xml.empty("style:style", &moment);
    xml.close();
}

fn cell(xml: &mut Xml, cell: &Cell) {
    match cell {
        Cell::Empty => xml.empty("table:table-cell", &[]),
        Cell::Text(text) => words(xml, None, text.as_str()),
        Cell::Number(number) => {
            let number = number.to_string();
            let attributes = [("office:value-type", "float"), ("office:value", &number)];
            xml.open("table:table-cell", &attributes);
            xml.element("text:p", &[], &number);
            xml.close();
        }
        Cell::Moment(at) => moment(xml, *at),
    }
}

fn moment(xml: &mut Xml, at: DateTime<Utc>) {
    // Without a zone, which a spreadsheet does not keep: the heading names it.
    let value = at.format("%Y-%m-%dT%H:%M:%S").to_string();
    let attributes = [
        ("table:style-name", "Moment"),
        ("office:value-type", "date"),
        ("office:date-value", &value),
    ];
    xml.open("table:table-cell", &attributes);
    xml.element("text:p", &[], &value.replace('T', " "));
    xml.close();
}

/// A cell with words: typed, so that no reader looks for a formula in them.
fn words(xml: &mut Xml, style: Option<&str>, text: &str) {
    let mut attributes = vec![("office:value-type", "string")];
    attributes.extend(style.map(|style| ("table:style-name", style)));
    xml.open("table:table-cell", &attributes);
    for line in text.split('\n') {
        xml.open("text:p", &[]);
        spaced(xml, line);
        xml.close();
    }
    xml.close();
}

/// One line, with the spaces that XML would drop.
fn spaced(xml: &mut Xml, line: &str) {
    let mut plain = String::new();
    let mut after_space = true;
    for c in line.chars() {
        match c {
            ' ' if after_space => {
                xml.text(&std::mem::take(&mut plain));
                xml.empty("text:s", &[]);
            }
            '\t' => {
                xml.text(&std::mem::take(&mut plain));
                xml.empty("text:tab", &[]);
                after_space = false;
            }
            c => {
                plain.push(c);
                after_space = c == ' ';
            }
        }
    }
    // A space at the end is dropped as well.
    match plain.strip_suffix(' ') {
        Some(plain) => {
            xml.text(plain);
            xml.empty("text:s", &[]);
        }
        None => xml.text(&plain),
    }
}
