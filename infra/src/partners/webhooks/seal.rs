//! The secrets of webhooks: drawn, sealed, opened to sign.
//!
//! HMAC needs the secret itself, so that a digest does not do. It is sealed with a key that stands in
//! no table, and for one endpoint: moved to another row it does not open.

use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use maillage_domain::partners::webhooks::{Endpoint, Message, NewSigner};
use maillage_domain::value::{Digest, SecretId, WebhookId};

use crate::ambient::{id, random_bytes};
use crate::error::StoreError;

/// Bytes of an HMAC secret, and of an Ed25519 seed.
const BYTES: usize = 32;

/// What seals and opens: the first seals, any of them opens, so that one may follow another.
#[derive(Clone)]
pub struct Seal(Arc<[Digest]>);

/// A secret as it is shown once.
pub struct Shown(pub String);

/// The HMAC secret and the Ed25519 seed.
type Pair = ([u8; BYTES], [u8; BYTES]);

impl Seal {
    pub(crate) fn of(material: impl Iterator<Item = Digest>) -> Self {
        Self(material.collect())
    }

    fn keys(&self) -> impl Iterator<Item = Result<LessSafeKey, StoreError>> {
        self.0.iter().map(|material| {
            UnboundKey::new(&AES_256_GCM, material.as_bytes())
                .map(LessSafeKey::new)
                .map_err(StoreError::corrupt)
        })
    }

    /// Draws what `endpoint` signs with: the secret to show, and what is kept.
    ///
    /// # Errors
    /// `Unavailable` when the machine gives no entropy.
    pub fn draw(&self, endpoint: WebhookId) -> Result<(Shown, NewSigner), StoreError> {
        let (secret, seed) = (random_bytes::<BYTES>()?, random_bytes::<BYTES>()?);
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(StoreError::corrupt)?;
        let public = pair.public_key().as_ref().try_into();
        let nonce = random_bytes::<NONCE_LEN>()?;
        let signer = SecretId(id());
        let mut sealed = [secret, seed].concat();
        let key = self.keys().next();
        key.ok_or_else(|| StoreError::corrupt("no key to seal with"))??
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(whose(endpoint, signer)),
                &mut sealed,
            )
            .map_err(StoreError::corrupt)?;
        let kept = NewSigner {
            id: signer,
            sealed: [nonce.as_slice(), &sealed].concat(),
            public: public.map_err(StoreError::corrupt)?,
        };
        Ok((Shown(format!("whsec_{}", STANDARD.encode(secret))), kept))
    }

    fn open(&self, endpoint: WebhookId, signer: SecretId, kept: &[u8]) -> Result<Pair, StoreError> {
        let short = || StoreError::corrupt("sealed secret too short");
        let (nonce, sealed) = kept.split_at_checked(NONCE_LEN).ok_or_else(short)?;
        let plain = self
            .keys()
            .find_map(|key| open_with(&key.ok()?, nonce, sealed, &whose(endpoint, signer)))
            .ok_or_else(|| StoreError::corrupt("sealed with a key that is gone"))?;
        let (secret, seed) = plain.split_at_checked(BYTES).ok_or_else(short)?;
        let pair = (secret.try_into(), seed.try_into());
        Ok((
            pair.0.map_err(StoreError::corrupt)?,
            pair.1.map_err(StoreError::corrupt)?,
        ))
    }

    /// The header `webhook-signature` of `message`, sent to `endpoint` at `now`: a `v1` and a `v1a` for
    /// each of its signers that is live.
    ///
    /// # Errors
    /// When a secret was sealed with another key.
    pub fn header(
        &self,
        endpoint: &Endpoint,
        message: &Message,
        now: DateTime<Utc>,
    ) -> Result<String, StoreError> {
        let content = message.signed_content(now.timestamp());
        let mut signatures = Vec::new();
        for signer in endpoint.signers.iter().filter(|it| it.is_live(now)) {
            let (secret, seed) = self.open(endpoint.id, signer.id, &signer.sealed)?;
            signatures.push(sign(&secret, &seed, &content)?);
        }
        Ok(signatures.join(" "))
    }
}

fn open_with(key: &LessSafeKey, nonce: &[u8], sealed: &[u8], whose: &[u8]) -> Option<Vec<u8>> {
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut sealed = sealed.to_vec();
    let plain = key.open_in_place(nonce, Aad::from(whose), &mut sealed);
    plain.ok().map(|plain| plain.to_vec())
}

fn whose(endpoint: WebhookId, signer: SecretId) -> Vec<u8> {
    [endpoint.0.as_bytes().as_slice(), signer.0.as_bytes()].concat()
}

/// Both signatures of `content`, as they stand in the header.
///
/// # Errors
/// When the seed is none, which no seed of 32 bytes is.
pub fn sign(secret: &[u8], seed: &[u8], content: &str) -> Result<String, StoreError> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let v1 = hmac::sign(&key, content.as_bytes());
    let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(StoreError::corrupt)?;
    let v1a = pair.sign(content.as_bytes());
    let (v1, v1a) = (STANDARD.encode(v1), STANDARD.encode(v1a));
    Ok(format!("v1,{v1} v1a,{v1a}"))
}
