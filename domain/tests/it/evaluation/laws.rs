//! The laws of pooling, on generated effects.

use maillage_domain::evaluation::pool::{Bounds, Estimator, Interval, Pooled, pool};
use maillage_domain::evaluation::{Answer, Effect, answer};
use proptest::prelude::*;

use super::samples::effects;

pub const ESTIMATORS: [Estimator; 4] = [
    Estimator::Fixed,
    Estimator::DerSimonianLaird,
    Estimator::PauleMandel,
    Estimator::Reml,
];

pub const INTERVALS: [Interval; 3] = [
    Interval::Wald,
    Interval::HartungKnapp,
    Interval::HartungKnappAdHoc,
];

/// Effects as they are found: two to thirty, more or less alike.
fn found() -> impl Strategy<Value = Vec<(f64, f64)>> {
    let effect = (-3.0..3.0, -4.0..1.0).prop_map(|(y, power): (f64, f64)| (y, 10_f64.powf(power)));
    prop::collection::vec(effect, 2..30)
}

fn all(effects: &[Effect]) -> Vec<Pooled> {
    let pairs = ESTIMATORS
        .iter()
        .flat_map(|estimator| INTERVALS.map(|interval| (*estimator, interval)));
    let pooled = pairs.map(|(estimator, interval)| pool(effects, estimator, interval));
    pooled.collect::<Result<_, _>>().unwrap()
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(other.abs()).max(1e-9)
}

fn within(outer: Bounds, inner: Bounds) -> bool {
    outer.low <= inner.low && inner.high <= outer.high
}

