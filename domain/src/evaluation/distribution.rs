//! Quantiles and tails, from `statrs`, which is asked here and nowhere else.
//!
//! Nothing panics and nothing is infinite: a parameter out of range gives `None`.

use statrs::distribution::{ChiSquared, Continuous, ContinuousCDF, Normal, StudentsT};

/// The value below which a standard normal variable stays with probability `p`.
pub(super) fn normal_quantile(p: f64) -> Option<f64> {
    quantile(&Normal::standard(), p)
}

/// The probability that a standard normal variable is farther from zero than `x`.
pub(super) fn normal_two_sided(x: f64) -> f64 {
    tail(&Normal::standard(), x.abs(), 2.0)
}

/// The value below which Student's t with `df` degrees of freedom stays with probability `p`.
pub(super) fn t_quantile(p: f64, df: f64) -> Option<f64> {
    quantile(&StudentsT::new(0.0, 1.0, df).ok()?, p)
}

/// The probability that Student's t is farther from zero than `x`.
pub(super) fn t_two_sided(x: f64, df: f64) -> Option<f64> {
    Some(tail(&StudentsT::new(0.0, 1.0, df).ok()?, x.abs(), 2.0))
}

/// The value below which χ² stays with probability `p`.
pub(super) fn chi_squared_quantile(p: f64, df: f64) -> Option<f64> {
    quantile(&ChiSquared::new(df).ok()?, p)
}

/// The probability that χ² is larger than `x`.
pub(super) fn chi_squared_upper(x: f64, df: f64) -> Option<f64> {
    Some(tail(&ChiSquared::new(df).ok()?, x, 1.0))
}

fn tail(distribution: &impl ContinuousCDF<f64, f64>, x: f64, sides: f64) -> f64 {
    (sides * distribution.sf(x)).clamp(0.0, 1.0)
}

/// The library's quantile, brought to the precision of its own distribution function: for Student's
/// t it inverts an incomplete beta function and keeps ten digits only.
fn quantile<D>(distribution: &D, p: f64) -> Option<f64>
where
    D: ContinuousCDF<f64, f64> + Continuous<f64, f64>,
{
    if !(p > 0.0 && p < 1.0) {
        return None;
    }
    let mut at = distribution.inverse_cdf(p);
    for _ in 0..2 {
        // The smaller tail is the precise one.
        let beyond = if p > 0.5 {
            distribution.sf(at) - (1.0 - p)
        } else {
            p - distribution.cdf(at)
        };
        let closer = at + beyond / distribution.pdf(at);
        if closer.is_finite() && (closer - at).abs() <= 1e-6 * at.abs() {
            at = closer;
        }
    }
    at.is_finite().then_some(at)
}
