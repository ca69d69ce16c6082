//! Sets: results that may be compared, and what they show together.

use std::collections::BTreeMap;

use maillage_domain::commons::Indicator;
use maillage_domain::evaluation::disclosure::{Cell, Open, Question, Shared};
use maillage_domain::evaluation::pool::diagnostics::Directions;
use maillage_domain::evaluation::pool::{Bounds, Pooled};
use maillage_domain::evaluation::sentence::{Finding, english, french};
use maillage_domain::evaluation::{
    Answer, Dimension, Effect, Leaving, Sharing, Subgroups, Warning, answer, effect, leaving,
    subgroups, warnings,
};
use maillage_domain::value::Digest;
use maillage_infra::evaluation::{NetworkResult, NetworkResults, ReleasedCell};

use crate::http::Language;

/// A result and its effect.
pub(super) struct Study {
    pub(super) result: NetworkResult,
    pub(super) effect: Effect,
}

/// Results that may be compared, with what they show.
pub(super) struct Set {
    id: Digest,
    /// What was measured, in the words of a result with a name if there is one.
    pub(super) indicator: Indicator,
    /// Whether its definition tells of nobody without a name: a result with a name has the same, or
    /// many have that were released together.
    pub(super) defined: bool,
    pub(super) studies: Vec<Study>,
    /// What was released of results that nobody sees, all of them first.
    pub(super) releases: Vec<ReleasedCell>,
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
    Bounds::normal(effect.estimate(), effect.standard_error())
}

/// The results in sets that may be compared, the largest first.
pub(super) fn sets(found: NetworkResults) -> Vec<Set> {
    type Parts = (Question, Vec<Study>, Vec<ReleasedCell>);
    let mut by_key: BTreeMap<String, Parts> = BTreeMap::new();
    let mut parts = |question: Question, study: Option<Study>, release: Option<ReleasedCell>| {
        let key = question.key().to_string();
        let (_, studies, releases) = by_key
            .entry(key)
            .or_insert_with(|| (question, Vec::new(), Vec::new()));
        studies.extend(study);
        releases.extend(release);
    };
    for result in found.results {
        let Ok(effect) = effect(&result.report.figures, result.indicator.measure) else {
            continue;
        };
        let question = Question {
            use_case: result.use_case.clone(),
            indicator: result.indicator.clone(),
        };
        parts(question, Some(Study { result, effect }), None);
    }
    for release in found.released {
        parts(release.question.clone(), None, Some(release));
    }
    let mut sets: Vec<_> = by_key
        .into_values()
        .map(|(question, studies, mut releases)| {
            releases.sort_by_key(|release| release.cell);
            let id = question.key();
            let named = studies.iter().find(|it| it.result.names_itself());
            let mut set = Set {
                id,
                indicator: match named {
                    Some(study) => study.result.indicator.clone(),
                    None => question.indicator.unnamed(),
                },
                defined: named.is_some() || !releases.is_empty(),
                answer: Answer::Table { count: 0 },
                studies,
                releases,
                cut: found.cut,
            };
            let effects = set.effects();
            // What cannot be pooled stands beside each other.
            set.answer = answer(&effects).unwrap_or(Answer::Table {
                count: effects.len(),
            });
            set
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

    /// What is pooled, each effect in its cell: the one place where effects are gathered, of a set and
    /// of its groups. Those of studies come first, in their order; then what was released, as if each
    /// release were one more study. That gives it less weight than it has, never more.
    fn rows(
        &self,
        cell: impl Fn(&NetworkResult) -> Option<Cell>,
        released: impl Fn(Cell) -> bool,
    ) -> Vec<(Cell, Effect)> {
        let counting = self.studies.iter().filter(|study| study.result.counts());
        let shown = counting.filter_map(|study| Some((cell(&study.result)?, study.effect)));
        let hidden = self.releases.iter().filter(|it| released(it.cell));
        let hidden = hidden.filter_map(|it| Some((it.cell, it.figures.effect().ok()?)));
        shown.chain(hidden).collect()
    }

    /// Every effect that is pooled.
    fn effects(&self) -> Vec<Effect> {
        let rows = self.rows(|_| Some(Cell::All), |cell| cell == Cell::All);
        rows.into_iter().map(|(_, effect)| effect).collect()
    }

    /// The pooled figure of all results that nobody sees, if it was released.
    pub(super) fn hidden(&self) -> Option<&ReleasedCell> {
        let all = self.releases.iter().find(|it| it.cell == Cell::All);
        all.filter(|it| it.figures.effect().is_ok())
    }

    /// The share of what was released in the pooled estimate.
    pub(super) fn hidden_weight(&self) -> Option<f64> {
        self.hidden()?;
        self.pooled()?.weights.last().copied()
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
        let all = self.rows(|_| Some(Cell::All), |_| false).len();
        let grouped = |dimension: Dimension| {
            let cell =
                |it: &NetworkResult| dimension.cell(it.body, it.report.evidence, it.report.origin);
            let told = self.rows(cell, |_| false).len();
            let rows = self.rows(cell, |cell| dimension.holds(cell));
            let groups = subgroups(&rows).ok()?;
            (groups.groups.len() > 1).then_some(Grouped {
                dimension,
                groups,
                aside: all - told,
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
        let released: Vec<_> = self.releases.iter().map(|it| it.cell).collect();
        warnings(&told.collect::<Vec<_>>(), &released, self.cut)
    }

    /// What they show, in words.
    pub(super) fn sentence(&self, language: Language) -> String {
        let shown = self.rows(|_| Some(Cell::All), |_| false);
        let shown: Vec<_> = shown.into_iter().map(|(_, effect)| effect).collect();
        let finding = Finding {
            name: &self.indicator.name,
            unit: &self.indicator.unit,
            measure: self.indicator.measure,
            answer: &self.answer,
            hidden: self.hidden().is_some(),
            directions: Some(Directions::of(&shown)),
        };
        match language {
            Language::French => french(&finding),
            Language::English => english(&finding),
        }
    }
}
