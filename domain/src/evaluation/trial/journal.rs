//! The journal of a trial: its steps, the deviations from its protocol and its reviews, in order and
//! for good.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{StepError, Trial, TrialState};
use crate::access::{Permitted, act};
use crate::event::Fact;
use crate::outcome::Outcome;
use crate::value::{ClauseId, PersonId, Pointer, Prose, Violation};

/// What an entry tells of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EntryKind {
    /// A step from one state to the next.
    Step {
        /// From where.
        from: TrialState,
        /// To where.
        to: TrialState,
        /// The stop criterion that was met, where one was.
        stop_criterion: Option<ClauseId>,
    },
    /// Something that was not done as the protocol says.
    Deviation,
    /// What was found when the trial was looked at.
    Review {
        /// When it is to be looked at again.
        next: Option<NaiveDate>,
    },
}

/// An entry of the journal. Nothing of it ever changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its place, from 1: the revision of the trial that it made.
    pub number: i64,
    /// What it tells of.
    pub kind: EntryKind,
    /// Of which day it tells.
    pub on: NaiveDate,
    /// In words.
    pub text: Prose<2000>,
    /// Who wrote it.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// A trial with a new entry that is no step.
#[derive(Clone, Debug)]
pub struct Noted {
    /// The trial.
    pub trial: Trial,
    /// The entry.
    pub entry: Entry,
}

/// What a trial did to work and people, each in words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Impacts {
    /// Who does what, before and after.
    pub tasks: Prose<2000>,
    /// The time that was freed, and what it was used for.
    pub time_freed: Prose<2000>,
    /// Skills and training.
    pub skills: Prose<2000>,
    /// The organisation.
    pub organisation: Prose<2000>,
    /// Working conditions.
    pub working_conditions: Prose<2000>,
    /// Accessibility.
    pub accessibility: Prose<2000>,
    /// The environment.
    pub environment: Prose<2000>,
    /// Equity between groups of people.
    pub equity: Prose<2000>,
}

/// A trial whose impacts were written down.
#[derive(Clone, Debug)]
pub struct ImpactsWritten(pub Trial);

impl Permitted<act::ConductTrial, Trial> {
    /// Writes a deviation or a review of a trial that has begun into its journal.
    ///
    /// # Errors
    /// `State` before it has begun; `Invalid` without a word, for a day to come, or with a next review
    /// that is not after this one.
    pub fn note(
        self,
        kind: EntryKind,
        on: NaiveDate,
        text: Prose<2000>,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Noted>, StepError> {
        let by = self.actor().person();
        let trial = self.into_subject();
        if !trial.has_begun() || matches!(kind, EntryKind::Step { .. }) {
            return Err(StepError::State);
        }
        let (next, reviewed) = match &kind {
            EntryKind::Review { next } => (*next, true),
            EntryKind::Step { .. } | EntryKind::Deviation => (None, false),
        };
        let at = |member| Pointer::root().key(member);
        let broken = [
            (text.as_str().trim().is_empty(), "text", "text_empty"),
            (on > now.date_naive(), "on", "date_to_come"),
            (
                next.is_some_and(|next| next <= on),
                "next",
                "next_review_too_early",
            ),
        ];
        let broken = broken.into_iter().filter(|(is, ..)| *is);
        let broken: Vec<_> = broken
            .map(|(_, member, code)| Violation::at(at(member), code))
            .collect();
        if !broken.is_empty() {
            return Err(StepError::Invalid(broken));
        }
        let trial = Trial {
            next_review: if reviewed { next } else { trial.next_review },
            revision: trial.revision + 1,
            ..trial
        };
        let fact = Fact::TrialNoted {
            resource: trial.resource,
            entry: trial.revision,
        };
        let entry = Entry {
            number: trial.revision,
            kind,
            on,
            text,
            by,
            at: now,
        };
        Ok(Outcome::new(Noted { trial, entry }, fact))
    }

    /// Writes down what the trial did to work and people.
    ///
    /// # Errors
    /// `State` before it has begun.
    pub fn write_impacts(self, impacts: Impacts) -> Result<Outcome<ImpactsWritten>, StepError> {
        let trial = self.into_subject();
        if !trial.has_begun() {
            return Err(StepError::State);
        }
        let trial = Trial {
            impacts,
            revision: trial.revision + 1,
            ..trial
        };
        let fact = Fact::TrialImpactsWritten {
            resource: trial.resource,
        };
        Ok(Outcome::new(ImpactsWritten(trial), fact))
    }
}
