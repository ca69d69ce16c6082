//! Slugs: whatever the domain calls a broken rule, people can read what it means.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use maillage_api::http::{Code, Language, fields};

/// Slugs of values that are read from the database only, never from a request; and why effects are
/// not pooled, or nothing is released of hidden ones, which shows as a table or as nothing.
const NEVER_SHOWN: [&str; 11] = [
    "digest_format",
    "dominated",
    "effects_without_spread",
    "estimable",
    "impossible_figures",
    "not_representable",
    "nothing_hidden",
    "role_unknown",
    "too_few",
    "too_few_effects",
    "unchanged",
];

/// The text of every source file of the domain.
fn sources(folder: &Path, all: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, all);
        } else {
            all.push(fs::read_to_string(path).unwrap());
        }
    }
}

fn is_slug(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// The slugs that follow `before` in a text, in the same statement.
fn after(text: &str, before: &str, end: char) -> Vec<String> {
    let statements = text
        .split(before)
        .skip(1)
        .filter_map(|rest| rest.split(end).next());
    let literals = statements.flat_map(|statement| statement.split('"').skip(1).step_by(2));
    literals
        .filter(|literal| is_slug(literal))
        .map(str::to_owned)
        .collect()
}

/// What the errors of the domain display as, and what its violations are called.
fn told() -> BTreeSet<String> {
    let mut all = Vec::new();
    sources(
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../domain/src")),
        &mut all,
    );
    let slugs = all.iter().flat_map(|text| {
        let mut slugs = after(text, "#[error(", ')');
        // An error that says its own code.
        slugs.extend(after(text, "const fn code(self)", '}'));
        // The last literal of a violation: the others are members of the body.
        for call in ["refuse(", "Violation::at("] {
            let calls = text
                .split(call)
                .skip(1)
                .filter_map(|rest| rest.split(';').next());
            slugs.extend(calls.filter_map(|it| after(&format!("({it}"), "(", ';').pop()));
        }
        slugs
    });
    slugs.collect()
}

#[test]
fn every_slug_of_the_domain_stands_in_one_of_the_tables() {
    let codes: BTreeSet<_> = Code::ALL.iter().map(|code| code.slug()).collect();
    let fields: BTreeSet<_> = fields::ALL.iter().copied().collect();
    let told = told();
    assert!(told.len() >= 45, "{told:?}");
    for slug in [
        "text_empty",
        "clauses_too_deep",
        "tag_duplicate",
        "last_coordinator",
        "sd_negative",
    ] {
        assert!(told.contains(slug), "the search misses {slug}");
    }
    let missing: Vec<_> = told
        .iter()
        .filter(|slug| !codes.contains(slug.as_str()) && !fields.contains(slug.as_str()))
        .collect();
    assert_eq!(missing, NEVER_SHOWN);
}

#[test]
fn every_fault_of_a_table_stands_among_the_fields() {
    let mut all = Vec::new();
    let folder = "/../infra/documents/src/observations";
    let folder = format!("{}{folder}", env!("CARGO_MANIFEST_DIR"));
    sources(Path::new(&folder), &mut all);
    let literals = all.iter().flat_map(|text| text.split('"'));
    // Names of columns are single words.
    let told: BTreeSet<_> = literals
        .filter(|it| is_slug(it) && it.contains('_'))
        .collect();
    assert!(told.len() >= 20, "{told:?}");
    let unknown: Vec<_> = told
        .iter()
        .filter(|slug| !fields::ALL.contains(slug))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn slugs_are_told_in_two_languages_and_mean_one_thing_each() {
    let mut seen = BTreeSet::new();
    let codes = Code::ALL.iter().map(|code| code.slug());
    for slug in codes.chain(fields::ALL.iter().copied()) {
        assert!(is_slug(slug), "{slug}");
        assert!(
            seen.insert(slug),
            "{slug} stands in both tables, or twice in one"
        );
    }
    for slug in fields::ALL {
        assert_eq!(fields::known(slug), *slug);
        let (french, english) = (
            fields::message(slug, Language::French),
            fields::message(slug, Language::English),
        );
        assert_ne!(french, english, "{slug}");
        assert!(
            french.ends_with(['.', '…']) && english.ends_with(['.', '…']),
            "{slug}"
        );
    }
    assert_eq!(
        fields::known("column \"x\" does not exist"),
        "invalid_value"
    );
    for code in Code::ALL {
        assert_ne!(
            code.detail(Language::French),
            code.detail(Language::English)
        );
        assert!(code.status().is_client_error() || code.status().is_server_error());
    }
}
