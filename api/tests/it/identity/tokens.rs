//! L-27: access tokens that are not ours, in every way known, open nothing.
//!
//! Here those that a signature, an algorithm or a header makes wrong; what has not even the form
//! of a token stands in `tokens_form`, what only claims make wrong in `tokens_claims`.

use aws_lc_rs::hmac::{HMAC_SHA256, HMAC_SHA384, HMAC_SHA512};
use chrono::TimeDelta;
use maillage_domain::access::Role;
use reqwest::header::HeaderValue;
use serde_json::{Value, json};

use super::tokens_forge::{Forge, With, base64};

/// Half the order of the curve's group, times two: what a second form of a signature adds.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// A name and a token.
pub type Case = (String, String);

/// What is answered to who presents this, byte for byte.
pub async fn status(forge: &Forge, credentials: &str) -> u16 {
    let value = HeaderValue::from_bytes(credentials.as_bytes()).unwrap();
    let request = forge.app.client.get(forge.app.url("/v1/me"));
    let answer = request.header("authorization", value).send().await.unwrap();
    let status = answer.status().as_u16();
    if status == 401 {
        assert!(answer.headers().contains_key("www-authenticate"));
        let body: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        assert_eq!(body["code"], "unauthenticated");
    }
    status
}

/// Fails unless every token is refused, and the right one is not.
pub async fn refuse_all(forge: &Forge, right: &str, cases: Vec<Case>, at_least: usize) {
    assert!(cases.len() >= at_least, "{}", cases.len());
    let mut accepted = Vec::new();
    for (name, token) in &cases {
        let status = status(forge, &format!("Bearer {token}")).await;
        if status != 401 {
            accepted.push(format!("{name}: {status} for {token}"));
        }
    }
    assert!(accepted.is_empty(), "{accepted:#?}");
    assert_eq!(status(forge, &format!("Bearer {right}")).await, 200);
}

/// The header with other members; null takes one away.
pub fn changed(value: &Value, changes: Value) -> String {
    let mut value = value.clone();
    for (name, change) in changes.as_object().unwrap() {
        value[name] = change.clone();
        if change.is_null() {
            value.as_object_mut().unwrap().shift_remove(name);
        }
    }
    value.to_string()
}

