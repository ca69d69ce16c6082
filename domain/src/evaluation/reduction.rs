//! Reduction: what was observed, one by one, as the figures that it comes to.
//!
//! An observation is counted and forgotten: nothing here holds two of them.

use serde::{Deserialize, Serialize};

use super::effect::EffectError;
use super::figures::{Count, Figures, Group};
use crate::value::{Pointer, Violation};

/// The largest magnitude of a value: no effect beyond it is computed with.
pub const LARGEST_VALUE: f64 = super::effect::LARGEST;

/// Which figures observations are reduced to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reduction {
    /// Values in two groups.
    Means,
    /// Differences within pairs.
    Paired,
    /// What happened or not, in two groups.
    Events,
    /// What happened or not, in one group.
    Proportion,
}

/// With the practice, or without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arm {
    /// With it.
    Treated,
    /// Without it.
    Control,
}

/// The same of both groups.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Arms<T> {
    /// With the practice.
    pub treated: T,
    /// Without it.
    pub control: T,
}

/// Values of a quantity, as they come: how many, their mean and their spread.
///
/// Welford's recurrence (Technometrics 1962), on the differences to the first value (Chan, Golub &
/// LeVeque, The American Statistician 1983): the first of n values is at most √n standard deviations
/// from the mean, so that a mean of any size costs the spread no digits.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sample {
    n: u32,
    first: f64,
    mean: f64,
    squares: f64,
}

impl<T> Arms<T> {
    /// That of one group.
    pub fn of(&mut self, arm: Arm) -> &mut T {
        match arm {
            Arm::Treated => &mut self.treated,
            Arm::Control => &mut self.control,
        }
    }
}

impl Sample {
    /// Takes a value in; of a magnitude of at most [`LARGEST_VALUE`].
    pub fn add(&mut self, value: f64) {
        if self.n == 0 {
            self.first = value;
        }
        self.n = self.n.saturating_add(1);
        let value = value - self.first;
        let before = value - self.mean;
        self.mean += before / f64::from(self.n);
        self.squares += before * (value - self.mean);
    }

    /// What the values show; a standard deviation of zero where there are fewer than two.
    pub fn group(&self) -> Group {
        let degrees = f64::from(self.n.saturating_sub(1).max(1));
        Group {
            n: self.n,
            mean: self.first + self.mean,
            sd: (self.squares / degrees).sqrt(),
        }
    }
}

impl Count {
    /// Takes in whether it happened once more.
    pub fn add(&mut self, happened: bool) {
        self.n = self.n.saturating_add(1);
        self.events = self.events.saturating_add(u32::from(happened));
    }
}

impl Figures {
    /// What makes these figures impossible, whatever measure is asked of them, and in which part.
    pub fn faults(&self) -> Vec<Violation> {
        fn broken<T>(checked: Result<T, EffectError>, member: Option<&str>) -> Option<Violation> {
            let pointer = member.map(|member| Pointer::root().key(member));
            let error = checked.err()?;
            let fault = Violation::at(pointer.unwrap_or_default(), error.code());
            Some(fault)
        }
        let (treated, control) = (Some("treated"), Some("control"));
        let found = match *self {
            Self::Means {
                treated: with,
                control: without,
            } => [
                broken(with.valid(), treated),
                broken(without.valid(), control),
            ],
            Self::Events {
                treated: with,
                control: without,
            } => [
                broken(with.valid(), treated),
                broken(without.valid(), control),
            ],
            Self::Paired { n, mean, sd } => [broken(Group { n, mean, sd }.valid(), None), None],
            Self::Proportion(count) => [broken(count.valid(), None), None],
            // Reported by its measure only: nothing is reduced to it.
            Self::Contrast { .. } => [None, None],
        };
        found.into_iter().flatten().collect()
    }
}
