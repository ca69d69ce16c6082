//! Scopes are written and read in the words of the policy.

use maillage_domain::access::{Scopes, Verb};
use proptest::prelude::*;

use crate::fixture::scopes;

#[test]
fn scopes_are_verbs_that_are_not_for_people_alone() {
    let some = Scopes::of([Verb::Read, Verb::Create]).unwrap();
    assert_eq!(some.to_string(), "create read");
    assert_eq!(some.slugs(), ["create", "read"]);
    assert_eq!(
        serde_json::to_value(some).unwrap(),
        serde_json::json!(["create", "read"])
    );
    for text in [
        "publish",
        "read publish",
        "Read",
        "read\u{a0}create",
        "everything",
        "read,create",
    ] {
        assert_eq!(
            text.parse::<Scopes>().unwrap_err().to_string(),
            "scope_unknown",
            "{text}"
        );
    }
    let refused: Result<Scopes, _> = serde_json::from_str(r#"["read", "decide_trial"]"#);
    assert!(refused.is_err());
    assert_eq!("".parse(), Ok(Scopes::NONE));
    assert!(Scopes::NONE.slugs().is_empty());
}

proptest! {
    #[test]
    fn what_is_written_is_read(set in scopes(), other in scopes()) {
        prop_assert_eq!(set.to_string().parse(), Ok(set));
        prop_assert_eq!(Scopes::named(set.slugs().iter().map(String::as_str)), Ok(set));
        let common = set.common(other);
        prop_assert!(common.is_within(set) && common.is_within(other));
        prop_assert_eq!(set.is_within(other), common == set);
        prop_assert_eq!(set.is_empty(), set.iter().next().is_none());
    }
}
