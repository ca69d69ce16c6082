//! The operations of the contract, as the tests of access walk through them.

use std::sync::OnceLock;

use maillage_domain::commons::KindName;
use reqwest::Method;
use serde_json::Value;

/// One operation of the OpenAPI document.
#[derive(Clone, Debug)]
pub struct Operation {
    pub tag: String,
    pub method: Method,
    pub path: String,
    /// Whether it asks for no token: `security: []`.
    pub public: bool,
    /// What the document says of it.
    pub spec: Value,
}

/// The document of the server that the tests ask.
pub fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let document = maillage_api::document::document("https://maillage.test");
        serde_json::to_value(document).unwrap()
    })
}

/// Every operation, in the order of the document.
pub fn operations() -> Vec<Operation> {
    let mut found = Vec::new();
    for (path, methods) in document()["paths"].as_object().unwrap() {
        for (method, spec) in methods.as_object().unwrap() {
            found.push(Operation {
                tag: spec["tags"][0].as_str().unwrap().to_owned(),
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                public: spec["security"] == serde_json::json!([]),
                spec: spec.clone(),
            });
        }
    }
    found
}

impl Operation {
    /// Its name in the tests: `POST /v1/groups`.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The kind of resource it is about: `charters`.
    pub fn kind(&self) -> Option<&'static str> {
        let segment = self.path.strip_prefix("/v1/")?.split(['/', ':']).next()?;
        let mut kinds = KindName::ALL.iter().map(|kind| kind.plural());
        kinds.find(|kind| *kind == segment)
    }

    /// The name that it has for every kind: `POST /v1/{kind}/{id}/shares`.
    pub fn pattern(&self) -> String {
        let name = self.name();
        match self.kind() {
            Some(kind) => name.replacen(&format!("/v1/{kind}"), "/v1/{kind}", 1),
            None => name,
        }
    }

    /// Whether it changes nothing.
    pub fn is_read(&self) -> bool {
        self.method == Method::GET
    }

    /// Whether its body is a file, in which no member could be.
    pub fn takes_file(&self) -> bool {
        let kinds = self.spec["requestBody"]["content"].as_object();
        let files = [
            "text/markdown",
            "text/csv",
            "application/x-www-form-urlencoded",
        ];
        kinds.is_some_and(|kinds| files.iter().any(|file| kinds.contains_key(*file)))
    }

    /// Whether it has a parameter of this name and place.
    pub fn takes(&self, place: &str, name: &str) -> bool {
        let mut given = self.parameters(place);
        given.any(|parameter| parameter["name"] == name)
    }

    /// Its parameters in the path, the query or the headers.
    pub fn parameters(&self, place: &str) -> impl Iterator<Item = &Value> {
        let all = self.spec["parameters"].as_array();
        let place = place.to_owned();
        all.into_iter()
            .flatten()
            .filter(move |one| one["in"] == place.as_str())
    }
}
