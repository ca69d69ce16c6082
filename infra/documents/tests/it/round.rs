//! Out and in again: titles, levels and words stay, whatever they are.

use maillage_documents::{Format, Imported, import, render};
use maillage_domain::commons::{Body, CharterBody, Clause};
use proptest::prelude::*;
use serde_json::json;

use crate::support::{charter, demo, of};

const FORMATS: [Format; 3] = [Format::Markdown, Format::Odt, Format::Docx];

/// The clauses in reading order: level, title.
fn outline(clauses: &[Clause], level: usize, found: &mut Vec<(usize, String)>) {
    for clause in clauses {
        found.push((level, words(&clause.title)));
        outline(&clause.clauses, level + 1, found);
    }
}

/// The words of some text as people read them: signs of Markdown and sorts of spaces left out.
fn words(text: &str) -> String {
    let shown = text.replace(['\u{a0}', '\u{202f}'], " ").replace('’', "'");
    shown
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace("« ", "«")
        .replace(" »", "»")
}

/// What people read of a Markdown text, by a parser that is not ours.
fn read(text: &str) -> String {
    use pulldown_cmark::{Event, Parser, TagEnd};
    let mut read = String::new();
    for event in Parser::new_ext(text, maillage_domain::commons::DIALECT) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                read.push_str(&text);
            }
            Event::SoftBreak | Event::HardBreak => read.push(' '),
            Event::End(
                TagEnd::Paragraph
                | TagEnd::Item
                | TagEnd::TableCell
                | TagEnd::CodeBlock
                | TagEnd::Heading(_)
                | TagEnd::BlockQuote(_),
            ) => read.push(' '),
            _ => {}
        }
    }
    words(&read).replace(' ', "")
}

fn texts(body: &CharterBody) -> Vec<String> {
    fn add(clauses: &[Clause], texts: &mut Vec<String>) {
        for clause in clauses {
            texts.push(read(&clause.text));
            add(&clause.clauses, texts);
        }
    }
    let mut texts = vec![read(&body.preamble)];
    add(&body.clauses, &mut texts);
    texts
}

fn again(body: &CharterBody, format: Format) -> Imported {
    let file = render(&of(body), format).unwrap();
    match import(&file, format) {
        Ok(imported) => imported,
        Err(error) => panic!("{format}: {error:?}\n{}", String::from_utf8_lossy(&file)),
    }
}

fn assert_stays(body: &CharterBody) -> Result<(), TestCaseError> {
    let mut expected = Vec::new();
    outline(&body.clauses, 1, &mut expected);
    for format in FORMATS {
        let imported = again(body, format);
        prop_assert_eq!(imported.title.as_deref(), Some("Charte"));
        prop_assert_eq!(imported.body.violations(), vec![]);
        let mut found = Vec::new();
        outline(&imported.body.clauses, 1, &mut found);
        prop_assert_eq!(&found, &expected, "{}", format);
        prop_assert_eq!(texts(&imported.body), texts(body), "{}", format);
    }
    Ok(())
}

fn clause(title: String, text: String, clauses: Vec<serde_json::Value>) -> serde_json::Value {
    json!({"title": title, "text": text, "clauses": clauses})
}

/// Gives every clause an id, which the strategies leave out.
fn with_ids(clauses: &mut serde_json::Value, next: &mut usize) {
    for clause in clauses.as_array_mut().unwrap() {
        *next += 1;
        clause["id"] = format!("c{next}").into();
        with_ids(&mut clause["clauses"], next);
    }
}

/// Words with the signs that mean something in Markdown, in XML or in French.
fn line() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop_oneof![
            "[a-zéàœ]{1,8}",
            "[*_`#<>\\[\\]()!|~&{}\\\\+=.:;?«»\"'$@^%/-]{1,3}",
            "[0-9]{1,3}[.)]?",
            Just("&amp;".to_owned()),
            Just("Article 2 –".to_owned()),
            Just("{{collectivity.name}}".to_owned()),
            "\\PC",
        ],
        1..7,
    )
    .prop_map(|words| words.join(" "))
    // A letter first, so that there is a title and no list, heading or quotation by accident.
    .prop_map(|words| {
        format!("a{words}z")
            .replace("{{", "{ {")
            .replace("{ {collectivity.name}}", "{{collectivity.name}}")
    })
}

