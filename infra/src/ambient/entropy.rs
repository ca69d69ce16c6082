//! Entropy: identifiers and secrets.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use maillage_domain::value::Digest;
use uuid::Uuid;

use crate::error::StoreError;

/// A new UUIDv7 (RFC 9562): made here rather than by PostgreSQL, which has it from version 18 on.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that makes identifiers"
)]
pub fn id() -> Uuid {
    Uuid::now_v7()
}

/// Fills an array from the operating system's generator.
///
/// # Errors
/// `Unavailable` when the machine has none to give.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| StoreError::Unavailable)?;
    Ok(bytes)
}

/// What a secret opens; it stands in its prefix, so that a leaked one can be recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKind {
    /// An invitation.
    Invitation,
    /// A refresh token.
    Refresh,
    /// Software of a partner.
    Client,
    /// The tokens that came of an import.
    Result,
}

impl SecretKind {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Invitation => "mlg_inv_",
            Self::Refresh => "mlg_rt_",
            Self::Client => "mlg_cs_",
            Self::Result => "mlg_rk_",
        }
    }
}

/// A bearer secret of 256 bits. It is shown once; only its digest is kept.
pub struct Secret(String);

impl Secret {
    /// Draws a new one.
    ///
    /// # Errors
    /// `Unavailable` when the machine gives no entropy.
    pub fn draw(kind: SecretKind) -> Result<Self, StoreError> {
        let bytes = random_bytes::<32>()?;
        Ok(Self(format!(
            "{}{}",
            kind.prefix(),
            URL_SAFE_NO_PAD.encode(bytes)
        )))
    }

    /// The secret number `number` of those that follow from `seed`, another secret: whoever has that
    /// one can make them again, so none of them needs to be kept.
    pub fn derive(kind: SecretKind, seed: &str, number: u64) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, seed.as_bytes());
        let bytes = hmac::sign(&key, &number.to_be_bytes());
        let text = URL_SAFE_NO_PAD.encode(bytes);
        Self(format!("{}{text}", kind.prefix()))
    }

    /// The secret itself, for what follows from it.
    pub fn seed(&self) -> &str {
        &self.0
    }

    /// The digest of a secret that somebody presents, if it has the form of that kind.
    pub fn presented(kind: SecretKind, text: &str) -> Option<Digest> {
        let well_formed = text.starts_with(kind.prefix()) && text.len() < 128;
        well_formed.then(|| Digest::of_bytes(text.as_bytes()))
    }

    /// What is kept of it.
    pub fn digest(&self) -> Digest {
        Digest::of_bytes(self.0.as_bytes())
    }

    /// The secret itself, for the one answer that shows it.
    pub fn reveal(self) -> String {
        self.0
    }
}
