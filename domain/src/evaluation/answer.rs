//! What may be said of some effects: when they are pooled, and how.

use serde::Serialize;

use super::effect::Effect;
use super::pool::{Between, Estimator, Interval, PoolError, Pooled, between, pool};

/// From how many effects on they are pooled.
const POOLED_FROM: usize = 3;

/// The answer to "what do these results show together?"
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Answer {
    /// Too few: the results stand beside each other. One is never pooled; two say nothing of how
    /// the next would differ.
    Table {
        /// How many there are: none, one or two.
        count: usize,
    },
    /// Pooled, by REML and Hartung–Knapp.
    Pooled(Box<Pooled>),
}

/// Some of the effects, which have a thing in common.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Subgroup<L> {
    /// What they have in common.
    pub label: L,
    /// What they show.
    pub answer: Answer,
}

/// Effects by what they have in common, each group with a τ² of its own.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Subgroups<L> {
    /// The groups, by label.
    pub groups: Vec<Subgroup<L>>,
    /// The test between the groups that were pooled; none if fewer than two were.
    pub between: Option<Between>,
}

/// What these effects show together.
///
/// Effects without any spread have no Hartung–Knapp interval, which would be of no width and say
/// more than the figures: there it is the ad hoc variant, and [`Pooled::interval`] says so.
///
/// # Errors
///
/// See [`PoolError`].
pub fn answer(effects: &[Effect]) -> Result<Answer, PoolError> {
    if effects.len() < POOLED_FROM {
        let count = effects.len();
        return Ok(Answer::Table { count });
    }
    let pooled = match pool(effects, Estimator::Reml, Interval::HartungKnapp) {
        Err(PoolError::NoSpread) => pool(effects, Estimator::Reml, Interval::HartungKnappAdHoc)?,
        result => result?,
    };
    Ok(Answer::Pooled(Box::new(pooled)))
}

/// What the effects of each group show, and whether the groups differ.
///
/// The test takes the standard errors of the model (Borenstein et al. 2009, chapter 19), over
/// groups that are large enough to be pooled. A difference between groups is not its cause.
///
/// # Errors
///
/// See [`PoolError`].
pub fn subgroups<L: Ord + Clone>(effects: &[(L, Effect)]) -> Result<Subgroups<L>, PoolError> {
    let mut labels: Vec<_> = effects.iter().map(|(label, _)| label).collect();
    labels.sort();
    labels.dedup();
    let mut groups = Vec::new();
    let mut compared = Vec::new();
    for label in labels {
        let members = effects.iter().filter(|(of, _)| of == label);
        let members: Vec<_> = members.map(|(_, effect)| *effect).collect();
        let answer = answer(&members)?;
        if matches!(answer, Answer::Pooled(_)) {
            compared.push(pool(&members, Estimator::Reml, Interval::Wald)?);
        }
        groups.push(Subgroup {
            label: label.clone(),
            answer,
        });
    }
    Ok(Subgroups {
        groups,
        between: between(&compared),
    })
}
