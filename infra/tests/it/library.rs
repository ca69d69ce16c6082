//! The texts of the library, held to the rules of their making: what is declared is explained and
//! used, sources are cited, what nobody verified says so, and the French is set as French is.

use std::collections::BTreeMap;
use std::path::Path;

use maillage_domain::commons::{Body, CharterBody, Clause, TemplateBody, TemplateUse, Variable};
use serde_json::Value;

/// What no official text was read for: a sentence that relies on it says so.
const UNVERIFIED: &[&str] = &[
    "78-17",
    "2005-102",
    "2018-327",
    "2019-118",
    "2019-828",
    "2021-571",
    "L.\u{a0}251-",
    "L.\u{a0}253-",
    "L.\u{a0}2121-",
    "L.\u{a0}2131-",
    "L.\u{a0}5211-",
    "WP248",
    "code de la commande publique",
];

/// A text of the library, of whatever kind.
struct Text {
    file: String,
    preamble: String,
    variables: Vec<Variable>,
    clauses: Vec<Clause>,
    /// Every string of the file, keys aside.
    strings: Vec<String>,
    violations: usize,
    purpose: Option<TemplateUse>,
}

impl Text {
    fn bodies(&self) -> Vec<&str> {
        let mut found = vec![self.preamble.as_str()];
        let mut waiting: Vec<&Clause> = self.clauses.iter().collect();
        while let Some(clause) = waiting.pop() {
            found.push(&clause.text);
            waiting.extend(&clause.clauses);
        }
        found
    }
}

fn strings(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| strings(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| strings(field, found)),
        _ => {}
    }
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The charter, and every template in the folder.
fn library() -> Vec<Text> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/demo");
    let templates = std::fs::read_dir(data.join("templates")).unwrap();
    let mut paths: Vec<_> = templates.map(|entry| entry.unwrap().path()).collect();
    paths.push(data.join("charter.json"));
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let (document, mut all) = (read(path), Vec::new());
            strings(&document, &mut all);
            let (file, body) = (path.display().to_string(), document["body"].clone());
            if body.get("use").is_some() {
                let body: TemplateBody = serde_json::from_value(body).unwrap();
                Text {
                    file,
                    violations: body.violations().len(),
                    preamble: body.preamble,
                    variables: body.variables,
                    clauses: body.clauses,
                    strings: all,
                    purpose: Some(body.purpose),
                }
            } else {
                let body: CharterBody = serde_json::from_value(body).unwrap();
                Text {
                    file,
                    violations: body.violations().len(),
                    preamble: body.preamble,
                    variables: body.variables,
                    clauses: body.clauses,
                    strings: all,
                    purpose: None,
                }
            }
        })
        .collect()
}

/// What is between the addresses of a text.
fn without_addresses(text: &str) -> String {
    let mut parts = text.split("https://");
    let mut left = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find([')', ' ', '\n']).unwrap_or(part.len());
        left.push_str(&part[end..]);
    }
    left
}

/// The first place where `text` breaks a rule of French typography.
fn typo(text: &str) -> Option<String> {
    let text: Vec<char> = without_addresses(text).chars().collect();
    let wide = |at: Option<usize>| {
        let there = at.and_then(|at| text.get(at));
        there.is_some_and(|it| matches!(it, '\u{a0}' | '\u{202f}'))
    };
    let wrong = text.iter().enumerate().position(|(at, it)| match it {
        '\'' | '"' => true,
        ';' | ':' | '!' | '?' | '»' => !wide(at.checked_sub(1)),
        '«' => !wide(at.checked_add(1)),
        _ => false,
    })?;
    let around = wrong.saturating_sub(30)..text.len().min(wrong + 30);
    Some(text[around].iter().collect())
}

/// What stands between `{{` and `}}` in these texts, and how often.
fn used<'a>(texts: &[&'a str]) -> BTreeMap<&'a str, usize> {
    let mut found = BTreeMap::new();
    for text in texts {
        for rest in text.split("{{").skip(1) {
            let name = rest.split("}}").next().unwrap_or_default().trim();
            *found.entry(name).or_default() += 1;
        }
    }
    found
}

