//! Assertions: a client signs who it is with a key of its own (RFC 7523, `private_key_jwt`).
//!
//! Read in two steps: who an assertion claims to be of, then whether a key of that very client has
//! signed it. The algorithm is that of the key, and never what the header would like it to be.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use maillage_domain::partners::{Client, Proof, Verifying};
use maillage_domain::value::{ClientId, Digest};
use serde::Deserialize;

/// The longest that an assertion may be good.
pub const MAX_ASSERTION: TimeDelta = TimeDelta::minutes(5);
/// How far the clock of a partner may be ahead of ours.
const SKEW: TimeDelta = TimeDelta::seconds(60);
/// Longer than any assertion needs to be.
const MAX_LENGTH: usize = 4_096;
/// The longest name an assertion may give itself.
const MAX_ID: usize = 128;

/// What an assertion must say (RFC 7523 §3). One audience, as text: whoever accepts a list accepts
/// what was made for somebody else too.
#[derive(Deserialize)]
struct Claims {
    iss: ClientId,
    sub: ClientId,
    aud: String,
    exp: i64,
    iat: i64,
    jti: String,
    #[serde(default)]
    nbf: Option<i64>,
}

/// An assertion that a key of its client has signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assertion {
    /// The digest of what it calls itself: it is good once.
    pub token: Digest,
    /// When it expires.
    pub expires_at: DateTime<Utc>,
}

impl Assertion {
    /// Whose assertion `text` claims to be. Nothing is proven by that.
    pub fn claimed_by(text: &str) -> Option<ClientId> {
        #[derive(Deserialize)]
        struct Claim {
            sub: ClientId,
        }
        let mut parts = text.split('.');
        let (_, claims, _) = (parts.next()?, parts.next()?, parts.next()?);
        let whole = parts.next().is_none() && text.len() <= MAX_LENGTH;
        let claims = URL_SAFE_NO_PAD.decode(claims).ok().filter(|_| whole)?;
        let claim: Claim = serde_json::from_slice(&claims).ok()?;
        Some(claim.sub)
    }

    /// The assertion in `text`, if `client` made it for `audience`, to be used now.
    pub fn verify(text: &str, client: &Client, audience: &str, now: DateTime<Utc>) -> Option<Self> {
        let Proof::Keys(keys) = &client.proof else {
            return None;
        };
        let header = jsonwebtoken::decode_header(text).ok()?;
        let typed = header.typ.as_deref();
        // An access token is no assertion, nor is anything that asks to be understood otherwise.
        if header.crit.is_some() || !typed.is_none_or(|typ| typ.eq_ignore_ascii_case("jwt")) {
            return None;
        }
        let (algorithm, key) = match keys.find(header.kid.as_deref()?)? {
            Verifying::Ed25519(x) => (Algorithm::EdDSA, DecodingKey::from_ed_components(x)),
            Verifying::P256(x, y) => (Algorithm::ES256, DecodingKey::from_ec_components(x, y)),
        };
        let mut validation = Validation::new(algorithm);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        // Judged below: the audience exactly, the times by the store's clock.
        validation.validate_aud = false;
        validation.validate_exp = false;
        let token = jsonwebtoken::decode::<Claims>(text, &key.ok()?, &validation);
        let claims = token.ok()?.claims;
        let named = claims.iss == client.id && claims.sub == client.id && claims.aud == audience;
        let moment = |seconds| DateTime::from_timestamp(seconds, 0);
        let (from, until) = (moment(claims.iat)?, moment(claims.exp)?);
        let begins = moment(claims.nbf.unwrap_or(claims.iat))?.max(from);
        let timely = now < until && until - from <= MAX_ASSERTION && begins <= now + SKEW;
        let once = (1..=MAX_ID).contains(&claims.jti.len());
        (named && timely && once).then(|| Self {
            token: Digest::of_bytes(format!("assertion {}", claims.jti).as_bytes()),
            expires_at: until,
        })
    }
}
