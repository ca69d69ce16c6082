//! What is sent to do harm: refused with the problem's name, or harmless.

use maillage_documents::{Format, ImportError, html_of_text, import, limits, render};
use maillage_domain::commons::{Body, Clausal};
use serde_json::json;

use crate::support::{charter, of, packed, packed_bytes, saying};

fn code(result: Result<maillage_documents::Imported, ImportError>) -> String {
    result.unwrap_err().to_string()
}

fn odt(content: &str) -> Vec<u8> {
    packed(&[("content.xml", content)])
}

const OPEN: &str = "<a xmlns:office=\"o\" xmlns:text=\"t\"><office:text>";
const CLOSE: &str = "</office:text></a>";

#[test]
fn more_than_ten_megabytes_are_refused_unread() {
    let file = vec![b'#'; limits::FILE + 1];
    for format in [Format::Markdown, Format::Odt, Format::Docx] {
        assert_eq!(code(import(&file, format)), "import_too_large");
    }
}

#[test]
fn ten_megabytes_of_markdown_are_refused() {
    let texts = [
        "mot ", "# T\n\n", "[", "*a ", "> ", "- ", "`", "<a ", "[^1]: ", "| a ", "&amp;", "![](",
        "\\", "~", "\n",
    ];
    for text in texts {
        let file = text.repeat(limits::FILE / text.len());
        assert!(import(file.as_bytes(), Format::Markdown).is_err(), "{text}");
    }
}

#[test]
fn as_much_markdown_as_may_be_read_is_read_or_refused_without_falling() {
    let texts = [
        "[", "*a ", "> ", "- ", "`", "<a ", "[^1]: ", "| a ", "![](", "**a *b ", "[^a]", "(a](",
        "<!--", "a\n- ",
    ];
    for text in texts {
        let file = format!("# A\n\n{}", text.repeat(200_000 / text.len()));
        match import(file.as_bytes(), Format::Markdown) {
            Ok(imported) => assert_eq!(imported.body.violations(), vec![], "{text}"),
            Err(error) => assert!(matches!(error, ImportError::Body(_)), "{text}: {error}"),
        }
    }
}

#[test]
fn ten_thousand_clauses_are_refused_by_the_rule_they_break() {
    let headings: String = (0..10_000)
        .map(|n| format!("# Titre {n}\n\nTexte.\n\n"))
        .collect();
    let odt = odt(&format!(
        "{OPEN}{}{CLOSE}",
        "<text:h text:outline-level=\"1\">T</text:h>".repeat(10_000)
    ));
    for (file, format) in [(headings.as_bytes(), Format::Markdown), (&odt, Format::Odt)] {
        let Err(ImportError::Body(violations)) = import(file, format) else {
            panic!("{format}");
        };
        assert!(
            violations
                .iter()
                .any(|violation| violation.code == "clauses_too_many")
        );
    }
}

#[test]
fn a_bomb_is_refused_while_it_unpacks() {
    let bomb = vec![b' '; limits::UNPACKED as usize + 1];
    let odt = packed_bytes(&[("content.xml", &bomb)]);
    assert!(odt.len() < 200_000);
    assert_eq!(code(import(&odt, Format::Odt)), "import_unpacks_too_large");
    let docx = packed_bytes(&[("word/document.xml", b"<a/>"), ("word/styles.xml", &bomb)]);
    assert_eq!(
        code(import(&docx, Format::Docx)),
        "import_unpacks_too_large"
    );
    // What is never asked for is never unpacked.
    let text = format!("{OPEN}<text:h>A</text:h>{CLOSE}");
    let beside = packed_bytes(&[("content.xml", text.as_bytes()), ("Pictures/a.png", &bomb)]);
    assert!(import(&beside, Format::Odt).is_ok());
}

#[test]
fn a_file_that_lies_about_its_size_is_read_up_to_the_limit() {
    let bomb = vec![b' '; limits::UNPACKED as usize + 1];
    let mut odt = packed_bytes(&[("content.xml", &bomb)]);
    // The size unpacked, in the header of the file and in the directory: a hundred bytes.
    let real = (bomb.len() as u32).to_le_bytes();
    let places: Vec<usize> = (0..odt.len() - 4)
        .filter(|at| odt[*at..at + 4] == real)
        .collect();
    assert!(!places.is_empty());
    for at in places {
        odt[at..at + 4].copy_from_slice(&100_u32.to_le_bytes());
    }
    assert!(import(&odt, Format::Odt).is_err());
}

#[test]
fn too_many_entries_paragraphs_levels_and_characters_have_their_names() {
    let names: Vec<String> = (0..=limits::ENTRIES).map(|n| format!("{n}")).collect();
    let files: Vec<_> = names.iter().map(|name| (name.as_str(), "")).collect();
    assert_eq!(
        code(import(&packed(&files), Format::Odt)),
        "import_too_many_parts"
    );

    let many = format!(
        "{OPEN}{}{CLOSE}",
        "<text:p/>".repeat(limits::PARAGRAPHS + 1)
    );
    assert_eq!(
        code(import(&odt(&many), Format::Odt)),
        "import_too_many_parts"
    );

    let (open, close) = (
        "<text:list><text:list-item>",
        "</text:list-item></text:list>",
    );
    let deep = format!("{OPEN}{}{}{CLOSE}", open.repeat(5_000), close.repeat(5_000));
    assert_eq!(code(import(&odt(&deep), Format::Odt)), "import_too_deep");

    let long = "é".repeat(3 * limits::CHARACTERS);
    let long = format!("{OPEN}<text:p>{long}</text:p>{CLOSE}");
    assert_eq!(code(import(&odt(&long), Format::Odt)), "import_too_large");
}

