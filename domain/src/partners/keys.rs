//! The public keys of a client, which sign its assertions (RFC 7517, RFC 7523).

use serde::{Deserialize, Serialize};

/// One public key: Ed25519 (RFC 8037) or P-256 (RFC 7518), and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kty", deny_unknown_fields)]
enum Key {
    /// Ed25519, for `EdDSA`.
    #[serde(rename = "OKP")]
    Okp {
        kid: String,
        crv: Okp,
        x: Coordinate,
        #[serde(default, skip_serializing_if = "Option::is_none", rename = "use")]
        purpose: Option<Sig>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alg: Option<EdDsa>,
    },
    /// P-256, for `ES256`.
    #[serde(rename = "EC")]
    Ec {
        kid: String,
        crv: Ec,
        x: Coordinate,
        y: Coordinate,
        #[serde(default, skip_serializing_if = "Option::is_none", rename = "use")]
        purpose: Option<Sig>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alg: Option<Es256>,
    },
}

macro_rules! only {
    ($($name:ident = $text:literal),+) => {$(
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        enum $name { #[serde(rename = $text)] Only }
    )+};
}

only!(
    Okp = "Ed25519",
    Ec = "P-256",
    Sig = "sig",
    EdDsa = "EdDSA",
    Es256 = "ES256"
);

/// 32 bytes in base64url without padding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct Coordinate(String);

impl TryFrom<String> for Coordinate {
    type Error = KeysError;

    fn try_from(text: String) -> Result<Self, KeysError> {
        let digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if text.len() == 43 && text.bytes().all(digit) {
            Ok(Self(text))
        } else {
            Err(KeysError)
        }
    }
}

impl From<Coordinate> for String {
    fn from(it: Coordinate) -> Self {
        it.0
    }
}

/// What is given is no set of public keys that we accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("client_keys_invalid")]
pub struct KeysError;

/// A JSON Web Key Set of one to five public keys, each with a `kid` of its own.
///
/// A member that is not known is refused: a `d` would be a private key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Given", into = "Given")]
pub struct ClientKeys(Vec<Key>);

/// The form of a set, before it is looked at.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    keys: Vec<Key>,
}

impl Key {
    fn kid(&self) -> &str {
        match self {
            Self::Okp { kid, .. } | Self::Ec { kid, .. } => kid,
        }
    }
}

/// A public key as what verifies with it takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verifying<'a> {
    /// `x`.
    Ed25519(&'a str),
    /// `x` and `y`.
    P256(&'a str, &'a str),
}

impl ClientKeys {
    /// The key of that name.
    pub fn find(&self, kid: &str) -> Option<Verifying<'_>> {
        let key = self.0.iter().find(|key| key.kid() == kid)?;
        Some(match key {
            Key::Okp { x, .. } => Verifying::Ed25519(&x.0),
            Key::Ec { x, y, .. } => Verifying::P256(&x.0, &y.0),
        })
    }
}

impl TryFrom<Given> for ClientKeys {
    type Error = KeysError;

    fn try_from(given: Given) -> Result<Self, KeysError> {
        let keys = given.keys;
        let named = keys.iter().all(|key| (1..=64).contains(&key.kid().len()));
        let names: std::collections::BTreeSet<_> = keys.iter().map(Key::kid).collect();
        if !(1..=5).contains(&keys.len()) || !named || names.len() != keys.len() {
            return Err(KeysError);
        }
        Ok(Self(keys))
    }
}

impl From<ClientKeys> for Given {
    fn from(keys: ClientKeys) -> Self {
        Self { keys: keys.0 }
    }
}

impl TryFrom<&serde_json::Value> for ClientKeys {
    type Error = KeysError;

    fn try_from(json: &serde_json::Value) -> Result<Self, KeysError> {
        Self::deserialize(json).map_err(|_| KeysError)
    }
}
