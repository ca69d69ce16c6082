//! The golden dataset: the thirteen BCG trials, to the digits that are printed.

use maillage_domain::evaluation::pool::{Bounds, Estimator, Interval, Pooled, pool};
use maillage_domain::evaluation::{Measure, effect};

use super::samples::{BCG, bcg, events, printed};

const EFFECTS: [(&str, &str); 13] = [
    ("-0.8893113339", "0.3255847650"),
    ("-1.5853886572", "0.1945811214"),
    ("-1.3480731483", "0.4153679654"),
    ("-1.4415511900", "0.0200100319"),
    ("-0.2175473222", "0.0512101722"),
    ("-0.7861155858", "0.0069056185"),
    ("-1.6208982236", "0.2230172476"),
    ("0.0119523335", "0.0039615793"),
    ("-0.4694176487", "0.0564342105"),
    ("-1.3713448035", "0.0730247936"),
    ("-0.3393588283", "0.0124122140"),
    ("0.4459134006", "0.5325058452"),
    ("-0.0173139482", "0.0714046597"),
];

fn pooled(estimator: Estimator, interval: Interval) -> Pooled {
    pool(&bcg(), estimator, interval).unwrap()
}

fn ends(bounds: Bounds, decimals: usize) -> [String; 2] {
    [bounds.low, bounds.high].map(|end| printed(end, decimals))
}

/// τ², μ, SE, both ends and I², as the reference prints them.
fn row(pooled: &Pooled) -> [String; 6] {
    let [low, high] = ends(pooled.confidence, 6);
    [
        printed(pooled.heterogeneity.tau2, 6),
        printed(pooled.estimate, 6),
        printed(pooled.standard_error, 6),
        low,
        high,
        printed(pooled.heterogeneity.i2, 4),
    ]
}

#[test]
fn the_effects() {
    for (cells, (estimate, variance)) in BCG.into_iter().zip(EFFECTS) {
        let effect = effect(&events(cells), Measure::LogRiskRatio).unwrap();
        assert_eq!(printed(effect.estimate(), 10), estimate);
        assert_eq!(printed(effect.variance(), 10), variance);
    }
}

#[test]
fn fixed() {
    let pooled = pooled(Estimator::Fixed, Interval::Wald);
    assert_eq!(printed(pooled.estimate, 6), "-0.430285");
    assert_eq!(printed(pooled.standard_error, 6), "0.040499");
    assert_eq!(ends(pooled.confidence, 4), ["-0.5097", "-0.3509"]);
    assert_eq!(printed(pooled.heterogeneity.q, 6), "152.233008");
    assert_eq!(pooled.heterogeneity.q_df, 12);
    assert_eq!(printed(pooled.heterogeneity.i2, 2), "92.12");
    assert_eq!(pooled.heterogeneity.tau2, 0.0);
    assert_eq!(pooled.heterogeneity.tau2_interval, None);
    assert_eq!(pooled.prediction, None);
}

#[test]
fn dersimonian_laird() {
    let pooled = pooled(Estimator::DerSimonianLaird, Interval::Wald);
    let expected = [
        "0.308760",
        "-0.714117",
        "0.178742",
        "-1.064445",
        "-0.363789",
        "92.1173",
    ];
    assert_eq!(row(&pooled), expected);
}

#[test]
fn dersimonian_laird_with_hartung_knapp() {
    let pooled = pooled(Estimator::DerSimonianLaird, Interval::HartungKnapp);
    let expected = [
        "0.308760",
        "-0.714117",
        "0.180697",
        "-1.107821",
        "-0.320413",
        "92.1173",
    ];
    assert_eq!(row(&pooled), expected);
    assert_eq!(printed(pooled.statistic, 4), "-3.9520");
    assert_eq!(printed(pooled.p_value, 5), "0.00192");
}

#[test]
fn paule_mandel() {
    let pooled = pooled(Estimator::PauleMandel, Interval::Wald);
    let expected = [
        "0.318068",
        "-0.714968",
        "0.180892",
        "-1.069510",
        "-0.360426",
        "92.3303",
    ];
    assert_eq!(row(&pooled), expected);
}

#[test]
fn reml() {
    let pooled = pooled(Estimator::Reml, Interval::Wald);
    let expected = [
        "0.313243",
        "-0.714532",
        "0.179782",
        "-1.066898",
        "-0.362167",
        "92.2214",
    ];
    assert_eq!(row(&pooled), expected);
    let heterogeneity = pooled.heterogeneity;
    assert_eq!(printed(heterogeneity.tau2_se.unwrap(), 6), "0.166426");
    assert_eq!(printed(pooled.statistic, 4), "-3.9744");
    assert_eq!(printed(heterogeneity.h2, 4), "12.8558");
    // As ratios: what is read.
    let natural = |value| printed(Measure::LogRiskRatio.natural(value), 4);
    assert_eq!(natural(pooled.estimate), "0.4894");
    assert_eq!(natural(pooled.confidence.low), "0.3441");
    assert_eq!(natural(pooled.confidence.high), "0.6962");
}

#[test]
fn reml_with_hartung_knapp() {
    let pooled = pooled(Estimator::Reml, Interval::HartungKnapp);
    assert_eq!(printed(pooled.standard_error, 6), "0.180792");
    assert_eq!(ends(pooled.confidence, 6), ["-1.108444", "-0.320621"]);
}

#[test]
fn predictions() {
    let pooled = pooled(Estimator::Reml, Interval::Wald);
    let normal = pooled.prediction_normal().unwrap();
    assert_eq!(ends(normal, 6), ["-1.866692", "0.437628"]);
    let ratio = Bounds {
        low: normal.low.exp(),
        high: normal.high.exp(),
    };
    assert_eq!(ends(ratio, 4), ["0.1546", "1.5490"]);
    let student = pooled.prediction.unwrap();
    assert_eq!(ends(student, 6), ["-2.008376", "0.579311"]);
}

#[test]
fn q_profile() {
    let heterogeneity = pooled(Estimator::Reml, Interval::Wald).heterogeneity;
    let tau2 = heterogeneity.tau2_interval.unwrap();
    assert_eq!(ends(tau2, 6), ["0.119718", "1.111479"]);
    let i2 = heterogeneity.i2_interval.unwrap();
    assert_eq!(ends(i2, 2), ["81.92", "97.68"]);
}
