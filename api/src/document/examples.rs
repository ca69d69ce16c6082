//! Examples, made of the examples of the fields.

use serde_json::{Map, Value, json};

use super::schemas::referred;

/// Deeper than any schema: trees refer to themselves.
const DEPTH: usize = 16;

/// An example of a schema, made of the examples of its parts.
pub(super) fn of(schema: &Value, schemas: &Map<String, Value>) -> Option<Value> {
    example(schema, schemas, 0)
}

fn example(schema: &Value, schemas: &Map<String, Value>, depth: usize) -> Option<Value> {
    if depth > DEPTH {
        return None;
    }
    let inner = |schema: &Value| example(schema, schemas, depth + 1);
    if let Some(given) = schema.get("example") {
        return Some(given.clone());
    }
    if let Some(name) = referred(schema) {
        return inner(schemas.get(name)?);
    }
    if let Some(first) = list(schema, "enum").first() {
        return Some(first.clone());
    }
    let choices = [list(schema, "oneOf"), list(schema, "anyOf")].concat();
    if !choices.is_empty() {
        return choices
            .iter()
            .filter(|one| kind(one).is_none_or(|kind| kind != "null"))
            .find_map(inner);
    }
    let parts = list(schema, "allOf");
    if !parts.is_empty() {
        let parts = parts.iter().filter_map(inner);
        let members = parts.filter_map(|part| part.as_object().cloned()).flatten();
        return Some(Value::Object(members.collect()));
    }
    Some(match kind(schema)? {
        "object" => {
            // One whose members are not told has none here.
            let members = schema.get("properties").and_then(Value::as_object);
            let given = members
                .into_iter()
                .flatten()
                .filter_map(|(name, part)| Some((name.clone(), inner(part)?)));
            Value::Object(given.collect())
        }
        "array" => json!([inner(schema.get("items")?)?]),
        "integer" => json!(1),
        "number" => json!(1.0),
        "boolean" => json!(true),
        _ => match schema.get("format").and_then(Value::as_str) {
            Some("date-time") => json!("2026-11-23T09:00:00Z"),
            Some("uuid") => json!("019acb5e-0000-7000-8000-000000000001"),
            _ => json!("texte"),
        },
    })
}

fn list<'a>(schema: &'a Value, name: &str) -> &'a [Value] {
    let list = schema.get(name).and_then(Value::as_array);
    list.map(Vec::as_slice).unwrap_or_default()
}

/// The type of what is there; null only where nothing else may be.
fn kind(schema: &Value) -> Option<&str> {
    match schema.get("type")? {
        Value::Array(kinds) => kinds
            .iter()
            .find_map(|kind| kind.as_str().filter(|kind| *kind != "null")),
        kind => kind.as_str(),
    }
}
