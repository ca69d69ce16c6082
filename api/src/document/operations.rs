//! Operations: what follows from an operation's form is added to it.

use maillage_documents::sheets::SheetFormat;
use serde_json::{Map, Value, json};

use super::{examples, problems};

/// Writes whose answers carry no ETag: what they made is read elsewhere, only once, or not kept.
const UNTAGGED: [&str; 6] = [
    "/v1/collectivities",
    "/v1/collectivities/{siren}/invitations",
    "/v1/directory",
    "/v1/figures",
    "/v1/webhook-endpoints/{id}/replays",
    "/v1/webhook-endpoints/{id}/tests",
];

/// Reads whose answers carry none either: they come as they are made.
const STREAMED: [&str; 4] = [
    "/v1/clients/{id}/usage",
    "/v1/jobs/{id}/events",
    "/v1/jobs/{id}/result",
    "/v1/usage",
];

/// The form of an operation: what its problems follow from.
pub(super) struct Form<'a> {
    pub(super) id: &'a str,
    pub(super) path: &'a str,
    method: &'a str,
    /// Whether it asks for no token.
    pub(super) public: bool,
    /// Whether it takes a body.
    pub(super) body: bool,
    /// Whether that body is a file, not JSON.
    pub(super) file: bool,
    /// Whether it is a table.
    pub(super) table: bool,
    /// Whether it is a form, as OAuth has it.
    pub(super) form: bool,
    /// The names of its parameters.
    parameters: Vec<&'a str>,
    /// Whether it takes a query.
    pub(super) query: bool,
}

impl<'a> Form<'a> {
    fn of(path: &'a str, method: &'a str, operation: &'a Value) -> Self {
        let security = operation.get("security").and_then(Value::as_array);
        let empty = |one: &Value| one.as_object().is_some_and(Map::is_empty);
        let parameters = operation.get("parameters").and_then(Value::as_array);
        let name = |one: &'a Value| one.get("name").and_then(Value::as_str);
        let asked = |one: &Value| one.get("in") == Some(&json!("query"));
        let id = operation.get("operationId").and_then(Value::as_str);
        let content = operation.pointer("/requestBody/content");
        let is = |kind: &str| content.and_then(|kinds| kinds.get(kind)).is_some();
        Self {
            id: id.unwrap_or_default(),
            path,
            method,
            // utoipa says it with one empty requirement; an empty list is what generators know.
            public: security.is_some_and(|all| all.iter().all(empty)),
            body: operation.get("requestBody").is_some(),
            file: is("text/markdown"),
            table: is("text/csv"),
            form: is("application/x-www-form-urlencoded"),
            query: parameters.into_iter().flatten().any(asked),
            parameters: parameters.into_iter().flatten().filter_map(name).collect(),
        }
    }

    /// Whether it has a parameter of that name.
    pub(super) fn takes(&self, name: &str) -> bool {
        self.parameters.contains(&name)
    }

    /// Whether it lists what may be had as a table too.
    pub(super) fn is_tabular(&self) -> bool {
        self.takes("bom")
    }

    /// Whether it may change something.
    pub(super) fn writes(&self) -> bool {
        self.method != "get"
    }

    /// Whether it is counted against a quota: those who watch ask often.
    pub(super) fn is_counted(&self) -> bool {
        !self.path.starts_with("/health") && self.path != "/metrics"
    }

