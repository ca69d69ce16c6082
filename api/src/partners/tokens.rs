//! Access tokens of clients: issued, given back, looked into.
//!
//! Errors are problems like everywhere, with the member `error` that RFC 6749 §5.2 names: whoever
//! reads JSON finds it, and `application/problem+json` is JSON.

use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, post, web};
use chrono::DateTime;
use maillage_domain::access::Scopes;
use maillage_domain::identity::ACCESS_LIFETIME;
use maillage_infra::error::{Constraint, StoreError};
use maillage_infra::identity::Verified;
use maillage_infra::partners as store;
use maillage_infra::store::{Caller, ClientBearer, Tx};
use serde::Serialize;
use utoipa::ToSchema;

use super::proof::{Proven, prove};
use crate::http::{Answer, Code, Form, Problem, Reply};
use crate::state::State;

/// What a client asks for. It proves who it is in `Authorization: Basic`, or by an assertion.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only documents a form")]
pub struct TokenInput {
    /// Always `client_credentials`.
    #[schema(
        pattern = "^client_credentials$",
        max_length = 18,
        example = "client_credentials"
    )]
    grant_type: String,
    /// What the token is to be good for: all that the client may do if left out.
    #[schema(required = false, example = "read read_group")]
    scope: String,
    /// Always this one, with an assertion (RFC 7523).
    #[schema(
        required = false,
        pattern = "^urn:ietf:params:oauth:client-assertion-type:jwt-bearer$",
        max_length = 54,
        example = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    )]
    client_assertion_type: String,
    /// A JWT that the client has signed: `iss` and `sub` are its id, `aud` is the address of this
    /// operation, `exp` is within five minutes of `iat`, and `jti` is new.
    #[schema(required = false)]
    client_assertion: String,
}

/// A token that a client holds.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only documents a form")]
pub struct HeldTokenInput {
    /// The token.
    #[schema(
        max_length = 2_048,
        example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl"
    )]
    token: String,
    /// Always this one, with an assertion (RFC 7523).
    #[schema(
        required = false,
        pattern = "^urn:ietf:params:oauth:client-assertion-type:jwt-bearer$",
        max_length = 54,
        example = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    )]
    client_assertion_type: String,
    /// As for a token: the client proves itself here in the same way.
    #[schema(required = false)]
    client_assertion: String,
}

/// An access token (RFC 6749 §5.1).
#[derive(Serialize, ToSchema)]
pub struct ClientTokenView {
    /// Presented as `Authorization: Bearer`.
    #[schema(example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl")]
    access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds until it expires. There is no refresh token: ask for another one.
    #[schema(example = 600)]
    expires_in: i64,
    /// What it is good for.
    #[schema(example = "read_group read")]
    scope: String,
}

/// What a token is worth (RFC 7662 §2.2).
#[derive(Serialize, ToSchema)]
pub struct IntrospectionView {
    /// Whether it is a token of this client that works now.
    #[schema(example = true)]
    active: bool,
    /// What it is good for now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "read_group read")]
    scope: Option<String>,
    /// Whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, format = Uuid, example = "019acb5e-0000-7000-8000-00000000000c")]
    client_id: Option<String>,
    /// The same.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, format = Uuid, example = "019acb5e-0000-7000-8000-00000000000c")]
    sub: Option<String>,
    /// Always `Bearer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "Bearer")]
    token_type: Option<&'static str>,
    /// When it expires, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i64, required = false, example = 1_780_000_600)]
    exp: Option<i64>,
}

impl IntrospectionView {
    const INACTIVE: Self = Self {
        active: false,
        scope: None,
        client_id: None,
        sub: None,
        token_type: None,
        exp: None,
    };
}

/// No cache keeps any of this.
fn unkept(mut response: HttpResponse) -> Answer {
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(CACHE_CONTROL, no_store);
    Ok(response)
}

/// What the token is to be good for.
fn scope(form: &Form, granted: Scopes) -> Result<Scopes, Problem> {
    let invalid = || Problem::from(Code::InvalidScope).of_oauth();
    let asked = match form.get("scope") {
        Some(text) => text.parse().map_err(|_| invalid())?,
        None => granted,
    };
    let fits = asked.is_within(granted) && !asked.is_empty();
    fits.then_some(asked).ok_or_else(invalid)
}

