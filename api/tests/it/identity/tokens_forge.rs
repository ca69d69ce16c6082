//! A forge of access tokens: right ones, and wrong ones of every kind.
//!
//! Some are signed with the server's own key, so that what refuses them is not the signature alone.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RSA_PSS_SHA256,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use maillage_infra::ambient;
use maillage_infra::identity::Keys;
use maillage_infra::store::Bearer;
use maillage_infra::testing::TestDatabase;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::support::{App, QUOTAS};

/// Whom the tokens of the server are from and for.
pub const ISSUER: &str = "https://maillage.test";

/// A server whose signing key is known to the test, and a key of somebody else.
pub struct Forge {
    pub app: App,
    ours: Ed25519KeyPair,
    theirs: Ed25519KeyPair,
    /// The name of our key.
    pub kid: String,
}

/// What signs.
pub enum With<'a> {
    /// The server's own key.
    Ours,
    /// Another Ed25519 key.
    Theirs,
    /// HMAC with this secret.
    Secret(hmac::Algorithm, &'a [u8]),
    /// A fresh RSA key, with the padding of PKCS#1.
    Pkcs1,
    /// A fresh RSA key, with the padding of PSS.
    Pss,
    /// A fresh P-256 key.
    Ecdsa,
    /// Nothing: this is the signature.
    Bytes(&'a [u8]),
}

/// Base64 as tokens write it.
pub fn base64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Forge {
    /// The forge that all tests of tokens share; its database sees more log-ins than others.
    pub async fn shared() -> &'static Self {
        static FORGE: OnceCell<Forge> = OnceCell::const_new();
        FORGE.get_or_init(Self::new).await
    }

    /// A forge with a server and a clock of its own.
    pub async fn new() -> Self {
        let name = format!("maillage-forge-{}.pem", ambient::id().simple());
        let file = std::env::temp_dir().join(name);
        let keys = Keys::load(&file, true, ISSUER).unwrap();
        let pem = std::fs::read_to_string(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        let base64: String = pem.lines().filter(|line| !line.contains("---")).collect();
        let der = STANDARD.decode(base64).unwrap();
        let database = TestDatabase::shared().clone_fresh().await;
        let set = keys.jwks();
        Self {
            ours: Ed25519KeyPair::from_pkcs8(&der).unwrap(),
            theirs: Ed25519KeyPair::generate().unwrap(),
            kid: set["keys"][0]["kid"].as_str().unwrap().to_owned(),
            app: App::listen_with(database, &QUOTAS, keys),
        }
    }

    /// Our public key, as bytes.
    pub fn public(&self) -> Vec<u8> {
        self.ours.public_key().as_ref().to_vec()
    }

    /// The public key of somebody else, as a JSON Web Key.
    pub fn their_jwk(&self) -> Value {
        let x = base64(self.theirs.public_key());
        json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "x": x, "kid": "theirs" })
    }

    /// The header of a right token.
    pub fn header(&self) -> Value {
        json!({ "typ": "at+jwt", "alg": "EdDSA", "kid": self.kid })
    }

    /// The claims of a right token.
    pub fn claims(&self, bearer: &Bearer) -> Value {
        let now = self.app.clock.now().timestamp();
        json!({
            "iss": ISSUER, "aud": ISSUER, "sub": bearer.person, "sid": bearer.session,
            "col": bearer.collectivity, "jti": ambient::id(), "iat": now, "exp": now + 600,
        })
    }

    /// A token of these texts.
    pub fn sign(&self, header: &str, claims: &str, with: With<'_>) -> String {
        let message = format!("{}.{}", base64(header), base64(claims));
        let signature = self.signature(message.as_bytes(), with);
        format!("{message}.{}", base64(signature))
    }

    fn signature(&self, message: &[u8], with: With<'_>) -> Vec<u8> {
        let random = SystemRandom::new();
        match with {
            With::Ours => self.ours.sign(message).as_ref().to_vec(),
            With::Theirs => self.theirs.sign(message).as_ref().to_vec(),
            With::Bytes(bytes) => bytes.to_vec(),
            With::Secret(algorithm, secret) => {
                let key = hmac::Key::new(algorithm, secret);
                hmac::sign(&key, message).as_ref().to_vec()
            }
            With::Pkcs1 => {
                let (key, mut signature) = rsa();
                let signed = key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature);
                signed.map(|()| signature).unwrap()
            }
            With::Pss => {
                let (key, mut signature) = rsa();
                let signed = key.sign(&RSA_PSS_SHA256, &random, message, &mut signature);
                signed.map(|()| signature).unwrap()
            }
            With::Ecdsa => {
                let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
                key.sign(&random, message).unwrap().as_ref().to_vec()
            }
        }
    }
}

/// A fresh RSA key, and room for a signature.
fn rsa() -> (KeyPair, Vec<u8>) {
    let key = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let room = vec![0; key.public_modulus_len()];
    (key, room)
}