    /// What follows from the form, for people.
    fn told(&self) -> String {
        let token = match self.public {
            true => "Asks for no token.",
            false => "Asks for an access token.",
        };
        let more = [
            (
                "If-Match",
                "Names with `If-Match` what it was decided on: 428 without, 412 when it is stale.",
            ),
            (
                "Idempotency-Key",
                "Safe to repeat with an `Idempotency-Key`.",
            ),
            ("If-None-Match", "Answers 304 to who has it already."),
            ("cursor", "Comes in pages."),
            (
                "bom",
                "As CSV, ODS or XLSX by `Accept`: the whole list, 10,000 rows at most, unless `limit` or `cursor` ask for a page. Headings by `Accept-Language`; moments in UTC.",
            ),
        ];
        let more = more.iter().filter(|(name, _)| self.takes(name));
        let more = more.map(|(_, text)| *text);
        std::iter::once(token)
            .chain(more)
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Whether its answers carry a validator. Pages do not: only what is public is worth it.
    fn is_tagged(&self) -> bool {
        let page =
            self.takes("cursor") && !self.path.starts_with("/v1/directory") || self.takes("after");
        let versioned = self.path.starts_with("/v1/") && !page;
        match self.method {
            "get" => versioned && !STREAMED.contains(&self.path),
            _ => {
                let many = self.path.ends_with(":bulk");
                versioned && !self.public && !many && !UNTAGGED.contains(&self.path)
            }
        }
    }
}

fn header(text: &str) -> Value {
    json!({ "description": text, "schema": { "type": "string" } })
}

fn parameter(name: &str, text: &str) -> Value {
    json!({ "name": name, "in": "header", "required": false,
        "description": text, "schema": { "type": "string" } })
}

/// The headers that answers have in common, by name.
pub(super) fn common_headers() -> Value {
    let always = |text: &str| json!({ "description": text, "required": true, "schema": { "type": "string" } });
    json!({
        "RateLimit": always("What is left of the quota, and for how many seconds."),
        "RateLimit-Policy": always("The quota: requests, and the seconds they are counted over."),
        "X-Request-Id": always("The id of the request: the one it came with, or a new one."),
    })
}

fn common(name: &str) -> (String, Value) {
    let at = format!("#/components/headers/{name}");
    (name.to_owned(), json!({ "$ref": at }))
}

/// The headers of an answer that was counted.
pub(super) fn quota() -> Map<String, Value> {
    ["RateLimit", "RateLimit-Policy"]
        .map(common)
        .into_iter()
        .collect()
}

/// The header of every answer.
pub(super) fn request_id() -> Map<String, Value> {
    std::iter::once(common("X-Request-Id")).collect()
}

/// Adds to an operation what follows from its form; answers that others give too go to `shared`.
pub(super) fn complete(
    path: &str,
    method: &str,
    operation: &mut Value,
    schemas: &Map<String, Value>,
    shared: &mut Map<String, Value>,
) {
    let before = operation.clone();
    let form = Form::of(path, method, &before);
    let mut parameters = before
        .get("parameters")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    parameters.extend(implied(&form));
    for parameter in &mut parameters {
        exemplify_parameter(parameter, schemas);
    }
    let Some(operation) = operation.as_object_mut() else {
        return;
    };
    if !parameters.is_empty() {
        operation.insert("parameters".to_owned(), Value::Array(parameters));
    }
    if let Some(body) = operation
        .get_mut("requestBody")
        .and_then(Value::as_object_mut)
    {
        body.insert("required".to_owned(), json!(true));
        body.entry("content")
            .and_modify(|content| exemplify(content, schemas));
    }
    let after = Value::Object(operation.clone());
    let form = Form::of(path, method, &after);
    let said = operation.get("description").and_then(Value::as_str);
    let told = match said {
        Some(said) => format!("{said}\n\n{}", form.told()),
        None => form.told(),
    };
    operation.insert("description".to_owned(), json!(told));
    if form.public {
        operation.insert("security".to_owned(), json!([]));
    }
    let Some(responses) = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    for (status, response) in &mut *responses {
        if form.is_tabular() {
            tables(response);
        }
        succeed(&form, status, response, schemas);
    }
    if form.takes("If-None-Match") && !form.writes() {
        let mut headers = counted(&form);
        headers.insert("ETag".to_owned(), header("Its validator."));
        let known = json!({ "description": "You have it already.", "headers": headers });
        responses.insert("304".to_owned(), known);
    }
    if form.writes() && form.takes("Prefer") && responses.contains_key("200") {
        let mut left_out = json!({ "description": "Done, and left out as preferred." });
        succeed(&form, "204", &mut left_out, schemas);
        responses.insert("204".to_owned(), left_out);
    }
    responses.extend(problems::responses(&form, shared));
    responses.sort_keys();
}

/// The headers that the form lets a caller send.
fn implied(form: &Form<'_>) -> Vec<Value> {
    let mut more = Vec::new();
    if form.method == "post" && !form.public {
        more.push(parameter(
            "Idempotency-Key",
            "The same key and request give one effect and one answer, for 24 hours.",
        ));
    }
    if form.method == "get" && form.is_tagged() {
        let text = "ETags you have: 304 instead of the same again.";
        more.push(parameter("If-None-Match", text));
    }
    if matches!(form.method, "post" | "put" | "patch") && !form.public {
        let text = "`return=minimal` leaves the representation out (RFC 7240).";
        more.push(parameter("Prefer", text));
    }
    if form.takes("cursor") {
        let text = "`return=total-count` adds how many items all pages have (RFC 7240).";
        more.push(parameter("Prefer", text));
    }
    more
}

/// Completes an answer that goes well.
fn succeed(form: &Form<'_>, status: &str, response: &mut Value, schemas: &Map<String, Value>) {
    let has_body = response.get("content").is_some();
    let Some(response) = response.as_object_mut() else {
        return;
    };
    let said = response.get("description").and_then(Value::as_str);
    if said.unwrap_or_default().is_empty() {
        let text = match status {
            "200" => "Here it is.",
            "201" => "Made.",
            _ => "Done.",
        };
        response.insert("description".to_owned(), json!(text));
    }
    response
        .entry("content")
        .and_modify(|content| exemplify(content, schemas));
    let mut headers = counted(form);
    if status == "201" || status == "202" {
        headers.insert("Location".to_owned(), header("Where it is."));
    }
    let preferred = status == "204" && form.takes("Prefer");
    if (has_body || preferred) && form.is_tagged() {
        let text = "The validator of what stands there now.";
        headers.insert("ETag".to_owned(), header(text));
    }
    if form.takes("cursor") {
        let text = "The pages after and before this one (RFC 8288).";
        headers.insert("Link".to_owned(), header(text));
        let text = "`return=total-count` when the total was preferred.";
        headers.insert("Preference-Applied".to_owned(), header(text));
    }
    if form.is_tabular() {
        let text = "Of a table: the name of the file.";
        headers.insert("Content-Disposition".to_owned(), header(text));
        let text = "Of a table: the language of its headings.";
        headers.insert("Content-Language".to_owned(), header(text));
    }
    if form.takes("Idempotency-Key") {
        let text = "`true` when this is the answer to an earlier request with the same key.";
        headers.insert("Idempotent-Replayed".to_owned(), header(text));
    }
    response.insert("headers".to_owned(), Value::Object(headers));
}

/// Adds to a list the forms of a table.
fn tables(response: &mut Value) {
    let content = response.get_mut("content").and_then(Value::as_object_mut);
    let forms = SheetFormat::ALL.iter().map(|format| {
        let (schema, example) = match format {
            SheetFormat::Csv => (json!({ "type": "string" }), "Nom;État\r\nCergy;active\r\n"),
            _ => (json!({ "type": "string", "format": "binary" }), "(octets)"),
        };
        let media = json!({ "schema": schema, "example": example });
        (format.essence().to_owned(), media)
    });
    content
        .into_iter()
        .for_each(|content| content.extend(forms.clone()));
}

/// The headers that an answer to such an operation has whatever it says.
fn counted(form: &Form<'_>) -> Map<String, Value> {
    let mut headers = request_id();
    if form.is_counted() {
        headers.extend(quota());
    }
    headers
}

/// Gives a required parameter an example. Optional ones have one only where it was written down:
/// pages that send what stands in the document would send it.
fn exemplify_parameter(parameter: &mut Value, schemas: &Map<String, Value>) {
    let Some(members) = parameter.as_object_mut() else {
        return;
    };
    // A header is there or it is not; null cannot be sent.
    if let Some(kinds) = members
        .get_mut("schema")
        .and_then(|schema| schema.get_mut("type"))
        && kinds.is_array()
    {
        *kinds = json!("string");
    }
    if members.contains_key("example") || members.get("required") != Some(&json!(true)) {
        return;
    }
    let made = match members.get("name").and_then(Value::as_str) {
        Some("If-Match") => Some(json!("\"1-9f86d081884c7d65\"")),
        _ => members
            .get("schema")
            .and_then(|schema| examples::of(schema, schemas)),
    };
    members.extend(made.map(|example| ("example".to_owned(), example)));
}

/// Gives each media type of a body an example.
fn exemplify(content: &mut Value, schemas: &Map<String, Value>) {
    for media in content
        .as_object_mut()
        .into_iter()
        .flat_map(Map::values_mut)
    {
        let Some(media) = media.as_object_mut() else {
            continue;
        };
        if media.contains_key("example") {
            continue;
        }
        let made = media
            .get("schema")
            .and_then(|schema| examples::of(schema, schemas));
        media.extend(made.map(|example| ("example".to_owned(), example)));
    }
}
