//! Actors: someone with a token, who asks and looks at the answer.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::App;

/// Someone with a token, or nobody in particular.
#[derive(Clone)]
pub struct Actor {
    pub app: App,
    pub token: Option<String>,
    headers: HeaderMap,
}

/// What was answered.
#[derive(Debug)]
pub struct Response {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Actor {
    pub fn new(app: App, token: Option<String>) -> Self {
        Self {
            app,
            token,
            headers: HeaderMap::new(),
        }
    }

    /// The same actor, whose next requests carry this header.
    pub fn with(&self, name: &'static str, value: impl AsRef<str>) -> Self {
        let mut actor = self.clone();
        let value = HeaderValue::from_str(value.as_ref()).unwrap();
        actor.headers.insert(HeaderName::from_static(name), value);
        actor
    }

    /// The same actor, whose next requests carry `If-Match` with the ETag of this answer.
    pub fn matching(&self, response: &Response) -> Self {
        self.with("if-match", response.etag())
    }

    /// The same actor, who writes over whatever stands there.
    pub fn anyway(&self) -> Self {
        self.with("if-match", "*")
    }

    /// Asks anything.
    pub async fn ask(&self, method: Method, path: &str, body: Option<Vec<u8>>) -> Response {
        let patch = method == Method::PATCH;
        let mut request = self.app.client.request(method, self.app.url(path));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            let json = if patch {
                "application/merge-patch+json"
            } else {
                "application/json"
            };
            if !self.headers.contains_key("content-type") {
                request = request.header("content-type", json);
            }
            request = request.body(body);
        }
        let answer = request.headers(self.headers.clone()).send().await.unwrap();
        Response {
            status: answer.status(),
            headers: answer.headers().clone(),
            body: answer.text().await.unwrap(),
        }
    }

    pub async fn get(&self, path: &str) -> Response {
        self.ask(Method::GET, path, None).await
    }

    pub async fn delete(&self, path: &str) -> Response {
        self.ask(Method::DELETE, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Response {
        self.ask(Method::POST, path, Some(body.to_string().into_bytes()))
            .await
    }

    pub async fn put(&self, path: &str, body: Value) -> Response {
        self.ask(Method::PUT, path, Some(body.to_string().into_bytes()))
            .await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Response {
        self.ask(Method::PATCH, path, Some(body.to_string().into_bytes()))
            .await
    }
}

impl Response {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The body as JSON, once the status is this one.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        if self.body.is_empty() {
            Value::Null
        } else {
            self.json()
        }
    }

    /// The code of a problem with this status.
    #[track_caller]
    pub fn problem(&self, status: u16) -> String {
        let body = self.expect(status);
        assert_eq!(self.header("content-type"), "application/problem+json");
        body["code"].as_str().unwrap().to_owned()
    }

    /// What a cache would compare: status, tag and body, byte for byte.
    pub fn bytes(&self) -> (u16, &str, &str) {
        (self.status.as_u16(), self.etag(), &self.body)
    }

    /// The rules broken, each as `place slug`: a pointer, a parameter or a header.
    #[track_caller]
    pub fn broken(&self) -> Vec<String> {
        let body = self.json();
        let errors = body["errors"].as_array().cloned().unwrap_or_default();
        let place = |error: &Value| {
            let places = ["pointer", "parameter", "header"];
            let place = places.iter().find_map(|name| error[name].as_str());
            format!("{} {}", place.unwrap(), error["code"].as_str().unwrap())
        };
        errors.iter().map(place).collect()
    }

    /// The ids of the items of a page.
    #[track_caller]
    pub fn ids(&self) -> Vec<String> {
        let items = self.expect(200)["items"].as_array().unwrap().clone();
        let id = |item: &Value| item["id"].as_str().unwrap().to_owned();
        items.iter().map(id).collect()
    }

    /// The header, or an empty text.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub fn etag(&self) -> &str {
        self.header("etag")
    }

    /// The id in the body.
    pub fn id(&self) -> String {
        self.json()["id"]
            .as_str()
            .unwrap_or_else(|| panic!("no id: {self:?}"))
            .to_owned()
    }
}
