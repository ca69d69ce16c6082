//! Sets: results that may be compared, and what they show together.

use std::collections::BTreeMap;

use maillage_domain::commons::Indicator;
use maillage_domain::evaluation::pool::diagnostics::Directions;
use maillage_domain::evaluation::pool::{Bounds, Pooled};
use maillage_domain::evaluation::sentence::{Finding, english, french};
use maillage_domain::evaluation::{Answer, Effect, answer, comparison_key};
use maillage_domain::value::Digest;
use maillage_infra::evaluation::NetworkResult;

use crate::http::Language;

/// Results that may be compared, with what they show.
pub(super) struct Set {
    id: Digest,
    pub(super) indicator: Indicator,
    pub(super) studies: Vec<(NetworkResult, Effect)>,
    pub(super) answer: Answer,
}

/// Ends of an interval of 95 % of one effect, with the normal distribution.
pub(super) fn ends(effect: Effect) -> Bounds {
    let reach = 1.959_963_984_540_054 * effect.standard_error();
    Bounds {
        low: effect.estimate() - reach,
        high: effect.estimate() + reach,
    }
}

/// The results in sets that may be compared, the largest first.
pub(super) fn sets(results: Vec<NetworkResult>) -> Vec<Set> {
    let mut by_key: BTreeMap<String, (Digest, Vec<(NetworkResult, Effect)>)> = BTreeMap::new();
    for result in results {
        let Ok(effect) =
            maillage_domain::evaluation::effect(&result.report.figures, result.indicator.measure)
        else {
            continue;
        };
        let key = comparison_key(&result.use_case, &result.indicator);
        let set = by_key.entry(key.to_string()).or_insert((key, Vec::new()));
        set.1.push((result, effect));
    }
    let mut sets: Vec<_> = by_key
        .into_values()
        .filter_map(|(id, studies)| {
            let effects: Vec<_> = studies.iter().map(|(_, effect)| *effect).collect();
            // What cannot be pooled stands beside each other.
            let together = answer(&effects).unwrap_or(Answer::Table {
                count: effects.len(),
            });
            Some(Set {
                id,
                indicator: studies.first()?.0.indicator.clone(),
                answer: together,
                studies,
            })
        })
        .collect();
    sets.sort_by_key(|set| std::cmp::Reverse(set.studies.len()));
    sets
}

impl Set {
    /// What tells it from others.
    pub(super) fn id(&self) -> Digest {
        self.id
    }

    /// The pooled answer, if there is one.
    pub(super) fn pooled(&self) -> Option<&Pooled> {
        match &self.answer {
            Answer::Pooled(pooled) => Some(pooled),
            Answer::Table { .. } => None,
        }
    }

    /// What they show, in words.
    pub(super) fn sentence(&self, language: Language) -> String {
        let effects: Vec<_> = self.studies.iter().map(|(_, effect)| *effect).collect();
        let finding = Finding {
            name: &self.indicator.name,
            unit: &self.indicator.unit,
            measure: self.indicator.measure,
            answer: &self.answer,
            hidden: false,
            directions: Some(Directions::of(&effects)),
        };
        match language {
            Language::French => french(&finding),
            Language::English => english(&finding),
        }
    }
}
