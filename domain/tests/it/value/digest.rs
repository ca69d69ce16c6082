//! Digests: canonical JSON (RFC 8785), and a text form that comes back.

use std::collections::BTreeMap;

use maillage_domain::value::Digest;
use proptest::prelude::*;
use serde_json::{Value, json};

fn of_text(json: &str) -> Digest {
    Digest::of(&serde_json::from_str::<Value>(json).unwrap()).unwrap()
}

#[test]
fn the_bytes_are_sha_256() {
    // FIPS 180-4, the example "abc".
    assert_eq!(
        Digest::of_bytes(b"abc").to_string(),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}

#[test]
fn the_canonical_form_is_that_of_rfc_8785() {
    // RFC 8785 §3.2.2 and §3.2.4: numbers, escapes, order of keys.
    let example = r#"{
        "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
        "literals": [null, true, false]
    }"#;
    let canonical = concat!(
        r#"{"literals":[null,true,false],"#,
        r#""numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#,
        r#""string":"€$\u000f\nA'B\"\\\\\"/"}"#,
    );
    assert_eq!(of_text(example), Digest::of_bytes(canonical.as_bytes()));
}

#[test]
fn keys_are_ordered_by_utf_16_units() {
    // RFC 8785 §3.2.3: the emoji sorts before U+FB33, as its first surrogate does.
    let example = r#"{
        "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis"
    }"#;
    let canonical = concat!(
        "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",",
        "\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",",
        "\"😀\":\"Emoji: Grinning Face\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}",
    );
    assert_eq!(of_text(example), Digest::of_bytes(canonical.as_bytes()));
}

#[test]
fn white_space_and_order_of_keys_do_not_count_and_order_of_elements_does() {
    let one = of_text(r#"{"a": 1, "b": {"c": [1, 2], "d": null}}"#);
    assert_eq!(one, of_text(r#"{"b":{"d":null,"c":[1,2]},"a":1}"#));
    assert_ne!(one, of_text(r#"{"b":{"d":null,"c":[2,1]},"a":1}"#));
    assert_ne!(one, of_text(r#"{"b":{"c":[1,2]},"a":1}"#));
}

#[test]
fn what_has_no_json_form_has_no_digest() {
    assert!(Digest::of(&BTreeMap::from([(vec![1], 1)])).is_err());
}

#[test]
fn a_number_that_is_not_finite_has_no_digest() {
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert!(Digest::of(&number).is_err(), "{number}");
    }
}

#[test]
fn only_64_hexadecimal_digits_are_a_digest() {
    for text in [
        String::new(),
        "a".repeat(63),
        "a".repeat(65),
        "g".repeat(64),
        " ".repeat(64),
        "é".repeat(32),
        format!("0x{}", "a".repeat(62)),
    ] {
        assert_eq!(
            text.parse::<Digest>().unwrap_err().to_string(),
            "digest_format",
            "{text:?}"
        );
    }
}

#[test]
fn a_sign_is_no_hexadecimal_digit() {
    assert!("+f".repeat(32).parse::<Digest>().is_err());
}

#[test]
fn only_thirty_two_bytes_are_a_digest() {
    assert_eq!(Digest::from_bytes(&[0; 32]), Ok(Digest::ZERO));
    assert!(Digest::from_bytes(&[0; 31]).is_err());
    assert!(Digest::from_bytes(&[0; 33]).is_err());
    assert_eq!(Digest::ZERO.to_string(), "0".repeat(64));
}

/// JSON whose numbers are those that JSON can tell apart: integers up to 2⁵³.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-(1_i64 << 53)..(1_i64 << 53)).prop_map(Value::from),
        "\\PC{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec(("\\PC{0,3}", inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// The same JSON with the members of every object the other way round.
fn reversed(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(reversed).collect(),
        Value::Object(members) => members
            .iter()
            .rev()
            .map(|(key, value)| (key.clone(), reversed(value)))
            .collect(),
        other => other.clone(),
    }
}

proptest! {
    #[test]
    fn hexadecimal_digits_come_back(bytes in any::<[u8; 32]>()) {
        let digest = Digest::from_bytes(&bytes).unwrap();
        let text = digest.to_string();
        prop_assert!(text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')));
        prop_assert_eq!(text.parse::<Digest>(), Ok(digest));
        prop_assert_eq!(digest.as_bytes(), &bytes);
        let json = serde_json::to_value(digest).unwrap();
        prop_assert_eq!(&json, &json!(text));
        prop_assert_eq!(serde_json::from_value::<Digest>(json).unwrap(), digest);
    }

    #[test]
    fn the_order_of_keys_never_counts(value in value()) {
        prop_assert_eq!(Digest::of(&value).unwrap(), Digest::of(&reversed(&value)).unwrap());
    }

    #[test]
    fn a_digest_survives_writing_and_reading(value in value()) {
        let text = serde_json::to_string_pretty(&value).unwrap();
        prop_assert_eq!(of_text(&text), Digest::of(&value).unwrap());
    }

    #[test]
    fn equal_digests_mean_equal_values(one in value(), other in value()) {
        prop_assert_eq!(Digest::of(&one).unwrap() == Digest::of(&other).unwrap(), one == other);
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        let _ = text.parse::<Digest>();
    }
}
