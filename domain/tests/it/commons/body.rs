//! Bodies: each broken rule is reported once, under its code, at its exact place.

use maillage_domain::commons::{Body, CharterBody, TemplateBody};
use serde_json::{Value, json};

/// The rules that `body` breaks, as the API will show them.
fn broken(body: Value) -> Vec<(String, &'static str)> {
    let body: CharterBody = serde_json::from_value(body).unwrap();
    body.violations()
        .into_iter()
        .map(|found| (found.pointer.as_str().to_owned(), found.code))
        .collect()
}

/// A sound body whose second clause holds two more, the last of which is `clause`.
fn nested(clause: Value) -> Value {
    json!({
        "variables": [{"name": "service", "label": "Service"}],
        "clauses": [
            {"id": "a", "title": "A"},
            {"id": "b", "title": "B", "clauses": [{"id": "c", "title": "C"}, clause]},
        ],
    })
}

const PLACE: &str = "/clauses/1/clauses/1";

/// What breaks at `member` of the nested clause.
fn one(member: &str, code: &'static str) -> Vec<(String, &'static str)> {
    vec![(format!("{PLACE}{member}"), code)]
}

#[test]
fn a_sound_nested_clause_breaks_nothing() {
    let clause = json!({"id": "d", "title": "D", "text": "Avec {{service}}.", "lock": "imposed"});
    assert_eq!(broken(nested(clause)), []);
}

#[test]
fn a_body_has_a_clause() {
    assert_eq!(
        broken(json!({"clauses": []})),
        [("/clauses".to_owned(), "clauses_empty")]
    );
}

#[test]
fn an_id_stands_once_in_the_whole_tree() {
    for id in ["a", "b", "c"] {
        let clause = json!({"id": id, "title": "D"});
        assert_eq!(broken(nested(clause)), one("/id", "clause_id_duplicate"));
    }
}

#[test]
fn a_title_says_something_on_one_line() {
    for (title, code) in [
        ("", "text_empty"),
        (" \t\u{a0}", "text_empty"),
        ("un\ndeux", "text_control_character"),
        ("un\rdeux", "text_control_character"),
        ("un\u{0}deux", "text_control_character"),
        ("un\u{85}deux", "text_control_character"),
    ] {
        let clause = json!({"id": "d", "title": title});
        assert_eq!(broken(nested(clause)), one("/title", code), "{title:?}");
    }
}

#[test]
fn a_rule_broken_twice_in_one_title_is_reported_once() {
    let clause = json!({"id": "d", "title": "un\ndeux\u{0}"});
    assert_eq!(
        broken(nested(clause)),
        one("/title", "text_control_character")
    );
}

#[test]
fn a_text_has_lines_and_tabs_and_no_other_control_character() {
    let clause = |text: &str| nested(json!({"id": "d", "title": "D", "text": text}));
    assert_eq!(broken(clause("un\n\tdeux\r\n")), []);
    for text in ["\u{0}", "un\u{1b}[31m", "un\u{7f}", "un\u{9f}"] {
        assert_eq!(
            broken(clause(text)),
            one("/text", "text_control_character"),
            "{text:?}"
        );
    }
}

#[test]
fn a_link_leads_somewhere_harmless() {
    let clause = json!({"id": "d", "title": "D", "text": "[ici](javascript:alert(1))"});
    assert_eq!(broken(nested(clause)), one("/text", "markdown_link"));
    let body = json!({"preamble": "![x](data:,x)", "clauses": [{"id": "a", "title": "A"}]});
    assert_eq!(broken(body), [("/preamble".to_owned(), "markdown_link")]);
}

#[test]
fn a_variable_is_declared_or_built_in() {
    let text = |text: &str| nested(json!({"id": "d", "title": "D", "text": text}));
    for sound in [
        "{{service}}",
        "{{ service }}",
        "{{\tservice\n}}",
        "{{collectivity.name}} {{collectivity.siren}} {{collectivity.population}} {{date}}",
        "{{ jamais fermé",
        "}} {{service}} {{",
        "{service}",
        "{{{service}}}".trim_start_matches('{'),
    ] {
        assert_eq!(broken(text(sound)), [], "{sound:?}");
    }
    for wrong in [
        "{{mayor}}",
        "{{Service}}",
        "{{collectivity.mayor}}",
        "{{}}",
        "{{service.name}}",
        // One text reports the rule once, however often it breaks it.
        "{{mayor}} {{mayor}} {{other}}",
    ] {
        assert_eq!(
            broken(text(wrong)),
            one("/text", "variable_undeclared"),
            "{wrong:?}"
        );
    }
    let body = json!({"preamble": "{{mayor}}", "clauses": [{"id": "a", "title": "A"}]});
    assert_eq!(
        broken(body),
        [("/preamble".to_owned(), "variable_undeclared")]
    );
}

