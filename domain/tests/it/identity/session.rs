//! Refresh tokens: a lost answer is forgiven, a stolen token closes the session.

use chrono::TimeDelta;
use maillage_domain::identity::{
    ACCESS_LIFETIME, Opened, REFRESH_GRACE, REFRESH_LIFETIME, Redemption, Session, redeem,
};
use maillage_domain::value::{PersonId, SessionId};
use proptest::prelude::*;

use crate::fixture::{at, collectivity, uuid};

#[test]
fn lifetimes_are_what_partners_are_told() {
    assert_eq!(ACCESS_LIFETIME, TimeDelta::minutes(10));
    assert_eq!(REFRESH_LIFETIME, TimeDelta::days(14));
    assert_eq!(REFRESH_GRACE, TimeDelta::seconds(30));
}

#[test]
fn a_session_stands_for_no_membership_that_began_after_it() {
    let (id, person) = (SessionId(uuid(1)), PersonId(uuid(2)));
    let opened = Session::open(id, person, Some(collectivity(0)), at(10));
    let (Opened(session), _) = opened.into_parts();
    assert_eq!(
        [9, 10, 11].map(|since| session.stands_for(at(since))),
        [true, true, false]
    );
}

#[test]
fn the_table_of_redemptions() {
    use Redemption::{Lapsed, Reissue, Reuse, Rotate};
    // Presented at second 100: expires, spent, whether a successor waits.
    for (expires, spent, successor_waits, verdict) in [
        (101, None, false, Rotate),
        (100, None, false, Lapsed),
        (99, None, false, Lapsed),
        (101, Some(100), true, Reissue),
        (101, Some(70), true, Reissue),
        (101, Some(69), true, Reuse),
        (101, Some(100), false, Reuse),
        (101, Some(70), false, Reuse),
        (101, Some(69), false, Reuse),
        (100, Some(70), true, Lapsed),
        (100, Some(69), false, Lapsed),
    ] {
        assert_eq!(
            redeem(at(expires), spent.map(at), successor_waits, at(100)),
            verdict,
            "expires {expires}, spent {spent:?}, successor waits {successor_waits}"
        );
    }
}

proptest! {
    #[test]
    fn a_token_is_fresh_once(
        expires in -100..100_i64, spent in -100..100_i64, successor_waits in any::<bool>(),
    ) {
        let verdict = redeem(at(expires), Some(at(spent)), successor_waits, at(0));
        prop_assert_ne!(verdict, Redemption::Rotate);
        if !successor_waits {
            prop_assert_ne!(verdict, Redemption::Reissue);
        }
    }

    #[test]
    fn time_only_takes_away(
        expires in 0..100_i64,
        spent in proptest::option::of(-100..0_i64),
        successor_waits in any::<bool>(),
        later in 0..100_i64,
    ) {
        // From good to lapsed; nothing refused becomes good again by waiting.
        let rank = |now| match redeem(at(expires), spent.map(at), successor_waits, at(now)) {
            Redemption::Rotate | Redemption::Reissue => 0,
            Redemption::Reuse => 1,
            Redemption::Lapsed => 2,
        };
        prop_assert!(rank(0) <= rank(later));
    }
}
