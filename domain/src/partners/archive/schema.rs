//! The JSON Schema of an entity: for whoever reads the archive without us.

use serde_json::{Map, Value, json};

use super::{Entity, Type, canonical};

/// The schema of one line of `entity`, as canonical JSON.
///
/// # Errors
/// None that an entity could cause.
pub fn schema(entity: &Entity) -> Result<Vec<u8>, serde_json::Error> {
    let property = |member: &super::Member| (member.name.to_owned(), of(member));
    let properties: Map<String, Value> = entity.members.iter().map(property).collect();
    let names: Vec<&str> = entity.members.iter().map(|member| member.name).collect();
    canonical(&json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": entity.name,
        "description": format!("{} Lines in the order of: {}.", entity.about, entity.key.join(", ")),
        "type": "object",
        "properties": properties,
        "required": names,
        "additionalProperties": false,
    }))
}

fn of(member: &super::Member) -> Value {
    let schema = match member.kind {
        Type::Id => json!({ "type": "string", "format": "uuid" }),
        Type::Text => json!({ "type": "string" }),
        Type::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        Type::Number => json!({ "type": "integer" }),
        Type::Flag => json!({ "type": "boolean" }),
        Type::Moment => json!({ "type": "string", "format": "date-time" }),
        Type::Day => json!({ "type": "string", "format": "date" }),
        Type::Digest => json!({ "type": "string", "pattern": "^([0-9a-f]{2})*$" }),
        Type::Json => return json!(true),
    };
    if member.nullable {
        json!({ "anyOf": [schema, { "type": "null" }] })
    } else {
        schema
    }
}
