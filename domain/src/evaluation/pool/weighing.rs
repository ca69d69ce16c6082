//! Sums over effects weighted by 1/(v + τ²), arranged so that nothing cancels.
//!
//! Variances may lie twenty-four orders of magnitude apart. Then `Σw − Σw²/Σw` as it is written in
//! the books is noise; the same sum over what each weight leaves to the others has positive terms
//! only.

use super::{PoolError, as_f64};
use crate::evaluation::effect::Effect;

/// Effects sorted by their variance, and centred on the first: whatever τ² is, that one weighs
/// most, and the others are differences from it.
pub(super) struct Sample {
    centre: f64,
    /// The range of the effects, around the centre.
    range: [f64; 2],
    /// Centred estimates with their variances, the smallest variance first.
    effects: Vec<[f64; 2]>,
}

/// The sums at one τ², with P = W − Wιι'W/Σw.
pub(super) struct Weighing {
    /// The τ² that the weights were made with.
    pub tau2: f64,
    /// Σw.
    pub sum: f64,
    /// The weighted mean μ, centred like the sample.
    pub mean: f64,
    /// Σw(y − μ)².
    pub q: f64,
    /// y'PPy = Σw²(y − μ)².
    pub squares: f64,
    /// tr(P) = Σw − Σw²/Σw.
    pub trace: f64,
    /// tr(PP).
    pub trace_squared: f64,
}

impl Sample {
    pub(super) fn new(effects: &[Effect]) -> Result<Self, PoolError> {
        let mut sorted: Vec<_> = effects
            .iter()
            .map(|effect| [effect.estimate(), effect.variance()])
            .collect();
        sorted.sort_unstable_by(|[y, v], [other_y, other_v]| {
            v.total_cmp(other_v).then(y.total_cmp(other_y))
        });
        let Some(&[centre, _]) = sorted.first().filter(|_| sorted.len() > 1) else {
            return Err(PoolError::TooFew);
        };
        for [y, _] in &mut sorted {
            *y -= centre;
        }
        let range = sorted.iter().fold([0.0_f64; 2], |[low, high], [y, _]| {
            [low.min(*y), high.max(*y)]
        });
        Ok(Self {
            centre,
            range,
            effects: sorted,
        })
    }

    pub(super) fn count(&self) -> usize {
        self.effects.len()
    }

    /// k − 1; never zero.
    pub(super) fn df(&self) -> f64 {
        as_f64(self.count()) - 1.0
    }

    /// How far apart the effects are.
    pub(super) fn width(&self) -> f64 {
        let [low, high] = self.range;
        high - low
    }

    /// The smallest variance.
    pub(super) fn smallest(&self) -> f64 {
        self.effects.first().map_or(0.0, |[_, v]| *v)
    }

    /// A centred mean on the scale of the effects, and not outside them by a rounding error.
    pub(super) fn locate(&self, mean: f64) -> f64 {
        let [low, high] = self.range;
        self.centre + mean.clamp(low, high)
    }

    pub(super) fn weigh(&self, tau2: f64) -> Weighing {
        let weight = |v: f64| 1.0 / (v + tau2);
        // The first outweighs each other: what is left beside it is summed, not subtracted.
        let others = || self.effects.iter().skip(1).map(|[y, v]| (*y, weight(*v)));
        let (rest, rest_squared, moment) = others().fold((0.0, 0.0, 0.0), |(s, ss, m), (y, w)| {
            (s + w, ss + w * w, m + w * y)
        });
        let first = weight(self.smallest());
        let sum = first + rest;
        let all_squared = first * first + rest_squared;
        let mean = moment / sum;

        let mut at = Weighing {
            tau2,
            sum,
            mean,
            q: 0.0,
            squares: 0.0,
            trace: 0.0,
            trace_squared: 0.0,
        };
        let mut add = |y: f64, w: f64, left: f64, left_squared: f64| {
            let distance = w * (y - mean);
            at.q += distance * (y - mean);
            at.squares += distance * distance;
            let diagonal = w * (left / sum);
            at.trace += diagonal;
            let beside = w / sum;
            at.trace_squared += diagonal * diagonal + beside * beside * left_squared;
        };
        add(0.0, first, rest, rest_squared);
        for (y, w) in others() {
            add(y, w, sum - w, all_squared - w * w);
        }
        at
    }

    /// Twice the restricted log-likelihood of τ², without its constant (Viechtbauer 2005).
    pub(super) fn restricted_likelihood(&self, at: &Weighing) -> f64 {
        let logs: f64 = self.effects.iter().map(|[_, v]| (v + at.tau2).ln()).sum();
        -logs - at.sum.ln() - at.q
    }
}