proptest! {
    #[test]
    fn the_order_changes_nothing(pairs in found(), turn in 0_usize..30) {
        let given = effects(&pairs);
        let mut turned = given.clone();
        turned.rotate_left(turn % given.len());
        turned.reverse();
        for (one, other) in all(&given).into_iter().zip(all(&turned)) {
            let mut weights = other.weights.clone();
            weights.reverse();
            weights.rotate_right(turn % given.len());
            prop_assert_eq!(one, Pooled { weights, ..other });
        }
    }

    #[test]
    fn a_unit_changes_nothing_but_the_unit(pairs in found(), unit in prop::sample::select(vec![0.01, 60.0, 1e6])) {
        let given = effects(&pairs);
        let scaled: Vec<_> = pairs.iter().map(|(y, v)| (y * unit, v * unit * unit)).collect();
        for (one, other) in all(&given).iter().zip(all(&effects(&scaled))) {
            prop_assert!(near(one.estimate * unit, other.estimate) || one.estimate.abs() < 1e-9);
            prop_assert!(near(one.standard_error * unit, other.standard_error));
            prop_assert!(near(one.heterogeneity.q, other.heterogeneity.q));
            let (mine, theirs) = (one.heterogeneity.i2, other.heterogeneity.i2);
            prop_assert!((mine - theirs).abs() < 1e-6, "{mine} {theirs}");
        }
    }

    #[test]
    fn what_is_added_to_all_is_added_to_the_estimate(pairs in found(), shift in -100.0..100.0_f64) {
        let given = effects(&pairs);
        let shifted: Vec<_> = pairs.iter().map(|(y, v)| (y + shift, *v)).collect();
        for (one, other) in all(&given).iter().zip(all(&effects(&shifted))) {
            prop_assert!((one.estimate + shift - other.estimate).abs() < 1e-8);
            prop_assert!((one.heterogeneity.i2 - other.heterogeneity.i2).abs() < 1e-5);
        }
    }

    #[test]
    fn estimates_lie_among_the_effects(pairs in found()) {
        let low = pairs.iter().map(|(y, _)| *y).fold(f64::INFINITY, f64::min);
        let high = pairs.iter().map(|(y, _)| *y).fold(f64::NEG_INFINITY, f64::max);
        let range = Bounds { low, high };
        for pooled in all(&effects(&pairs)) {
            prop_assert!(range.contain(pooled.estimate));
            prop_assert!(pooled.confidence.contain(pooled.estimate));
            prop_assert!(near(pooled.weights.iter().sum(), 1.0));
            prop_assert!(pooled.heterogeneity.tau2 <= (high - low).powi(2));
        }
    }

    #[test]
    fn without_variance_between_them_effects_are_pooled_as_fixed(pairs in found()) {
        let given = effects(&pairs);
        let fixed = pool(&given, Estimator::Fixed, Interval::Wald).unwrap();
        for estimator in ESTIMATORS {
            let pooled = pool(&given, estimator, Interval::Wald).unwrap();
            let none = pooled.heterogeneity.tau2 == 0.0;
            prop_assert_eq!(none, none && pooled.estimate == fixed.estimate);
            prop_assert_eq!(none, none && pooled.confidence == fixed.confidence);
            // More variance between them, more uncertainty.
            prop_assert!(pooled.standard_error >= fixed.standard_error);
        }
        // Q no larger than its degrees of freedom leaves nothing to estimate by moments.
        if fixed.heterogeneity.q <= given.len() as f64 - 1.0 {
            for estimator in [Estimator::DerSimonianLaird, Estimator::PauleMandel] {
                let pooled = pool(&given, estimator, Interval::Wald).unwrap();
                prop_assert_eq!(pooled.heterogeneity.tau2, 0.0);
            }
        }
    }

    /// Paule–Mandel makes the generalised Q its degrees of freedom: there both intervals share
    /// their standard error.
    #[test]
    fn hartung_knapp_and_wald_meet_in_paule_mandel(pairs in found()) {
        let given = effects(&pairs);
        let [wald, hartung, ad_hoc] =
            INTERVALS.map(|interval| pool(&given, Estimator::PauleMandel, interval).unwrap());
        if wald.heterogeneity.tau2 > 0.0 {
            prop_assert!((wald.standard_error / hartung.standard_error - 1.0).abs() < 1e-6);
        }
        prop_assert!(within(ad_hoc.confidence, wald.confidence));
        prop_assert!(within(ad_hoc.confidence, hartung.confidence));
    }

    #[test]
    fn predictions_contain_the_confidence_interval(pairs in found()) {
        for pooled in all(&effects(&pairs)) {
            let expected = pairs.len() > 2 && pooled.estimator != Estimator::Fixed;
            prop_assert_eq!(pooled.prediction.is_some(), expected);
            if let Some(prediction) = pooled.prediction {
                prop_assert!(within(prediction, pooled.confidence));
                prop_assert!(within(prediction, pooled.prediction_normal().unwrap()));
            }
        }
    }

    /// The Q-profile interval inverts the test that Paule–Mandel takes the middle of.
    #[test]
    fn the_profile_contains_paule_mandel(pairs in found()) {
        let pooled = pool(&effects(&pairs), Estimator::PauleMandel, Interval::Wald).unwrap();
        let heterogeneity = pooled.heterogeneity;
        match heterogeneity.tau2_interval {
            Some(interval) => prop_assert!(interval.contain(heterogeneity.tau2)),
            None => prop_assert_eq!(heterogeneity.tau2, 0.0),
        }
    }

    /// No value of τ² has a higher restricted likelihood than the one that is found.
    #[test]
    fn reml_is_the_highest(pairs in found(), other in 0.0..4.0_f64) {
        let pooled = pool(&effects(&pairs), Estimator::Reml, Interval::Wald).unwrap();
        let likelihood = |tau2: f64| {
            let weights: Vec<_> = pairs.iter().map(|(_, v)| 1.0 / (v + tau2)).collect();
            let sum: f64 = weights.iter().sum();
            let mean: f64 = pairs.iter().zip(&weights).map(|((y, _), w)| w * y).sum::<f64>() / sum;
            let each = pairs.iter().zip(&weights);
            let each: f64 = each.map(|((y, _), w)| w.ln() - w * (y - mean).powi(2)).sum();
            each - sum.ln()
        };
        let found = likelihood(pooled.heterogeneity.tau2);
        prop_assert!(found >= likelihood(other) - 1e-7, "{found} {}", likelihood(other));
    }

    #[test]
    fn three_are_pooled_and_fewer_are_not(pairs in found()) {
        let given = effects(&pairs);
        let pooled = pool(&given, Estimator::Reml, Interval::HartungKnapp).unwrap();
        let expected = match given.len() {
            count @ ..3 => Answer::Table { count },
            _ => Answer::Pooled(Box::new(pooled)),
        };
        prop_assert_eq!(answer(&given).unwrap(), expected);
    }
}
