//! Pointers: RFC 6901, checked against the reader of `serde_json`.

use maillage_domain::value::{Pointer, Violation};
use proptest::prelude::*;
use serde_json::{Value, json};

#[test]
fn the_root_is_the_empty_pointer() {
    assert_eq!(Pointer::root().as_str(), "");
}

#[test]
fn keys_are_escaped_as_rfc_6901_says() {
    // RFC 6901 §5.
    for (key, pointer) in [
        ("foo", "/foo"),
        ("", "/"),
        ("a/b", "/a~1b"),
        ("c%d", "/c%d"),
        ("e^f", "/e^f"),
        ("i\\j", "/i\\j"),
        ("k\"l", "/k\"l"),
        (" ", "/ "),
        ("m~n", "/m~0n"),
        // The tilde first, else `~1` would come back as `/`.
        ("~1", "/~01"),
        ("/~", "/~1~0"),
    ] {
        assert_eq!(Pointer::root().key(key).as_str(), pointer);
    }
}

#[test]
fn pointers_grow_from_the_left() {
    let pointer = Pointer::root().key("clauses").index(3).key("title");
    assert_eq!(pointer.as_str(), "/clauses/3/title");
    assert_eq!(serde_json::to_value(&pointer).unwrap(), "/clauses/3/title");
}

#[test]
fn a_violation_moves_under_a_key() {
    let found = Violation::at(Pointer::root().key("tags").index(0), "tag_duplicate");
    let moved = found.under("a/b");
    assert_eq!(moved.pointer.as_str(), "/a~1b/tags/0");
    assert_eq!(moved.code, "tag_duplicate");
    let whole = Violation::at(Pointer::root(), "body_too_long").under("body");
    assert_eq!(whole.pointer.as_str(), "/body");
}

proptest! {
    #[test]
    fn a_pointer_finds_what_it_points_at(
        path in proptest::collection::vec(prop_oneof![
            "[~/01a]{0,5}".prop_map(Some),
            any::<String>().prop_map(Some),
            Just(None),
        ], 0..5)
    ) {
        let mut pointer = Pointer::root();
        for step in &path {
            pointer = match step {
                Some(key) => pointer.key(key),
                None => pointer.index(1),
            };
        }
        let mut document = json!("here");
        for step in path.iter().rev() {
            document = match step {
                Some(key) => Value::Object([(key.clone(), document)].into_iter().collect()),
                None => json!(["elsewhere", document]),
            };
        }
        prop_assert_eq!(document.pointer(pointer.as_str()), Some(&json!("here")));
    }
}
