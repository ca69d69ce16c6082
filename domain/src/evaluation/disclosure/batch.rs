//! A batch over everything that answers one question, and the history it is decided against.

use chrono::{DateTime, Utc};

use super::contribution::{Cell, Contribution};
use super::parameters::Parameters;
use super::release::{Known, Release, Withheld, batch};
use crate::commons::{Indicator, UseCase};
use crate::evaluation::comparison_key;
use crate::event::Fact;
use crate::outcome::Outcome;
use crate::value::Digest;

/// What results must have in common to be pooled: the use case, and what was measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What the tool is used for.
    pub use_case: UseCase,
    /// What was measured.
    pub indicator: Indicator,
}

/// What members have seen so far of the answers to one question.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// Every release ever made, oldest first.
    pub log: Vec<Release>,
    /// Every figure that was ever shown by itself.
    pub known: Known,
}

/// A batch that was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Of which results.
    pub question: Question,
    /// When.
    pub at: DateTime<Utc>,
    /// What was released: perhaps nothing.
    pub releases: Vec<Release>,
    /// What was not, and why: for the log of the platform only.
    pub withheld: Vec<(Cell, Withheld)>,
}

impl Question {
    /// What tells this question from others.
    pub fn key(&self) -> Digest {
        comparison_key(&self.use_case, &self.indicator)
    }
}

/// Makes a batch of what is contributed `now`. The platform does this by itself: no person asks.
pub fn release_all(
    question: Question,
    at: DateTime<Utc>,
    now: &[Contribution],
    history: &History,
    parameters: &Parameters,
) -> Outcome<Batch> {
    let mut releases = Vec::new();
    let mut withheld = Vec::new();
    for (cell, decision) in batch(at, now, &history.log, &history.known, parameters) {
        match decision {
            Ok(release) => releases.push(release),
            Err(why) => withheld.push((cell, why)),
        }
    }
    let fact = Fact::FiguresReleased {
        question: question.key(),
        cells: u32::try_from(releases.len()).unwrap_or(u32::MAX),
    };
    let batch = Batch {
        question,
        at,
        releases,
        withheld,
    };
    Outcome::new(batch, fact)
}
