//! Key sets: public keys of two kinds, each with a name, and nothing private.

use maillage_domain::partners::{ClientKeys, Verifying};
use serde_json::{Value, json};

const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

fn ed(kid: &str) -> Value {
    json!({ "kty": "OKP", "crv": "Ed25519", "kid": kid, "x": X })
}

fn ec(kid: &str) -> Value {
    json!({ "kty": "EC", "crv": "P-256", "kid": kid, "x": X, "y": X, "use": "sig", "alg": "ES256" })
}

fn with(mut key: Value, name: &str, value: Value) -> Value {
    key[name] = value;
    key
}

#[test]
fn public_keys_of_two_kinds_are_kept_as_given() {
    let given = json!({ "keys": [ed("one"), ec("two")] });
    let keys = ClientKeys::try_from(&given).unwrap();
    assert_eq!(serde_json::to_value(&keys).unwrap(), given);
    assert_eq!(keys.find("one"), Some(Verifying::Ed25519(X)));
    assert_eq!(keys.find("two"), Some(Verifying::P256(X, X)));
    assert_eq!(keys.find("three"), None);
}

#[test]
fn what_is_no_set_of_public_keys_is_refused() {
    let sets = [
        json!(null),
        json!({}),
        json!({ "keys": [] }),
        json!({ "keys": ed("one") }),
        json!({ "keys": [ed("one"), ed("one")] }),
        json!({ "keys": [ed("a"), ed("b"), ed("c"), ed("d"), ed("e"), ed("f")] }),
        json!({ "keys": [ed("one")], "more": 1 }),
    ];
    let keys = [
        ed(""),
        ed(&"k".repeat(65)),
        // A private key, and a secret one.
        with(ed("one"), "d", json!(X)),
        json!({ "kty": "oct", "kid": "one", "k": X }),
        json!({ "kty": "RSA", "kid": "one", "n": X, "e": "AQAB" }),
        with(ed("one"), "crv", json!("X25519")),
        with(ed("one"), "x", json!(&X[1..])),
        with(ed("one"), "x", json!(format!("{}=", &X[1..]))),
        with(ed("one"), "x", json!(X.replace('_', "/"))),
        with(ed("one"), "alg", json!("ES256")),
        with(ed("one"), "alg", json!("none")),
        with(ed("one"), "use", json!("enc")),
        with(ed("one"), "x5u", json!("https://evil.example")),
        with(ec("one"), "crv", json!("secp256k1")),
        with(ec("one"), "alg", json!("HS256")),
        with(ec("one"), "y", json!(null)),
        json!({ "kty": "OKP", "crv": "Ed25519", "x": X }),
    ];
    let single = keys.into_iter().map(|key| json!({ "keys": [key] }));
    for set in sets.into_iter().chain(single) {
        let refused = ClientKeys::try_from(&set).unwrap_err();
        assert_eq!(refused.to_string(), "client_keys_invalid", "{set}");
    }
}
