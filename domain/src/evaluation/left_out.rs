//! Open results pooled by themselves, and again without each of them.
//!
//! The base of comparison is the pool of the open results alone, never that of all which is shown:
//! the difference between two pools that share a hidden part would tell of that part.

use super::answer::{Answer, answer};
use super::disclosure::{self, Open, Shared};
use super::effect::{Effect, Measure};
use super::pool::Pooled;
use super::pool::diagnostics::{Influence, LeftOut, influence};

/// From how many open results on one is left out: as many as are pooled must remain.
const FROM: usize = 4;

/// Up to how many: the work grows with their square, and one among so many weighs little.
pub const LEFT_OUT_MOST: usize = 100;

/// What open results show together, and without each of them in turn.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaving {
    /// What they show together, and nothing else with them.
    pub base: Pooled,
    /// Without each of them, in their order.
    pub without: Vec<Without>,
}

/// The open results without one of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Without {
    /// What the others show; `index` is the place among the open results.
    pub left: LeftOut,
    /// How far the estimate moves without it, in standard errors of the base; none where that is
    /// no number.
    pub moved: Option<f64>,
    /// Whether no effect enters or leaves the interval without it; never of a proportion, which
    /// compares nothing.
    pub decisive: bool,
    /// Whether the answer hangs on it: it is decisive, or the estimate moves by more than one
    /// standard error.
    pub hinge: bool,
}

fn pooled(effects: &[Effect]) -> Option<Pooled> {
    match answer(effects) {
        Ok(Answer::Pooled(pooled)) => Some(*pooled),
        Ok(Answer::Table { .. }) | Err(_) => None,
    }
}

/// Open results without each of them, pooled as [`answer`] pools; none for fewer than four, for
/// more than [`LEFT_OUT_MOST`], and where a remainder cannot be pooled.
pub fn leaving<T: Shared>(
    open: &[Open<T>],
    measure: Measure,
    effect: impl Fn(&T) -> Effect,
) -> Option<Leaving> {
    if !(FROM..=LEFT_OUT_MOST).contains(&open.len()) {
        return None;
    }
    let all: Vec<_> = open.iter().map(|one| effect(one.get())).collect();
    let base = pooled(&all)?;
    let others = disclosure::leave_one_out(open, |rest| {
        pooled(&rest.iter().map(|one| effect(one)).collect::<Vec<_>>())
    });
    let left = others.into_iter().enumerate().map(|(index, rest)| {
        rest.map(|rest| LeftOut {
            index,
            estimate: rest.estimate,
            standard_error: rest.standard_error,
            confidence: rest.confidence,
            tau2: rest.heterogeneity.tau2,
        })
    });
    let left: Vec<_> = left.collect::<Option<_>>()?;
    let found = influence(&base, &left);
    let without = left.into_iter().map(|left| {
        let moved = (left.estimate - base.estimate) / base.standard_error;
        let influence = found.iter().find(|one| one.index == left.index);
        let decisive = influence.is_some_and(|one| one.decisive) && measure.compares();
        let far = |one: &Influence| one.moved.abs() > 1.0;
        Without {
            left,
            moved: moved.is_finite().then_some(moved),
            decisive,
            hinge: decisive || influence.is_some_and(far),
        }
    });
    Some(Leaving {
        without: without.collect(),
        base,
    })
}
