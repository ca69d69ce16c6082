//! Cases about what a resource contains and how it presents itself.

use serde_json::{Value, json};

use super::case::{Case, get, post};
use crate::support::{Actor, Shelf, clause};

/// What starts a resource, altered.
pub fn altered(shelf: Shelf, alter: impl FnOnce(&mut Value)) -> Value {
    let mut input = shelf.input("Titre", "Texte.");
    alter(&mut input);
    input
}

pub fn nested(levels: usize) -> Value {
    let deepest = clause(&format!("n{levels}"), "Texte.");
    (1..levels).rev().fold(deepest, |below, level| {
        let mut above = clause(&format!("n{level}"), "Texte.");
        above["clauses"] = json!([below]);
        above
    })
}

/// Texts and trees that a body may not hold; the pointers start at the body.
pub fn bodies() -> Vec<(&'static str, &'static str, Value)> {
    let clauses = |count: usize, length: usize| {
        let text = "é".repeat(length);
        let clauses = (0..count).map(|n| clause(&format!("n{n}"), &text));
        json!(clauses.collect::<Vec<_>>())
    };
    let variable = |name: &str| json!({ "name": name, "label": "Nom" });
    let variables: Vec<_> = (0..101).map(|n| variable(&format!("v{n}"))).collect();
    let text = |text: &str| json!([clause("objet", text)]);
    vec![
        ("/clauses", "clauses_empty", json!([])),
        ("/clauses", "clauses_too_many", clauses(1_001, 0)),
        (
            "/clauses/0/clauses/0/clauses/0/clauses/0/clauses/0/clauses/0/clauses",
            "clauses_too_deep",
            json!([nested(7)]),
        ),
        ("", "body_too_long", clauses(51, 19_999)),
        ("/clauses/0/text", "text_too_long", clauses(1, 20_001)),
        ("/clauses/0/id", "clause_id_format", json!([clause("", "")])),
        (
            "/clauses/0/id",
            "clause_id_format",
            json!([clause("Objet", "")]),
        ),
        (
            "/clauses/1/id",
            "clause_id_duplicate",
            json!([clause("a", ""), clause("a", "")]),
        ),
        (
            "/clauses/0/title",
            "text_empty",
            json!([{ "id": "a", "title": " " }]),
        ),
        (
            "/clauses/0/title",
            "text_control_character",
            json!([{ "id": "a", "title": "a\nb" }]),
        ),
        ("/clauses/0/text", "text_control_character", text("a\u{0}b")),
        (
            "/clauses/0/text",
            "markdown_link",
            text("[ici](javascript:alert(1))"),
        ),
        (
            "/clauses/0/text",
            "markdown_link",
            text("![x](data:image/png;base64,AAAA)"),
        ),
        (
            "/clauses/0/text",
            "variable_undeclared",
            text("{{inconnue}}"),
        ),
        (
            "/clauses/0/lock",
            "invalid_value",
            json!([{ "id": "a", "title": "A", "lock": "none" }]),
        ),
        ("/clauses/0/title", "missing_field", json!([{ "id": "a" }])),
        (
            "/clauses/0/colour",
            "unknown_field",
            json!([{ "id": "a", "title": "A", "colour": 1 }]),
        ),
        ("/variables", "variables_too_many", json!(variables)),
        (
            "/variables/0/name",
            "variable_name_format",
            json!([variable("Nom")]),
        ),
        (
            "/variables/1/name",
            "variable_duplicate",
            json!([variable("a"), variable("a")]),
        ),
        (
            "/variables/0/type",
            "invalid_value",
            json!([{ "name": "a", "label": "A", "type": "list" }]),
        ),
        (
            "/variables/0/default",
            "variable_value_number",
            json!([{ "name": "a", "label": "A", "type": "number", "default": "six" }]),
        ),
        (
            "/variables/0/default",
            "variable_value_date",
            json!([{ "name": "a", "label": "A", "type": "date", "default": "2026-02-30" }]),
        ),
    ]
}

/// The table's rows about bodies, for the address that starts a resource.
pub fn about_bodies(actor: &Actor, shelf: Shelf) -> Vec<Case> {
    let case = |(pointer, slug, part): (&str, &str, Value)| {
        let member = if pointer.starts_with("/variables") {
            "variables"
        } else {
            "clauses"
        };
        let input = altered(shelf, |input| input["body"][member] = part);
        let broken: &'static str = format!("/body{pointer} {slug}").leak();
        post(actor, shelf.path(), input, broken)
    };
    bodies().into_iter().map(case).collect()
}

