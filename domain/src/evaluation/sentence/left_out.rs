//! What is said of open results without one of them: whether the answer hangs on it.

use super::Scale;
use super::number::{ENGLISH, FRENCH, Marks};
use crate::evaluation::effect::Measure;
use crate::evaluation::left_out::{Leaving, Without};

/// So many results are told of; those beyond stand in the list.
const TOLD: usize = 3;

/// What is put into words.
#[derive(Clone, Copy, Debug)]
pub struct Hinging<'a> {
    /// Whose the open results are, in their order.
    pub names: &'a [String],
    /// The unit of the indicator; said of mean differences only.
    pub unit: &'a str,
    /// What the effects are expressed as.
    pub measure: Measure,
    /// What they show without each.
    pub leaving: &'a Leaving,
}

/// A result that the answer hangs on, in words and figures.
struct Hinge<'a> {
    name: &'a str,
    estimate: f64,
    low: String,
    high: String,
    /// Whether no effect lies in the interval of the others, where that is what changes.
    turned: Option<bool>,
}

impl<'a> Hinging<'a> {
    /// All values are written alike, as those of the base.
    fn scale(&self, marks: &'static Marks) -> Scale {
        Scale::of(self.measure, self.leaving.base.confidence, marks)
    }

    /// The results that the answer hangs on, those that decide first.
    fn hinges(&self, scale: &Scale) -> Vec<Hinge<'a>> {
        let mut found: Vec<&Without> = self.leaving.without.iter().collect();
        found.retain(|one| one.hinge);
        let moved = |one: &Without| one.moved.map_or(0.0, f64::abs);
        found.sort_by(|a, b| {
            let first = b.decisive.cmp(&a.decisive);
            first.then(moved(b).total_cmp(&moved(a)))
        });
        let hinge = |one: &Without| Hinge {
            name: self.names.get(one.left.index).map_or("–", String::as_str),
            estimate: one.left.estimate,
            low: scale.value(one.left.confidence.low),
            high: scale.value(one.left.confidence.high),
            turned: one.decisive.then(|| one.left.confidence.contain(0.0)),
        };
        found.into_iter().map(hinge).collect()
    }
}

/// What `it` shows, in French.
pub fn french(it: &Hinging) -> String {
    let scale = it.scale(&FRENCH);
    let quantity = |value: f64| {
        let number = scale.value(value);
        match it.measure {
            Measure::MeanDifference => format!("{number}\u{202f}{}", it.unit),
            Measure::StandardizedMeanDifference => format!("{number}\u{202f}écart-type"),
            Measure::RiskDifference => format!("{number}\u{202f}points de pourcentage"),
            Measure::LogitProportion => format!("{number}\u{202f}%"),
            Measure::RatioOfMeans | Measure::LogRiskRatio | Measure::LogOddsRatio => number,
        }
        .trim_end()
        .to_owned()
    };
    let mut said = vec![format!(
        "Les {} résultats ouverts, mis en commun sans les autres, donnent une estimation de {}.",
        it.leaving.base.count,
        quantity(it.leaving.base.estimate)
    )];
    let hinges = it.hinges(&scale);
    for hinge in hinges.iter().take(TOLD) {
        let turned = match hinge.turned {
            None => "",
            Some(true) => "\u{202f}; l’absence d’effet entre dans l’intervalle",
            Some(false) => "\u{202f}; l’absence d’effet sort de l’intervalle",
        };
        said.push(format!(
            "La réponse tient au résultat suivant\u{202f}: {}. Sans lui, l’estimation est de {} \
             (intervalle de confiance à {}\u{202f}%\u{202f}: de {} à {}){turned}.",
            hinge.name,
            quantity(hinge.estimate),
            scale.level(),
            hinge.low,
            hinge.high
        ));
    }
    match hinges.len().saturating_sub(TOLD) {
        0 => {}
        1 => said.push("Elle tient aussi à un autre résultat de la liste.".to_owned()),
        more => said.push(format!(
            "Elle tient aussi à {more} autres résultats de la liste."
        )),
    }
    if hinges.is_empty() {
        let zero = if it.measure.compares() {
            ", et l’absence d’effet n’entre ni ne sort de l’intervalle"
        } else {
            ""
        };
        said.push(format!(
            "Sans l’un d’eux, quel qu’il soit, elle se déplace d’au plus une erreur type{zero}\u{202f}: \
             la réponse ne tient à aucun seul."
        ));
    }
    said.join(" ")
}

/// What `it` shows, in English.
pub fn english(it: &Hinging) -> String {
    let scale = it.scale(&ENGLISH);
    let quantity = |value: f64| {
        let number = scale.value(value);
        match it.measure {
            Measure::MeanDifference => format!("{number} {}", it.unit),
            Measure::StandardizedMeanDifference => format!("{number} standard deviations"),
            Measure::RiskDifference => format!("{number} percentage points"),
            Measure::LogitProportion => format!("{number}%"),
            Measure::RatioOfMeans | Measure::LogRiskRatio | Measure::LogOddsRatio => number,
        }
        .trim_end()
        .to_owned()
    };
    let mut said = vec![format!(
        "The {} open results, pooled without the others, give an estimate of {}.",
        it.leaving.base.count,
        quantity(it.leaving.base.estimate)
    )];
    let hinges = it.hinges(&scale);
    for hinge in hinges.iter().take(TOLD) {
        let turned = match hinge.turned {
            None => "",
            Some(true) => "; no effect enters the interval",
            Some(false) => "; no effect leaves the interval",
        };
        said.push(format!(
            "The answer hangs on this result: {}. Without it, the estimate is {} ({}% confidence \
             interval: {} to {}){turned}.",
            hinge.name,
            quantity(hinge.estimate),
            scale.level(),
            hinge.low,
            hinge.high
        ));
    }
    match hinges.len().saturating_sub(TOLD) {
        0 => {}
        1 => said.push("It also hangs on one other result of the list.".to_owned()),
        more => said.push(format!(
            "It also hangs on {more} other results of the list."
        )),
    }
    if hinges.is_empty() {
        let zero = if it.measure.compares() {
            ", and no effect neither enters nor leaves the interval"
        } else {
            ""
        };
        said.push(format!(
            "Without any one of them it moves by at most one standard error{zero}: the answer \
             hangs on none alone."
        ));
    }
    said.join(" ")
}
