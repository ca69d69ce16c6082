//! ODT and DOCX: their packages, their structure, read by an XML reader.

use std::io::{Cursor, Read};

use maillage_documents::{Format, render};
use quick_xml::Reader;
use quick_xml::events::Event;
use zip::{CompressionMethod, ZipArchive};

use crate::support::{cover, demo, saying};

fn part(file: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(file)).unwrap();
    let mut text = String::new();
    archive
        .by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

fn names(file: &[u8]) -> Vec<String> {
    let archive = ZipArchive::new(Cursor::new(file)).unwrap();
    let names = archive.file_names().map(|name| name.unwrap().into_owned());
    names.collect()
}

/// How often each element stands in a part; the part is well-formed, or this fails.
fn elements(part: &str) -> impl Fn(&str) -> usize {
    let mut names: Vec<String> = Vec::new();
    let mut reader = Reader::from_str(part);
    let mut depth = 0;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                depth += 1;
                names.push(start.name().into_inner().to_owned());
            }
            Event::Empty(start) => names.push(start.name().into_inner().to_owned()),
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    move |name| names.iter().filter(|known| *known == name).count()
}

#[test]
fn an_odt_says_first_and_uncompressed_what_it_is() {
    let file = render(&saying("Texte."), Format::Odt).unwrap();
    let mut archive = ZipArchive::new(Cursor::new(file.as_slice())).unwrap();
    let first = archive.by_index(0).unwrap();
    assert_eq!(first.name().unwrap(), "mimetype");
    assert_eq!(first.compression(), CompressionMethod::Stored);
    drop(first);
    assert_eq!(part(&file, "mimetype"), Format::Odt.media_type());
    let manifest = part(&file, "META-INF/manifest.xml");
    for name in names(&file)
        .iter()
        .filter(|name| name.ends_with(".xml") && !name.starts_with("META"))
    {
        assert!(
            manifest.contains(&format!("manifest:full-path=\"{name}\"")),
            "{name}"
        );
    }
}

#[test]
fn an_odt_has_real_headings_contents_lists_tables_and_links() {
    let document = demo();
    let file = render(&document, Format::Odt).unwrap();
    let content = part(&file, "content.xml");
    let count = elements(&content);
    assert_eq!(count("text:h"), document.flat().len() + 3);
    assert_eq!(count("text:table-of-content"), 1);
    assert!(count("text:list") > 10 && count("text:list-item") > 60);
    assert!(count("table:table") >= 3 && count("table:table-header-rows") == count("table:table"));
    assert!(content.contains("xlink:href=\"https://eur-lex.europa.eu/eli/reg/2016/679/oj/fra\""));
    // What the contents lead to stands there.
    for target in content.split("xlink:href=\"#").skip(1) {
        let (name, _) = target.split_once('"').unwrap();
        assert!(
            content.contains(&format!("text:bookmark-start text:name=\"{name}\"")),
            "{name}"
        );
    }
    let styles = part(&file, "styles.xml");
    assert_eq!(elements(&styles)("office:document-styles"), 1);
    for said in [
        "fo:language=\"fr\"",
        "fo:country=\"FR\"",
        "text:page-count",
        "text:page-number",
    ] {
        assert!(styles.contains(said), "{said}");
    }
    // Every style that the content names is declared.
    for name in content.split("text:style-name=\"").skip(1) {
        let (name, _) = name.split_once('"').unwrap();
        let declared = format!("style:name=\"{name}\"");
        assert!(
            styles.contains(&declared) || content.contains(&declared),
            "{name}"
        );
    }
    let meta = part(&file, "meta.xml");
    assert!(meta.contains("<dc:language>fr-FR</dc:language>"));
    assert!(content.contains(&cover("").digest.to_string()));
}

#[test]
fn a_docx_has_real_headings_contents_lists_tables_and_links() {
    let document = demo();
    let file = render(&document, Format::Docx).unwrap();
    let content = part(&file, "word/document.xml");
    let count = elements(&content);
    let headings = content.matches("<w:pStyle w:val=\"Heading").count();
    assert_eq!(headings, document.flat().len() + 3);
    assert_eq!(count("w:fldChar"), 3);
    assert!(count("w:tbl") >= 3 && count("w:tblHeader") == count("w:tbl"));
    let links = part(&file, "word/_rels/document.xml.rels");
    for id in content.split("r:id=\"").skip(1) {
        let (id, _) = id.split_once('"').unwrap();
        assert!(links.contains(&format!("Id=\"{id}\"")), "{id}");
    }
    for target in content.split("w:anchor=\"").skip(1) {
        let (name, _) = target.split_once('"').unwrap();
        assert!(content.contains(&format!("w:name=\"{name}\"")), "{name}");
    }
    let styles = part(&file, "word/styles.xml");
    assert!(styles.contains("<w:lang w:val=\"fr-FR\""));
    for style in content.split("Style w:val=\"").skip(1) {
        let (id, _) = style.split_once('"').unwrap();
        assert!(styles.contains(&format!("w:styleId=\"{id}\"")), "{id}");
    }
    let numbering = part(&file, "word/numbering.xml");
    for list in content.split("w:numId w:val=\"").skip(1) {
        let (id, _) = list.split_once('"').unwrap();
        assert!(
            numbering.contains(&format!("w:num w:numId=\"{id}\"")),
            "{id}"
        );
    }
    let types = part(&file, "[Content_Types].xml");
    for name in names(&file)
        .iter()
        .filter(|name| name.starts_with("word/") && !name.contains("_rels"))
    {
        assert!(types.contains(&format!("PartName=\"/{name}\"")), "{name}");
        assert_eq!(elements(&part(&file, name))("html"), 0);
    }
}

#[test]
fn what_xml_may_not_hold_is_left_out() {
    let document = saying("a\u{fffe}b <x> & \"c\" ]]> \u{ffff}d");
    for (format, name) in [
        (Format::Odt, "content.xml"),
        (Format::Docx, "word/document.xml"),
    ] {
        let content = part(&render(&document, format).unwrap(), name);
        assert!(!content.contains(['\u{fffe}', '\u{ffff}']));
        assert!(content.contains("ab &lt;x&gt; &amp;"), "{content}");
        assert_eq!(elements(&content)("html"), 0);
    }
}
