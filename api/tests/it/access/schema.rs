//! What the document declares, compared with what is really answered.

use serde_json::{Map, Value};

use super::operations::{Operation, document};

/// A schema with its reference followed.
fn resolved(schema: &Value) -> &Value {
    match schema["$ref"].as_str().and_then(|at| at.rsplit('/').next()) {
        Some(name) => &document()["components"]["schemas"][name],
        None => schema,
    }
}

/// The parts of a schema that may each describe the value, itself included.
fn choices(schema: &Value) -> Vec<&Value> {
    let schema = resolved(schema);
    let mut found = vec![schema];
    for choice in ["allOf", "oneOf", "anyOf"] {
        let parts = schema[choice].as_array().into_iter().flatten();
        found.extend(parts.flat_map(choices));
    }
    found
}

/// What the schema says of the member `name`; none where it is not declared.
fn member<'a>(schema: &'a Value, name: &str) -> Option<&'a Value> {
    choices(schema)
        .iter()
        .find_map(|part| part["properties"].get(name))
}

/// Schemas that say of themselves that more may stand there. This list may only shrink.
const OPEN: [&str; 1] = ["Fact"];

/// Whether anything may stand in such an object: a fact of the audit trail, a key set.
fn is_free(schema: &Value) -> bool {
    let name = schema["$ref"].as_str().and_then(|at| at.rsplit('/').next());
    if name.is_some_and(|name| OPEN.contains(&name)) {
        return true;
    }
    let declared = |part: &&Value| {
        part.get("properties").is_some() || part["type"] == "string" || part["type"] == "null"
    };
    !choices(schema).iter().any(declared)
}

/// The pointers of members that the schema does not declare.
pub fn undeclared(schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) if !is_free(schema) => {
            for (name, value) in members {
                let at = format!("{at}/{name}");
                match member(schema, name) {
                    Some(part) => undeclared(part, value, &at, found),
                    None => found.push(at),
                }
            }
        }
        Value::Array(items) => {
            let parts = choices(schema);
            let part = parts.iter().find_map(|part| part.get("items"));
            for (index, item) in items.iter().enumerate() {
                if let Some(part) = part {
                    undeclared(part, item, &format!("{at}/{index}"), found);
                }
            }
        }
        _ => {}
    }
}

/// The schema of an answer with this status; none where there is no JSON.
pub fn answered(operation: &Operation, status: u16) -> Option<&Value> {
    let content = &operation.spec["responses"][status.to_string()]["content"];
    content.as_object()?.values().next()?.get("schema")
}

/// The names of every member that stands somewhere in a schema of the document.
pub fn names() -> Vec<String> {
    fn walk(schema: &Value, found: &mut Vec<String>) {
        let properties = schema["properties"].as_object();
        for (name, part) in properties.unwrap_or(&Map::new()) {
            found.push(name.clone());
            walk(part, found);
        }
        for choice in ["allOf", "oneOf", "anyOf"] {
            for part in schema[choice].as_array().into_iter().flatten() {
                walk(part, found);
            }
        }
    }
    let mut found = Vec::new();
    let schemas = document()["components"]["schemas"].as_object().unwrap();
    schemas.values().for_each(|schema| walk(schema, &mut found));
    found.sort();
    found.dedup();
    found
}

/// The pointers of every object in a value, the value itself included.
pub fn objects(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            found.push(at.to_owned());
            for (name, value) in members {
                objects(value, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                objects(item, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}
