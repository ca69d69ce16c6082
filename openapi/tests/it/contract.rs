//! How the tests look at the committed document.

use std::sync::OnceLock;

use serde_json::{Map, Value};

/// The committed document.
pub fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| maillage_openapi::document().unwrap())
}

/// What stands at a JSON pointer that must lead somewhere.
#[track_caller]
pub fn at(pointer: &str) -> &'static Value {
    let found = document().pointer(pointer);
    found.unwrap_or_else(|| panic!("nothing at {pointer}"))
}

/// The members of an object; none of anything else.
pub fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// The items of a list; none of anything else.
pub fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// What a reference leads to, or the value itself.
pub fn resolved(value: &'static Value) -> &'static Value {
    match value["$ref"].as_str() {
        Some(reference) => at(reference.trim_start_matches('#')),
        None => value,
    }
}

/// One operation of the document.
#[derive(Clone, Copy)]
pub struct Operation {
    pub path: &'static str,
    pub method: &'static str,
    pub spec: &'static Value,
}

/// Every operation.
pub fn operations() -> Vec<Operation> {
    let mut found = Vec::new();
    for (path, methods) in members(at("/paths")) {
        for (method, spec) in members(methods) {
            found.push(Operation { path, method, spec });
        }
    }
    assert!(found.len() > 60, "only {} operations", found.len());
    found
}

impl Operation {
    /// `POST /v1/groups`.
    pub fn name(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }

    /// Whether it asks for no token.
    pub fn is_public(&self) -> bool {
        self.spec["security"] == serde_json::json!([])
    }

    pub fn parameters(&self) -> impl Iterator<Item = &'static Value> + use<> {
        items(&self.spec["parameters"])
    }

    pub fn takes(&self, place: &str, name: &str) -> bool {
        self.parameters()
            .any(|it| it["in"] == place && it["name"] == name)
    }

    /// Its answers by status, references followed.
    pub fn responses(&self) -> impl Iterator<Item = (&'static str, &'static Value)> + use<> {
        members(&self.spec["responses"]).map(|(status, it)| (status.as_str(), resolved(it)))
    }
}

/// The media types of a request or an answer.
pub fn content(of: &'static Value) -> Option<&'static Map<String, Value>> {
    of["content"].as_object()
}

/// Fails with everything that was found, one per line.
#[track_caller]
pub fn nothing(found: &[String]) {
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}
