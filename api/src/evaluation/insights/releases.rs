//! Releases: pooled figures of results that nobody sees.

use chrono::{DateTime, Utc};
use maillage_domain::evaluation::Dimension;
use maillage_domain::evaluation::disclosure::Cell;
use maillage_domain::evaluation::sentence::{Told, released_in_english, released_in_french};
use maillage_infra::evaluation::ReleasedCell;
use serde::Serialize;
use utoipa::ToSchema;

use super::subgroups::{DimensionSchema, id, named};
use crate::evaluation::sets::Set;
use crate::http::Language;

/// Pooled figures of results that are shared for pooling alone.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReleaseView {
    /// By what the results were grouped; null for all of them.
    #[schema(value_type = Option<DimensionSchema>)]
    by: Option<Dimension>,
    /// Which group; `all` for all of them.
    #[schema(example = "all")]
    group: &'static str,
    /// What people call it.
    #[schema(example = "Ensemble")]
    name: &'static str,
    /// When it was released. A group that may not be released again keeps its last release.
    at: DateTime<Utc>,
    /// The inverse-variance estimate.
    #[schema(example = -4.4)]
    estimate: f64,
    /// Its standard error, if the effect is the same everywhere.
    #[schema(example = 0.21)]
    standard_error: f64,
    /// The lower bound of its interval of 95 %, likewise.
    #[schema(example = -4.81)]
    low: f64,
    /// The upper bound.
    #[schema(example = -3.99)]
    high: f64,
    /// How many collectivities at least: a multiple of five.
    #[schema(example = 5)]
    contributors: usize,
    /// How many people, or things, were observed at least: a multiple of five.
    #[schema(example = 120)]
    people: u64,
    /// Its share in the pooled estimate; null where nothing is pooled, and for groups.
    #[schema(example = 0.4)]
    weight: Option<f64>,
    /// The same in plain words.
    #[schema(
        example = "Au moins 5 collectivités qui ne montrent pas leurs chiffres sont mises en commun depuis le 01/12/2026 : en moyenne, la différence entre avec et sans la pratique essayée est de −4,40 min (de −4,81 à −3,99, à 95 %, si l’effet est partout le même). On ne dit pas combien elles diffèrent entre elles."
    )]
    sentence: String,
}

/// What is said of a release.
pub(in crate::evaluation) fn said(it: &ReleasedCell, language: Language) -> String {
    let told = Told {
        unit: &it.question.indicator.unit,
        measure: it.question.indicator.measure,
        figures: it.figures,
        on: it.at.date_naive(),
    };
    match language {
        Language::French => released_in_french(&told),
        Language::English => released_in_english(&told),
    }
}

impl ReleaseView {
    pub(super) fn all(set: &Set, language: Language) -> Vec<Self> {
        let weight = set.hidden_weight();
        let view = |it: &ReleasedCell| {
            let interval = it.figures.interval();
            Self {
                by: Dimension::ALL.into_iter().find(|by| by.holds(it.cell)),
                group: id(it.cell),
                name: named(it.cell, language),
                at: it.at,
                estimate: it.figures.estimate,
                standard_error: it.figures.standard_error,
                low: interval.low,
                high: interval.high,
                contributors: it.figures.contributors,
                people: it.figures.people,
                weight: weight.filter(|_| it.cell == Cell::All),
                sentence: said(it, language),
            }
        };
        set.releases.iter().map(view).collect()
    }
}
