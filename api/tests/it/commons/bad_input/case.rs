//! A case of the table: a request, and what it shall be told.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::Actor;

/// A request, and what it shall be told: `place slug`.
pub struct Case {
    pub actor: Actor,
    pub method: Method,
    pub path: String,
    pub body: String,
    pub broken: &'static str,
}

pub fn post(actor: &Actor, path: impl Into<String>, body: Value, broken: &'static str) -> Case {
    Case {
        actor: actor.clone(),
        method: Method::POST,
        path: path.into(),
        body: body.to_string(),
        broken,
    }
}

pub fn get(actor: &Actor, path: String, broken: &'static str) -> Case {
    let (method, body) = (Method::GET, String::new());
    Case {
        method,
        body,
        ..post(actor, path, json!({}), broken)
    }
}