#[test]
fn entities_and_what_is_no_package_are_refused() {
    let laughs = format!(
        "<!DOCTYPE a [<!ENTITY x \"ha\"><!ENTITY y \"&x;&x;\">]>{OPEN}<text:h>&y;</text:h>{CLOSE}"
    );
    assert_eq!(code(import(&odt(&laughs), Format::Odt)), "import_doctype");
    let outside = format!("<!DOCTYPE a SYSTEM \"file:///etc/passwd\">{OPEN}{CLOSE}");
    assert_eq!(code(import(&odt(&outside), Format::Odt)), "import_doctype");
    let unknown = format!("{OPEN}<text:h>&y;</text:h>{CLOSE}");
    for file in [
        odt(&unknown),
        odt("<a>"),
        odt("<a></b>"),
        odt(&format!("{OPEN}<text:h>")),
        odt(""),
        packed(&[("other.xml", "<a/>")]),
        b"PK\x03\x04".to_vec(),
        b"".to_vec(),
        packed_bytes(&[("content.xml", b"\xff\xfe<\x00a\x00")]),
    ] {
        assert_eq!(code(import(&file, Format::Odt)), "import_malformed");
        assert_eq!(code(import(&file, Format::Docx)), "import_malformed");
    }
    assert_eq!(
        code(import(b"# \xff", Format::Markdown)),
        "import_malformed"
    );
    let locked = packed(&[
        (
            "META-INF/manifest.xml",
            "<m xmlns:manifest=\"m\"><manifest:encryption-data/></m>",
        ),
        ("content.xml", "?"),
    ]);
    assert_eq!(code(import(&locked, Format::Odt)), "import_encrypted");
}

#[test]
fn repeated_cells_cost_no_more_than_a_table_may_have() {
    let row = "<table:table-row><table:table-cell table:number-columns-repeated=\"16384\"><text:p>x</text:p></table:table-cell></table:table-row>";
    let file = odt(&format!(
        "{OPEN}<text:h>A</text:h><table:table>{}</table:table>{CLOSE}",
        row.repeat(100)
    ));
    let body = import(&file, Format::Odt).unwrap().body;
    assert!(body.outline().clauses[0].text.len() < 10_000);
}

#[test]
fn a_text_nested_past_all_sense_is_made_in_every_format() {
    let texts = [
        "> ".repeat(5_000) + "a",
        "- ".repeat(5_000) + "a",
        "*_".repeat(2_000) + "a" + &"_*".repeat(2_000),
        "[".repeat(5_000) + &"](https://e.fr)".repeat(700),
        format!(
            "|{}\n|{}\n|{}",
            " a |".repeat(900),
            "-|".repeat(900),
            " b |".repeat(900)
        ),
        "[^1]".repeat(2_000) + "\n\n[^1]: " + &"note ".repeat(1_000),
        "x".repeat(19_000),
    ];
    for text in texts {
        let document = saying(&text);
        for format in Format::ALL {
            let made = render(&document, *format);
            assert!(
                made.is_ok_and(|bytes| bytes.len() < 2_000_000),
                "{format}: {}",
                &text[..9]
            );
        }
    }
}

#[test]
fn a_thousand_clauses_are_made() {
    let clauses: Vec<_> = (0..1_000)
        .map(|n| json!({"id": format!("c{n}"), "title": "Titre", "text": "Texte."}))
        .collect();
    let body = charter(json!({"clauses": clauses}));
    assert!(body.violations().is_empty());
    for format in [Format::Html, Format::Markdown, Format::Odt, Format::Docx] {
        assert!(render(&of(&body), format).is_ok());
    }
}

#[test]
fn scripts_are_words_wherever_they_stand() {
    let attacks = [
        "<script>alert(1)</script>",
        "<svg onload=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](data:text/html;base64,x)",
        "[a](vbscript:x)",
        "![a](javascript:x)",
        "<javascript:alert(1)>",
        "[a](https://e.fr/\"onmouseover=\"alert(1))",
        "`<script>`",
        "```\n</code></pre><script>\n```",
        "| <script> |\n| --- |\n| </td><script> |",
        "[^\"><script>]\n\n[^\"><script>]: x",
        "[a](#\"><script>)",
    ];
    for attack in attacks {
        let shown = html_of_text(attack);
        let lower = shown.to_lowercase();
        assert!(
            !lower.contains("<script") && !lower.contains("<svg"),
            "{shown}"
        );
        assert!(
            !lower.contains("href=\"javascript") && !lower.contains("href=\"data"),
            "{shown}"
        );
        assert!(!lower.contains("\"onmouseover"), "{shown}");
    }
}
