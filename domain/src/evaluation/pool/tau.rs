//! The variance between effects, τ²: four estimators, and its Q-profile interval.
//!
//! All searches are bounded. With R the range of the effects, |yᵢ − μ| ≤ R(Σw − wᵢ)/Σw and
//! wᵢ ≤ 1/(u + τ²), u the smallest variance, give Q(τ²) ≤ (k − 1)R²/(u + τ²) and y'PPy ≤
//! tr(P)R²/(u + τ²): no estimate is above R², and all are zero where R² is not above u.

use super::root::{Slope, root};
use super::weighing::{Sample, Weighing};
use super::{Bounds, Estimator, LEVEL, PoolError};
use crate::evaluation::distribution;

/// How many values of τ² the restricted likelihood is looked at before the search.
const LOOKS: i32 = 32;

/// τ² of these effects.
pub(super) fn estimate(sample: &Sample, estimator: Estimator) -> Result<f64, PoolError> {
    if sample.width().powi(2) <= sample.smallest() {
        return Ok(0.0);
    }
    match estimator {
        Estimator::Fixed => Ok(0.0),
        Estimator::DerSimonianLaird => Ok(dersimonian_laird(sample)),
        Estimator::PauleMandel => {
            generalised_q(sample, sample.df()).map(|tau2| tau2.unwrap_or_default())
        }
        Estimator::Reml => reml(sample),
    }
}

/// max(0, (Q − (k − 1))/(Σw − Σw²/Σw)).
fn dersimonian_laird(sample: &Sample) -> f64 {
    let at = sample.weigh(0.0);
    ((at.q - sample.df()) / at.trace).max(0.0)
}

/// The τ² with which Q(τ²) = Σ(y − μ)²/(v + τ²) is `target`; none if Q is below it even at zero.
fn generalised_q(sample: &Sample, target: f64) -> Result<Option<f64>, PoolError> {
    if sample.weigh(0.0).q < target {
        return Ok(None);
    }
    let most = sample.df() * sample.width().powi(2) / target;
    // Q falls and is convex, so that Newton's steps come from below and stay there.
    let slope = |tau2| {
        let at = sample.weigh(tau2);
        Slope {
            value: at.q - target,
            fall: at.squares,
        }
    };
    root([0.0, most], 0.0, slope)
        .map(Some)
        .ok_or(PoolError::NotConverged)
}

/// The Q-profile interval (Viechtbauer 2007); none where it is empty.
pub(super) fn profile(sample: &Sample) -> Result<Option<Bounds>, PoolError> {
    let quantile =
        |p| distribution::chi_squared_quantile(p, sample.df()).ok_or(PoolError::NotRepresentable);
    let [lower, upper] = [quantile(0.5 - LEVEL / 2.0)?, quantile(0.5 + LEVEL / 2.0)?];
    let Some(high) = generalised_q(sample, lower)? else {
        return Ok(None);
    };
    let low = generalised_q(sample, upper)?.unwrap_or_default();
    Ok(Some(Bounds { low, high }))
}

/// Restricted maximum likelihood by Fisher scoring, τ² ← τ² + (y'PPy − tr P)/tr(PP).
///
/// The likelihood may have several maxima: the search starts at the best of some values and stays
/// between two where the score changes its sign.
fn reml(sample: &Sample) -> Result<f64, PoolError> {
    let most = sample.width().powi(2);
    // Below a hundredth of the smallest variance, τ² hardly changes a weight.
    let least = (sample.smallest() / 100.0).clamp(most * 1e-24, most / 100.0);
    let ratio = (least / most).ln() / f64::from(LOOKS);
    let steps = (0..=LOOKS).rev();
    let values = steps.map(|step| most * (ratio * f64::from(step)).exp());
    let looked: Vec<_> = std::iter::once(0.0)
        .chain(values)
        .map(|tau2| {
            let at = sample.weigh(tau2);
            (tau2, score(&at), sample.restricted_likelihood(&at))
        })
        .collect();
    let best = looked
        .iter()
        .enumerate()
        .max_by(|(_, (.., one)), (_, (.., other))| one.total_cmp(other));
    let Some((place, &(start, rise, _))) = best else {
        return Ok(0.0);
    };
    let bracket = if rise > 0.0 {
        let behind = looked
            .iter()
            .skip(place)
            .find(|(_, score, _)| *score <= 0.0);
        [start, behind.map_or(most, |(tau2, ..)| *tau2)]
    } else {
        let before = looked
            .iter()
            .take(place)
            .rev()
            .find(|(_, score, _)| *score > 0.0);
        let Some((tau2, ..)) = before else {
            return Ok(0.0);
        };
        [*tau2, start]
    };
    let slope = |tau2| {
        let at = sample.weigh(tau2);
        Slope {
            value: score(&at),
            fall: at.trace_squared,
        }
    };
    root(bracket, start, slope).ok_or(PoolError::NotConverged)
}

/// Twice the derivative of the restricted log-likelihood by τ².
fn score(at: &Weighing) -> f64 {
    at.squares - at.trace
}
