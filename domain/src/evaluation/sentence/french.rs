//! The sentence in French.

use super::number::FRENCH;
use super::{Finding, Reading, opposite};
use crate::evaluation::answer::Answer;
use crate::evaluation::effect::Measure;
use crate::evaluation::pool::Interval;

/// What `finding` shows, in French.
pub fn french(finding: &Finding) -> String {
    let mut said = match finding.answer {
        Answer::Table { count } => vec![table(finding.name, finding.shown(*count))],
        Answer::Pooled(pooled) => {
            let reading = Reading::of(pooled, finding.measure, &FRENCH);
            let besides = if finding.hidden {
                " et un groupe de résultats qui ne se montrent pas"
            } else {
                ""
            };
            let together = format!(
                "{} résultats{besides} sont mis en commun pour «\u{202f}{}\u{202f}».",
                finding.shown(pooled.count),
                finding.name
            );
            let mut said = vec![together, on_average(&reading, finding.unit)];
            said.extend(reading.undecided().then(|| {
                "Cet intervalle contient l’absence d’effet\u{202f}: ces résultats ne permettent ni \
                 d’affirmer un effet, ni de l’exclure."
                    .to_owned()
            }));
            said.push(heterogeneity(&reading));
            said.extend(prediction(&reading));
            said
        }
    };
    if let Some(directions) = opposite(finding) {
        said.push(format!(
            "Attention, les résultats se contredisent\u{202f}: {} au-dessus de l’absence d’effet, \
             {} au-dessous.",
            directions.above, directions.below
        ));
    }
    if let Answer::Pooled(pooled) = finding.answer {
        let reading = Reading::of(pooled, finding.measure, &FRENCH);
        said.push(limits(&reading));
    }
    said.join(" ")
}

fn table(name: &str, count: usize) -> String {
    match count {
        0 => format!(
            "Aucun résultat pour «\u{202f}{name}\u{202f}»\u{202f}: il n’y a rien à mettre en commun."
        ),
        1 => format!(
            "Un seul résultat pour «\u{202f}{name}\u{202f}»\u{202f}: il ne se met pas en commun, \
             et ne dit pas ce qu’une autre collectivité obtiendrait."
        ),
        _ => format!(
            "{count} résultats seulement pour «\u{202f}{name}\u{202f}»\u{202f}: trop peu pour une \
             moyenne ou une prévision. Ils se lisent l’un à côté de l’autre."
        ),
    }
}

/// What an average of `estimate` is.
pub(super) fn average(measure: Measure, estimate: &str, unit: &str) -> String {
    let quantity = format!("{estimate}\u{202f}{unit}");
    let quantity = quantity.trim_end();
    match measure {
        Measure::MeanDifference => {
            format!("la différence entre avec et sans la pratique essayée est de {quantity}")
        }
        Measure::StandardizedMeanDifference => format!(
            "la différence entre avec et sans la pratique essayée est de {estimate} écart-type"
        ),
        Measure::RiskDifference => format!(
            "la différence de proportion entre avec et sans la pratique essayée est de {estimate} \
             points de pourcentage"
        ),
        Measure::RatioOfMeans => {
            format!("la moyenne avec la pratique essayée est {estimate} fois celle sans elle")
        }
        Measure::LogRiskRatio => {
            format!("la proportion avec la pratique essayée est {estimate} fois celle sans elle")
        }
        Measure::LogOddsRatio => {
            format!("la cote avec la pratique essayée est {estimate} fois celle sans elle")
        }
        Measure::LogitProportion => format!("la proportion est de {estimate}\u{202f}%"),
    }
}

fn on_average(reading: &Reading, unit: &str) -> String {
    let average = average(reading.scale.measure, &reading.estimate(), unit);
    let [low, high] = reading.confidence();
    format!(
        "En moyenne, {average} (intervalle de confiance à {}\u{202f}%\u{202f}: de {low} à {high}).",
        reading.level()
    )
}

fn heterogeneity(reading: &Reading) -> String {
    let figures = format!("I² = {}\u{202f}%, τ² = {}", reading.i2(), reading.tau2());
    if reading.pooled.interval == Interval::HartungKnappAdHoc {
        format!(
            "Les résultats sont tous égaux ({figures})\u{202f}: l’incertitude est seulement celle \
             que chacun annonce."
        )
    } else if reading.beyond_chance() {
        format!("Les résultats diffèrent plus que le hasard ne l’explique ({figures}).")
    } else {
        format!(
            "On ne décèle pas entre les résultats de différence au-delà du hasard ({figures}), ce \
             qui ne prouve pas qu’il n’y en ait pas."
        )
    }
}

fn prediction(reading: &Reading) -> Option<String> {
    let [low, high] = reading.prediction()?;
    let what = match reading.scale.measure {
        Measure::LogitProportion => "cette proportion irait",
        Measure::RatioOfMeans | Measure::LogRiskRatio | Measure::LogOddsRatio => "ce rapport irait",
        Measure::MeanDifference | Measure::StandardizedMeanDifference | Measure::RiskDifference => {
            "cette différence irait"
        }
    };
    let either = if reading.either_way() {
        ", donc dans un sens ou dans l’autre"
    } else {
        ""
    };
    Some(format!(
        "Dans une collectivité de plus, semblable à celles-ci, {what} de {low} à {high} \
         (intervalle de prédiction à {}\u{202f}%){either}.",
        reading.level()
    ))
}

fn limits(reading: &Reading) -> String {
    let few = if reading.few() {
        format!(
            "Avec {} résultats, on sait très mal combien ils diffèrent. ",
            reading.pooled.count
        )
    } else {
        String::new()
    };
    format!(
        "{few}Ces chiffres ne disent ni pourquoi les résultats diffèrent ou se ressemblent, ni ce \
         qu’obtiendrait une collectivité différente de celles-ci."
    )
}
