//! The contract: the OpenAPI 3.1 document, collected from the router so that it cannot lie.
//!
//! What follows from an operation's form is added here rather than said at each one: its problems,
//! the headers it takes and gives, and examples made of the examples of its fields.

#![expect(
    clippy::indexing_slicing,
    reason = "indexing a JSON object gives null where nothing is"
)]

use actix_web::App;
use serde_json::{Map, Value, json};
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa_actix_web::AppExt as _;

use crate::http::problem::ProblemView;
use crate::http::{Code, Language};

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Maillage",
        description = "La plateforme commune où les collectivités font ensemble leur gouvernance de l'IA.\n\nLes textes destinés aux personnes sont en français, ou en anglais selon `Accept-Language`.",
        license(name = "EUPL-1.2", identifier = "EUPL-1.2")
    ),
    components(schemas(ProblemView)),
    tags(
        (name = "Sessions", description = "Log in, refresh, log out, who am I."),
        (name = "Directory", description = "The national list of public bodies."),
        (name = "Collectivities", description = "The tenants."),
        (name = "Members", description = "Invitations and memberships of your collectivity."),
        (name = "Groups", description = "Collectivités working together."),
        (name = "Commons", description = "Across all kinds."),
        (name = "Charters", description = "Usage charters."),
        (name = "Templates", description = "Reusable texts."),
        (name = "Audit", description = "What happened, in a chain that shows tampering."),
        (name = "Health", description = "For those who run it.")
    )
)]
struct Base;

/// The document, complete.
pub fn document(public_url: &str) -> OpenApi {
    let (_, document) = App::new()
        .into_utoipa_app()
        .openapi(Base::openapi())
        .configure(crate::routes::routes)
        .split_for_parts();
    let Ok(mut value) = serde_json::to_value(&document) else {
        return document;
    };
    complete(&mut value, public_url);
    serde_json::from_value(value).unwrap_or(document)
}

/// The document as it is committed and served: pretty JSON with a final line break.
pub fn text(public_url: &str) -> String {
    let mut text = serde_json::to_string_pretty(&document(public_url)).unwrap_or_default();
    text.push('\n');
    text
}

fn complete(document: &mut Value, public_url: &str) {
    document["servers"] = json!([{ "url": public_url }]);
    document["components"]["securitySchemes"] = json!({
        "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
            "description": "Access token of `POST /v1/sessions`." }
    });
    document["security"] = json!([{ "bearer": [] }]);
    let schemas = document["components"]["schemas"].clone();
    let Some(paths) = document["paths"].as_object_mut() else {
        return;
    };
    for (path, methods) in paths {
        let Some(methods) = methods.as_object_mut() else {
            continue;
        };
        for (method, operation) in methods {
            complete_operation(path, method, operation, &schemas);
        }
    }
}

fn complete_operation(path: &str, method: &str, operation: &mut Value, schemas: &Value) {
    let public = operation["security"].as_array().is_some_and(|all| {
        all.iter()
            .all(|one| one.as_object().is_some_and(Map::is_empty))
    });
    let names = |operation: &Value, name: &str| {
        operation["parameters"]
            .as_array()
            .is_some_and(|all| all.iter().any(|one| one["name"] == name))
    };
    let conditional = names(operation, "If-Match");
    let body = operation.get("requestBody").is_some();
    let mut codes = vec![Code::Internal, Code::Unavailable];
    if !path.starts_with("/health") && path != "/metrics" {
        codes.push(Code::RateLimited);
    }
    if !public {
        codes.extend([Code::Unauthenticated, Code::Forbidden]);
    }
    if path.contains('{') {
        codes.push(Code::NotFound);
    }
    if names(operation, "limit") || names(operation, "q") {
        codes.push(Code::InvalidRequest);
    }
    if body {
        codes.extend([
            Code::InvalidRequest,
            Code::PayloadTooLarge,
            Code::UnsupportedMediaType,
            Code::Invalid,
        ]);
    }
    if conditional {
        codes.extend([Code::Stale, Code::PreconditionRequired]);
    }
    if !matches!(method, "get" | "head") {
        codes.push(Code::Concurrent);
    }
    if public && path.starts_with("/v1/sessions") {
        codes.push(Code::InvalidCredentials);
    }
    if method == "post" && !public {
        let key = json!({ "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "The same key and request give one effect and one answer, for 24 hours.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255 },
            "example": "0b0f4e1e-7a55-4d0e-9f0c-3d0c6a1f7b42" });
        match operation["parameters"].as_array_mut() {
            Some(parameters) => parameters.push(key),
            None => operation["parameters"] = json!([key]),
        }
        // A key used for something else is answered 422 even where there is no body.
        codes.extend([Code::IdempotencyKeyReused, Code::InvalidRequest]);
    }
    if let Some(parameters) = operation["parameters"].as_array_mut() {
        parameters
            .iter_mut()
            .for_each(|parameter| exemplify_parameter(parameter, schemas));
    }
    if let Some(content) = operation.pointer_mut("/requestBody/content") {
        exemplify(content, schemas);
    }
    if body {
        operation["requestBody"]["required"] = json!(true);
    }
    let Some(responses) = operation["responses"].as_object_mut() else {
        return;
    };
    for response in responses.values_mut() {
        if response["description"]
            .as_str()
            .unwrap_or_default()
            .is_empty()
        {
            response["description"] = json!("Done.");
        }
        if let Some(content) = response.get_mut("content") {
            exemplify(content, schemas);
        }
        let tagged = matches!(method, "get" | "put" | "patch") || conditional;
        if tagged && path.contains('{') && response.get("content").is_some() {
            response["headers"]["ETag"] = json!({ "description": "The validator to send in If-Match.", "schema": { "type": "string" } });
        }
    }
    for code in codes {
        let status = code.status().as_u16().to_string();
        responses.entry(status).or_insert_with(|| problem(code));
    }
}

