//! Indicators: what is measured, in which unit, and which direction is the better one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::evaluation::Measure;
use crate::value::ClauseId;

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
    /// The nearer to zero the better.
    Zero,
    /// Neither is.
    Neither,
}

/// What is measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// Its stable id, unique in the protocol.
    pub id: ClauseId,
    /// What it is called in the catalogue, so that results can be compared.
    pub code: IndicatorCode,
    /// What people call it.
    pub name: String,
    /// In which unit.
    #[serde(default)]
    pub unit: String,
    /// Which way is better.
    pub better: Better,
    /// How an effect on it is expressed.
    pub measure: Measure,
    /// How it is measured: by whom, on what, when.
    #[serde(default)]
    pub definition: String,
    /// Whether the experiment is judged by it, as decided before it begins.
    #[serde(default)]
    pub primary: bool,
}

impl Indicator {
    /// What is measured, and how: code, direction, measure, unit and definition. Their white space says
    /// nothing.
    pub fn meaning(&self) -> (&IndicatorCode, Better, Measure, String, String) {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        (
            &self.code,
            self.better,
            self.measure,
            words(&self.unit),
            words(&self.definition),
        )
    }

    /// The same without what only its owner writes so: its name, in which they may have named
    /// themselves, and white space.
    #[must_use]
    pub fn unnamed(self) -> Self {
        let (_, _, _, unit, definition) = self.meaning();
        let name = self.code.name().to_owned();
        Self {
            name,
            unit,
            definition,
            primary: false,
            ..self
        }
    }

    /// Whether results of both can be compared: the same thing, measured the same way.
    pub fn comparable(&self, other: &Self) -> bool {
        self.meaning() == other.meaning()
    }
}

/// The catalogue of indicators (domain reference §6.3), or `x-` and a name of one's own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IndicatorCode(String);

/// The text is no code of an indicator. Displays as a stable slug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("indicator_code_unknown")]
pub struct IndicatorCodeError;

/// An indicator of the catalogue: what protocols that use its code have in common.
#[derive(Clone, Copy, Debug)]
pub struct IndicatorEntry {
    /// Its code.
    pub code: &'static str,
    /// What people call it, in French.
    pub name: &'static str,
    /// The unit it is usually given in.
    pub unit: &'static str,
    /// Which way is usually better.
    pub better: Better,
    /// The measures that fit it.
    pub measures: &'static [Measure],
}

/// The catalogue (domain reference §6.3), in its order.
pub const INDICATORS: &[IndicatorEntry] = &[
    IndicatorEntry {
        code: "time_saved",
        name: "Temps gagné par tâche",
        unit: "min",
        better: Better::Higher,
        measures: &[Measure::MeanDifference, Measure::RatioOfMeans],
    },
    IndicatorEntry {
        code: "quality",
        name: "Note de qualité (grille aveugle)",
        unit: "points",
        better: Better::Higher,
        measures: &[Measure::StandardizedMeanDifference],
    },
    IndicatorEntry {
        code: "error_rate",
        name: "Taux d'erreur",
        unit: "%",
        better: Better::Lower,
        measures: &[Measure::LogRiskRatio, Measure::RiskDifference],
    },
    IndicatorEntry {
        code: "satisfaction",
        name: "Satisfaction des agents ou des usagers",
        unit: "points",
        better: Better::Higher,
        measures: &[Measure::MeanDifference, Measure::StandardizedMeanDifference],
    },
    IndicatorEntry {
        code: "adoption",
        name: "Taux d'usage actif",
        unit: "%",
        better: Better::Higher,
        measures: &[Measure::LogitProportion],
    },
    IndicatorEntry {
        code: "cost",
        name: "Coût complet par acte",
        unit: "€",
        better: Better::Lower,
        measures: &[Measure::RatioOfMeans],
    },
    IndicatorEntry {
        code: "energy",
        name: "Énergie par requête",
        unit: "Wh",
        better: Better::Lower,
        measures: &[Measure::RatioOfMeans],
    },
    IndicatorEntry {
        code: "delay",
        name: "Délai de traitement",
        unit: "jours",
        better: Better::Lower,
        measures: &[Measure::RatioOfMeans],
    },
    IndicatorEntry {
        code: "escalation",
        name: "Reprise humaine",
        unit: "%",
        better: Better::Neither,
        measures: &[Measure::LogitProportion],
    },
    IndicatorEntry {
        code: "bias_gap",
        name: "Écart entre groupes",
        unit: "points",
        better: Better::Zero,
        measures: &[Measure::RiskDifference],
    },
];

impl IndicatorCode {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn entry(&self) -> Option<&'static IndicatorEntry> {
        INDICATORS.iter().find(|entry| entry.code == self.0)
    }

    /// What people call it, in French; the code where it is of one's own.
    pub fn name(&self) -> &str {
        self.entry().map_or(&self.0, |entry| entry.name)
    }

    /// Whether an effect on it may be expressed so. One's own may be expressed in any way.
    pub fn allows(&self, measure: Measure) -> bool {
        self.entry()
            .is_none_or(|entry| entry.measures.contains(&measure))
    }
}

impl FromStr for IndicatorCode {
    type Err = IndicatorCodeError;

    fn from_str(text: &str) -> Result<Self, IndicatorCodeError> {
        let known = INDICATORS.iter().any(|entry| entry.code == text);
        if known || super::use_case::is_own(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(IndicatorCodeError)
        }
    }
}

impl TryFrom<String> for IndicatorCode {
    type Error = IndicatorCodeError;

    fn try_from(text: String) -> Result<Self, IndicatorCodeError> {
        text.parse()
    }
}

impl From<IndicatorCode> for String {
    fn from(code: IndicatorCode) -> Self {
        code.0
    }
}

impl fmt::Display for IndicatorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
