//! Observations reduced to figures, against the same in whole numbers without any rounding.

use maillage_domain::evaluation::{Arm, Arms, Count, Figures, Group, LARGEST_VALUE, Sample};
use proptest::prelude::*;

/// Ticks of 2⁻²⁰, the unit in which whole numbers are the values of a test exactly.
const TICK: f64 = 1.0 / 1_048_576.0;

fn group(values: impl IntoIterator<Item = f64>) -> Group {
    let mut sample = Sample::default();
    values.into_iter().for_each(|value| sample.add(value));
    sample.group()
}

/// Mean and standard deviation of whole numbers of ticks, summed exactly.
fn exactly(ticks: &[i64]) -> (f64, f64) {
    let n = ticks.len() as i128;
    let sum: i128 = ticks.iter().map(|tick| i128::from(*tick)).sum();
    let squares: i128 = ticks.iter().map(|tick| i128::from(*tick).pow(2)).sum();
    let spread = n * squares - sum * sum;
    let variance = spread as f64 / (n * (n - 1)) as f64;
    (sum as f64 / n as f64 * TICK, variance.sqrt() * TICK)
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-12 * one.abs().max(other.abs())
}

proptest! {
    #[test]
    fn it_is_what_whole_numbers_give(
        middle in prop_oneof![Just(0_i64), -(1_i64 << 52)..1_i64 << 52],
        reach in prop::sample::select(vec![1_i64, 20, 100_000, 1 << 40]),
        shares in prop::collection::vec(-1.0..1.0, 2..400),
    ) {
        // From values of any size that hardly differ to values that are all over the place.
        let ticks: Vec<i64> = shares.iter().map(|share: &f64| middle + (share * reach as f64) as i64).collect();
        let found = group(ticks.iter().map(|tick| *tick as f64 * TICK));
        let (mean, sd) = exactly(&ticks);
        prop_assert_eq!(found.n as usize, ticks.len());
        // Of values on both sides of zero the mean is as good as their size allows.
        let size = ticks.iter().map(|tick| tick.abs()).max().unwrap_or_default() as f64 * TICK;
        prop_assert!(near(found.mean, mean) || (found.mean - mean).abs() <= 1e-14 * size, "{} {mean}", found.mean);
        prop_assert!(near(found.sd, sd), "{} {sd}", found.sd);
    }

    #[test]
    fn a_first_value_far_away_costs_no_digits(shares in prop::collection::vec(0_i64..1_000, 2..200)) {
        let mut ticks = vec![1_i64 << 45];
        ticks.extend(shares);
        let (mean, sd) = exactly(&ticks);
        let found = group(ticks.iter().map(|tick| *tick as f64 * TICK));
        prop_assert!(near(found.mean, mean) && near(found.sd, sd), "{found:?} {mean} {sd}");
    }
}

#[test]
fn a_hundred_thousand_values_around_a_thousand_million_keep_their_spread() {
    let value = |n: u32| 1e9 + f64::from(n % 2) * TICK;
    let found = group((0..100_000).map(value));
    // Half a tick to either side, with n − 1.
    let sd = TICK / 2.0 * (100_000.0_f64 / 99_999.0).sqrt();
    assert!(near(found.sd, sd), "{} {sd}", found.sd);
    assert!(near(found.mean, 1e9 + TICK / 2.0));
}

#[test]
fn values_that_are_all_alike_do_not_spread() {
    for value in [0.0, 0.1, -1e9 / 3.0, LARGEST_VALUE] {
        let found = group([value; 1_000]);
        assert_eq!((found.mean, found.sd), (value, 0.0));
    }
}

#[test]
fn the_largest_values_are_still_computed_with() {
    let found = group([LARGEST_VALUE, -LARGEST_VALUE, LARGEST_VALUE]);
    assert!(found.mean.is_finite() && found.sd.is_finite(), "{found:?}");
}

#[test]
fn each_group_is_counted_for_itself() {
    let mut arms = Arms::<Count>::default();
    for (arm, happened) in [
        (Arm::Treated, true),
        (Arm::Control, false),
        (Arm::Treated, false),
        (Arm::Treated, true),
    ] {
        arms.of(arm).add(happened);
    }
    assert_eq!(arms.treated, Count { events: 2, n: 3 });
    assert_eq!(arms.control, Count { events: 0, n: 1 });
}

#[test]
fn what_is_impossible_is_told_where_it_is() {
    let told = |figures: Figures| -> Vec<String> {
        let faults = figures.faults().into_iter();
        faults
            .map(|it| format!("{} {}", it.pointer.as_str(), it.code))
            .collect()
    };
    let good = Group {
        n: 2,
        mean: 1.0,
        sd: 0.0,
    };
    let none = group([]);
    let bad = Group { sd: -1.0, ..good };
    let means = |treated, control| Figures::Means { treated, control };
    assert_eq!(told(means(good, good)), Vec::<String>::new());
    assert_eq!(
        told(means(bad, none)),
        ["/treated sd_negative", "/control n_too_small"]
    );
    let one = group([4.0]);
    assert_eq!(told(means(good, one)), ["/control n_too_small"]);
    let odd = Count { events: 3, n: 2 };
    let events = Figures::Events {
        treated: odd,
        control: Count::default(),
    };
    assert_eq!(
        told(events),
        ["/treated events_exceed_n", "/control n_too_small"]
    );
    let Group { n, mean, sd } = one;
    assert_eq!(told(Figures::Paired { n, mean, sd }), [" n_too_small"]);
    assert_eq!(told(Figures::Proportion(odd)), [" events_exceed_n"]);
}
