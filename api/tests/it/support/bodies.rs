//! Bodies to submit, small and lawful.

use serde_json::{Value, json};

/// A clause that may be changed freely.
pub fn clause(id: &str, text: &str) -> Value {
    json!({ "id": id, "title": format!("Article {id}"), "text": text, "lock": "free" })
}

/// A charter of one clause.
pub fn charter(title: &str, text: &str) -> Value {
    json!({ "title": title, "summary": "Essai.", "tags": ["essai"],
        "body": { "preamble": "", "clauses": [clause("objet", text)] } })
}

/// A template of one clause.
pub fn template(title: &str, text: &str) -> Value {
    json!({ "title": title, "body": { "use": "other", "clauses": [clause("objet", text)] } })
}
