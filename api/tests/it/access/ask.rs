//! A request that can be asked by anyone, at the same address or at one with other ids.

use std::collections::BTreeMap;

use maillage_infra::ambient;
use reqwest::Method;
use serde_json::Value;

use super::operations::Operation;
use crate::support::{Actor, App, Response};

/// Fields of an answer that differ from one moment to the next, whoever asks.
const MASKED: [&str; 2] = ["date", "ratelimit"];

/// A request, its ids apart.
#[derive(Clone, Debug)]
pub struct Ask {
    pub method: Method,
    template: String,
    /// The parameters of the path.
    pub ids: BTreeMap<&'static str, String>,
    pub query: String,
    pub body: Option<Value>,
    /// A file and its type, where that is the body.
    pub file: Option<(&'static str, String)>,
    pub etag: Option<String>,
}

/// What two answers are compared by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Ask {
    pub fn of(operation: &Operation) -> Self {
        Self {
            method: operation.method.clone(),
            template: operation.path.clone(),
            ids: BTreeMap::new(),
            query: String::new(),
            body: None,
            file: None,
            etag: None,
        }
    }

    pub fn at(mut self, name: &'static str, value: impl ToString) -> Self {
        self.ids.insert(name, value.to_string());
        self
    }

    pub fn looking_for(mut self, name: &str, value: &str) -> Self {
        let separator = if self.query.is_empty() { "?" } else { "&" };
        self.query.push_str(&format!("{separator}{name}={value}"));
        self
    }

    pub fn saying(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    pub fn sending(mut self, kind: &'static str, file: impl Into<String>) -> Self {
        self.file = Some((kind, file.into()));
        self
    }

    pub fn matching(mut self, etag: impl Into<String>) -> Self {
        self.etag = Some(etag.into());
        self
    }

    /// The address, which has a value for each parameter.
    pub fn address(&self) -> String {
        let mut path = self.template.clone();
        for (name, value) in &self.ids {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        assert!(!path.contains('{'), "a parameter has no value: {path}");
        path + &self.query
    }

    /// The parameters that name something of somebody's: not the number of a version, nor a clause.
    pub fn names(&self) -> Vec<&'static str> {
        let names = self.ids.keys().copied();
        names
            .filter(|name| !["number", "clause"].contains(name))
            .collect()
    }

    /// The same request with these parameters as in `other`.
    pub fn with_ids_of(&self, other: &Self, names: &[&'static str]) -> Self {
        let mut ask = self.clone();
        for name in names {
            ask.ids.insert(name, other.ids[name].clone());
        }
        ask
    }

    /// The same request with random values for these parameters, of the same form.
    pub fn with_random_ids(&self, app: &App, names: &[&'static str]) -> Self {
        let mut ask = self.clone();
        for name in names {
            let random = match ask.ids[name].len() {
                9 => app.database.siren().to_string(),
                _ => ambient::id().to_string(),
            };
            ask.ids.insert(name, random);
        }
        ask
    }

    /// What is answered to `actor`. The request id is given, because problems repeat it.
    pub async fn by(&self, actor: &Actor) -> Response {
        let mut actor = actor.with("x-request-id", "access");
        if let Some(etag) = &self.etag {
            actor = actor.with("if-match", etag);
        }
        let body = self.body.as_ref().map(|body| body.to_string().into_bytes());
        let file = self.file.as_ref();
        if let Some((kind, _)) = file {
            actor = actor.with("content-type", kind);
        }
        let body = body.or(file.map(|(_, file)| file.clone().into_bytes()));
        actor.ask(self.method.clone(), &self.address(), body).await
    }
}

/// The feed says where its reader has got to, which is a place among the events of all tenants.
fn without_position(body: &str) -> String {
    match serde_json::from_str(body) {
        Ok(Value::Object(mut page)) if page.contains_key("more") => {
            page.remove("after");
            Value::Object(page).to_string()
        }
        _ => body.to_owned(),
    }
}

impl Masked {
    pub fn of(answer: &Response) -> Self {
        let mut headers: Vec<_> = answer
            .headers
            .iter()
            .filter(|(name, _)| !MASKED.contains(&name.as_str()))
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        headers.sort();
        Self {
            status: answer.status.as_u16(),
            headers,
            body: without_position(&answer.body),
        }
    }
}