fn problem(code: Code) -> Value {
    let problem = crate::http::Problem::from(code);
    let view = problem.view(
        Language::French,
        "https://maillage.example",
        "019acb5e-3b7e-7cc0-8a55-6b4f3d1f2a10",
    );
    json!({
        "description": code.title(Language::English),
        "content": { "application/problem+json": {
            "schema": { "$ref": "#/components/schemas/ProblemView" },
            "example": view,
        }}
    })
}

fn exemplify_parameter(parameter: &mut Value, schemas: &Value) {
    let documented = parameter.get("example").is_some();
    if !documented && let Some(example) = example(&parameter["schema"], schemas, 0) {
        let is_tag = parameter["name"] == "If-Match";
        parameter["example"] = if is_tag {
            json!("\"1-9f86d081884c7d65\"")
        } else {
            example
        };
    }
}

fn exemplify(content: &mut Value, schemas: &Value) {
    let Some(types) = content.as_object_mut() else {
        return;
    };
    for media in types.values_mut() {
        if media.get("example").is_none()
            && let Some(example) = example(&media["schema"], schemas, 0)
        {
            media["example"] = example;
        }
    }
}

/// An example of a schema, made of the examples of its parts.
fn example(schema: &Value, schemas: &Value, depth: usize) -> Option<Value> {
    if depth > 12 {
        return None;
    }
    let inner = |schema: &Value| example(schema, schemas, depth + 1);
    if let Some(given) = schema.get("example") {
        return Some(given.clone());
    }
    if let Some(name) = schema["$ref"]
        .as_str()
        .and_then(|path| path.rsplit('/').next())
    {
        return inner(&schemas[name]);
    }
    if let Some(first) = schema["enum"].as_array().and_then(|all| all.first()) {
        return Some(first.clone());
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(all) = schema[choice].as_array() {
            return all
                .iter()
                .filter(|one| one["type"] != "null")
                .find_map(inner);
        }
    }
    if let Some(all) = schema["allOf"].as_array() {
        let mut whole = Map::new();
        for part in all.iter().filter_map(inner) {
            whole.extend(part.as_object().cloned().unwrap_or_default());
        }
        return Some(Value::Object(whole));
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds
            .iter()
            .find_map(|kind| kind.as_str().filter(|kind| *kind != "null")),
        kind => kind.as_str(),
    };
    Some(match kind? {
        "object" => {
            let members = schema["properties"].as_object()?;
            let given = members
                .iter()
                .filter_map(|(name, part)| Some((name.clone(), inner(part)?)));
            Value::Object(given.collect())
        }
        "array" => json!([inner(&schema["items"])?]),
        "integer" => json!(1),
        "number" => json!(1.0),
        "boolean" => json!(true),
        _ => match schema["format"].as_str() {
            Some("date-time") => json!("2026-11-23T09:00:00Z"),
            Some("uuid") => json!("019acb5e-0000-7000-8000-000000000001"),
            _ => json!("texte"),
        },
    })
}
