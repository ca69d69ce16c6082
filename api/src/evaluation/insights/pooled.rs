//! What several results show together, in figures.

use maillage_domain::evaluation::pool::Pooled;
use serde::Serialize;
use utoipa::ToSchema;

/// What several results show together (REML, Hartung–Knapp).
#[derive(Debug, Serialize, ToSchema)]
pub struct PooledView {
    /// How many results.
    #[schema(example = 5)]
    count: usize,
    /// The pooled effect.
    #[schema(example = -4.1)]
    estimate: f64,
    /// Its standard error.
    #[schema(example = 0.6)]
    standard_error: f64,
    /// The lower bound of the confidence interval of 95 %.
    #[schema(example = -5.8)]
    low: f64,
    /// The upper bound.
    #[schema(example = -2.4)]
    high: f64,
    /// Where the effect of one more such trial would lie, lower bound.
    #[schema(example = -7.9)]
    prediction_low: Option<f64>,
    /// Upper bound.
    #[schema(example = -0.3)]
    prediction_high: Option<f64>,
    /// Cochran's Q.
    #[schema(example = 6.2)]
    q: f64,
    /// The probability of a larger Q by chance alone.
    #[schema(example = 0.18)]
    q_p: f64,
    /// I², in percent.
    #[schema(example = 41.0)]
    i2: f64,
    /// H².
    #[schema(example = 1.7)]
    h2: f64,
    /// τ²: the variance between trials.
    #[schema(example = 0.9)]
    tau2: f64,
    /// The lower bound of its Q-profile interval of 95 %.
    #[schema(example = 0.0)]
    tau2_low: Option<f64>,
    /// The upper bound.
    #[schema(example = 9.1)]
    tau2_high: Option<f64>,
}

impl PooledView {
    pub(super) fn of(it: &Pooled) -> Self {
        let tau2 = it.heterogeneity.tau2_interval;
        Self {
            count: it.count,
            estimate: it.estimate,
            standard_error: it.standard_error,
            low: it.confidence.low,
            high: it.confidence.high,
            prediction_low: it.prediction.map(|bounds| bounds.low),
            prediction_high: it.prediction.map(|bounds| bounds.high),
            q: it.heterogeneity.q,
            q_p: it.heterogeneity.q_p,
            i2: it.heterogeneity.i2,
            h2: it.heterogeneity.h2,
            tau2: it.heterogeneity.tau2,
            tau2_low: tau2.map(|bounds| bounds.low),
            tau2_high: tau2.map(|bounds| bounds.high),
        }
    }
}
