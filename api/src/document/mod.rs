//! The contract: the OpenAPI 3.1 document, collected from the router so that it cannot lie.
//!
//! What follows from an operation's form is added here rather than said at each one: its problems,
//! the headers it takes and gives, and examples made of the examples of its fields.

pub mod events;
mod examples;
mod limits;
mod operations;
mod problems;
mod schemas;

use actix_web::App;
use serde_json::{Value, json};
use utoipa::OpenApi as _;
use utoipa_actix_web::AppExt as _;

use crate::commons::bodies::LockSchema;
use crate::evaluation::reduction::ReductionSchema;
use crate::http::problem::ProblemView;

/// What every answer has in common is said once.
const COMMON: &str = "La plateforme commune où les collectivités font ensemble leur gouvernance de \
l'IA.\n\n\
Les textes destinés aux personnes sont en français, ou en anglais selon `Accept-Language`. \
Chaque réponse porte `X-Request-Id` (celui de la requête, s'il est donné) et, hors santé et mesures, \
`RateLimit` et `RateLimit-Policy`. \
Tout ce qui échoue répond `application/problem+json` (RFC 9457) avec un `code` stable. \
Ce qu'un appelant ne peut pas voir répond comme ce qui n'existe pas.";

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Maillage",
        description = COMMON,
        license(name = "EUPL-1.2", identifier = "EUPL-1.2")
    ),
    components(schemas(ProblemView, LockSchema, ReductionSchema)),
    tags(
        (name = "Sessions", description = "Log in, refresh, log out, who am I."),
        (name = "Directory", description = "The national list of public bodies."),
        (name = "Collectivities", description = "The tenants."),
        (name = "Members", description = "Invitations and memberships of your collectivity."),
        (name = "Clients", description = "Software of partners that acts for your collectivity."),
        (name = "Webhooks", description = "Receivers of your collectivity are told what happens (Standard Webhooks)."),
        (name = "Jobs", description = "Work that takes longer than a request: imports, and how far they are."),
        (name = "OAuth", description = "Tokens for that software (RFC 6749, 7009, 7662, 8414)."),
        (name = "Groups", description = "Collectivités working together."),
        (name = "Commons", description = "Across all kinds."),
        (name = "Charters", description = "Usage charters."),
        (name = "Templates", description = "Reusable texts."),
        (name = "Experiments", description = "Protocols of trials, and what they are described with."),
        (name = "Amendments", description = "Changes proposed to a source by who adapted it."),
        (name = "Trials", description = "Carrying out the protocol of an experiment, and what it shows."),
        (name = "Insights", description = "What the results of several collectivities show together."),
        (name = "Inbox", description = "What others have done that concerns you."),
        (name = "Events", description = "What happens, in order: the change feed."),
        (name = "Audit", description = "What happened, in a chain that shows tampering."),
        (name = "Health", description = "For those who run it.")
    )
)]
struct Base;

/// The document, complete.
///
/// JSON rather than utoipa's types, which cannot read all of what they write.
pub fn document(public_url: &str) -> Value {
    let (_, collected) = App::new()
        .into_utoipa_app()
        .openapi(Base::openapi())
        .configure(crate::routes::routes)
        .split_for_parts();
    let mut document = serde_json::to_value(&collected).unwrap_or_default();
    schemas::tidy(&mut document);
    complete(&mut document, public_url);
    document
}

/// The document as it is committed and served: pretty JSON with a final line break.
pub fn text(public_url: &str) -> String {
    let mut text = serde_json::to_string_pretty(&document(public_url)).unwrap_or_default();
    text.push('\n');
    text
}

/// Each address with its methods, in capitals.
pub fn addresses(document: &Value) -> Vec<(String, Vec<String>)> {
    let paths = document.get("paths").and_then(Value::as_object);
    let methods = |item: &Value| -> Vec<String> {
        let methods = item.as_object().into_iter().flat_map(|item| item.keys());
        methods.map(|method| method.to_uppercase()).collect()
    };
    paths
        .into_iter()
        .flatten()
        .map(|(path, item)| (path.clone(), methods(item)))
        .collect()
}

fn complete(document: &mut Value, public_url: &str) {
    let schemas = schemas::all(document);
    let put = |at: &mut Value, name: &str, value: Value| {
        if let Some(members) = at.as_object_mut() {
            members.insert(name.to_owned(), value);
        }
    };
    let servers = json!([{ "url": public_url, "x-internal": false,
        "description": "This instance: production, staging, or local on one's own machine." }]);
    put(document, "servers", servers);
    if let Some(info) = document.get_mut("info") {
        let docs = format!("{public_url}/docs/");
        put(info, "contact", json!({ "name": "Maillage", "url": docs }));
    }
    put(document, "security", json!([{ "bearer": [] }]));
    let mut responses = serde_json::Map::new();
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, methods) in paths.into_iter().flatten() {
        for (method, operation) in methods.as_object_mut().into_iter().flatten() {
            operations::complete(path, method, operation, &schemas, &mut responses);
        }
    }
    responses.sort_keys();
    if let Some(components) = document.get_mut("components") {
        put(components, "examples", problems::examples(&responses));
        put(components, "responses", Value::Object(responses));
        put(components, "headers", operations::common_headers());
        let bearer = json!({ "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
            "description": "Access token of `POST /v1/sessions`: a JWT of RFC9068, signed with Ed25519, \
                of ten minutes. As RFC8725 asks, the algorithm, type, issuer and audience are fixed \
                and verified." });
        put(components, "securitySchemes", json!({ "bearer": bearer }));
    }
    limits::bound(document, "");
}