fn marked() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zé]{1,7}",
        1 => "\\*[a-z]{1,5}\\*",
        1 => "\\*\\*[a-z]{1,5} [a-z]{1,4}\\*\\*",
        1 => "~~[a-z]{1,5}~~",
        1 => "`[a-z<>&*_]{1,5}`",
        1 => "\\[[a-z]{1,5}\\]\\(https://exemple\\.fr/[a-z()]{0}[a-z_?=&]{0,5}\\)",
        1 => "[a-z]\\*\\*[a-z]{1,3}\\*\\*[a-z]",
        1 => "\\*\\*\\*[a-z]{1,4}\\* [a-z]{1,3}\\*\\*",
    ]
}

fn paragraph() -> impl Strategy<Value = String> {
    prop::collection::vec(marked(), 1..6).prop_map(|words| words.join(" "))
}

fn block() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => line(),
        3 => paragraph(),
        1 => prop::collection::vec(paragraph(), 1..4).prop_map(|items| format!("- {}", items.join("\n- "))),
        1 => prop::collection::vec(paragraph(), 1..4).prop_map(|items| format!("1. {}", items.join("\n   - b\n2. "))),
        1 => (paragraph(), paragraph()).prop_map(|(one, two)| format!("> {one}\n>\n> {two}")),
        1 => (paragraph(), paragraph()).prop_map(|(one, two)| format!("| A | B |\n| --- | :-: |\n| {one} | {two} |")),
        1 => paragraph().prop_map(|code| format!("```\n  {code}\nx\n```")),
        1 => (paragraph(), paragraph()).prop_map(|(one, two)| format!("{one}\\\n{two}")),
        1 => Just("---".to_owned()),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(block(), 0..4).prop_map(|blocks| blocks.join("\n\n"))
}

fn clauses() -> impl Strategy<Value = Vec<serde_json::Value>> {
    let leaf = (line(), text()).prop_map(|(title, text)| clause(title, text, Vec::new()));
    let tree = leaf.prop_recursive(5, 12, 3, |inner| {
        (line(), text(), prop::collection::vec(inner, 0..3))
            .prop_map(|(title, text, below)| clause(title, text, below))
    });
    prop::collection::vec(tree, 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn titles_levels_and_words_stay(preamble in text(), clauses in clauses()) {
        let mut clauses = serde_json::Value::from(clauses);
        with_ids(&mut clauses, &mut 0);
        let body = charter(json!({"preamble": preamble, "clauses": clauses}));
        prop_assume!(body.violations().is_empty());
        assert_stays(&body)?;
    }
}

#[test]
fn the_demonstration_stays() {
    let file = include_str!("../../../data/demo/charter.json");
    let file: serde_json::Value = serde_json::from_str(file).unwrap();
    let body = charter(file["body"].clone());
    assert_stays(&body).unwrap();
    let imported = again(&body, Format::Odt);
    let names = |body: &CharterBody| {
        body.variables
            .iter()
            .map(|v| v.name.clone())
            .collect::<Vec<_>>()
    };
    let (mut expected, mut found) = (names(&body), names(&imported.body));
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
}

#[test]
fn annexes_are_no_clauses_when_read_back() {
    let document = demo();
    for format in FORMATS {
        let imported = import(&render(&document, format).unwrap(), format).unwrap();
        let mut found = Vec::new();
        outline(&imported.body.clauses, 1, &mut found);
        let levels: Vec<_> = found.iter().map(|(level, _)| *level).collect();
        let clauses = document.flat();
        let expected: Vec<_> = clauses.iter().map(|clause| clause.number.level()).collect();
        assert_eq!(levels, expected, "{format}");
        let last = texts(&imported.body).pop().unwrap();
        assert_eq!(last, read(&clauses.last().unwrap().text), "{format}");
    }
}
