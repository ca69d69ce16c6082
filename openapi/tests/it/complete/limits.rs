//! Limits: nothing that is sent or answered may be of any size, or hold what it likes.

use serde_json::Value;

use crate::contract::{document, items, members, nothing, operations};

/// Collects the schemas without a limit below `value`, by their place.
fn unbounded(value: &Value, place: &str, found: &mut Vec<String>) {
    let is = |wanted: &str| match &value["type"] {
        Value::String(kind) => kind == wanted,
        kinds => items(kinds).any(|kind| kind == wanted),
    };
    let lacks = |names: &[&str]| names.iter().all(|name| value[*name].is_null());
    let free = lacks(&["enum", "const"]);
    if is("string") && free && (lacks(&["maxLength"]) || lacks(&["pattern", "format"])) {
        found.push(format!("{place}: any text"));
    }
    if is("integer") && (lacks(&["minimum", "exclusiveMinimum"]) || lacks(&["maximum"])) {
        found.push(format!("{place}: any integer"));
    }
    if is("array") && lacks(&["maxItems"]) {
        found.push(format!("{place}: any number of items"));
    }
    for (name, child) in members(value) {
        if !["example", "examples"].contains(&name.as_str()) {
            unbounded(child, &format!("{place}/{name}"), found);
        }
    }
    for child in items(value) {
        unbounded(child, place, found);
    }
}

#[test]
fn everything_has_a_limit() {
    let mut found = Vec::new();
    for part in ["paths", "components"] {
        unbounded(&document()[part], part, &mut found);
    }
    nothing(&found);
}

/// The names of what comes in, with all that it is made of.
fn asked(value: &Value, found: &mut Vec<String>) {
    let name = value["$ref"].as_str().and_then(|at| at.rsplit('/').next());
    if let Some(name) = name
        && !found.iter().any(|known| known == name)
    {
        found.push(name.to_owned());
        asked(&document()["components"]["schemas"][name], found);
    }
    members(value).for_each(|(_, child)| asked(child, found));
    items(value).for_each(|child| asked(child, found));
}

#[test]
fn what_comes_in_is_closed_at_every_depth() {
    let mut names = Vec::new();
    for operation in operations() {
        asked(&operation.spec["requestBody"], &mut names);
    }
    assert!(names.iter().any(|name| name == "Clause"), "{names:?}");
    let is_open = |name: &String| {
        let schema = &document()["components"]["schemas"][name];
        let closed =
            |one: &Value| one["properties"].is_null() || one["additionalProperties"] == false;
        !closed(schema) || !items(&schema["oneOf"]).all(closed)
    };
    nothing(&names.into_iter().filter(is_open).collect::<Vec<_>>());
}

#[test]
fn every_query_may_be_refused() {
    let mut found = Vec::new();
    for operation in operations() {
        let asks = operation.parameters().any(|it| it["in"] == "query");
        if asks && !operation.responses().any(|(status, _)| status == "400") {
            found.push(operation.name());
        }
    }
    nothing(&found);
}

#[test]
fn every_counted_answer_announces_the_quota() {
    let mut found = Vec::new();
    for operation in operations() {
        let watched = operation.path.starts_with("/health") || operation.path == "/metrics";
        for (status, answer) in operation.responses() {
            let told = !answer["headers"]["RateLimit"].is_null();
            if status < "500" && told == watched {
                found.push(format!("{} {status}", operation.name()));
            }
        }
    }
    nothing(&found);
}