#[actix_web::test]
async fn a_token_with_a_wrong_signature_is_refused() {
    let forge = Forge::shared().await;
    let tenant = forge.app.tenant().await;
    let bearer = forge.app.database.member(&tenant, &[Role::Director]).await;
    let (header, claims) = (forge.header(), forge.claims(&bearer).to_string());
    let sign = |changes: Value, with| forge.sign(&changed(&header, changes), &claims, with);
    let alg = |alg: &str| json!({ "alg": alg });
    let right = forge.sign(&header.to_string(), &claims, With::Ours);
    let (message, signature) = right.rsplit_once('.').unwrap();
    let (public, set) = (forge.public(), forge.app.keys.jwks().to_string());
    let spki = [
        b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00".as_slice(),
        &public,
    ]
    .concat();
    let wrapped = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &spki);
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{wrapped}\n-----END PUBLIC KEY-----\n");
    let x = base64(&public);
    let mut cases: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, token: String| cases.push((name.to_owned(), token));

    for none in ["none", "None", "NONE", "nOnE", ""] {
        let token = sign(alg(none), With::Bytes(b""));
        add(&format!("alg {none:?}, unsigned"), token.clone());
        add(
            &format!("alg {none:?}, two parts"),
            token.trim_end_matches('.').to_owned(),
        );
        add(
            &format!("alg {none:?}, signed all the same"),
            sign(alg(none), With::Ours),
        );
    }
    let secrets: [(&str, &[u8]); 8] = [
        ("our public key", &public),
        ("our public key in base64", x.as_bytes()),
        ("our public key in PEM", pem.as_bytes()),
        ("our public key in DER", &spki),
        ("our key set", set.as_bytes()),
        ("nothing", b""),
        ("the name of our key", forge.kid.as_bytes()),
        ("a usual secret", b"secret"),
    ];
    for (name, secret) in secrets {
        let token = sign(alg("HS256"), With::Secret(HMAC_SHA256, secret));
        add(&format!("HS256 with {name}"), token);
        // An HMAC that claims to be the algorithm we expect.
        let token = sign(json!({}), With::Secret(HMAC_SHA256, secret));
        add(&format!("EdDSA, but HS256 with {name}"), token);
    }
    add(
        "HS384",
        sign(alg("HS384"), With::Secret(HMAC_SHA384, &public)),
    );
    add(
        "HS512",
        sign(alg("HS512"), With::Secret(HMAC_SHA512, &public)),
    );
    add(
        "HS512 as EdDSA",
        sign(json!({}), With::Secret(HMAC_SHA512, &public)),
    );
    add("RS256", sign(alg("RS256"), With::Pkcs1));
    add("PS256", sign(alg("PS256"), With::Pss));
    add("ES256", sign(alg("ES256"), With::Ecdsa));
    add("ES256 of zeros", sign(alg("ES256"), With::Bytes(&[0; 64])));
    for other in [
        "RS256", "RS512", "PS256", "ES256", "ES384", "ES256K", "Ed448", "A128KW", "dir",
    ] {
        add(
            &format!("alg {other}, our signature"),
            sign(alg(other), With::Ours),
        );
    }
    for form in [
        json!(["EdDSA"]),
        json!(1),
        json!({}),
        json!(true),
        json!("eddsa"),
        Value::Null,
    ] {
        add(
            &format!("alg {form}"),
            sign(json!({ "alg": form }), With::Ours),
        );
    }
    add("alg twice", {
        let twice = header.to_string().replacen('{', "{\"alg\":\"none\",", 1);
        forge.sign(&twice, &claims, With::Ours)
    });

    add("their key", sign(json!({}), With::Theirs));
    add(
        "their key and its name",
        sign(json!({ "kid": "theirs" }), With::Theirs),
    );
    add("zeros", sign(json!({}), With::Bytes(&[0; 64])));
    let identity: Vec<u8> = std::iter::once(1).chain([0; 63]).collect();
    add(
        "the neutral element",
        sign(json!({}), With::Bytes(&identity)),
    );
    let kept = base64_bytes(signature);
    add("a byte less", format!("{message}.{}", base64(&kept[..63])));
    add(
        "a byte more",
        format!("{message}.{}", base64([&kept[..], &[0]].concat())),
    );
    add(
        "twice",
        format!("{message}.{}", base64([&kept[..], &kept].concat())),
    );
    add(
        "its second form",
        format!("{message}.{}", base64(second_form(&kept))),
    );
    add("padded", format!("{message}.{signature}=="));
    add("loose bits", format!("{message}.{}", loosened(signature)));
    add("none", format!("{message}."));
    let other = forge.sign(
        &header.to_string(),
        &forge.claims(&bearer).to_string(),
        With::Ours,
    );
    let other = other.rsplit_once('.').unwrap().1;
    add("of another token", format!("{message}.{other}"));
    let hex: String = kept.iter().map(|byte| format!("{byte:02x}")).collect();
    add("in hexadecimal", format!("{message}.{hex}"));
    refuse_all(forge, &right, cases, 60).await;
}

fn base64_bytes(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(text)
        .unwrap()
}

/// The signature with the order of the group added to its second half.
fn second_form(signature: &[u8]) -> Vec<u8> {
    let mut sum = signature.to_vec();
    let mut carry = 0;
    for (byte, order) in sum[32..].iter_mut().zip(ORDER) {
        let total = u16::from(*byte) + u16::from(order) + carry;
        *byte = (total & 0xff) as u8;
        carry = total >> 8;
    }
    sum
}

