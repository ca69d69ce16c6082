//! Access tokens: JWT (RFC 9068 profile, `typ: at+jwt`) signed with Ed25519.
//!
//! A token says who and for which membership, never with which roles: those are read live at each
//! request, so a revocation acts on the next one.

use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, Header, Validation};
use maillage_domain::access::Scopes;
use maillage_domain::identity::ACCESS_LIFETIME;
use maillage_domain::value::{ClientId, CollectivityId, Digest, PersonId, SessionId};
use moka::sync::Cache;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::signing_key::{self, SigningKey};
use crate::ambient;
use crate::partners::webhooks::Seal;
use crate::store::{Bearer, Caller, ClientBearer};

/// The media type of an access token (RFC 9068 §2.1).
const TYPE: &str = "at+jwt";
/// Longer than any token we issue.
const MAX_LENGTH: usize = 2_048;
/// How far the clocks of our own servers may be apart, in seconds.
const SKEW: i64 = 60;
/// How many verified tokens are remembered.
const REMEMBERED: u64 = 10_000;

/// The keys of the instance: the one that signs access tokens, and those that verify them.
///
/// A key follows another without a token being lost: first it stands second in the file of every
/// server, and is published; then first, and signs; the one before it leaves the file once the last
/// token it signed has expired.
#[derive(Clone)]
pub struct Keys {
    issuer: String,
    signer: SigningKey,
    /// The others of the file.
    others: Vec<SigningKey>,
    remembered: Cache<Digest, Verified>,
}

/// A verified token: who presents it, until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Who.
    pub caller: Caller,
    /// Until when, in seconds since 1970.
    pub expires_at: i64,
}

/// Why there is no signing key.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The file cannot be read or written.
    #[error("clé de signature {0} : {1}")]
    File(String, std::io::Error),
    /// The file holds no Ed25519 keys in PKCS#8 PEM.
    #[error(
        "clé de signature {0} : le fichier doit contenir d'une à trois clés Ed25519 différentes au \
         format PKCS#8 PEM (openssl genpkey -algorithm ed25519)"
    )]
    Format(String),
    /// The machine gives no entropy.
    #[error("clé de signature : la machine ne fournit pas d'aléa")]
    Entropy,
}

/// The claims of both kinds of token. Which members there are says whose it is.
#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    exp: i64,
    iat: i64,
    jti: Uuid,
    /// The session of a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sid: Option<SessionId>,
    /// The client, which is the subject too (RFC 9068 §2.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_id: Option<ClientId>,
    /// What a client may do with it (RFC 9068 §2.2.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    /// The collectivity acted for; absent for the operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    col: Option<CollectivityId>,
}

impl Claims {
    /// Whose token it is: a person's names a session and a client's itself, and none names both.
    fn caller(self) -> Option<Caller> {
        match (self.sid, self.client_id, self.scope, self.col) {
            (Some(session), None, None, collectivity) => Some(Caller::Person(Bearer {
                session,
                person: PersonId(self.sub),
                collectivity,
            })),
            (None, Some(client), Some(scope), Some(collectivity)) if client.0 == self.sub => {
                Some(Caller::Client(ClientBearer {
                    client,
                    collectivity,
                    scopes: scope.parse().ok()?,
                    token: Digest::of_bytes(self.jti.as_bytes()),
                    address: None,
                }))
            }
            _ => None,
        }
    }
}

impl Keys {
    /// Reads the keys of `file`, creating it when `create` says so and there is none.
    ///
    /// # Errors
    /// See `KeysError`.
    pub fn load(file: &Path, create: bool, issuer: &str) -> Result<Self, KeysError> {
        let name = file.display().to_string();
        let failed = |error| KeysError::File(name.clone(), error);
        if create && !file.exists() {
            write_private(file, &signing_key::generate().ok_or(KeysError::Entropy)?)
                .map_err(failed)?;
        }
        let pem = std::fs::read_to_string(file).map_err(failed)?;
        Self::from_pem(&pem, issuer).ok_or(KeysError::Format(name))
    }

    /// A key for this process only.
    ///
    /// # Errors
    /// `Entropy` when the machine gives none.
    pub fn ephemeral(issuer: &str) -> Result<Self, KeysError> {
        Self::from_pem(&signing_key::generate().ok_or(KeysError::Entropy)?, issuer)
            .ok_or(KeysError::Entropy)
    }

    fn from_pem(pem: &str, issuer: &str) -> Option<Self> {
        let mut keys = signing_key::read(pem)?.into_iter();
        Some(Self {
            issuer: issuer.to_owned(),
            signer: keys.next()?,
            others: keys.collect(),
            remembered: Cache::builder()
                .max_capacity(REMEMBERED)
                .time_to_live(Duration::from_secs(
                    ACCESS_LIFETIME.num_seconds().unsigned_abs(),
                ))
                .build(),
        })
    }

