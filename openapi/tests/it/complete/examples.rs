//! Examples: every request and every answer has one, and each obeys the schema it stands for.

use std::collections::HashSet;

use jsonschema::Draft;
use serde_json::{Value, json};

use crate::contract::{at, content, document, members, nothing, operations, resolved};

/// What is wrong with an example of `schema`, which may refer to the document's schemas.
fn faults(schema: &Value, example: &Value) -> Vec<String> {
    let mut whole = schema.clone();
    whole["components"] = json!({ "schemas": at("/components/schemas") });
    let validator = jsonschema::options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .build(&whole)
        .unwrap();
    let errors = validator.iter_errors(example);
    errors
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect()
}

/// The examples of one media type.
fn examples(media: &'static Value) -> Vec<&'static Value> {
    let many = members(&media["examples"]).map(|(_, it)| &resolved(it)["value"]);
    let one = media.get("example");
    many.chain(one).collect()
}

#[test]
fn every_body_has_an_example_that_obeys_its_schema() {
    let mut found = Vec::new();
    let (mut checked, mut seen) = (0, HashSet::new());
    for operation in operations() {
        let name = operation.name();
        let request = ("request", &operation.spec["requestBody"]);
        for (side, body) in operation.responses().chain([request]) {
            for (kind, media) in content(body).into_iter().flatten() {
                let examples = examples(media);
                if examples.is_empty() {
                    found.push(format!("{name} {side} {kind}: no example"));
                }
                for example in examples {
                    checked += 1;
                    // The same problem is the same everywhere.
                    if !seen.insert((media["schema"].to_string(), example.to_string())) {
                        continue;
                    }
                    let faults = faults(&media["schema"], example);
                    found.extend(
                        faults
                            .iter()
                            .map(|fault| format!("{name} {side} {kind}: {fault}")),
                    );
                }
            }
        }
    }
    nothing(&found);
    assert!(checked > 500, "only {checked} examples");
}

#[test]
fn every_example_of_a_parameter_obeys_its_schema() {
    let mut found = Vec::new();
    for operation in operations() {
        for parameter in operation.parameters() {
            let Some(example) = parameter.get("example") else {
                continue;
            };
            let faults = faults(&parameter["schema"], example);
            let name = operation.name();
            found.extend(
                faults
                    .iter()
                    .map(|fault| format!("{name} {}: {fault}", parameter["name"])),
            );
        }
    }
    nothing(&found);
}

#[test]
fn every_example_of_a_field_obeys_its_schema() {
    fn walk(name: &str, schema: &'static Value, found: &mut Vec<String>) {
        if let Some(example) = schema.get("example") {
            found.extend(
                faults(schema, example)
                    .iter()
                    .map(|fault| format!("{name}: {fault}")),
            );
        }
        for (member, value) in members(&schema["properties"]) {
            walk(&format!("{name}.{member}"), value, found);
        }
        for choice in ["oneOf", "allOf"] {
            crate::contract::items(&schema[choice]).for_each(|part| walk(name, part, found));
        }
    }
    let mut found = Vec::new();
    for (name, schema) in members(at("/components/schemas")) {
        walk(name, schema, &mut found);
    }
    nothing(&found);
}

#[test]
fn a_false_example_is_found() {
    let schema = &document()["components"]["schemas"]["CharterBody"];
    assert!(faults(schema, &json!({ "clauses": [] })).len() == 1);
    assert!(
        !faults(
            schema,
            &json!({ "clauses": [{ "id": "Pas Bon", "title": "T" }] })
        )
        .is_empty()
    );
    let share = json!({ "$ref": "#/components/schemas/ShareInput" });
    let good = json!({ "audience": { "type": "network" }, "level": "read" });
    assert_eq!(faults(&share, &good), Vec::<String>::new());
    let bad = json!({ "audience": { "type": "network" }, "level": "write", "more": 1 });
    assert_eq!(faults(&share, &bad).len(), 2);
    let id = json!({ "type": "string", "format": "uuid" });
    assert_eq!(faults(&id, &json!("not one")).len(), 1);
}
