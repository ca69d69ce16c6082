//! Schemas: each has one name and stands in one place, and answers say what is always there.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

/// The schemas of the document by name.
pub(super) fn all(document: &Value) -> Map<String, Value> {
    let schemas = document.pointer("/components/schemas");
    schemas
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default()
}

/// The name of the schema that a reference leads to.
pub(super) fn referred(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.rsplit('/').next()
}

/// Puts the schemas in order.
pub(super) fn tidy(document: &mut Value) {
    let named = all(document);
    let asked = asked(document, &named);
    let mut whole = Map::new();
    for (name, mut schema) in named.clone() {
        for member in children(&mut schema) {
            fold(member, &named);
        }
        if let Some((member, text)) = forgotten(&name) {
            allow_null(&mut schema, member, text);
        }
        if is_answer(&name) {
            require(&mut schema);
        }
        if asked.contains(&name) {
            close(&mut schema);
        }
        // What else a fact says depends on its type.
        if let ("Fact", Some(fact)) = (name.as_str(), schema.as_object_mut()) {
            fact.insert("additionalProperties".to_owned(), json!(true));
        }
        whole.insert(rename(&name), schema);
    }
    whole.sort_keys();
    if let Some(schemas) = document.pointer_mut("/components/schemas") {
        *schemas = Value::Object(whole);
    }
    point(document);
}

fn children(value: &mut Value) -> Box<dyn Iterator<Item = &mut Value> + '_> {
    match value {
        Value::Object(members) => Box::new(members.values_mut()),
        Value::Array(items) => Box::new(items.iter_mut()),
        _ => Box::new(std::iter::empty()),
    }
}

/// Replaces what is written out by a reference to the schema that says the same.
///
/// Generic views write their parameter out; a reader wants to know that it is the same thing.
fn fold(value: &mut Value, named: &Map<String, Value>) {
    let is_object = value.get("properties").is_some();
    let same = named
        .iter()
        .find(|(_, schema)| is_object && *schema == value);
    if let Some((name, _)) = same {
        *value = json!({ "$ref": format!("#/components/schemas/{name}") });
        return;
    }
    for child in children(value) {
        fold(child, named);
    }
}

/// The member that utoipa forgets to be optional, because its type is a generic parameter.
fn forgotten(name: &str) -> Option<(&'static str, &'static str)> {
    let text = "The text of its newest version; null until there is one.";
    name.starts_with("ResourceView_").then_some(("body", text))
}

fn allow_null(schema: &mut Value, member: &str, text: &str) {
    let found = schema.pointer_mut(&format!("/properties/{member}"));
    if let Some(found) = found {
        *found = json!({ "oneOf": [found.clone(), { "type": "null" }], "description": text });
        return;
    }
    children(schema).for_each(|child| allow_null(child, member, text));
}

/// What only ever leaves.
fn is_answer(name: &str) -> bool {
    name.contains("View") || name.starts_with("Page_") || name == "CollectivityRef"
}

/// The names of what comes in, with all that it is made of.
fn asked(document: &Value, named: &Map<String, Value>) -> HashSet<String> {
    let paths = document.get("paths").and_then(Value::as_object);
    let items = paths
        .into_iter()
        .flatten()
        .filter_map(|it| it.1.as_object());
    let operations = items.flat_map(Map::values);
    let mut open: Vec<&Value> = operations.filter_map(|it| it.get("requestBody")).collect();
    let mut asked = HashSet::new();
    while let Some(value) = open.pop() {
        match value {
            Value::Object(members) => open.extend(members.values()),
            Value::Array(items) => open.extend(items),
            _ => {}
        }
        if let Some(name) = referred(value)
            && let Some(schema) = named.get(name)
            && asked.insert(name.to_owned())
        {
            open.push(schema);
        }
    }
    asked
}

/// Unknown members of a request are refused, at every depth.
fn close(schema: &mut Value) {
    if schema.get("properties").is_none() {
        return children(schema).for_each(close);
    }
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("additionalProperties".to_owned(), json!(false));
    }
}

/// Null stands where nothing is: a member that may be null is never left out.
fn require(schema: &mut Value) {
    let Some(members) = schema.get("properties").and_then(Value::as_object) else {
        return children(schema).for_each(require);
    };
    let mut required: Vec<Value> = Vec::new();
    let before = schema.get("required").and_then(Value::as_array);
    for (name, member) in members {
        let name = Value::String(name.clone());
        if is_nullable(member) || before.is_some_and(|before| before.contains(&name)) {
            required.push(name);
        }
    }
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("required".to_owned(), Value::Array(required));
    }
}

fn is_nullable(schema: &Value) -> bool {
    let kinds = schema.get("type").and_then(Value::as_array);
    let choices = schema.get("oneOf").and_then(Value::as_array);
    kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind == "null"))
        || choices.is_some_and(|choices| {
            choices
                .iter()
                .any(|one| one.get("type") == Some(&json!("null")))
        })
}

/// `Page_CardView` is a `CardPage`, `DraftView_CharterBody` a `CharterDraftView`.
fn rename(name: &str) -> String {
    let Some((outer, inner)) = name.split_once('_') else {
        return name.to_owned();
    };
    let kind = inner.trim_end_matches("Body").trim_end_matches("View");
    match outer {
        "ResourceView" => format!("{kind}View"),
        "ResourceInput" => format!("{kind}Input"),
        outer => format!("{kind}{outer}"),
    }
}

/// Lets every reference lead to the name that its schema has now.
fn point(value: &mut Value) {
    let renamed = referred(value)
        .filter(|name| name.contains('_'))
        .map(rename);
    if let (Some(name), Some(members)) = (renamed, value.as_object_mut()) {
        members.insert(
            "$ref".to_owned(),
            json!(format!("#/components/schemas/{name}")),
        );
    }
    for child in children(value) {
        point(child);
    }
}
