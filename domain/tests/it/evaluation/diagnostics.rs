//! Warnings: directions, influence, small studies.

use maillage_domain::evaluation::pool::diagnostics::{Directions, egger, influence, leave_one_out};
use maillage_domain::evaluation::pool::{Estimator, Interval, PoolError, pool};

use super::samples::{bcg, effects, printed};

#[test]
fn directions_are_counted() {
    let directions = Directions::of(&bcg());
    assert_eq!((directions.below, directions.above), (11, 2));
    assert!(directions.opposite());
    let one_way = Directions::of(&effects(&[(0.0, 1.0), (2.0, 1.0)]));
    assert_eq!((one_way.below, one_way.above), (0, 1));
    assert!(!one_way.opposite());
}

/// The first and the last of what metafor's `leave1out` says of the golden dataset.
#[test]
fn the_golden_dataset_without_each() {
    let left = leave_one_out(&bcg(), Estimator::Reml, Interval::Wald).unwrap();
    assert_eq!(left.len(), 13);
    let shown = |index: usize| {
        let left = left[index];
        assert_eq!(left.index, index);
        [left.estimate, left.standard_error, left.tau2].map(|figure| printed(figure, 4))
    };
    assert_eq!(shown(0), ["-0.7071", "0.1900", "0.3362"]);
    assert_eq!(shown(12), ["-0.7775", "0.1855", "0.3037"]);
}

#[test]
fn two_effects_leave_nothing_to_pool() {
    let given = effects(&[(0.1, 1.0), (0.2, 1.0)]);
    let left = leave_one_out(&given, Estimator::Reml, Interval::Wald);
    assert_eq!(left, Err(PoolError::TooFew));
}

/// Four modest effects and one that carries the whole.
#[test]
fn an_effect_that_decides_is_named() {
    let given = effects(&[
        (0.05, 0.01),
        (0.0, 0.01),
        (-0.05, 0.01),
        (0.02, 0.01),
        (0.9, 0.002),
    ]);
    let whole = pool(&given, Estimator::Fixed, Interval::Wald).unwrap();
    let left = leave_one_out(&given, Estimator::Fixed, Interval::Wald).unwrap();
    let found = influence(&whole, &left);
    // Without a small one, the estimate moves; without the large one, the answer changes.
    let decisive: Vec<_> = found.iter().filter(|one| one.decisive).collect();
    assert_eq!(decisive.len(), 1);
    assert_eq!(decisive[0].index, 4);
    assert!(decisive[0].moved < -10.0, "{}", decisive[0].moved);
    let alike = effects(&[(0.5, 0.01), (0.52, 0.01), (0.48, 0.01), (0.51, 0.01)]);
    let whole = pool(&alike, Estimator::Fixed, Interval::Wald).unwrap();
    let left = leave_one_out(&alike, Estimator::Fixed, Interval::Wald).unwrap();
    assert_eq!(influence(&whole, &left), []);
}

#[test]
fn small_studies() {
    // The smaller the study, the larger its effect.
    let steep: Vec<_> = (1..=12)
        .map(|n| {
            let error = f64::from(n) / 10.0;
            let wobble = if n % 2 == 0 { 0.05 } else { -0.05 };
            (0.1 + 2.0 * error + wobble, error * error)
        })
        .collect();
    let found = egger(&effects(&steep)).unwrap();
    assert!((found.slope - 2.0).abs() < 0.2 && found.suspicious());
    let even: Vec<_> = steep
        .iter()
        .map(|(_, v)| (1.0 + (v * 50.0).sin() * v, *v))
        .collect();
    assert!(!egger(&effects(&even)).unwrap().suspicious());
    // Too few, or all alike: no test.
    assert_eq!(egger(&effects(&steep[..9])), None);
    let alike = vec![(1.0, 0.3); 12];
    assert_eq!(egger(&effects(&alike)), None);
}
