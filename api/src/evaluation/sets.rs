//! Sets: results that may be compared, and what they show together.

use std::collections::BTreeMap;

use maillage_domain::commons::Indicator;
use maillage_domain::evaluation::disclosure::{Cell, Open, Shared};
use maillage_domain::evaluation::pool::diagnostics::Directions;
use maillage_domain::evaluation::pool::{Bounds, Pooled};
use maillage_domain::evaluation::sentence::{Finding, english, french};
use maillage_domain::evaluation::{
    Answer, Dimension, Effect, Leaving, Sharing, Subgroups, Warning, answer, comparison_key,
    effect, leaving, subgroups, warnings,
};
use maillage_domain::value::Digest;
use maillage_infra::evaluation::{NetworkResult, NetworkResults};

use crate::http::Language;

/// A result and its effect.
pub(super) struct Study {
    pub(super) result: NetworkResult,
    pub(super) effect: Effect,
}

/// Results that may be compared, with what they show.
pub(super) struct Set {
    id: Digest,
    pub(super) indicator: Indicator,
    pub(super) studies: Vec<Study>,
    pub(super) answer: Answer,
    /// Whether older results of this use case and indicator were left unread.
    cut: bool,
}

/// A study and where it stands among the studies of its set.
pub(super) struct Placed<'a> {
    pub(super) place: usize,
    pub(super) study: &'a Study,
}

impl Shared for Placed<'_> {
    fn sharing(&self) -> Sharing {
        self.study.result.sharing()
    }
}

/// Groups of results in one dimension.
pub(super) struct Grouped {
    pub(super) dimension: Dimension,
    pub(super) groups: Subgroups<Cell>,
    /// How many results do not say in which group they are.
    pub(super) aside: usize,
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
pub(super) fn sets(found: NetworkResults) -> Vec<Set> {
    let mut by_key: BTreeMap<String, (Digest, Vec<Study>)> = BTreeMap::new();
    for result in found.results {
        let Ok(effect) = effect(&result.report.figures, result.indicator.measure) else {
            continue;
        };
        let key = comparison_key(&result.use_case, &result.indicator);
        let set = by_key.entry(key.to_string()).or_insert((key, Vec::new()));
        set.1.push(Study { result, effect });
    }
    let mut sets: Vec<_> = by_key
        .into_values()
        .filter_map(|(id, studies)| {
            let rows = rows(&studies, |_| Some(Cell::All));
            let effects: Vec<_> = rows.into_iter().map(|(_, effect)| effect).collect();
            // What cannot be pooled stands beside each other.
            let together = answer(&effects).unwrap_or(Answer::Table {
                count: effects.len(),
            });
            Some(Set {
                id,
                indicator: studies.first()?.result.indicator.clone(),
                answer: together,
                studies,
                cut: found.cut,
            })
        })
        .collect();
    sets.sort_by_key(|set| std::cmp::Reverse(set.studies.len()));
    sets
}

/// What is pooled, each effect in its cell: the one place where effects are gathered, of a set and
/// of its groups. Those of studies come first, in their order.
fn rows(studies: &[Study], cell: impl Fn(&NetworkResult) -> Option<Cell>) -> Vec<(Cell, Effect)> {
    let counting = studies.iter().filter(|study| study.result.counts());
    counting
        .filter_map(|study| Some((cell(&study.result)?, study.effect)))
        .collect()
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

    /// The share of each study in the pooled estimate; none of what does not count.
    pub(super) fn weights(&self) -> Vec<Option<f64>> {
        let weights = self.pooled().map(|pooled| pooled.weights.as_slice());
        let mut weights = weights.unwrap_or_default().iter().copied();
        let weight = |study: &Study| study.result.counts().then(|| weights.next()).flatten();
        self.studies.iter().map(weight).collect()
    }

    /// The groups of each dimension that parts these results.
    pub(super) fn grouped(&self) -> Vec<Grouped> {
        let all = rows(&self.studies, |_| Some(Cell::All)).len();
        let grouped = |dimension: Dimension| {
            let rows = rows(&self.studies, |it| {
                dimension.cell(it.body, it.report.evidence, it.report.origin)
            });
            let groups = subgroups(&rows).ok()?;
            (groups.groups.len() > 1).then_some(Grouped {
                dimension,
                groups,
                aside: all - rows.len(),
            })
        };
        Dimension::ALL.into_iter().filter_map(grouped).collect()
    }

    /// What the open results show without each of them, and where these stand.
    pub(super) fn leaving(&self) -> Option<(Leaving, Vec<Open<Placed<'_>>>)> {
        let studies = self.studies.iter().enumerate();
        let open = Open::only(studies.map(|(place, study)| Placed { place, study }));
        let leaving = leaving(&open, self.indicator.measure, |it| it.study.effect)?;
        Some((leaving, open))
    }

    /// What to keep in mind.
    pub(super) fn warnings(&self) -> Vec<Warning> {
        let counting = self.studies.iter().filter(|study| study.result.counts());
        let told = counting.map(|Study { result, effect }| {
            (result.report.evidence, result.report.origin, *effect)
        });
        warnings(&told.collect::<Vec<_>>(), self.cut)
    }

    /// What they show, in words.
    pub(super) fn sentence(&self, language: Language) -> String {
        let rows = rows(&self.studies, |_| Some(Cell::All));
        let effects: Vec<_> = rows.into_iter().map(|(_, effect)| effect).collect();
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