    fn all(&self) -> impl Iterator<Item = &SigningKey> {
        std::iter::once(&self.signer).chain(&self.others)
    }

    /// What seals the secrets of webhooks: whoever has the database alone cannot open them. What was
    /// sealed with another key of the file is opened too.
    pub fn webhook_seal(&self) -> Seal {
        Seal::of(self.all().map(|key| key.webhooks))
    }

    /// Signs an access token for a person.
    ///
    /// # Errors
    /// When signing fails, which no key that loaded does.
    pub fn sign(
        &self,
        bearer: &Bearer,
        now: DateTime<Utc>,
    ) -> jsonwebtoken::errors::Result<String> {
        self.seal(&Claims {
            sid: Some(bearer.session),
            col: bearer.collectivity,
            ..self.claims(bearer.person.0, now)
        })
    }

    /// Signs an access token for a client, and says how it calls itself.
    ///
    /// # Errors
    /// When signing fails, which no key that loaded does.
    pub fn sign_client(
        &self,
        client: ClientId,
        collectivity: CollectivityId,
        scopes: Scopes,
        now: DateTime<Utc>,
    ) -> jsonwebtoken::errors::Result<String> {
        self.seal(&Claims {
            client_id: Some(client),
            scope: Some(scopes.to_string()),
            col: Some(collectivity),
            ..self.claims(client.0, now)
        })
    }

    fn claims(&self, sub: Uuid, now: DateTime<Utc>) -> Claims {
        Claims {
            iss: self.issuer.clone(),
            aud: self.issuer.clone(),
            sub,
            exp: (now + ACCESS_LIFETIME).timestamp(),
            iat: now.timestamp(),
            jti: ambient::id(),
            sid: None,
            client_id: None,
            scope: None,
            col: None,
        }
    }

    fn seal(&self, claims: &Claims) -> jsonwebtoken::errors::Result<String> {
        self.seal_as(TYPE, claims)
    }

    /// Signs something else than a token: its type keeps it from being taken for one.
    pub(crate) fn seal_as<T: Serialize>(
        &self,
        media_type: &str,
        claims: &T,
    ) -> jsonwebtoken::errors::Result<String> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(media_type.to_owned());
        header.kid = Some(self.signer.id.clone());
        jsonwebtoken::encode(&header, claims, &self.signer.signing)
    }

    /// The address of the instance that signs.
    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Who presents `token`, if it is one of ours and not expired.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Option<Caller> {
        self.inspect(token, now).map(|verified| verified.caller)
    }

    /// The same, with the moment it expires.
    pub fn inspect(&self, token: &str, now: DateTime<Utc>) -> Option<Verified> {
        if token.len() > MAX_LENGTH {
            return None;
        }
        let digest = Digest::of_bytes(token.as_bytes());
        let verified = match self.remembered.get(&digest) {
            Some(verified) => verified,
            None => {
                let verified = self.verify_afresh(token)?;
                self.remembered.insert(digest, verified);
                verified
            }
        };
        let now = now.timestamp();
        // We make none that lasts longer: what claims to was not made for now.
        let latest = now + ACCESS_LIFETIME.num_seconds() + SKEW;
        (now < verified.expires_at && verified.expires_at <= latest).then_some(verified)
    }

    fn verify_afresh(&self, token: &str) -> Option<Verified> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        if header.typ.as_deref() != Some(TYPE) || header.crit.is_some() {
            return None;
        }
        let key = self
            .all()
            .find(|key| header.kid.as_deref() == Some(&key.id))?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.issuer]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        // Expiry is judged by the store's clock, after the remembered tokens too.
        validation.validate_exp = false;
        validation.validate_nbf = true;
        let claims = jsonwebtoken::decode::<Claims>(token, &key.verifying, &validation)
            .ok()?
            .claims;
        let expires_at = claims.exp;
        Some(Verified {
            caller: claims.caller()?,
            expires_at,
        })
    }

    /// The public halves as a JSON Web Key Set, the one that signs first.
    pub fn jwks(&self) -> serde_json::Value {
        let keys: Vec<_> = self.all().map(SigningKey::jwk).collect();
        serde_json::json!({ "keys": keys })
    }

    /// Authenticates a cursor: binds what it says to whom it was given.
    pub fn cursor_tag(&self, bound_to: &str, payload: &[u8]) -> [u8; 16] {
        self.signer.cursor_tag(bound_to, payload)
    }

    /// Whether one of the keys has authenticated the cursor.
    pub fn is_cursor_tag(&self, tag: &[u8; 16], bound_to: &str, payload: &[u8]) -> bool {
        self.all()
            .any(|key| key.cursor_tag(bound_to, payload) == *tag)
    }
}

/// Writes a file that only its owner may read.
fn write_private(file: &Path, content: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut open = std::fs::OpenOptions::new();
    open.write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)?
        .write_all(content.as_bytes())
}
