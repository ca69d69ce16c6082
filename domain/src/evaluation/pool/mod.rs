//! Effects together: one estimate, and how much the effects differ beyond chance.
//!
//! Notation of Borenstein et al. 2009, definitions of metafor (Viechtbauer 2010). An order of
//! effects changes nothing, to the last bit: they are sorted before anything is summed.

pub mod diagnostics;
mod root;
mod tau;
mod weighing;

use std::num::NonZeroUsize;

use serde::{Deserialize, Serialize};

use super::distribution;
use super::effect::Effect;
use weighing::{Sample, Weighing};

/// The level of every interval that is given.
pub const LEVEL: f64 = 0.95;

/// The probability below the upper end of an interval of that level.
const UPPER: f64 = 0.5 + LEVEL / 2.0;

/// The value below which a standard normal variable stays with that probability.
const NORMAL_UPPER: f64 = 1.959_963_984_540_054;

/// How the variance between the effects, τ², is estimated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Estimator {
    /// None: one common effect, with weights 1/v (Borenstein et al. 2009, chapter 11).
    Fixed,
    /// By moments (DerSimonian & Laird 1986).
    #[serde(rename = "dersimonian_laird")]
    DerSimonianLaird,
    /// By the generalised Q statistic (Paule & Mandel 1982; DerSimonian & Kacker 2007).
    PauleMandel,
    /// By restricted maximum likelihood (Viechtbauer 2005).
    #[default]
    Reml,
}

/// How the interval around the pooled estimate is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interval {
    /// With 1/√Σw and the normal distribution.
    Wald,
    /// With the weighted spread of the effects and Student's t (Hartung & Knapp 2001; Sidik &
    /// Jonkman 2002).
    #[default]
    HartungKnapp,
    /// The same, never narrower than the spread within the studies gives (Knapp & Hartung 2003,
    /// truncated at one; Röver, Knapp & Friede 2015).
    HartungKnappAdHoc,
}

/// Two ends.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Bounds {
    /// The lower.
    pub low: f64,
    /// The upper.
    pub high: f64,
}

/// How much the effects differ.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Heterogeneity {
    /// Cochran's Q, around the estimate with weights 1/v (Cochran 1954).
    pub q: f64,
    /// Its degrees of freedom, k − 1.
    pub q_df: usize,
    /// The probability of a larger Q by chance alone.
    pub q_p: f64,
    /// τ²: the variance between effects. Zero in the fixed model, which supposes it.
    pub tau2: f64,
    /// The standard error of τ², √(2/tr(PP)); of REML only (Viechtbauer 2005).
    pub tau2_se: Option<f64>,
    /// The Q-profile interval of τ² (Viechtbauer 2007); none in the fixed model, nor where the
    /// effects differ less than chance alone would nearly always make them.
    pub tau2_interval: Option<Bounds>,
    /// I², in percent: 100 τ²/(τ² + s²) with the typical variance s² of Higgins & Thompson 2002;
    /// in the fixed model 100 (Q − df)/Q, at least zero.
    pub i2: f64,
    /// I² at the ends of the interval of τ².
    pub i2_interval: Option<Bounds>,
    /// H²: (τ² + s²)/s²; in the fixed model Q/df.
    pub h2: f64,
}

/// What effects show together. Every number in it is finite.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pooled {
    /// How τ² was estimated.
    pub estimator: Estimator,
    /// How the interval was made.
    pub interval: Interval,
    /// How many effects were pooled.
    pub count: usize,
    /// The pooled estimate.
    pub estimate: f64,
    /// Its standard error, as the interval takes it.
    pub standard_error: f64,
    /// The estimate over its standard error.
    pub statistic: f64,
    /// The probability of one farther from zero, if there was no effect.
    pub p_value: f64,
    /// The confidence interval.
    pub confidence: Bounds,
    /// How much the effects differ.
    pub heterogeneity: Heterogeneity,
    /// Where the effect of one more such study would lie: μ ± t(k − 2) √(τ² + SE²) (Higgins,
    /// Thompson & Spiegelhalter 2009). From three effects on, and not in the fixed model.
    pub prediction: Option<Bounds>,
    /// The share of each effect in the estimate, in the order given; they sum to one.
    pub weights: Vec<f64>,
}

