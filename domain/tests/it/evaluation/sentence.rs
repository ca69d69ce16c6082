//! Answers in words: French and English, and no more than the figures.

use maillage_domain::evaluation::disclosure::ReleasedFigures;
use maillage_domain::evaluation::pool::diagnostics::Directions;
use maillage_domain::evaluation::sentence::{
    Finding, Told, english, french, released_in_english, released_in_french,
};
use maillage_domain::evaluation::{Effect, Measure, answer};

use super::samples::{bcg, effects};

/// Both sentences about these effects, spaces made plain.
fn said(given: &[Effect], measure: Measure, unit: &str) -> [String; 2] {
    let answer = answer(given).unwrap();
    let finding = Finding {
        name: "Temps gagné",
        unit,
        measure,
        answer: &answer,
        hidden: false,
        directions: Some(Directions::of(given)),
    };
    [french(&finding), english(&finding)].map(|text| text.replace('\u{202f}', "_"))
}

#[test]
fn the_golden_dataset() {
    let [french, english] = said(&bcg(), Measure::LogRiskRatio, "");
    assert_eq!(
        french,
        "13 résultats sont mis en commun pour «_Temps gagné_». En moyenne, la proportion avec la \
         pratique essayée est 0,49 fois celle sans elle (intervalle de confiance à 95_%_: de 0,33 \
         à 0,73). Les résultats diffèrent plus que le hasard ne l’explique (I² = 92_%, τ² = 0,31). \
         Dans une collectivité de plus, semblable à celles-ci, ce rapport irait de 0,134 à 1,79 \
         (intervalle de prédiction à 95_%), donc dans un sens ou dans l’autre. Attention, les \
         résultats se contredisent_: 2 au-dessus de l’absence d’effet, 11 au-dessous. Ces chiffres \
         ne disent ni pourquoi les résultats diffèrent ou se ressemblent, ni ce qu’obtiendrait une \
         collectivité différente de celles-ci."
    );
    assert_eq!(
        english,
        "13 results are pooled for “Temps gagné”. On average, the proportion with the practice is \
         0.49 times the one without it (95% confidence interval: 0.33 to 0.73). The results differ \
         by more than chance explains (I² = 92%, τ² = 0.31). In one more authority that resembles \
         these, this ratio would range from 0.134 to 1.79 (95% prediction interval), hence go \
         either way. Beware, the results contradict each other: 2 above no effect, 11 below. These \
         figures say neither why the results differ or agree, nor what an authority unlike these \
         would obtain."
    );
}

/// Three results that agree: few, and that is said.
#[test]
fn a_difference_with_its_unit() {
    let given = effects(&[
        (-1_250.0, 90_000.0),
        (-1_400.0, 40_000.0),
        (-1_300.0, 40_000.0),
    ]);
    let [french, _] = said(&given, Measure::MeanDifference, "min");
    let expected = "En moyenne, la différence entre avec et sans la pratique essayée est de \
                    \u{2212}1_332_min (intervalle de confiance à 95_%_: de ";
    assert!(french.contains(expected), "{french}");
    assert!(french.contains("ce qui ne prouve pas qu’il n’y en ait pas"));
    assert!(french.contains("Avec 3 résultats, on sait très mal combien ils diffèrent."));
    assert!(!french.contains("Attention"));
}

/// An interval around zero is no effect and no absence of one.
#[test]
fn what_is_undecided_is_said_to_be() {
    let given = effects(&[(-0.3, 0.04), (0.4, 0.04), (0.1, 0.04), (0.0, 0.04)]);
    let undecided = "ces résultats ne permettent ni d’affirmer un effet, ni de l’exclure";
    for measure in Measure::ALL {
        let [french, english] = said(&given, measure, "pts");
        assert_eq!(french.contains(undecided), measure.compares(), "{french}");
        assert_eq!(english.contains("nor rule one out"), measure.compares());
        assert_eq!(french.contains("Attention"), measure.compares());
        assert_eq!(
            french.contains("dans un sens ou dans l’autre"),
            measure.compares()
        );
    }
}