#[test]
fn there_is_a_template_for_each_use_and_none_breaks_a_rule() {
    let library = library();
    let mut uses: Vec<_> = library.iter().filter_map(|it| it.purpose).collect();
    uses.sort_by_key(|it| *it as u8);
    let all = [
        TemplateUse::Dpia,
        TemplateUse::PublicNotice,
        TemplateUse::Procurement,
        TemplateUse::Deliberation,
        TemplateUse::CstReferral,
        TemplateUse::TrainingPlan,
    ];
    assert_eq!(uses, all);
    assert_eq!(library.len(), all.len() + 1);
    for text in library {
        assert_eq!(text.violations, 0, "{}", text.file);
    }
}

#[test]
fn every_variable_is_explained_and_used() {
    for text in library() {
        let used = used(&text.bodies());
        assert!(!text.variables.is_empty(), "{}", text.file);
        for variable in &text.variables {
            let named = format!("{} {}", text.file, variable.name);
            assert!(variable.help.chars().count() >= 15, "{named}");
            assert!(used.contains_key(variable.name.as_str()), "{named}");
            // What has no value is asked for; it never comes out of a document as if it had one.
            let placeholder = |it: &str| it.trim().is_empty() || it.contains('[') || it == "0";
            let default = variable.default.as_deref();
            assert!(!default.is_some_and(placeholder), "{named}");
        }
    }
}

#[test]
fn no_text_has_a_hole() {
    for text in library() {
        for body in text.bodies() {
            assert!(!body.trim().is_empty(), "{}: an empty clause", text.file);
            let blank = [
                "à compléter",
                "À compléter",
                "…",
                "...",
                "___",
                "[à",
                "TODO",
            ];
            let found = blank.iter().find(|it| body.contains(**it));
            assert_eq!(found, None, "{}", text.file);
            // Brackets belong to links.
            let brackets = body.matches('[').count();
            assert_eq!(brackets, body.matches("](").count(), "{}", text.file);
        }
    }
}

#[test]
fn every_text_cites_its_sources() {
    for text in library() {
        let bodies = text.bodies();
        let cited = bodies.iter().any(|it| it.contains("](https://"));
        assert!(cited, "{}", text.file);
        if text.purpose.is_some() {
            let last = text.clauses.last().unwrap();
            assert_eq!(last.id.as_str(), "sources", "{}", text.file);
            assert!(last.text.contains("](https://"), "{}", text.file);
        }
        assert!(bodies[0].contains("22 novembre 2026"), "{}", text.file);
    }
}

#[test]
fn what_nobody_verified_says_so() {
    let mut seen = 0;
    for text in library() {
        let lines = text.bodies().into_iter().flat_map(str::lines);
        // A full stop with a plain space: that of “L. 253-5” does not break.
        for sentence in lines.flat_map(|it| it.split(". ")) {
            for reference in UNVERIFIED.iter().filter(|it| sentence.contains(**it)) {
                let told = sentence.contains("à vérifier par un juriste");
                assert!(told, "{}: {reference} in {sentence}", text.file);
                seen += 1;
            }
        }
    }
    assert!(seen > 20);
}

#[test]
fn the_french_is_set_as_french_is() {
    for text in library() {
        let found = text.strings.iter().find_map(|it| typo(it));
        assert_eq!(found, None, "{}", text.file);
    }
    let adaptation = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/demo/adaptation.json");
    let mut all = Vec::new();
    strings(&read(&adaptation), &mut all);
    assert_eq!(all.iter().find_map(|it| typo(it)), None);

    // The rule itself.
    for wrong in [
        "l'agent",
        "dit \"non\"",
        "oui ; non",
        "oui;",
        "« oui",
        "oui »",
    ] {
        assert!(typo(wrong).is_some(), "{wrong}");
    }
    let right = "l’agent\u{a0}: «\u{a0}[oui](https://example.org/?a=1)\u{a0}»";
    assert_eq!(typo(right), None);
}
