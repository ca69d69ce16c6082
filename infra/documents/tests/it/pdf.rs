//! PDF: its claims, its tags, its text, read back by another PDF library.
//!
//! Typst refuses to write what it knows to break PDF/UA-1 or PDF/A-2a; these tests look at what it
//! wrote all the same.

use lopdf::{Dictionary, Document as Pdf, Object};
use maillage_documents::{Format, render};
use serde_json::json;

use crate::support::{charter, demo, of, saying};

fn pdf(document: &maillage_domain::commons::document::Document) -> Pdf {
    Pdf::load_mem(&render(document, Format::Pdf).unwrap()).unwrap()
}

fn get<'a>(pdf: &'a Pdf, dictionary: &'a Dictionary, key: &[u8]) -> &'a Object {
    let object = dictionary.get(key).unwrap();
    pdf.dereference(object).unwrap().1
}

/// The structure types of the tag tree, in reading order, each with how deep it stands.
fn tags(pdf: &Pdf) -> Vec<(usize, String)> {
    fn walk(pdf: &Pdf, object: &Object, depth: usize, tags: &mut Vec<(usize, String)>) {
        match pdf.dereference(object).unwrap().1 {
            Object::Array(children) => {
                children
                    .iter()
                    .for_each(|child| walk(pdf, child, depth, tags));
            }
            Object::Dictionary(element) => {
                let below = match element.get(b"S") {
                    Ok(name) => {
                        let name = String::from_utf8_lossy(name.as_name().unwrap());
                        tags.push((depth, name.into_owned()));
                        depth + 1
                    }
                    Err(_) => depth,
                };
                if let Ok(children) = element.get(b"K") {
                    walk(pdf, children, below, tags);
                }
            }
            _ => {}
        }
    }
    let root = get(pdf, pdf.catalog().unwrap(), b"StructTreeRoot")
        .as_dict()
        .unwrap();
    let mut found = Vec::new();
    walk(pdf, root.get(b"K").unwrap(), 0, &mut found);
    found
}

fn metadata(pdf: &Pdf) -> String {
    let stream = get(pdf, pdf.catalog().unwrap(), b"Metadata")
        .as_stream()
        .unwrap();
    String::from_utf8(
        stream
            .get_plain_content()
            .unwrap_or_else(|_| stream.content.clone()),
    )
    .unwrap()
}

fn words(pdf: &Pdf) -> String {
    let pages: Vec<u32> = pdf.get_pages().into_keys().collect();
    let text = pdf.extract_text(&pages).unwrap();
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn the_demonstration_is_tagged_titled_and_whole() {
    let document = demo();
    let pdf = pdf(&document);
    let catalog = pdf.catalog().unwrap();
    assert_eq!(get(&pdf, catalog, b"Lang").as_str().unwrap(), b"fr-FR");
    let marks = get(&pdf, catalog, b"MarkInfo").as_dict().unwrap();
    assert!(marks.get(b"Marked").unwrap().as_bool().unwrap());
    let view = get(&pdf, catalog, b"ViewerPreferences").as_dict().unwrap();
    assert!(view.get(b"DisplayDocTitle").unwrap().as_bool().unwrap());
    assert!(
        !get(&pdf, catalog, b"OutputIntents")
            .as_array()
            .unwrap()
            .is_empty()
    );

    let metadata = metadata(&pdf);
    for claim in [
        "<pdfuaid:part>1</pdfuaid:part>",
        "<pdfaid:part>2</pdfaid:part>",
        "<pdfaid:conformance>A</pdfaid:conformance>",
        "Charte des usages de l’intelligence artificielle",
        "du Pays des Sources",
    ] {
        assert!(metadata.contains(claim), "{claim} in {metadata}");
    }

    let tags = tags(&pdf);
    let count = |wanted: &str| tags.iter().filter(|(_, name)| name == wanted).count();
    assert_eq!(tags.first().unwrap().1, "Document");
    let clauses = document.flat();
    let level = |level: usize| {
        clauses
            .iter()
            .filter(|clause| clause.number.level() == level)
            .count()
    };
    // The contents, the preamble and two annexes beside the articles.
    assert_eq!(count("H1"), level(1) + 4);
    assert_eq!((count("H2"), count("H3")), (level(2), level(3)));
    assert_eq!(count("TOCI"), clauses.len() + 3);
    assert!(count("L") > 10 && count("LI") > 60 && count("LBody") == count("LI"));
    assert!(count("Table") >= 3 && count("TH") >= 9 && count("TD") > 100);
    assert!(count("Link") > 40);
    assert_eq!(count("Figure"), 0);

    let words = words(&pdf);
    for said in [
        "Préambule",
        "Article4–Usagesautorisés,soumisàautorisation,interdits",
        "page2sur",
        "uneautoritéindépendante",
    ] {
        let known = words.contains(said);
        assert_eq!(known, said != "uneautoritéindépendante", "{said}");
    }
    // Every bookmark, as many as headings.
    assert!(pdf.get_toc().unwrap().toc.len() >= clauses.len() + 3);
}

#[test]
fn text_is_never_typst() {
    let hostile = "#panic(\"x\") $x$ @clause-a <clause-a> \\#eval(\"1\") `#read(\"/etc/passwd\")` /* a */ // b\n\n= Pas un titre\n\n#[a] ~ -- ... 'b' \"c\"";
    let pdf = pdf(&saying(hostile));
    let words = words(&pdf);
    for said in [
        "#panic(\"x\")$x$@clause-a<clause-a>",
        "#read(\"/etc/passwd\")",
        "/*a*///b",
        "=Pasuntitre",
    ] {
        assert!(words.contains(said), "{said} in {words}");
    }
    let headings = tags(&pdf).into_iter().filter(|(_, name)| name == "H1");
    // The contents and the one clause.
    assert_eq!(headings.count(), 2);
}

#[test]
fn signs_that_no_font_has_are_spelt() {
    let text = "Bravo 😀 漢字 שלום \u{e000}\u{200b}\u{feff}\u{fffd} e\u{301} नमस्ते مرحبا 𝔸 ﬁ \u{202e}x\u{202c} 🇫🇷 👩‍👩‍👧";
    let words = words(&pdf(&saying(&format!(
        "{text}\n\n**{text}** *{text}* `{text}`"
    ))));
    assert!(words.contains("Bravo[grinning]HanZi"), "{words}");
}

#[test]
fn every_construct_is_typeset_at_every_depth() {
    let text = "> 1. - a[^1]\n>      > b\n>\n>      | A | B |\n>      | :-: | --: |\n>      | **c** | `d` |\n\n\
                ```\ncode\n```\n\n---\n\n7. sept\n\n   suite\n\n8. huit\\\nneuf\n\n[lien](mailto:a@exemple.fr) [ici](#c6)\n\n[^1]: Note *une* [l](https://e.fr).\n";
    let mut clauses = json!([]);
    for level in (1..=6).rev() {
        clauses = json!([{"id": format!("c{level}"), "title": format!("N {level}"), "text": text, "clauses": clauses}]);
    }
    let pdf = pdf(&of(&charter(json!({"preamble": text, "clauses": clauses}))));
    let tags = tags(&pdf);
    for wanted in [
        "H1",
        "H2",
        "H3",
        "H4",
        "H5",
        "H6",
        "BlockQuote",
        "Note",
        "Code",
        "Table",
    ] {
        assert!(tags.iter().any(|(_, name)| name == wanted), "{wanted}");
    }
}