/// Gives a client an access token (RFC 6749 §4.4).
#[utoipa::path(
    tag = "OAuth",
    security(()),
    request_body(content = TokenInput, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = ClientTokenView))
)]
#[post("/oauth/token")]
pub async fn issue_token(state: web::Data<State>, request: HttpRequest, form: Form) -> Answer {
    if form.required("grant_type")? != "client_credentials" {
        return Err(Problem::from(Code::UnsupportedGrantType).of_oauth());
    }
    let Proven { client, .. } = prove(&state, &request, &form).await?;
    let scopes = scope(&form, client.terms.scopes)?;
    let now = state.store.clock().now();
    let token = state
        .keys
        .sign_client(client.id, client.collectivity, scopes, now);
    let view = ClientTokenView {
        access_token: token.map_err(|_| Problem::from(Code::Internal))?,
        token_type: "Bearer",
        expires_in: ACCESS_LIFETIME.num_seconds(),
        scope: scopes.to_string(),
    };
    unkept(Reply::ok(&view)?.respond(&request))
}

/// The token in the form, if it is one that `proven` was given and that has not expired.
fn own(
    state: &State,
    form: &Form,
    proven: &Proven,
) -> Result<Option<(ClientBearer, i64)>, Problem> {
    let token = form.required("token")?;
    let now = state.store.clock().now();
    Ok(match state.keys.inspect(token, now) {
        Some(Verified {
            caller: Caller::Client(bearer),
            expires_at,
        }) if bearer.client == proven.client.id => Some((bearer, expires_at)),
        _ => None,
    })
}

/// Gives an access token back; it works no more with the next request (RFC 7009).
#[utoipa::path(
    tag = "OAuth",
    security(()),
    request_body(content = HeldTokenInput, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "It works no more, if it ever did."))
)]
#[post("/oauth/revoke")]
pub async fn revoke_token(state: web::Data<State>, request: HttpRequest, form: Form) -> Answer {
    let proven = prove(&state, &request, &form).await?;
    if let Some((bearer, expires_at)) = own(&state, &form, &proven)? {
        let internal = || Problem::from(Code::Internal);
        let until = DateTime::from_timestamp(expires_at, 0).ok_or_else(internal)?;
        let given = state
            .store
            .authenticate(async |tx: &mut Tx| {
                store::identify(tx, &proven.client);
                let given = proven.client.give_back(bearer.token, until);
                tx.save(given).await.map(drop)
            })
            .await;
        match given {
            // Given back before: it works no more all the same.
            Ok(()) | Err(StoreError::Conflict(Constraint::TokenSpent)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    unkept(HttpResponse::Ok().finish())
}

/// Says what a token of the asking client is worth now (RFC 7662).
#[utoipa::path(
    tag = "OAuth",
    security(()),
    request_body(content = HeldTokenInput, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = IntrospectionView))
)]
#[post("/oauth/introspect")]
pub async fn introspect_token(state: web::Data<State>, request: HttpRequest, form: Form) -> Answer {
    let proven = prove(&state, &request, &form).await?;
    let view = match own(&state, &form, &proven)? {
        Some((bearer, expires_at)) => {
            let caller = Caller::from(&bearer).calling_from(state.address(&request));
            match state.store.read(&caller, async |_| Ok(())).await {
                Ok(_) => IntrospectionView {
                    active: true,
                    scope: Some(bearer.scopes.common(proven.account.scopes).to_string()),
                    client_id: Some(bearer.client.to_string()),
                    sub: Some(bearer.client.to_string()),
                    token_type: Some("Bearer"),
                    exp: Some(expires_at),
                },
                Err(StoreError::NotEntered) => IntrospectionView::INACTIVE,
                Err(error) => return Err(error.into()),
            }
        }
        None => IntrospectionView::INACTIVE,
    };
    unkept(Reply::ok(&view)?.respond(&request))
}