/// Rows about documents, and about what `owner` has adapted for what is proposed to its source.
pub fn about_texts(owner: &Actor, shelf: Shelf, id: &str, practised: &str) -> Vec<Case> {
    let amendments = shelf.at(practised, "/amendments");
    let propose = |input: Value, broken| post(owner, amendments.as_str(), input, broken);
    let reason = "Six mois d'usage.";
    vec![
        get(
            owner,
            shelf.at(id, "/versions/1/document?format=rtf"),
            "format format_unknown",
        ),
        propose(
            json!({ "clauses": ["objet"], "reason": reason, "adaptation": id }),
            "/adaptation adaptation_unknown",
        ),
        propose(
            json!({ "clauses": ["inconnue"], "reason": reason }),
            "/clauses/0 clause_unknown",
        ),
        propose(
            json!({ "clauses": ["objet"], "reason": reason }),
            "/clauses/0 clause_unchanged",
        ),
    ]
}

/// Rows about title and tags, headers and queries.
pub fn about_cards(actor: &Actor, shelf: Shelf) -> Vec<Case> {
    let long = "é".repeat(201);
    let tags = |count: usize| (0..count).map(|n| format!("t{n}")).collect::<Vec<_>>();
    let twice = shelf
        .input("Titre", "Texte.")
        .to_string()
        .replacen('{', "{\"title\":\"Un\",", 1);
    vec![
        post(
            actor,
            shelf.path(),
            altered(shelf, |it| it["title"] = json!(7)),
            "/title invalid_value",
        ),
        post(
            actor,
            shelf.path(),
            altered(shelf, |it| it["title"] = json!(null)),
            "/title invalid_value",
        ),
        post(
            actor,
            shelf.path(),
            altered(shelf, |it| it["title"] = json!("\t ")),
            "/title text_empty",
        ),
        post(
            actor,
            shelf.path(),
            altered(shelf, |it| it["title"] = json!(long)),
            "/title text_too_long",
        ),
        post(
            actor,
            shelf.path(),
            altered(shelf, |it| it["tags"] = json!(tags(21))),
            "/tags tags_too_many",
        ),
        post(
            actor,
            shelf.path(),
            altered(shelf, |it| it["tags"] = json!(["a", " a "])),
            "/tags/1 tag_duplicate",
        ),
        post(
            actor,
            shelf.path(),
            altered(shelf, |it| it["state"] = json!("published")),
            "/state unknown_field",
        ),
        post(
            actor,
            shelf.path(),
            json!({ "title": "Titre" }),
            "/body missing_field",
        ),
        Case {
            body: twice,
            ..post(actor, shelf.path(), json!({}), "/title duplicate_field")
        },
        post(
            &actor.with("idempotency-key", " "),
            shelf.path(),
            shelf.input("Titre", ""),
            "Idempotency-Key header_invalid",
        ),
        get(
            actor,
            format!("{}?limit=0", shelf.path()),
            "limit limit_out_of_range",
        ),
        get(actor, "/v1/search?q=".to_owned(), "q query_empty"),
        get(
            actor,
            format!("/v1/search?q={}", "e".repeat(201)),
            "q query_too_long",
        ),
    ]
}

/// Rows about clauses of `whole`, a text of the actor's own, that are taken over into the draft `id`.
pub fn about_inclusions(actor: &Actor, shelf: Shelf, id: &str, whole: &str) -> Vec<Case> {
    let draft = actor.anyway();
    let input = |id: &str, clauses: Value| {
        let source = json!({ "kind": shelf.kind(), "id": id });
        json!({ "source": source, "clauses": clauses })
    };
    let unknown = maillage_infra::ambient::id().to_string();
    let at = |place: &str, id: &str| {
        let mut input = input(whole, json!(["objet"]));
        input[place] = json!(id);
        input
    };
    let mut of_experiment = input(whole, json!(["objet"]));
    of_experiment["source"]["kind"] = json!("experiment");
    let rows = [
        (
            input(&unknown, json!(["objet"])),
            "/source/id source_unknown",
        ),
        (input(id, json!(["objet"])), "/source/id source_unknown"),
        (of_experiment, "/source/kind kind_without_clauses"),
        (input(whole, json!([])), "/clauses clauses_empty"),
        (input(whole, json!(["autre"])), "/clauses/0 clause_unknown"),
        (
            input(whole, json!(["objet", "objet"])),
            "/clauses/1 clause_included",
        ),
        (at("below", "autre"), "/below clause_unknown"),
        (at("behind", "autre"), "/behind clause_unknown"),
    ];
    let path = shelf.at(id, "/inclusions");
    let rows = rows
        .into_iter()
        .map(|(input, broken)| post(&draft, &path, input, broken));
    let itself = shelf.at(whole, "/inclusions");
    let begin = actor.with("if-none-match", "*");
    let input = input(whole, json!(["objet"]));
    let itself = post(&begin, itself, input, "/source/id source_is_itself");
    rows.chain([itself]).collect()
}
