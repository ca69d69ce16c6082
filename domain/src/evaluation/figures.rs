//! Figures: what one trial reports of one indicator.

use serde::{Deserialize, Serialize};

use super::effect::EffectError;
use super::wire::Loose;

/// What a group showed on a quantity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// How many were observed.
    pub n: u32,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation, with n − 1.
    pub sd: f64,
}

/// How often something happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// How many times it happened.
    pub events: u32,
    /// Out of how many.
    pub n: u32,
}

/// What one trial reports of one indicator.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", try_from = "Loose")]
pub enum Figures {
    /// A quantity, in two groups.
    Means {
        /// With the practice.
        treated: Group,
        /// Without it.
        control: Group,
    },
    /// Differences within pairs, with minus without.
    Paired {
        /// How many pairs.
        n: u32,
        /// The mean of the differences.
        mean: f64,
        /// The standard deviation of the differences.
        sd: f64,
    },
    /// Something that happens or not, in two groups.
    Events {
        /// With the practice.
        treated: Count,
        /// Without it.
        control: Count,
    },
    /// Something that happens or not, in one group.
    Proportion(Count),
    /// What a report cites: an estimate with its confidence interval.
    ///
    /// On the scale of the measure: a ratio is given by its logarithm.
    Contrast {
        /// The estimate.
        estimate: f64,
        /// The lower end of its interval.
        low: f64,
        /// The upper end.
        high: f64,
        /// The level of the interval, such as 0.95.
        level: f64,
    },
}

impl Group {
    /// Itself, unless it is impossible.
    pub(super) fn valid(self) -> Result<Self, EffectError> {
        if !self.mean.is_finite() || !self.sd.is_finite() {
            return Err(EffectError::NotFinite);
        }
        if self.n < 2 {
            return Err(EffectError::TooFew);
        }
        if self.sd < 0.0 {
            return Err(EffectError::NegativeSd);
        }
        Ok(self)
    }

    /// The variance of the mean.
    pub(super) fn variance(self) -> f64 {
        self.sd * self.sd / f64::from(self.n)
    }
}

impl Count {
    /// Itself, unless it is impossible.
    pub(super) fn valid(self) -> Result<Self, EffectError> {
        if self.n == 0 {
            return Err(EffectError::TooFew);
        }
        if self.events > self.n {
            return Err(EffectError::EventsExceedN);
        }
        Ok(self)
    }

    /// With events, and without.
    pub(super) fn cells(self) -> [f64; 2] {
        [self.events, self.n.saturating_sub(self.events)].map(f64::from)
    }
}
