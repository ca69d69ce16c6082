//! Rereading: a text that comes back as a file stays the text it was.

use maillage_domain::commons::{Body, CharterBody, Lock, TemplateBody, reread};
use serde_json::{Value, json};

fn body(body: Value) -> CharterBody {
    serde_json::from_value(body).unwrap()
}

/// What was there: ids that no title gives, a lock, a variable with all its members.
fn before() -> CharterBody {
    body(json!({
        "preamble": "L'objet de la charte.",
        "variables": [{ "name": "referent", "label": "Référent", "help": "Qui ?", "default": "DGS" }],
        "clauses": [
            { "id": "art-1", "title": "Contrôle humain", "text": "L'agent relit : tout.", "lock": "imposed",
                "clauses": [{ "id": "art-1-1", "title": "Trace", "text": "Par {{referent}}." }] },
            { "id": "art-2", "title": "Données", "text": "Aucune donnée sensible.", "lock": "free" },
        ],
    }))
}

#[test]
fn what_a_file_cannot_say_stays() {
    let read = body(json!({
        "preamble": "L’objet de la charte.",
        "variables": [{ "name": "referent", "label": "referent" }],
        "clauses": [
            { "id": "donnees", "title": "Données", "text": "Aucune donnée personnelle." },
            { "id": "controle-humain", "title": "Contrôle humain", "text": "L’agent relit\u{202f}: tout.",
                "clauses": [{ "id": "trace", "title": "Trace", "text": "Par {{referent}}." }] },
        ],
    }));
    let was = before();
    let made = reread(&was, read);
    assert_eq!(made.preamble, was.preamble);
    assert_eq!(made.variables, was.variables);
    // Moved, and otherwise what it was to the letter: no deviation from what is imposed.
    assert_eq!(made.clauses[1], was.clauses[0]);
    assert_eq!(made.clauses[0].id.as_str(), "art-2");
    assert_eq!(made.clauses[0].lock, Lock::Free);
    assert_eq!(made.clauses[0].text, "Aucune donnée personnelle.");
    assert_eq!(made.deviations_from(&was), []);
}

#[test]
fn a_new_clause_takes_no_id_that_another_keeps() {
    let read = body(json!({ "clauses": [
        { "id": "art-2", "title": "Article 2", "text": "Nouveau." },
        { "id": "donnees", "title": "Données", "text": "Texte." },
    ]}));
    let made = reread(&before(), read);
    let ids: Vec<_> = made.clauses.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids, ["art-2-2", "art-2"]);
    assert_eq!(made.clauses[0].lock, Lock::Recommended);
    assert_eq!(made.violations(), []);
}

#[test]
fn a_clause_that_has_another_title_is_known_by_its_id() {
    let read = body(json!({ "clauses": [
        { "id": "art-1", "title": "Relecture", "text": "Texte." },
    ]}));
    let made = reread(&before(), read);
    assert_eq!(made.clauses[0].lock, Lock::Imposed);
    assert_eq!(made.clauses[0].title, "Relecture");
}

#[test]
fn titles_that_stand_twice_tell_nothing() {
    let twice = |text: &str| {
        body(json!({ "clauses": [
            { "id": "a", "title": "Suivi", "text": text, "lock": "imposed" },
            { "id": "b", "title": "Suivi", "text": text },
            { "id": "c", "title": "Bilan", "text": text },
        ]}))
    };
    let read = body(json!({ "clauses": [
        { "id": "suivi", "title": "Suivi", "text": "Texte." },
        { "id": "bilan", "title": "Bilan", "text": "Texte." },
        { "id": "bilan-2", "title": "Bilan", "text": "Texte." },
    ]}));
    let made = reread(&twice("Avant."), read);
    let ids: Vec<_> = made.clauses.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids, ["suivi", "bilan", "bilan-2"]);
    assert!(made.clauses.iter().all(|it| it.lock == Lock::Recommended));
}

#[test]
fn the_use_of_a_template_stays() {
    let mut template = serde_json::to_value(before()).unwrap();
    template["use"] = json!("dpia");
    let template: TemplateBody = serde_json::from_value(template).unwrap();
    let made = reread(&template, before());
    assert_eq!(made, template);
}
