//! Where to ask for tokens, and how (RFC 8414).

use actix_web::{HttpResponse, get, web};
use maillage_domain::access::Scopes;
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::State;

/// What the authorization server offers.
#[derive(Serialize, ToSchema)]
pub struct AuthorizationServerView {
    /// `iss` of its tokens.
    #[schema(example = "https://maillage.example")]
    issuer: String,
    /// Where clients ask for tokens.
    #[schema(example = "https://maillage.example/oauth/token")]
    token_endpoint: String,
    /// Where they give them back.
    #[schema(example = "https://maillage.example/oauth/revoke")]
    revocation_endpoint: String,
    /// Where they look into them.
    #[schema(example = "https://maillage.example/oauth/introspect")]
    introspection_endpoint: String,
    /// The keys that verify tokens.
    #[schema(example = "https://maillage.example/.well-known/jwks.json")]
    jwks_uri: String,
    /// The page that explains it all.
    #[schema(example = "https://maillage.example/docs/")]
    service_documentation: String,
    /// Everything a client may ever do.
    #[schema(example = json!(["read", "read_group"]))]
    scopes_supported: Vec<String>,
    /// None: nobody is sent here by a browser.
    response_types_supported: [&'static str; 0],
    /// `client_credentials`.
    #[schema(value_type = Vec<String>, example = json!(["client_credentials"]))]
    grant_types_supported: [&'static str; 1],
    /// How a client proves who it is, at all three addresses.
    #[schema(value_type = Vec<String>, example = json!(["client_secret_basic", "private_key_jwt"]))]
    token_endpoint_auth_methods_supported: [&'static str; 2],
    /// What it may sign with.
    #[schema(value_type = Vec<String>, example = json!(["EdDSA", "ES256"]))]
    token_endpoint_auth_signing_alg_values_supported: [&'static str; 2],
}

/// Says where and how clients get tokens (RFC 8414).
#[utoipa::path(
    tag = "OAuth",
    security(()),
    responses((status = 200, body = AuthorizationServerView))
)]
#[get("/.well-known/oauth-authorization-server")]
pub async fn authorization_server(state: web::Data<State>) -> HttpResponse {
    let issuer = state.public_url.to_string();
    let at = |path: &str| format!("{issuer}{path}");
    let view = AuthorizationServerView {
        token_endpoint: at("/oauth/token"),
        revocation_endpoint: at("/oauth/revoke"),
        introspection_endpoint: at("/oauth/introspect"),
        jwks_uri: at("/.well-known/jwks.json"),
        service_documentation: at("/docs/"),
        scopes_supported: Scopes::all().slugs(),
        response_types_supported: [],
        grant_types_supported: ["client_credentials"],
        token_endpoint_auth_methods_supported: ["client_secret_basic", "private_key_jwt"],
        token_endpoint_auth_signing_alg_values_supported: ["EdDSA", "ES256"],
        issuer,
    };
    HttpResponse::Ok()
        .insert_header(("cache-control", "public, max-age=300"))
        .json(view)
}
