//! The parts of a DOCX around its text: styles, lists, footer, links, properties.

use super::{LINKS, NAMESPACES};
use crate::RenderError;
use crate::layout::Layout;
use crate::xml::Xml;

/// The id of the footer among the links.
pub(super) const FOOTER_ID: &str = "rId4";
/// The list of all points without numbers.
pub(super) const POINTS: usize = 1;

const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";

/// The id of the `n`th link of the text, from 1; those before are other parts.
pub(super) fn link_id(n: usize) -> String {
    format!("rId{}", 100 + n)
}

pub(super) fn content_types() -> Result<Vec<u8>, RenderError> {
    let mut xml = Xml::new();
    let namespace = format!("{PACKAGE}/content-types");
    xml.open("Types", &[("xmlns", &namespace)]);
    for (extension, kind) in [
        (
            "rels",
            "application/vnd.openxmlformats-package.relationships+xml",
        ),
        ("xml", "application/xml"),
    ] {
        xml.empty(
            "Default",
            &[("Extension", extension), ("ContentType", kind)],
        );
    }
    for (part, kind) in [
        ("document", "document.main"),
        ("styles", "styles"),
        ("settings", "settings"),
        ("numbering", "numbering"),
        ("footnotes", "footnotes"),
        ("footer1", "footer"),
    ] {
        let (name, kind) = (format!("/word/{part}.xml"), format!("{WORD}.{kind}+xml"));
        xml.empty("Override", &[("PartName", &name), ("ContentType", &kind)]);
    }
    let kind = "application/vnd.openxmlformats-package.core-properties+xml";
    xml.empty(
        "Override",
        &[("PartName", "/docProps/core.xml"), ("ContentType", kind)],
    );
    xml.finish()
}

fn relationships() -> Xml {
    let mut xml = Xml::new();
    let namespace = format!("{PACKAGE}/relationships");
    xml.open("Relationships", &[("xmlns", &namespace)]);
    xml
}

pub(super) fn package_links() -> Result<Vec<u8>, RenderError> {
    let mut xml = relationships();
    let document = format!("{LINKS}/officeDocument");
    let core = format!("{PACKAGE}/relationships/metadata/core-properties");
    for (id, kind, target) in [
        ("rId1", document, "word/document.xml"),
        ("rId2", core, "docProps/core.xml"),
    ] {
        xml.empty(
            "Relationship",
            &[("Id", id), ("Type", &kind), ("Target", target)],
        );
    }
    xml.finish()
}

pub(super) fn links(targets: &[String]) -> Result<Vec<u8>, RenderError> {
    let mut xml = relationships();
    for (id, kind, target) in [
        ("rId1", "styles", "styles.xml"),
        ("rId2", "settings", "settings.xml"),
        ("rId3", "numbering", "numbering.xml"),
        (FOOTER_ID, "footer", "footer1.xml"),
        ("rId5", "footnotes", "footnotes.xml"),
    ] {
        let kind = format!("{LINKS}/{kind}");
        xml.empty(
            "Relationship",
            &[("Id", id), ("Type", &kind), ("Target", target)],
        );
    }
    let kind = format!("{LINKS}/hyperlink");
    for (index, target) in targets.iter().enumerate() {
        let id = link_id(index + 1);
        xml.empty(
            "Relationship",
            &[
                ("Id", &id),
                ("Type", &kind),
                ("Target", target),
                ("TargetMode", "External"),
            ],
        );
    }
    xml.finish()
}

pub(super) fn core(layout: &Layout) -> Result<Vec<u8>, RenderError> {
    let mut xml = Xml::new();
    let namespace = format!("{PACKAGE}/metadata/core-properties");
    xml.open(
        "cp:coreProperties",
        &[
            ("xmlns:cp", &namespace),
            ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
        ],
    );
    xml.element("dc:title", &[], &layout.title);
    xml.element("dc:creator", &[], &layout.owner);
    xml.element("dc:language", &[], "fr-FR");
    xml.finish()
}

pub(super) fn settings() -> Result<Vec<u8>, RenderError> {
    let mut xml = Xml::new();
    xml.open("w:settings", NAMESPACES);
    xml.empty("w:autoHyphenation", &[("w:val", "true")]);
    xml.open("w:footnotePr", &[]);
    xml.empty("w:footnote", &[("w:id", "-1")]);
    xml.empty("w:footnote", &[("w:id", "0")]);
    xml.close();
    xml.empty("w:themeFontLang", &[("w:val", "fr-FR")]);
    xml.finish()
}

/// A list of each kind, and one more for each ordered list, so that each starts anew.
pub(super) fn numbering(numbered: &[u64]) -> Result<Vec<u8>, RenderError> {
    let mut xml = Xml::new();
    xml.open("w:numbering", NAMESPACES);
    for (kind, format) in [("0", "bullet"), ("1", "decimal")] {
        xml.open("w:abstractNum", &[("w:abstractNumId", kind)]);
        xml.empty("w:multiLevelType", &[("w:val", "hybridMultilevel")]);
        for level in 0..9_usize {
            xml.open("w:lvl", &[("w:ilvl", &level.to_string())]);
            xml.empty("w:start", &[("w:val", "1")]);
            xml.empty("w:numFmt", &[("w:val", format)]);
            let sign = match (format, level % 2) {
                ("bullet", 0) => "•".to_owned(),
                ("bullet", _) => "–".to_owned(),
                _ => format!("%{}.", level + 1),
            };
            xml.empty("w:lvlText", &[("w:val", &sign)]);
            xml.empty("w:lvlJc", &[("w:val", "left")]);
            xml.open("w:pPr", &[]);
            let indent = ((level + 1) * 400).to_string();
            xml.empty("w:ind", &[("w:left", &indent), ("w:hanging", "340")]);
            xml.close();
            xml.close();
        }
        xml.close();
    }
    list(&mut xml, POINTS, "0", None);
    for (index, start) in numbered.iter().enumerate() {
        list(&mut xml, POINTS + index + 1, "1", Some(*start));
    }
    xml.finish()
}

fn list(xml: &mut Xml, id: usize, kind: &str, start: Option<u64>) {
    xml.open("w:num", &[("w:numId", &id.to_string())]);
    xml.empty("w:abstractNumId", &[("w:val", kind)]);
    for level in start.iter().flat_map(|_| 0..9_usize) {
        let number = start.unwrap_or(1).min(i32::MAX as u64).to_string();
        xml.open("w:lvlOverride", &[("w:ilvl", &level.to_string())]);
        xml.empty("w:startOverride", &[("w:val", &number)]);
        xml.close();
    }
    xml.close();
}

pub(super) fn footer(layout: &Layout) -> Result<Vec<u8>, RenderError> {
    let mut xml = Xml::new();
    xml.open("w:ftr", NAMESPACES);
    xml.open("w:p", &[]);
    xml.open("w:pPr", &[]);
    xml.empty("w:pStyle", &[("w:val", "Footer")]);
    xml.close();
    let run = |xml: &mut Xml, text: &str| {
        xml.open("w:r", &[]);
        xml.element("w:t", &[("xml:space", "preserve")], text);
        xml.close();
    };
    run(&mut xml, &layout.short_title());
    xml.open("w:r", &[]);
    xml.empty("w:tab", &[]);
    xml.close();
    run(&mut xml, "page ");
    for (field, between) in [(" PAGE ", " sur "), (" NUMPAGES ", "")] {
        xml.open("w:fldSimple", &[("w:instr", field)]);
        run(&mut xml, "1");
        xml.close();
        if !between.is_empty() {
            run(&mut xml, between);
        }
    }
    xml.finish()
}