/// Why effects are not pooled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PoolError {
    /// No effect, or one: there is nothing to pool.
    #[error("too_few_effects")]
    TooFew,
    /// Hartung–Knapp measures spread, and these effects have none; the ad hoc variant does without.
    #[error("effects_without_spread")]
    NoSpread,
    /// The search for τ² did not come to an end.
    #[error("tau2_not_found")]
    NotConverged,
    /// The variances are so far apart that a figure is no finite number.
    #[error("not_representable")]
    NotRepresentable,
}

/// A test between groups of effects.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Between {
    /// Q between groups.
    pub q: f64,
    /// Its degrees of freedom: groups less one.
    pub df: usize,
    /// The probability of a larger one, if the groups had the same effect.
    pub p: f64,
}

/// Pools effects.
///
/// # Errors
///
/// See [`PoolError`].
pub fn pool(
    effects: &[Effect],
    estimator: Estimator,
    interval: Interval,
) -> Result<Pooled, PoolError> {
    let sample = Sample::new(effects)?;
    let tau2 = tau::estimate(&sample, estimator)?;
    let at = sample.weigh(tau2);
    let (confidence, standard_error) = confidence(&sample, &at, interval)?;
    let estimate = sample.locate(at.mean);
    let statistic = estimate / standard_error;
    let pooled = Pooled {
        estimator,
        interval,
        count: sample.count(),
        estimate,
        standard_error,
        statistic,
        p_value: match interval {
            Interval::Wald => distribution::normal_two_sided(statistic),
            _ => distribution::t_two_sided(statistic, sample.df())
                .ok_or(PoolError::NotRepresentable)?,
        },
        confidence,
        heterogeneity: heterogeneity(&sample, estimator, &at)?,
        prediction: None,
        weights: effects
            .iter()
            .map(|effect| 1.0 / (effect.variance() + tau2) / at.sum)
            .collect(),
    };
    let prediction = match NonZeroUsize::new(sample.count().saturating_sub(2)) {
        Some(df) if estimator != Estimator::Fixed => {
            distribution::t_quantile(UPPER, as_f64(df.get()))
                .map(|quantile| pooled.predicted(quantile))
        }
        _ => None,
    };
    let pooled = Pooled {
        prediction,
        ..pooled
    };
    if pooled.finite() {
        Ok(pooled)
    } else {
        Err(PoolError::NotRepresentable)
    }
}

/// The test between groups that were pooled apart, Q = Σ(μ − μ̄)²/SE² (Borenstein et al. 2009,
/// chapter 19), over estimates with their standard errors. None for fewer than two groups.
pub fn between(groups: &[Pooled]) -> Option<Between> {
    let effects: Result<Vec<_>, _> = groups
        .iter()
        .map(|group| Effect::new(group.estimate, group.standard_error.powi(2)))
        .collect();
    let sample = Sample::new(&effects.ok()?).ok()?;
    let q = sample.weigh(0.0).q;
    let p = distribution::chi_squared_upper(q, sample.df())?;
    (q.is_finite() && p.is_finite()).then_some(Between {
        q,
        df: sample.count().saturating_sub(1),
        p,
    })
}

impl Pooled {
    /// The prediction interval with the normal distribution: what metafor prints by default.
    /// Narrower than [`Pooled::prediction`], as if τ² was known; for comparisons only.
    pub fn prediction_normal(&self) -> Option<Bounds> {
        let quantile = distribution::normal_quantile(UPPER)?;
        self.prediction.map(|_| self.predicted(quantile))
    }

    fn predicted(&self, quantile: f64) -> Bounds {
        let spread = (self.heterogeneity.tau2 + self.standard_error.powi(2)).sqrt();
        Bounds::around(self.estimate, quantile * spread)
    }

