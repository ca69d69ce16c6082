//! What to look at before believing a pooled estimate. Warnings, never corrections.

use serde::Serialize;

use super::weighing::Sample;
use super::{Bounds, Estimator, Interval, PoolError, Pooled, as_f64, confidence, tau};
use crate::evaluation::distribution;
use crate::evaluation::effect::Effect;

/// Below so many effects a test for small-study effects says nothing (Sterne et al. 2011).
const EGGER_FROM: usize = 10;

/// How many effects lie on each side of zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Directions {
    /// Below zero.
    pub below: usize,
    /// Above zero.
    pub above: usize,
}

/// What is left of a pooled answer without one of its effects.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LeftOut {
    /// Which effect was left out: its place in the effects given.
    pub index: usize,
    /// The estimate of the others.
    pub estimate: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Its interval.
    pub confidence: Bounds,
    /// τ² of the others.
    pub tau2: f64,
}

/// An effect that the pooled answer hangs on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Influence {
    /// Its place in the effects given.
    pub index: usize,
    /// How far the estimate moves without it, in standard errors of the whole.
    pub moved: f64,
    /// Whether zero enters or leaves the confidence interval without it.
    pub decisive: bool,
}

/// The regression of effects on their standard errors (Egger et al. 1997; Sterne & Egger 2005).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Egger {
    /// How much the effect grows with the standard error.
    pub slope: f64,
    /// The standard error of the slope.
    pub standard_error: f64,
    /// The probability of a slope farther from zero, if small studies were like large ones.
    pub p: f64,
}

impl Directions {
    /// Counts the effects by their sign; zero is on neither side.
    pub fn of(effects: &[Effect]) -> Self {
        let side = |sign: f64| {
            let on_it = effects
                .iter()
                .filter(|effect| effect.estimate() * sign > 0.0);
            on_it.count()
        };
        Self {
            below: side(-1.0),
            above: side(1.0),
        }
    }

    /// Whether some effects contradict others.
    pub const fn opposite(self) -> bool {
        self.below > 0 && self.above > 0
    }
}

/// The answer without each effect in turn; for three effects and more.
///
/// # Errors
///
/// See [`PoolError`]; a remainder that cannot be pooled fails the whole.
pub fn leave_one_out(
    effects: &[Effect],
    estimator: Estimator,
    interval: Interval,
) -> Result<Vec<LeftOut>, PoolError> {
    let without = |index: usize| {
        let others: Vec<_> = effects
            .iter()
            .enumerate()
            .filter(|(place, _)| *place != index)
            .map(|(_, effect)| *effect)
            .collect();
        let sample = Sample::new(&others)?;
        let tau2 = tau::estimate(&sample, estimator)?;
        let at = sample.weigh(tau2);
        let (confidence, standard_error) = confidence(&sample, &at, interval)?;
        let left = LeftOut {
            index,
            estimate: sample.locate(at.mean),
            standard_error,
            confidence,
            tau2,
        };
        let figures = [
            left.estimate,
            standard_error,
            confidence.low,
            confidence.high,
            tau2,
        ];
        if figures.iter().all(|figure| figure.is_finite()) {
            Ok(left)
        } else {
            Err(PoolError::NotRepresentable)
        }
    };
    (0..effects.len()).map(without).collect()
}

/// The effects that the answer hangs on: without one of them the estimate moves by more than one
/// standard error (Viechtbauer & Cheung 2010), or zero enters or leaves the interval.
pub fn influence(whole: &Pooled, left_out: &[LeftOut]) -> Vec<Influence> {
    let zero = whole.confidence.contain(0.0);
    left_out
        .iter()
        .map(|left| Influence {
            index: left.index,
            moved: (left.estimate - whole.estimate) / whole.standard_error,
            decisive: left.confidence.contain(0.0) != zero,
        })
        .filter(|one| one.moved.is_finite() && (one.decisive || one.moved.abs() > 1.0))
        .collect()
}

/// Egger's test; none below ten effects, or where it cannot be computed, as with equal precision.
pub fn egger(effects: &[Effect]) -> Option<Egger> {
    if effects.len() < EGGER_FROM {
        return None;
    }
    let points: Vec<_> = effects
        .iter()
        .map(|effect| {
            (
                effect.standard_error(),
                effect.estimate(),
                1.0 / effect.variance(),
            )
        })
        .collect();
    let weighted = |value: &dyn Fn(f64, f64) -> f64| -> f64 {
        points.iter().map(|(x, y, w)| w * value(*x, *y)).sum()
    };
    let sum = weighted(&|_, _| 1.0);
    let (mean_x, mean_y) = (weighted(&|x, _| x) / sum, weighted(&|_, y| y) / sum);
    let spread = weighted(&|x, _| (x - mean_x).powi(2));
    let slope = weighted(&|x, y| (x - mean_x) * (y - mean_y)) / spread;
    let left = weighted(&|x, y| (y - mean_y - slope * (x - mean_x)).powi(2));
    let df = as_f64(points.len()) - 2.0;
    let standard_error = (left / df / spread).sqrt();
    let statistic = slope / standard_error;
    // Standard errors that are equal up to rounding leave nothing to regress on.
    let even = spread <= sum * (mean_x * 1e-9).powi(2);
    if even || !statistic.is_finite() {
        return None;
    }
    Some(Egger {
        slope,
        standard_error,
        p: distribution::t_two_sided(statistic, df)?,
    })
}

impl Egger {
    /// Whether small studies seem to differ from large ones: p below 0.10, as is usual for a test
    /// of so little power (Egger et al. 1997).
    pub fn suspicious(self) -> bool {
        self.p < 0.10
    }
}
