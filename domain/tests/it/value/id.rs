//! Ids: the form of a clause's id, and UUIDs that cannot be swapped.

use maillage_domain::value::{ClauseId, ClauseIdError, CollectivityId};
use proptest::prelude::*;

use crate::fixture;

/// `^[a-z][a-z0-9-]{0,63}$`, spelled out character by character.
fn has_the_form(text: &str) -> bool {
    let characters: Vec<char> = text.chars().collect();
    (1..=64).contains(&characters.len())
        && characters[0].is_ascii_lowercase()
        && characters
            .iter()
            .all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-'))
}

#[test]
fn clause_ids_have_one_form() {
    for text in ["a", "art-1", "human-oversight", "z9-", &"a".repeat(64)] {
        assert_eq!(text.parse::<ClauseId>().unwrap().as_str(), text);
    }
    for text in [
        "",
        "1a",
        "-a",
        "A",
        "aB",
        "a_b",
        "a b",
        "a\n",
        "é",
        "aé",
        "a.b",
        "a/b",
        &"a".repeat(65),
    ] {
        assert_eq!(text.parse::<ClauseId>(), Err(ClauseIdError), "{text:?}");
    }
    assert_eq!(ClauseIdError.to_string(), "clause_id_format");
}

#[test]
fn clause_ids_in_json_are_checked() {
    let id: ClauseId = serde_json::from_str(r#""art-1""#).unwrap();
    assert_eq!(serde_json::to_string(&id).unwrap(), r#""art-1""#);
    assert_eq!(id.to_string(), "art-1");
    assert!(serde_json::from_str::<ClauseId>(r#""Art 1""#).is_err());
}

#[test]
fn ids_are_bare_uuids_in_text_and_json() {
    let id = fixture::collectivity(7);
    assert_eq!(id.to_string().parse::<CollectivityId>().unwrap(), id);
    assert_eq!(serde_json::to_value(id).unwrap(), id.to_string());
    assert!("214401093".parse::<CollectivityId>().is_err());
}

fn nearly_an_id() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-z0-9-]{0,63}",
        "[a-z0-9-]{0,66}",
        "[a-zA-Z0-9_.-]{0,8}",
        "[a-z]{0,3}\\PC{0,3}",
        any::<String>(),
    ]
}

proptest! {
    #[test]
    fn a_clause_id_parses_exactly_when_it_has_the_form(text in nearly_an_id()) {
        let parsed = text.parse::<ClauseId>();
        prop_assert_eq!(parsed.is_ok(), has_the_form(&text));
        if let Ok(id) = parsed {
            prop_assert_eq!(String::from(id), text);
        }
    }
}
