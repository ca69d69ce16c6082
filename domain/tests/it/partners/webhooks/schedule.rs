//! Waits, their jitter, and what an answer means.

use chrono::TimeDelta;
use maillage_domain::partners::webhooks::{SCHEDULE, Verdict, next_attempt};
use proptest::prelude::*;

use crate::fixture::at;

#[test]
fn ten_attempts_over_three_days_and_no_more() {
    let seconds = SCHEDULE.map(|wait| wait.num_seconds());
    let told = [
        0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400,
    ];
    assert_eq!(seconds, told);
    assert_eq!(
        next_attempt(1, 0, at(0)),
        Some(at(0) + TimeDelta::seconds(5))
    );
    assert_eq!(
        next_attempt(1, u16::MAX, at(0)),
        Some(at(0) + TimeDelta::seconds(6))
    );
    assert_eq!(
        next_attempt(9, 0, at(0)),
        Some(at(0) + TimeDelta::hours(24))
    );
    assert_eq!(next_attempt(10, 0, at(0)), None);
}

proptest! {
    #[test]
    fn jitter_adds_a_fifth_at_most_and_takes_nothing(failed in 0_usize..10, jitter: u16) {
        let wait = SCHEDULE[failed];
        let next = next_attempt(failed, jitter, at(0)).unwrap();
        prop_assert!(next >= at(0) + wait && next <= at(0) + wait + wait / 5);
    }
}

#[test]
fn only_success_is_success() {
    for status in 200..300 {
        assert_eq!(Verdict::of(Some(status)), Verdict::Delivered);
    }
    assert_eq!(Verdict::of(Some(410)), Verdict::Gone);
    for status in [
        100, 199, 300, 301, 302, 307, 308, 400, 404, 409, 411, 429, 500, 503, 599,
    ] {
        assert_eq!(Verdict::of(Some(status)), Verdict::Failed);
    }
    assert_eq!(Verdict::of(None), Verdict::Failed);
}
