//! Roles: one slug each, and sets of them.

use maillage_domain::access::{GroupRole, Role, Roles, UnknownRole};
use proptest::prelude::*;
use serde_json::json;

use crate::fixture::{roles, slugs_agree};

#[test]
fn every_role_has_one_slug() {
    slugs_agree(Role::ALL, |role| role.as_str());
    slugs_agree(GroupRole::ALL, |role| role.as_str());
    assert_eq!("Director".parse::<Role>(), Err(UnknownRole));
    assert_eq!(UnknownRole.to_string(), "role_unknown");
}

#[test]
fn a_set_is_a_list_of_slugs_in_the_order_of_the_table() {
    let set: Roles = serde_json::from_value(json!(["dpo", "director", "dpo"])).unwrap();
    assert_eq!(set, Roles::of(&[Role::Director, Role::Dpo]));
    assert_eq!(
        serde_json::to_value(set).unwrap(),
        json!(["director", "dpo"])
    );
    assert!(serde_json::from_value::<Roles>(json!(["mayor"])).is_err());
    assert!(Roles::default().is_empty());
}

proptest! {
    #[test]
    fn a_set_holds_what_was_put_in(list in proptest::sample::subsequence(Role::ALL, 0..=9)) {
        let set = Roles::of(&list);
        prop_assert_eq!(set.iter().collect::<Vec<_>>(), list.clone());
        prop_assert_eq!(list.iter().copied().collect::<Roles>(), set);
        prop_assert_eq!(set.is_empty(), list.is_empty());
        for role in Role::ALL {
            prop_assert_eq!(set.holds(*role), list.contains(role));
        }
    }

    #[test]
    fn sets_meet_when_they_share_a_role(one in roles(), other in roles()) {
        let shared = one.iter().any(|role| other.holds(role));
        prop_assert_eq!(one.meets(other), shared);
        prop_assert_eq!(other.meets(one), shared);
    }

    #[test]
    fn a_set_survives_json(set in roles()) {
        let json = serde_json::to_value(set).unwrap();
        prop_assert_eq!(serde_json::from_value::<Roles>(json).unwrap(), set);
    }
}
