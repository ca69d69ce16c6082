//! Effects from figures, and the figures that give none.

use maillage_domain::evaluation::{Count, Effect, EffectError, Figures, Group, Measure, effect};
use serde_json::json;

use super::samples::{events, printed};

fn group(n: u32, mean: f64, sd: f64) -> Group {
    Group { n, mean, sd }
}

fn means(treated: Group, control: Group) -> Figures {
    Figures::Means { treated, control }
}

fn contrast(estimate: f64, low: f64, high: f64, level: f64) -> Figures {
    Figures::Contrast {
        estimate,
        low,
        high,
        level,
    }
}

/// The effect with six decimals, or the slug of why there is none.
fn shown(figures: Figures, measure: Measure) -> String {
    match effect(&figures, measure) {
        Ok(effect) => format!(
            "{} {}",
            printed(effect.estimate(), 6),
            printed(effect.variance(), 6)
        ),
        Err(error) => error.to_string(),
    }
}

/// The figures of the examples of Borenstein et al. 2009, chapters 4 and 5.
#[test]
fn effects_of_the_books() {
    let scores = means(group(50, 103.0, 5.5), group(50, 100.0, 4.5));
    assert_eq!(shown(scores, Measure::MeanDifference), "3.000000 1.010000");
    assert_eq!(
        shown(scores, Measure::StandardizedMeanDifference),
        "0.592442 0.041755"
    );
    assert_eq!(shown(scores, Measure::RatioOfMeans), "0.029559 0.000098");
    let deaths = events([5, 95, 10, 90]);
    assert_eq!(shown(deaths, Measure::LogRiskRatio), "-0.693147 0.280000");
    assert_eq!(shown(deaths, Measure::LogOddsRatio), "-0.747214 0.321637");
    assert_eq!(shown(deaths, Measure::RiskDifference), "-0.050000 0.001375");
    let used = Figures::Proportion(Count { events: 98, n: 150 });
    assert_eq!(shown(used, Measure::LogitProportion), "0.633724 0.029435");
    let pairs = Figures::Paired {
        n: 50,
        mean: 3.0,
        sd: 5.5,
    };
    assert_eq!(shown(pairs, Measure::MeanDifference), "3.000000 0.605000");
}

#[test]
fn a_contrast_gives_back_the_variance_of_its_interval() {
    let z = 1.959_963_984_540_054;
    let cited = contrast(-0.7, -0.7 - z * 0.2, -0.7 + z * 0.2, 0.95);
    for measure in Measure::ALL {
        assert_eq!(shown(cited, measure), "-0.700000 0.040000");
    }
    let z = 2.575_829_303_548_901;
    let cited = contrast(0.5, 0.5 - z, 0.5 + z, 0.99);
    assert_eq!(shown(cited, Measure::MeanDifference), "0.500000 1.000000");
}

/// 0.5 is added to all four cells where one is empty, and nowhere else.
#[test]
fn zero_cells() {
    let one = events([0, 20, 4, 16]);
    assert_eq!(shown(one, Measure::LogRiskRatio), "-2.197225 2.126984");
    assert_eq!(shown(one, Measure::LogOddsRatio), "-2.414289 2.331609");
    assert_eq!(shown(one, Measure::RiskDifference), "-0.190476 0.009124");
    // Opposite corners: everything with, nothing without.
    let corners = events([20, 0, 0, 20]);
    assert!(effect(&corners, Measure::LogOddsRatio).is_ok());
    for nothing in [events([0, 20, 0, 30]), events([20, 0, 30, 0])] {
        assert_eq!(shown(nothing, Measure::LogRiskRatio), "no_information");
        assert_eq!(shown(nothing, Measure::LogOddsRatio), "no_information");
        // A difference of nothing and nothing is still known to be small.
        assert!(effect(&nothing, Measure::RiskDifference).is_ok());
    }
    for events in [0, 20] {
        let all = Figures::Proportion(Count { events, n: 20 });
        assert!(effect(&all, Measure::LogitProportion).is_ok());
    }
}

