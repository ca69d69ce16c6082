//! Partners: software that signs who it is with a key of its own.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use maillage_domain::access::Scopes;
use maillage_domain::partners::ClientKeys;
use maillage_domain::value::{ClientId, CollectivityId, Digest};
use maillage_infra::ambient;
use maillage_infra::store::ClientBearer;
use serde_json::{Value, json};

use super::{Actor, App, Response};

/// A key pair, and the client that it is of.
pub struct Partner {
    pub app: App,
    /// Nobody's until the client was registered.
    pub bearer: ClientBearer,
    pair: Ed25519KeyPair,
}

impl Partner {
    /// How OAuth writes its parameters.
    pub const FORM: &str = "application/x-www-form-urlencoded";

    pub fn new(app: &App) -> Self {
        Self {
            app: app.clone(),
            bearer: ClientBearer {
                client: ClientId(ambient::id()),
                collectivity: CollectivityId(ambient::id()),
                scopes: Scopes::NONE,
                token: Digest::ZERO,
                address: None,
            },
            pair: Ed25519KeyPair::generate().unwrap(),
        }
    }

    /// Its public key, as a set.
    pub fn key_set(&self) -> Value {
        let x = URL_SAFE_NO_PAD.encode(self.pair.public_key());
        json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "kid": "one", "x": x }] })
    }

    pub fn keys(&self) -> ClientKeys {
        ClientKeys::try_from(&self.key_set()).unwrap()
    }

    /// The header of a right assertion.
    pub fn header(&self) -> Value {
        json!({ "typ": "JWT", "alg": "EdDSA", "kid": "one" })
    }

    /// The claims of a right assertion, each time another one.
    pub fn claims(&self) -> Value {
        let now = self.app.clock.now().timestamp();
        let id = self.bearer.client;
        json!({
            "iss": id, "sub": id, "aud": "https://maillage.test/oauth/token",
            "iat": now, "exp": now + 300, "jti": ambient::id(),
        })
    }

    /// What this says, signed.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let encode = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let message = format!("{}.{}", encode(header), encode(claims));
        let signature = self.pair.sign(message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The parameters of a form that prove who it is, good once.
    pub fn proof(&self) -> String {
        proof(&self.sign(&self.header(), &self.claims()))
    }

    /// Asks for a token by this assertion.
    pub async fn present(&self, assertion: &str) -> Response {
        let form = format!("grant_type=client_credentials&{}", proof(assertion));
        self.app.anonymous().submit("/oauth/token", &form).await
    }
}

fn proof(assertion: &str) -> String {
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    form_urlencoded::Serializer::new(String::new())
        .append_pair("client_assertion_type", kind)
        .append_pair("client_assertion", assertion)
        .finish()
}

impl Actor {
    /// Sends a form.
    pub async fn submit(&self, path: &str, form: &str) -> Response {
        let actor = self.with("content-type", Partner::FORM);
        let body = Some(form.as_bytes().to_vec());
        actor.ask(reqwest::Method::POST, path, body).await
    }
}
