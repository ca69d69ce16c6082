//! One effect from the figures of one trial: an estimate, and how uncertain it is.
//!
//! Nothing here knows which direction is the better one: an effect is what was measured with the
//! practice that is tried, compared with what was measured without it.

use serde::{Deserialize, Serialize};

use super::distribution;
use super::figures::{Count, Figures, Group};

/// The largest magnitude that an effect, and the widest one that a variance may have.
///
/// Far beyond anything measured; it keeps every sum of squares below what a float holds.
pub(super) const LARGEST: f64 = 1e30;

/// The largest logarithm of a ratio or of odds: beyond it the ratio itself is no finite number.
const LARGEST_LOG: f64 = 500.0;

/// What an effect is expressed as: the effect sizes of Borenstein et al. 2009, chapters 4 and 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// MD, in the unit of the indicator.
    MeanDifference,
    /// ROM: the logarithm of the ratio of two means of positive quantities.
    RatioOfMeans,
    /// SMD: Hedges' g, in standard deviations.
    StandardizedMeanDifference,
    /// The logarithm of the ratio of two risks.
    LogRiskRatio,
    /// The logarithm of the ratio of two odds.
    LogOddsRatio,
    /// RD: the difference of two risks, between −1 and 1.
    RiskDifference,
    /// PLO: the log odds of one proportion, compared with nothing.
    LogitProportion,
}

impl Measure {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::MeanDifference,
        Self::RatioOfMeans,
        Self::StandardizedMeanDifference,
        Self::LogRiskRatio,
        Self::LogOddsRatio,
        Self::RiskDifference,
        Self::LogitProportion,
    ];

    /// A value of this measure as people read it: a ratio, a proportion, a difference.
    ///
    /// Infinite where the ratio is larger than a float: bounds may be, effects may not.
    pub fn natural(self, value: f64) -> f64 {
        match self {
            Self::RatioOfMeans | Self::LogRiskRatio | Self::LogOddsRatio => value.exp(),
            Self::LogitProportion => 1.0 / (1.0 + (-value).exp()),
            Self::MeanDifference | Self::StandardizedMeanDifference | Self::RiskDifference => value,
        }
    }

    /// Whether zero means "no effect"; the log odds of a proportion compare with nothing.
    pub const fn compares(self) -> bool {
        !matches!(self, Self::LogitProportion)
    }

    fn holds(self, value: f64) -> bool {
        let largest = match self {
            Self::MeanDifference | Self::StandardizedMeanDifference => LARGEST,
            Self::RiskDifference => 1.0,
            _ => LARGEST_LOG,
        };
        value.abs() <= largest
    }
}

/// An effect: what was found, and its sampling variance.
///
/// Only valid ones are made: both are finite and the variance is positive.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Effect {
    estimate: f64,
    variance: f64,
}

/// Why figures give no effect. Displays as a stable slug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.code())]
pub enum EffectError {
    /// A figure is infinite or not a number.
    NotFinite,
    /// Nobody was observed; or fewer than two, where a standard deviation is given.
    TooFew,
    /// A standard deviation is negative.
    NegativeSd,
    /// More events than observations.
    EventsExceedN,
    /// A ratio of means takes means above zero.
    MeanNotPositive,
    /// The interval does not lie around its estimate.
    IntervalNotAround,
    /// The level of the interval is not between 0 and 1.
    Level,
    /// No figure varies: such figures do not say how uncertain they are.
    NoVariance,
    /// A ratio, where nothing happened in either group or always did: nothing to compare.
    NoInformation,
    /// An effect beyond what its measure can be, or that can be computed with.
    OutOfRange,
    /// These figures do not give this measure.
    Mismatch,
}

impl EffectError {
    /// The slug of the rule that the figures break.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotFinite => "not_finite",
            Self::TooFew => "n_too_small",
            Self::NegativeSd => "sd_negative",
            Self::EventsExceedN => "events_exceed_n",
            Self::MeanNotPositive => "mean_not_positive",
            Self::IntervalNotAround => "interval_not_around_estimate",
            Self::Level => "level_out_of_range",
            Self::NoVariance => "no_variance",
            Self::NoInformation => "no_information",
            Self::OutOfRange => "effect_out_of_range",
            Self::Mismatch => "measure_mismatch",
        }
    }
}

impl Effect {
    /// An effect that came from elsewhere.
    ///
    /// # Errors
    ///
    /// See [`EffectError`]: not finite, without variance, or out of range.
    pub fn new(estimate: f64, variance: f64) -> Result<Self, EffectError> {
        if !estimate.is_finite() || !variance.is_finite() {
            return Err(EffectError::NotFinite);
        }
        if variance <= 0.0 {
            return Err(EffectError::NoVariance);
        }
        if estimate.abs() > LARGEST || !(1.0 / LARGEST..=LARGEST).contains(&variance) {
            return Err(EffectError::OutOfRange);
        }
        Ok(Self { estimate, variance })
    }

    /// What was found, on the scale of its measure.
    pub const fn estimate(self) -> f64 {
        self.estimate
    }

    /// Its sampling variance.
    pub const fn variance(self) -> f64 {
        self.variance
    }

    /// Its standard error.
    pub fn standard_error(self) -> f64 {
        self.variance.sqrt()
    }
}

