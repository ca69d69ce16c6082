//! The signature of an archive: a JWS beside it, so that its own bytes stay the same elsewhere.

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use maillage_domain::value::{CollectivityId, Digest};
use serde::{Deserialize, Serialize};

use crate::identity::Keys;

/// The media type of the signature.
const TYPE: &str = "maillage-archive+jwt";
/// Longer than any that we write.
const MAX_SEAL: usize = 8_192;

/// What is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// Which instance exported it.
    pub iss: String,
    /// When, in seconds since 1970.
    pub iat: i64,
    /// Whose archive it is.
    pub collectivity: CollectivityId,
    /// The SIREN of that collectivity.
    pub siren: String,
    /// The SHA-256 of the file.
    pub sha256: Digest,
    /// The SHA-256 of its manifest.
    pub manifest: Digest,
}

/// Why a signature proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The keys are no JSON Web Key Set.
    #[error("les clés de l'émetteur ne sont pas un JSON Web Key Set (RFC 7517)")]
    Keys,
    /// It is no signature of an archive.
    #[error("la signature n'est pas celle d'une archive Maillage")]
    Format,
    /// It was made with another key.
    #[error("la signature a été faite avec une clé qui n'est pas parmi celles de l'émetteur")]
    UnknownKey,
    /// It does not verify.
    #[error("la signature n'est pas valable")]
    Invalid,
}

impl Seal {
    /// Signs, as the instance.
    ///
    /// # Errors
    /// When signing fails, which no key that loaded does.
    pub(super) fn sign(
        keys: &Keys,
        now: DateTime<Utc>,
        of: (CollectivityId, String),
        (sha256, manifest): (Digest, Digest),
    ) -> jsonwebtoken::errors::Result<String> {
        let (collectivity, siren) = of;
        keys.seal_as(
            TYPE,
            &Self {
                iss: keys.issuer().to_owned(),
                iat: now.timestamp(),
                collectivity,
                siren,
                sha256,
                manifest,
            },
        )
    }

    /// Reads a signature made with one of `keys`, a JSON Web Key Set.
    ///
    /// # Errors
    /// See `SealError`.
    pub(super) fn verify(signature: &str, keys: &str) -> Result<Self, SealError> {
        let keys: Set = serde_json::from_str(keys).map_err(|_| SealError::Keys)?;
        if signature.len() > MAX_SEAL {
            return Err(SealError::Format);
        }
        let header = jsonwebtoken::decode_header(signature).map_err(|_| SealError::Format)?;
        let ours = header.alg == Algorithm::EdDSA
            && header.typ.as_deref() == Some(TYPE)
            && header.crit.is_none();
        if !ours {
            return Err(SealError::Format);
        }
        let fits = |key: &&Key| {
            key.kty == "OKP" && key.crv.as_deref() == Some("Ed25519") && key.kid == header.kid
        };
        let key = keys.keys.iter().find(fits).ok_or(SealError::UnknownKey)?;
        let x = key.x.as_deref().ok_or(SealError::Keys)?;
        let key = DecodingKey::from_ed_components(x).map_err(|_| SealError::Keys)?;
        // It says when it was made and holds for ever: an archive is kept for years.
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        let decoded = jsonwebtoken::decode::<Self>(signature, &key, &validation);
        decoded
            .map(|decoded| decoded.claims)
            .map_err(|_| SealError::Invalid)
    }
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Key>,
}

#[derive(Deserialize)]
struct Key {
    kty: String,
    crv: Option<String>,
    kid: Option<String>,
    x: Option<String>,
}