    fn finite(&self) -> bool {
        let Heterogeneity {
            q,
            q_df: _,
            q_p,
            tau2,
            tau2_se,
            tau2_interval,
            i2,
            i2_interval,
            h2,
        } = self.heterogeneity;
        let ends = |bounds: Bounds| [bounds.low, bounds.high];
        let bounds = [tau2_interval, i2_interval, self.prediction];
        [
            self.estimate,
            self.standard_error,
            self.statistic,
            self.p_value,
        ]
        .into_iter()
        .chain(ends(self.confidence))
        .chain([q, q_p, tau2, i2, h2])
        .chain(tau2_se)
        .chain(bounds.into_iter().flatten().flat_map(ends))
        .chain(self.weights.iter().copied())
        .all(f64::is_finite)
    }
}

impl Bounds {
    /// The interval of 95 % around an estimate, with the normal distribution.
    pub fn normal(estimate: f64, standard_error: f64) -> Self {
        Self::around(estimate, NORMAL_UPPER * standard_error)
    }

    fn around(estimate: f64, reach: f64) -> Self {
        Self {
            low: estimate - reach,
            high: estimate + reach,
        }
    }

    /// Whether a value lies between the ends or on one.
    pub fn contain(self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}

/// The interval around the weighted mean, and the standard error that it was made with.
fn confidence(
    sample: &Sample,
    at: &Weighing,
    interval: Interval,
) -> Result<(Bounds, f64), PoolError> {
    let model = at.sum.recip().sqrt();
    let spread = at.q / sample.df();
    let (error, quantile) = match interval {
        Interval::Wald => (model, distribution::normal_quantile(UPPER)),
        Interval::HartungKnapp => (
            spread.sqrt() * model,
            distribution::t_quantile(UPPER, sample.df()),
        ),
        Interval::HartungKnappAdHoc => (
            spread.max(1.0).sqrt() * model,
            distribution::t_quantile(UPPER, sample.df()),
        ),
    };
    // Also a spread so small that it is none to a float.
    if error <= 0.0 || error * error == 0.0 {
        return Err(PoolError::NoSpread);
    }
    let quantile = quantile.ok_or(PoolError::NotRepresentable)?;
    let estimate = sample.locate(at.mean);
    Ok((Bounds::around(estimate, quantile * error), error))
}

fn heterogeneity(
    sample: &Sample,
    estimator: Estimator,
    at: &Weighing,
) -> Result<Heterogeneity, PoolError> {
    let apart = sample.weigh(0.0);
    let (q, df) = (apart.q, sample.df());
    let q_p = distribution::chi_squared_upper(q, df).ok_or(PoolError::NotRepresentable)?;
    let fixed = estimator == Estimator::Fixed;
    let tau2_interval = if fixed { None } else { tau::profile(sample)? };
    // s² = (k − 1)Σw/((Σw)² − Σw²), which is (k − 1)/tr(P).
    let typical = df / apart.trace;
    let i2 = |tau2: f64| 100.0 * tau2 / (tau2 + typical);
    Ok(Heterogeneity {
        q,
        q_df: sample.count().saturating_sub(1),
        q_p,
        tau2: at.tau2,
        tau2_se: (estimator == Estimator::Reml).then(|| (2.0 / at.trace_squared).sqrt()),
        tau2_interval,
        i2: if !fixed {
            i2(at.tau2)
        } else if q > df {
            100.0 * (q - df) / q
        } else {
            0.0
        },
        i2_interval: tau2_interval.map(|bounds| Bounds {
            low: i2(bounds.low),
            high: i2(bounds.high),
        }),
        h2: if fixed {
            q / df
        } else {
            (at.tau2 + typical) / typical
        },
    })
}

/// A count as a float: exact for any number of effects that fits in memory.
const fn as_f64(count: usize) -> f64 {
    count as f64
}
