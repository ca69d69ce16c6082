//! One key of the instance: it signs while it is the first of its file, and verifies as long as it
//! stands there.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{DecodingKey, EncodingKey};
use maillage_domain::value::Digest;

const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";
/// The most keys that a file holds: the one that signs, the one before, the one to come.
const MAX_KEYS: usize = 3;

/// An Ed25519 key pair, and what is made of it.
#[derive(Clone)]
pub(super) struct SigningKey {
    /// The beginning of the digest of its public half, for `kid`.
    pub(super) id: String,
    pub(super) signing: EncodingKey,
    pub(super) verifying: DecodingKey,
    public: Vec<u8>,
    cursors: Digest,
    pub(super) webhooks: Digest,
}

/// Reads the keys of a file: PKCS#8 PEM, one after the other, none twice.
pub(super) fn read(pem: &str) -> Option<Vec<SigningKey>> {
    let mut keys: Vec<SigningKey> = Vec::new();
    let mut rest = pem.trim();
    while !rest.is_empty() {
        let (base64, after) = rest.strip_prefix(BEGIN)?.split_once(END)?;
        let key = SigningKey::read(base64)?;
        if keys.iter().any(|other| other.id == key.id) {
            return None;
        }
        keys.push(key);
        rest = after.trim_start();
    }
    (1..=MAX_KEYS).contains(&keys.len()).then_some(keys)
}

/// A new key in PKCS#8 PEM, if the machine gives entropy.
pub(super) fn generate() -> Option<String> {
    let rng = aws_lc_rs::rand::SystemRandom::new();
    let der = Ed25519KeyPair::generate_pkcs8(&rng).ok()?;
    let base64 = STANDARD.encode(der.as_ref());
    Some(format!("{BEGIN}\n{base64}\n{END}\n"))
}

impl SigningKey {
    fn read(base64: &str) -> Option<Self> {
        let base64: String = base64.split_whitespace().collect();
        let der = STANDARD.decode(base64).ok()?;
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).ok()?;
        let public = pair.public_key().as_ref().to_vec();
        Some(Self {
            id: Digest::of_bytes(&public)
                .to_string()
                .chars()
                .take(16)
                .collect(),
            signing: EncodingKey::from_ed_der(&der),
            verifying: DecodingKey::from_ed_der(&public),
            public,
            webhooks: Digest::of_bytes(&[b"maillage webhooks\n", der.as_slice()].concat()),
            cursors: Digest::of_bytes(&[b"maillage cursors\n", der.as_slice()].concat()),
        })
    }

    /// Its public half as a JSON Web Key (RFC 8037).
    pub(super) fn jwk(&self) -> serde_json::Value {
        serde_json::json!({
            "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA",
            "kid": self.id, "x": URL_SAFE_NO_PAD.encode(&self.public),
        })
    }

    /// Authenticates what a cursor says, with whom it was given to.
    pub(super) fn cursor_tag(&self, bound_to: &str, payload: &[u8]) -> [u8; 16] {
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, self.cursors.as_bytes());
        let tag = aws_lc_rs::hmac::sign(&key, &[bound_to.as_bytes(), b"\n", payload].concat());
        tag.as_ref().first_chunk().copied().unwrap_or_default()
    }
}
