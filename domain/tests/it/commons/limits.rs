//! Limits: what is exactly at one passes, one more is refused, and said at its place.

use maillage_domain::access::act;
use maillage_domain::commons::{
    Body, Card, Charter, CharterBody, Clause, Lock, ResourceError, Variable, VariableType, limits,
};
use maillage_domain::identity::Staff;
use maillage_domain::value::Violation;

use super::fixture::{card, charter, resource_id};
use crate::fixture::{allowed, at, collectivity, director, line};

fn said(found: &[Violation]) -> Vec<(&str, &str)> {
    found
        .iter()
        .map(|violation| (violation.pointer.as_str(), violation.code))
        .collect()
}

fn clause(n: usize, title: String, text: String, clauses: Vec<Clause>) -> Clause {
    Clause {
        id: format!("c-{n}").parse().unwrap(),
        title,
        text,
        lock: Lock::Recommended,
        clauses,
    }
}

fn plain(n: usize) -> Clause {
    clause(n, "T".to_owned(), String::new(), Vec::new())
}

fn of(clauses: Vec<Clause>) -> CharterBody {
    CharterBody {
        preamble: String::new(),
        variables: Vec::new(),
        clauses,
    }
}

fn variable(n: usize) -> Variable {
    Variable {
        name: format!("v{n}"),
        label: "L".to_owned(),
        help: String::new(),
        holds: VariableType::Text,
        default: None,
    }
}

/// Clauses one below the other, `depth` levels in all.
fn tower(depth: usize) -> Clause {
    (1..depth).fold(plain(0), |below, n| Clause {
        clauses: vec![below],
        ..plain(n)
    })
}

#[test]
fn levels() {
    assert_eq!(limits::DEPTH, 6);
    assert_eq!(of(vec![tower(6)]).violations(), []);
    let place = "/clauses/0/clauses/0/clauses/0/clauses/0/clauses/0/clauses/0/clauses";
    for depth in [7, 8, 60] {
        let body = of(vec![tower(depth)]);
        assert_eq!(said(&body.violations()), [(place, "clauses_too_deep")]);
    }
}

#[test]
fn clauses_of_all_levels_together() {
    let wide = |count: usize| of((0..count).map(plain).collect());
    assert_eq!(limits::CLAUSES, 1_000);
    assert_eq!(wide(1_000).violations(), []);
    assert_eq!(
        said(&wide(1_001).violations()),
        [("/clauses", "clauses_too_many")]
    );
    let nested = |below: usize| {
        of(vec![Clause {
            clauses: (1..=below).map(plain).collect(),
            ..plain(0)
        }])
    };
    assert_eq!(nested(999).violations(), []);
    assert_eq!(
        said(&nested(1_000).violations()),
        [("/clauses", "clauses_too_many")]
    );
}

#[test]
fn characters_of_a_text() {
    let text = |length: usize| "é".repeat(length);
    assert_eq!(limits::TEXT, 20_000);
    let body = |preamble: usize, clause_text: usize| CharterBody {
        preamble: text(preamble),
        ..of(vec![clause(
            0,
            "T".to_owned(),
            text(clause_text),
            Vec::new(),
        )])
    };
    assert_eq!(body(20_000, 20_000).violations(), []);
    assert_eq!(
        said(&body(20_001, 20_001).violations()),
        [
            ("/preamble", "text_too_long"),
            ("/clauses/0/text", "text_too_long")
        ]
    );
}

#[test]
fn characters_of_a_title() {
    let body = |length: usize| of(vec![clause(0, "é".repeat(length), String::new(), vec![])]);
    assert_eq!(limits::TITLE, 200);
    assert_eq!(body(200).violations(), []);
    assert_eq!(
        said(&body(201).violations()),
        [("/clauses/0/title", "text_too_long")]
    );
}