#[test]
fn each_measure_on_its_natural_scale() {
    let given = effects(&[
        (0.41, 0.01),
        (0.39, 0.01),
        (0.4, 0.01),
        (0.44, 0.01),
        (0.37, 0.01),
    ]);
    for (measure, french_part, english_part) in [
        (Measure::MeanDifference, "est de 0,402_h (", "is 0.402 h ("),
        (
            Measure::StandardizedMeanDifference,
            "est de 0,402 écart-type (",
            "is 0.402 standard deviations (",
        ),
        (
            Measure::RiskDifference,
            "est de 40,2 points de pourcentage (",
            "is 40.2 percentage points (",
        ),
        (
            Measure::RatioOfMeans,
            "la moyenne avec la pratique essayée est 1,495 fois celle",
            "the mean with the practice is 1.495 times the one",
        ),
        (Measure::LogOddsRatio, "la cote avec", "the odds with"),
        (
            Measure::LogitProportion,
            "la proportion est de 59,92_% (",
            "the proportion is 59.92% (",
        ),
    ] {
        let [french, english] = said(&given, measure, "h");
        assert!(french.contains(french_part), "{french}");
        assert!(english.contains(english_part), "{english}");
    }
}

#[test]
fn tables() {
    let given = effects(&[(-0.3, 0.04), (0.4, 0.04)]);
    let parts = [
        ["il n’y a rien à mettre en commun", "nothing to pool"],
        ["il ne se met pas en commun", "it is not pooled"],
        ["trop peu pour une moyenne", "too few for an average"],
    ];
    for (count, [french_part, english_part]) in parts.into_iter().enumerate() {
        let [french, english] = said(&given[..count], Measure::MeanDifference, "h");
        assert!(french.contains(french_part), "{french}");
        assert!(english.contains(english_part), "{english}");
        assert!(!french.contains("En moyenne"), "{french}");
        assert_eq!(french.contains("Attention"), count == 2, "{french}");
    }
}

#[test]
fn equal_results() {
    let [french, english] = said(&effects(&[(0.5, 0.04); 4]), Measure::MeanDifference, "");
    assert!(french.contains("Les résultats sont tous égaux (I² = 0_%, τ² = 0)"));
    assert!(english.contains("The results are all equal (I² = 0%, τ² = 0)"));
    assert!(french.contains("est de 0,50 ("), "{french}");
}

/// Ratios beyond reading are not written out.
#[test]
fn what_is_too_large_or_too_small_to_write() {
    let given = effects(&[(200.0, 400.0), (-200.0, 400.0), (0.0, 400.0)]);
    let [french, english] = said(&given, Measure::LogRiskRatio, "");
    assert!(
        french.contains("de moins de 0,000001 à plus de 1_000_000_000_000"),
        "{french}"
    );
    assert!(english.contains("less than 0.000001 to more than 1,000,000,000,000"));
}

/// What is not shown is counted apart, and its own sentence claims no more than its figures.
#[test]
fn hidden_results_are_told_apart() {
    let given = effects(&[(-4.0, 0.5), (-5.0, 0.5), (-4.4, 0.04)]);
    let together = answer(&given).unwrap();
    let finding = Finding {
        name: "Temps gagné",
        unit: "min",
        measure: Measure::MeanDifference,
        answer: &together,
        hidden: true,
        directions: None,
    };
    let [first, second] = [french(&finding), english(&finding)];
    assert!(first.starts_with("2 résultats et un groupe de résultats qui ne se montrent pas sont"));
    assert!(second.starts_with("2 results and a group of results that are not shown are pooled"));
    let alone = answer(&given[2..]).unwrap();
    let alone = Finding {
        answer: &alone,
        ..finding
    };
    assert!(french(&alone).starts_with("Aucun résultat"));
    let told = Told {
        unit: "min",
        measure: Measure::MeanDifference,
        figures: ReleasedFigures {
            estimate: -4.4,
            standard_error: 0.2,
            contributors: 5,
            people: 120,
        },
        on: "2026-12-01".parse().unwrap(),
    };
    assert_eq!(
        released_in_french(&told).replace('\u{202f}', "_"),
        "Au moins 5 collectivités qui ne montrent pas leurs chiffres sont mises en commun depuis le \
         01/12/2026_: en moyenne, la différence entre avec et sans la pratique essayée est de \
         \u{2212}4,40_min (de \u{2212}4,79 à \u{2212}4,01, à 95_%, si l’effet est partout le \
         même). On ne dit pas combien elles diffèrent entre elles."
    );
    assert_eq!(
        released_in_english(&told),
        "At least 5 authorities that do not show their figures are pooled since 2026-12-01: on \
         average, the difference between with and without the practice is \u{2212}4.40 min \
         (\u{2212}4.79 to \u{2212}4.01, at 95%, if the effect is the same everywhere). How much \
         they differ from each other is not told."
    );
}