/// The rules broken by a body that declares these variables.
fn declaring(variables: Value) -> Vec<(String, &'static str)> {
    broken(json!({"variables": variables, "clauses": [{"id": "a", "title": "A"}]}))
}

#[test]
fn the_name_of_a_variable_has_one_form() {
    for name in ["a", "service_2", "a_b_", &"a".repeat(64)] {
        assert_eq!(
            declaring(json!([{"name": name, "label": "L"}])),
            [],
            "{name:?}"
        );
    }
    for name in [
        "",
        "A",
        "2a",
        "_a",
        "a-b",
        "a b",
        "é",
        "a.b",
        "a\n",
        &"a".repeat(65),
    ] {
        assert_eq!(
            declaring(json!([{"name": "ok", "label": "L"}, {"name": name, "label": "L"}])),
            [("/variables/1/name".to_owned(), "variable_name_format")],
            "{name:?}"
        );
    }
}

#[test]
fn a_variable_is_declared_once() {
    assert_eq!(
        declaring(json!([
            {"name": "a", "label": "L"}, {"name": "b", "label": "L"}, {"name": "a", "label": "L"},
        ])),
        [("/variables/2/name".to_owned(), "variable_duplicate")]
    );
}

#[test]
fn the_texts_of_a_variable_are_texts_too() {
    assert_eq!(
        declaring(json!([{"name": "a", "label": " "}])),
        [("/variables/0/label".to_owned(), "text_empty")]
    );
    assert_eq!(
        declaring(json!([{"name": "a", "label": "L", "help": "\u{0}"}])),
        [("/variables/0/help".to_owned(), "text_control_character")]
    );
    assert_eq!(
        declaring(json!([{"name": "a", "label": "L", "default": "\u{0}"}])),
        [("/variables/0/default".to_owned(), "text_control_character")]
    );
}

#[test]
fn everything_wrong_is_said_at_once() {
    let found = broken(json!({
        "preamble": "{{mayor}} [x](javascript:x)",
        "variables": [{"name": "9", "label": ""}],
        "clauses": [
            {"id": "a", "title": "", "clauses": [{"id": "a", "title": "A", "text": "\u{0}"}]},
        ],
    }));
    let listing: Vec<String> = found
        .iter()
        .map(|(pointer, code)| format!("{pointer} {code}"))
        .collect();
    insta::assert_snapshot!(listing.join("\n"), @r"
    /variables/0/name variable_name_format
    /variables/0/label text_empty
    /preamble markdown_link
    /preamble variable_undeclared
    /clauses/0/title text_empty
    /clauses/0/clauses/0/id clause_id_duplicate
    /clauses/0/clauses/0/text text_control_character
    ");
}

#[test]
fn a_body_is_read_strictly() {
    for body in [
        json!({"clauses": [], "colour": "blue"}),
        json!({"clauses": [{"id": "a", "title": "A", "colour": "blue"}]}),
        json!({"clauses": [{"id": "A", "title": "A"}]}),
        json!({"clauses": [{"id": "a", "title": "A", "lock": "closed"}]}),
        json!({"clauses": [{"id": "a"}]}),
        json!({"clauses": [], "variables": [{"name": "a", "label": "L", "type": "money"}]}),
        json!({}),
    ] {
        assert!(
            serde_json::from_value::<CharterBody>(body.clone()).is_err(),
            "{body}"
        );
    }
}

#[test]
fn a_template_obeys_the_same_rules_for_a_declared_use() {
    let template: TemplateBody = serde_json::from_value(json!({
        "use": "dpia",
        "clauses": [{"id": "a", "title": "A", "text": "{{mayor}}"}],
    }))
    .unwrap();
    let found = template.violations();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].pointer.as_str(), "/clauses/0/text");
    assert_eq!(found[0].code, "variable_undeclared");
    assert_eq!(template.text(), "\nA\n{{mayor}}\n");
    let without_use = json!({"clauses": [{"id": "a", "title": "A"}]});
    assert!(serde_json::from_value::<TemplateBody>(without_use).is_err());
}