#[test]
fn impossible_figures_are_named() {
    use Measure::{LogRiskRatio, LogitProportion, MeanDifference, RatioOfMeans};
    let fine = group(10, 5.0, 1.0);
    let proportion = |events, n| Figures::Proportion(Count { events, n });
    let nan = f64::NAN;
    for (figures, measure, slug) in [
        (
            means(group(0, 5.0, 1.0), fine),
            MeanDifference,
            "n_too_small",
        ),
        (
            means(fine, group(1, 5.0, 1.0)),
            MeanDifference,
            "n_too_small",
        ),
        (
            means(fine, group(9, 5.0, -0.1)),
            MeanDifference,
            "sd_negative",
        ),
        (
            means(fine, group(9, nan, 1.0)),
            MeanDifference,
            "not_finite",
        ),
        (
            means(fine, group(9, 1.0, f64::INFINITY)),
            MeanDifference,
            "not_finite",
        ),
        (
            means(fine, group(9, 0.0, 1.0)),
            RatioOfMeans,
            "mean_not_positive",
        ),
        (
            means(group(9, -1.0, 1.0), fine),
            RatioOfMeans,
            "mean_not_positive",
        ),
        (
            means(group(9, 1.0, 0.0), group(9, 2.0, 0.0)),
            MeanDifference,
            "no_variance",
        ),
        (
            means(group(9, 1.0, 0.0), group(9, 2.0, 0.0)),
            Measure::StandardizedMeanDifference,
            "no_variance",
        ),
        (
            means(group(9, 1e200, 1.0), fine),
            MeanDifference,
            "effect_out_of_range",
        ),
        (
            means(group(9, 1.0, 1e200), fine),
            MeanDifference,
            "not_finite",
        ),
        (proportion(0, 0), LogitProportion, "n_too_small"),
        (proportion(3, 2), LogitProportion, "events_exceed_n"),
        (
            contrast(1.0, 2.0, 3.0, 0.95),
            MeanDifference,
            "interval_not_around_estimate",
        ),
        (
            contrast(1.0, 0.0, 0.5, 0.95),
            MeanDifference,
            "interval_not_around_estimate",
        ),
        (
            contrast(1.0, 1.5, 0.5, 0.95),
            MeanDifference,
            "interval_not_around_estimate",
        ),
        (contrast(1.0, 1.0, 1.0, 0.95), MeanDifference, "no_variance"),
        (
            contrast(1.0, 0.0, 2.0, 0.0),
            MeanDifference,
            "level_out_of_range",
        ),
        (
            contrast(1.0, 0.0, 2.0, 1.0),
            MeanDifference,
            "level_out_of_range",
        ),
        (
            contrast(1.0, 0.0, 2.0, 95.0),
            MeanDifference,
            "level_out_of_range",
        ),
        (contrast(1.0, 0.0, 2.0, nan), MeanDifference, "not_finite"),
        (
            contrast(900.0, 0.0, 1_800.0, 0.95),
            LogRiskRatio,
            "effect_out_of_range",
        ),
        (
            contrast(1.5, 1.0, 2.0, 0.95),
            Measure::RiskDifference,
            "effect_out_of_range",
        ),
    ] {
        assert_eq!(shown(figures, measure), slug, "{figures:?}");
    }
}

#[test]
fn figures_give_the_measures_they_can() {
    use Measure::{
        LogOddsRatio, LogRiskRatio, LogitProportion, MeanDifference, RatioOfMeans, RiskDifference,
        StandardizedMeanDifference,
    };
    let fine = group(10, 5.0, 1.0);
    let paired = Figures::Paired {
        n: 10,
        mean: 1.0,
        sd: 1.0,
    };
    let proportion = Figures::Proportion(Count { events: 3, n: 9 });
    let cases: [(Figures, &[Measure]); 4] = [
        (
            means(fine, fine),
            &[MeanDifference, RatioOfMeans, StandardizedMeanDifference],
        ),
        (paired, &[MeanDifference]),
        (
            events([1, 2, 3, 4]),
            &[LogRiskRatio, LogOddsRatio, RiskDifference],
        ),
        (proportion, &[LogitProportion]),
    ];
    for (figures, measures) in cases {
        for measure in Measure::ALL {
            let found = effect(&figures, measure);
            if measures.contains(&measure) {
                assert!(found.is_ok(), "{figures:?} {measure:?}");
            } else {
                assert_eq!(found, Err(EffectError::Mismatch));
            }
        }
    }
}

#[test]
fn an_effect_is_valid_or_is_not() {
    assert!(Effect::new(0.0, 1e-30).is_ok());
    assert_eq!(Effect::new(0.0, 0.0), Err(EffectError::NoVariance));
    assert_eq!(Effect::new(0.0, -1.0), Err(EffectError::NoVariance));
    assert_eq!(Effect::new(0.0, 1e-31), Err(EffectError::OutOfRange));
    assert_eq!(Effect::new(1e31, 1.0), Err(EffectError::OutOfRange));
    assert_eq!(Effect::new(f64::NAN, 1.0), Err(EffectError::NotFinite));
    assert_eq!(Effect::new(1.0, f64::INFINITY), Err(EffectError::NotFinite));
}

/// What is kept and sent: the form is part of the format.
#[test]
fn figures_as_json() {
    let forms = [
        json!({ "type": "means", "treated": { "n": 9, "mean": 1.5, "sd": 0.5 },
                "control": { "n": 8, "mean": 2.0, "sd": 0.25 } }),
        json!({ "type": "paired", "n": 9, "mean": 1.5, "sd": 0.5 }),
        json!({ "type": "events", "treated": { "events": 1, "n": 9 },
                "control": { "events": 2, "n": 8 } }),
        json!({ "type": "proportion", "events": 1, "n": 9 }),
        json!({ "type": "contrast", "estimate": 1.5, "low": 1.0, "high": 2.0, "level": 0.95 }),
    ];
    for form in forms {
        let figures: Figures = serde_json::from_value(form.clone()).unwrap();
        assert_eq!(serde_json::to_value(figures).unwrap(), form);
    }
    let measures: Vec<_> = Measure::ALL.iter().map(|m| json!(m)).collect();
    assert_eq!(
        json!(measures),
        json!([
            "mean_difference",
            "ratio_of_means",
            "standardized_mean_difference",
            "log_risk_ratio",
            "log_odds_ratio",
            "risk_difference",
            "logit_proportion"
        ])
    );
}

#[test]
fn natural_scales() {
    assert_eq!(Measure::LogRiskRatio.natural(0.0), 1.0);
    assert_eq!(Measure::LogitProportion.natural(0.0), 0.5);
    assert_eq!(Measure::LogitProportion.natural(-1e30), 0.0);
    assert_eq!(Measure::MeanDifference.natural(-3.5), -3.5);
}
