//! Cases about the protocol of an experiment.

use serde_json::{Value, json};

use super::case::{Case, post};
use crate::support::{Actor, experiment};

/// Where a protocol is changed, to what, and what is told; the pointers start at the body.
fn rows() -> Vec<(&'static str, Value, &'static str)> {
    let indicator = |changed: Value| {
        let mut indicator = experiment("")["body"]["indicators"][0].clone();
        let members = indicator.as_object_mut().unwrap();
        members.extend(changed.as_object().unwrap().clone());
        json!([indicator])
    };
    let same = experiment("")["body"]["indicators"][0].clone();
    let criterion = json!({ "id": "a", "text": "Arrêt." });
    vec![
        ("use_case", json!("tout"), "/use_case use_case_unknown"),
        ("use_case", json!("X-tout"), "/use_case use_case_unknown"),
        ("use_case", json!(7), "/use_case invalid_value"),
        ("design", json!("none"), "/design invalid_value"),
        (
            "indicators",
            indicator(json!({ "code": "bonheur" })),
            "/indicators/0/code indicator_code_unknown",
        ),
        (
            "indicators",
            indicator(json!({ "measure": "log_risk_ratio" })),
            "/indicators/0/measure measure_unfit",
        ),
        (
            "indicators",
            indicator(json!({ "measure": "mean" })),
            "/indicators/0/measure invalid_value",
        ),
        (
            "indicators",
            indicator(json!({ "better": "more" })),
            "/indicators/0/better invalid_value",
        ),
        (
            "indicators",
            indicator(json!({ "id": "Temps" })),
            "/indicators/0/id clause_id_format",
        ),
        (
            "indicators",
            indicator(json!({ "id": "i".repeat(51) })),
            "/indicators/0/id text_too_long",
        ),
        (
            "indicators",
            indicator(json!({ "name": "" })),
            "/indicators/0/name text_empty",
        ),
        (
            "indicators",
            json!([same, same]),
            "/indicators/1/id clause_id_duplicate",
        ),
        (
            "stop_criteria",
            json!([criterion, criterion]),
            "/stop_criteria/1/id clause_id_duplicate",
        ),
        (
            "stop_criteria",
            json!([{ "text": "Arrêt." }]),
            "/stop_criteria/0/id missing_field",
        ),
        (
            "safeguards",
            json!(vec!["Une"; 31]),
            "/safeguards entries_too_many",
        ),
        ("tasks", json!(["a\nb"]), "/tasks/0 text_control_character"),
        (
            "hypothesis",
            json!("é".repeat(5_001)),
            "/hypothesis text_too_long",
        ),
        ("weeks", json!(0), "/weeks number_zero"),
        ("weeks", json!(-1), "/weeks invalid_value"),
        ("weeks", json!(4_294_967_296_u64), "/weeks invalid_value"),
        ("cost", json!({ "euros": 1.5 }), "/cost/euros invalid_value"),
        (
            "data",
            json!({ "place": "Ici" }),
            "/data/place unknown_field",
        ),
        ("clauses", json!([]), "/clauses unknown_field"),
    ]
}

/// The table's rows about protocols, for the address that starts an experiment.
pub fn about_protocols(actor: &Actor) -> Vec<Case> {
    let case = |(member, value, broken): (&str, Value, &str)| {
        let mut input = experiment("Titre");
        input["body"][member] = value;
        let broken: &'static str = format!("/body{broken}").leak();
        post(actor, "/v1/experiments", input, broken)
    };
    rows().into_iter().map(case).collect()
}