/// The effect that figures show, as `measure`.
///
/// # Errors
///
/// See [`EffectError`]: impossible figures, or figures that do not give this measure.
pub fn effect(figures: &Figures, measure: Measure) -> Result<Effect, EffectError> {
    let (estimate, variance) = match *figures {
        Figures::Means { treated, control } => means(treated.valid()?, control.valid()?, measure)?,
        Figures::Paired { n, mean, sd } => paired(Group { n, mean, sd }.valid()?, measure)?,
        Figures::Events { treated, control } => {
            events(treated.valid()?, control.valid()?, measure)?
        }
        Figures::Proportion(count) => proportion(count.valid()?, measure)?,
        Figures::Contrast {
            estimate,
            low,
            high,
            level,
        } => contrast(estimate, [low, high], level)?,
    };
    let effect = Effect::new(estimate, variance)?;
    if measure.holds(estimate) {
        Ok(effect)
    } else {
        Err(EffectError::OutOfRange)
    }
}

/// MD, ROM and SMD of two independent groups.
///
/// MD: Borenstein et al. 2009, eq. 4.2 and 4.5, variances not pooled. ROM: Hedges, Gurevitch &
/// Curtis 1999, eq. 1. SMD: Hedges 1981, d over the pooled standard deviation, corrected by
/// J = 1 − 3/(4df − 1) (Borenstein et al. 2009, eq. 4.22), with the large-sample variance of
/// Hedges 1982 at g (the one metafor computes, Viechtbauer 2010).
fn means(treated: Group, control: Group, measure: Measure) -> Result<(f64, f64), EffectError> {
    let difference = treated.mean - control.mean;
    match measure {
        Measure::MeanDifference => Ok((difference, treated.variance() + control.variance())),
        Measure::RatioOfMeans => {
            if treated.mean <= 0.0 || control.mean <= 0.0 {
                return Err(EffectError::MeanNotPositive);
            }
            let relative = |group: Group| (group.sd / group.mean).powi(2) / f64::from(group.n);
            let ratio = treated.mean.ln() - control.mean.ln();
            Ok((ratio, relative(treated) + relative(control)))
        }
        Measure::StandardizedMeanDifference => {
            let [n1, n0] = [treated.n, control.n].map(f64::from);
            let df = n1 + n0 - 2.0;
            let squares = (n1 - 1.0) * treated.sd.powi(2) + (n0 - 1.0) * control.sd.powi(2);
            let sd = (squares / df).sqrt();
            if sd == 0.0 {
                return Err(EffectError::NoVariance);
            }
            let g = (1.0 - 3.0 / (4.0 * df - 1.0)) * difference / sd;
            Ok((g, 1.0 / n1 + 1.0 / n0 + g * g / (2.0 * (n1 + n0))))
        }
        _ => Err(EffectError::Mismatch),
    }
}

/// MD of differences within pairs: Borenstein et al. 2009, eq. 4.12 and 4.14.
///
/// No other measure: the spread of differences is not that of the quantity, so that an effect
/// standardised by it would not be comparable with the one of two groups.
fn paired(differences: Group, measure: Measure) -> Result<(f64, f64), EffectError> {
    match measure {
        Measure::MeanDifference => Ok((differences.mean, differences.variance())),
        _ => Err(EffectError::Mismatch),
    }
}

/// Log RR, log OR and RD: Borenstein et al. 2009, eq. 5.1 to 5.3, 5.8 to 5.10, 5.17 and 5.18.
///
/// Where a cell is empty, and only there, 0.5 is added to all four (Haldane 1956; Gart & Zweifel
/// 1967), as metafor does.
fn events(treated: Count, control: Count, measure: Measure) -> Result<(f64, f64), EffectError> {
    let ([mut a, mut b], [mut c, mut d]) = (treated.cells(), control.cells());
    let never = a == 0.0 && c == 0.0;
    let always = b == 0.0 && d == 0.0;
    if [a, b, c, d].contains(&0.0) {
        for cell in [&mut a, &mut b, &mut c, &mut d] {
            *cell += 0.5;
        }
    }
    let (n1, n0) = (a + b, c + d);
    match measure {
        Measure::LogRiskRatio | Measure::LogOddsRatio if never || always => {
            Err(EffectError::NoInformation)
        }
        Measure::LogRiskRatio => Ok((
            (a / n1).ln() - (c / n0).ln(),
            // 1/a − 1/n₁, without the cancellation.
            b / (a * n1) + d / (c * n0),
        )),
        Measure::LogOddsRatio => Ok((
            (a / b).ln() - (c / d).ln(),
            1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d,
        )),
        Measure::RiskDifference => Ok((
            a / n1 - c / n0,
            a * b / (n1 * n1 * n1) + c * d / (n0 * n0 * n0),
        )),
        _ => Err(EffectError::Mismatch),
    }
}

/// The log odds of a proportion, v = 1/x + 1/(n − x): Viechtbauer 2010, measure PLO of metafor.
///
/// 0.5 is added to both cells where one is empty.
fn proportion(count: Count, measure: Measure) -> Result<(f64, f64), EffectError> {
    if measure != Measure::LogitProportion {
        return Err(EffectError::Mismatch);
    }
    let [mut with, mut without] = count.cells();
    if with == 0.0 || without == 0.0 {
        with += 0.5;
        without += 0.5;
    }
    Ok(((with / without).ln(), 1.0 / with + 1.0 / without))
}

/// The variance behind a confidence interval under normality: Higgins et al. 2019, § 6.3.1.
fn contrast(estimate: f64, [low, high]: [f64; 2], level: f64) -> Result<(f64, f64), EffectError> {
    if ![estimate, low, high, level].iter().all(|f| f.is_finite()) {
        return Err(EffectError::NotFinite);
    }
    if level <= 0.0 || level >= 1.0 {
        return Err(EffectError::Level);
    }
    if low > estimate || estimate > high {
        return Err(EffectError::IntervalNotAround);
    }
    let quantile = distribution::normal_quantile(0.5 + level / 2.0)
        .filter(|quantile| *quantile > 0.0)
        .ok_or(EffectError::Level)?;
    let error = (high / 2.0 - low / 2.0) / quantile;
    Ok((estimate, error * error))
}
