//! Any number of effects, of any precision: an answer in finite numbers, or why there is none.

use maillage_domain::evaluation::pool::diagnostics::{Directions, egger};
use maillage_domain::evaluation::pool::{Estimator, Interval, PoolError, Pooled, pool};
use maillage_domain::evaluation::sentence::{Finding, english, french};
use maillage_domain::evaluation::{Answer, Effect, Measure, answer};
use proptest::prelude::*;
use serde_json::Value;

use super::laws::{ESTIMATORS, INTERVALS};
use super::samples::effects;

/// No number of it is missing: JSON writes what is not finite as `null`.
fn finite(pooled: &Pooled) -> bool {
    fn numbers(value: &Value) -> bool {
        match value {
            Value::Null => false,
            Value::Array(values) => values.iter().all(numbers),
            Value::Object(values) => values.values().all(numbers),
            _ => true,
        }
    }
    // What is `null` because it is not there is no number that is missing.
    let mut value = serde_json::to_value(pooled).unwrap();
    let absent = [
        ("/prediction", pooled.prediction.is_none()),
        (
            "/heterogeneity/tau2_se",
            pooled.heterogeneity.tau2_se.is_none(),
        ),
        (
            "/heterogeneity/tau2_interval",
            pooled.heterogeneity.tau2_interval.is_none(),
        ),
        (
            "/heterogeneity/i2_interval",
            pooled.heterogeneity.i2_interval.is_none(),
        ),
    ];
    for (pointer, absent) in absent {
        if absent {
            *value.pointer_mut(pointer).unwrap() = Value::Bool(true);
        }
    }
    numbers(&value)
}

/// Everything that is asked of these effects, and what could not be answered.
fn all(effects: &[Effect]) -> Vec<PoolError> {
    let mut errors = Vec::new();
    for estimator in ESTIMATORS {
        for interval in INTERVALS {
            match pool(effects, estimator, interval) {
                Ok(pooled) => assert!(finite(&pooled), "{pooled:?}"),
                Err(error) => errors.push(error),
            }
        }
    }
    if let Some(egger) = egger(effects) {
        assert!(egger.slope.is_finite() && (0.0..=1.0).contains(&egger.p));
    }
    let answer = answer(effects);
    for measure in Measure::ALL {
        let Ok(answer) = &answer else { break };
        let finding = Finding {
            name: "Temps gagné",
            unit: "min",
            measure,
            answer,
            hidden: false,
            directions: Some(Directions::of(effects)),
        };
        for sentence in [french(&finding), english(&finding)] {
            assert!(
                !sentence.contains("NaN") && !sentence.contains("inf "),
                "{sentence}"
            );
            assert!(sentence.len() < 2_000, "{sentence}");
        }
    }
    errors
}

#[test]
fn one_is_never_pooled() {
    for few in [&[][..], &[(1.0, 1.0)]] {
        let effects = effects(few);
        assert!(
            all(&effects)
                .iter()
                .all(|error| *error == PoolError::TooFew)
        );
        let count = few.len();
        assert_eq!(answer(&effects), Ok(Answer::Table { count }));
    }
}

#[test]
fn from_two_effects_to_a_thousand() {
    for count in (2..60).chain([100, 333, 1_000]) {
        let pairs: Vec<_> = (0..count)
            .map(|n| {
                (
                    f64::from(n * 37 % 101) / 50.0,
                    f64::from(1 + n * 53 % 97) / 50.0,
                )
            })
            .collect();
        assert_eq!(all(&effects(&pairs)), []);
    }
}

/// Effects that are all equal have no spread: Hartung–Knapp says so instead of being certain.
#[test]
fn equal_effects() {
    for count in [2, 3, 10, 1_000] {
        for value in [0.0, 0.1, -1e9] {
            let pairs: Vec<_> = (1..=count).map(|n| (value, f64::from(n))).collect();
            let given = effects(&pairs);
            assert_eq!(all(&given), [PoolError::NoSpread; 4]);
            let pooled = pool(&given, Estimator::Reml, Interval::Wald).unwrap();
            assert_eq!(pooled.estimate, value);
            assert_eq!(pooled.heterogeneity.tau2, 0.0);
            assert_eq!(pooled.heterogeneity.q, 0.0);
            assert_eq!(pooled.heterogeneity.tau2_interval, None);
            if count > 2 {
                let Ok(Answer::Pooled(pooled)) = answer(&given) else {
                    panic!("equal effects are pooled");
                };
                assert_eq!(pooled.interval, Interval::HartungKnappAdHoc);
                assert!(pooled.confidence.low < value && value < pooled.confidence.high);
            }
        }
    }
}

/// One effect outweighs the others by 24 orders of magnitude, where sums as the books write them
/// are noise.
#[test]
fn variances_far_apart() {
    let given = effects(&[(1.0, 1e-12), (3.0, 1e12), (5.0, 1e12)]);
    assert_eq!(all(&given), []);
    let fixed = pool(&given, Estimator::Fixed, Interval::Wald).unwrap();
    assert!((fixed.estimate - 1.0).abs() < 1e-12);
    // Σ(y − y₁)²/1e12, for μ is y₁.
    let q = fixed.heterogeneity.q;
    assert!((q / 2e-11 - 1.0).abs() < 1e-9, "{q}");
    // tr(P) is 4e-12: 2e-12 of the first, 1e-12 of each other.
    let given = effects(&[(-1e9, 1e-12), (1e9, 1e12), (2e9, 1e12)]);
    let dl = pool(&given, Estimator::DerSimonianLaird, Interval::Wald).unwrap();
    let expected = (4e18 + 9e18) / 1e12 - 2.0;
    let tau2 = dl.heterogeneity.tau2;
    assert!((tau2 / (expected / 4e-12) - 1.0).abs() < 1e-9, "{tau2}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_effects(
        pairs in prop::collection::vec(
            (prop_oneof![Just(0.0), -1.0..1.0, -1e6..1e6, -1e-9..1e-9], -12.0..12.0_f64),
            2..40,
        ),
    ) {
        let pairs: Vec<_> = pairs.iter().map(|(y, power)| (*y, 10_f64.powf(*power))).collect();
        let equal = pairs.iter().all(|(y, _)| *y == pairs[0].0);
        let errors = all(&effects(&pairs));
        prop_assert!(errors.is_empty() || equal, "{errors:?}");
    }

    /// As far as effects may go: an answer, or an error that says why.
    #[test]
    fn the_limits(
        pairs in prop::collection::vec((-30.0..30.0_f64, any::<bool>(), -30.0..30.0_f64), 2..12),
    ) {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(y, below, v)| {
                let y = 10_f64.powf(*y);
                (if *below { -y } else { y }, 10_f64.powf(*v))
            })
            .collect();
        for error in all(&effects(&pairs)) {
            prop_assert!(error != PoolError::NotConverged && error != PoolError::TooFew);
        }
    }
}