#[test]
fn characters_of_all_texts_together() {
    // Forty-nine clauses of 1 + 20,000 characters; the preamble makes up the rest.
    let body = |preamble: usize| CharterBody {
        preamble: "é".repeat(preamble),
        ..of((0..49)
            .map(|n| clause(n, "T".to_owned(), "é".repeat(20_000), Vec::new()))
            .collect())
    };
    assert_eq!(limits::TOTAL, 1_000_000);
    let rest = limits::TOTAL - 49 * 20_001;
    assert_eq!(body(rest).violations(), []);
    assert_eq!(said(&body(rest + 1).violations()), [("", "body_too_long")]);
    let with_variable = CharterBody {
        variables: vec![Variable {
            label: "L".to_owned(),
            help: "H".to_owned(),
            default: Some("D".to_owned()),
            ..variable(0)
        }],
        ..body(rest - 3)
    };
    assert_eq!(with_variable.violations(), []);
    let one_more = CharterBody {
        preamble: "é".repeat(rest - 2),
        ..with_variable
    };
    assert_eq!(said(&one_more.violations()), [("", "body_too_long")]);
}

#[test]
fn variables() {
    let body = |count: usize| CharterBody {
        variables: (0..count).map(variable).collect(),
        ..of(vec![plain(0)])
    };
    assert_eq!(limits::VARIABLES, 100);
    assert_eq!(body(100).violations(), []);
    assert_eq!(
        said(&body(101).violations()),
        [("/variables", "variables_too_many")]
    );
}

#[test]
fn characters_of_a_variable() {
    let body = |label: usize, help: usize, default: usize| CharterBody {
        variables: vec![Variable {
            label: "é".repeat(label),
            help: "é".repeat(help),
            default: Some("é".repeat(default)),
            ..variable(0)
        }],
        ..of(vec![plain(0)])
    };
    assert_eq!(body(200, 20_000, 20_000).violations(), []);
    assert_eq!(
        said(&body(201, 20_001, 20_001).violations()),
        [
            ("/variables/0/label", "text_too_long"),
            ("/variables/0/help", "text_too_long"),
            ("/variables/0/default", "text_too_long"),
        ]
    );
}

fn created(card: Card, body: CharterBody) -> Result<(), Vec<(String, &'static str)>> {
    let staff = Staff {
        collectivity: collectivity(0),
    };
    let created = allowed::<act::Create, _>(&director(0), staff).create::<Charter>(
        resource_id(0),
        card,
        body,
        at(0),
    );
    created.map(drop).map_err(|error| match error {
        ResourceError::Invalid(found) => found
            .into_iter()
            .map(|violation| (violation.pointer.as_str().to_owned(), violation.code))
            .collect(),
        other => panic!("unexpected: {other}"),
    })
}

#[test]
fn tags() {
    let tagged = |count: usize| Card {
        tags: (0..count).map(|n| line(&format!("tag {n}"))).collect(),
        ..card("Charte")
    };
    assert_eq!(limits::TAGS, 20);
    assert_eq!(created(tagged(20), charter("x")), Ok(()));
    assert_eq!(
        created(tagged(21), charter("x")),
        Err(vec![("/tags".to_owned(), "tags_too_many")])
    );
    // Nor are they compared with each other: as many as a request holds would take hours.
    let alike = Card {
        tags: vec![line("tag"); 200_000],
        ..card("Charte")
    };
    assert_eq!(
        created(alike, charter("x")),
        Err(vec![("/tags".to_owned(), "tags_too_many")])
    );
}

#[test]
fn what_a_card_and_a_body_break_is_said_at_once() {
    let twice = Card {
        tags: vec![line("ia"), line("rgpd"), line(" ia ")],
        ..card("Charte")
    };
    assert_eq!(
        created(twice, charter("{{mayor}}")),
        Err(vec![
            ("/tags/2".to_owned(), "tag_duplicate"),
            ("/body/clauses/0/text".to_owned(), "variable_undeclared"),
        ])
    );
}