/// The same bytes, with bits set that base64 does not use.
fn loosened(signature: &str) -> String {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (rest, last) = signature.split_at(signature.len() - 1);
    let place = ALPHABET.find(last).unwrap();
    format!("{rest}{}", &ALPHABET[place + 1..=place + 1])
}

#[actix_web::test]
async fn a_token_with_a_strange_header_is_refused() {
    let forge = Forge::shared().await;
    let tenant = forge.app.tenant().await;
    let bearer = forge.app.database.member(&tenant, &[Role::Director]).await;
    let (header, claims) = (forge.header(), forge.claims(&bearer).to_string());
    let right = forge.sign(&header.to_string(), &claims, With::Ours);
    let jwk = forge.their_jwk();
    let ours = [
        json!({ "typ": null }),
        json!({ "typ": "JWT" }),
        json!({ "typ": "rt+jwt" }),
        json!({ "typ": "at+jwt " }),
        json!({ "typ": "application/at+jwt;charset=utf-8" }),
        json!({ "typ": 1 }),
        json!({ "kid": null }),
        json!({ "kid": "" }),
        json!({ "kid": "../../../../../../dev/null" }),
        json!({ "kid": "/proc/self/environ" }),
        json!({ "kid": "file:///etc/passwd" }),
        json!({ "kid": "https://attaquant.example/jwks.json" }),
        json!({ "kid": "' or '1'='1" }),
        json!({ "kid": "x' union select 'clef" }),
        json!({ "kid": "; cat /etc/passwd" }),
        json!({ "kid": format!("{}\u{0}", forge.kid) }),
        json!({ "kid": format!(" {}", forge.kid) }),
        json!({ "kid": forge.kid.to_uppercase() }),
        json!({ "kid": [forge.kid] }),
        json!({ "kid": 0 }),
        json!({ "crit": ["exp"] }),
        json!({ "crit": [] }),
        json!({ "crit": ["b64"], "b64": false }),
    ];
    let theirs = [
        json!({ "jwk": jwk }),
        json!({ "jwk": jwk, "kid": "theirs" }),
        json!({ "jku": "https://attaquant.example/jwks.json", "kid": "theirs" }),
        json!({ "jku": "https://maillage.test@attaquant.example/jwks.json" }),
        json!({ "jku": "file:///dev/null" }),
        json!({ "x5u": "https://attaquant.example/chaine.pem" }),
        json!({ "x5c": ["MIIB"] }),
        json!({ "x5t": "AAAA", "x5t#S256": "AAAA" }),
        json!({ "alg": "EdDSA", "cty": "JWT" }),
    ];
    let case = |changes: Value, with| {
        let token = forge.sign(&changed(&header, changes.clone()), &claims, with);
        (changes.to_string(), token)
    };
    let mut cases: Vec<_> = ours.map(|changes| case(changes, With::Ours)).into();
    cases.extend(theirs.map(|changes| case(changes, With::Theirs)));
    let empty = json!({ "alg": "HS256", "kid": "/dev/null" });
    cases.push(case(empty, With::Secret(HMAC_SHA256, b"")));
    let found = json!({ "alg": "HS256", "kid": "x' union select 'clef" });
    cases.push(case(found, With::Secret(HMAC_SHA256, b"clef")));
    refuse_all(forge, &right, cases, 30).await;
}

#[actix_web::test]
async fn a_token_that_is_remembered_expires_all_the_same() {
    let forge = Forge::new().await;
    let tenant = forge.app.tenant().await;
    let actor = forge.app.member(&tenant, &[Role::Director]).await;
    for _ in 0..3 {
        actor.get("/v1/me").await.expect(200);
    }
    forge.app.clock.advance(TimeDelta::seconds(480));
    actor.get("/v1/me").await.expect(200);
    forge.app.clock.advance(TimeDelta::seconds(121));
    for _ in 0..3 {
        assert_eq!(actor.get("/v1/me").await.problem(401), "unauthenticated");
    }
}
