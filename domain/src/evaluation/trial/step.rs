//! Steps: from one state to the next, when the grounds for it are there.

use chrono::{DateTime, Utc};

use super::{Entry, EntryKind, Grounds, Qualification, Trial, TrialState};
use crate::access::{Permitted, act};
use crate::event::Fact;
use crate::outcome::Outcome;
use crate::value::{ClauseId, PersonId, Pointer, Prose, Violation};

/// What is asked of a trial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Where it shall go.
    pub to: TrialState,
    /// Why.
    pub reason: Prose<2000>,
    /// The stop criterion that was met, where one was.
    pub stop_criterion: Option<ClauseId>,
    /// What was found, to qualify it.
    pub qualification: Option<Qualification>,
}

/// A trial one step further.
#[derive(Clone, Debug)]
pub struct Stepped {
    /// The trial.
    pub trial: Trial,
    /// What its journal says of the step.
    pub entry: Entry,
}

/// Why a step is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// That state does not follow this one.
    #[error("trial_state")]
    State,
    /// No version of the protocol is published.
    #[error("not_published")]
    NotPublished,
    /// Who prepared a decision does not take it (L4).
    #[error("author_decides")]
    Author,
    /// Something is missing or open, each pointed at.
    #[error("invalid")]
    Invalid(Vec<Violation>),
}

fn at(member: &str) -> Pointer {
    Pointer::root().key(member)
}

impl Trial {
    /// What stands in the way of a turn.
    fn obstacles(&self, turn: &Turn, grounds: &Grounds) -> Result<Vec<Violation>, StepError> {
        let mut found = Vec::new();
        if turn.to.needs_reason() && turn.reason.as_str().trim().is_empty() {
            found.push(Violation::at(at("reason"), "text_empty"));
        }
        let protocol = grounds.protocol.as_ref().map(|(_, body)| body);
        if let Some(criterion) = &turn.stop_criterion {
            let known = protocol
                .is_some_and(|body| body.stop_criteria.iter().any(|it| it.id == *criterion));
            if !turn.to.is_stop() {
                found.push(Violation::at(
                    at("stop_criterion"),
                    "stop_criterion_misplaced",
                ));
            } else if !known {
                found.push(Violation::at(
                    at("stop_criterion"),
                    "stop_criterion_unknown",
                ));
            }
        }
        if (turn.to == TrialState::Qualified) != turn.qualification.is_some() {
            found.push(Violation::at(
                at("qualification"),
                "qualification_misplaced",
            ));
        }
        match turn.to {
            TrialState::Authorised => {
                protocol.ok_or(StepError::NotPublished)?;
                let open = self.qualification.as_ref().map(Qualification::obstacles);
                found.extend(open.unwrap_or_default());
            }
            TrialState::Running if !self.has_begun() => {
                let (version, body) = grounds.protocol.as_ref().ok_or(StepError::NotPublished)?;
                if self.authorised != Some(version.version) {
                    found.push(Violation::at(at("protocol"), "protocol_changed"));
                }
                let missing = body.missing_before_start().into_iter();
                found.extend(missing.map(|it| it.under("protocol")));
            }
            TrialState::Evaluated => {
                let body = protocol.ok_or(StepError::NotPublished)?;
                let primary = body.indicators.iter().filter(|it| it.primary);
                let silent = primary.filter(|it| !grounds.reported.contains(&it.id));
                found.extend(
                    silent.map(|it| {
                        Violation::at(at("results").key(it.id.as_str()), "result_missing")
                    }),
                );
            }
            _ => {}
        }
        Ok(found)
    }

    fn turned(
        self,
        turn: Turn,
        grounds: &Grounds,
        by: PersonId,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Stepped>, StepError> {
        let (from, to) = (self.state, turn.to);
        if !from.leads_to(to) {
            return Err(StepError::State);
        }
        let found = self.obstacles(&turn, grounds)?;
        if !found.is_empty() {
            return Err(StepError::Invalid(found));
        }
        let frozen = grounds.protocol.as_ref().map(|(version, _)| *version);
        let prepares = matches!(to, TrialState::Qualified | TrialState::Evaluated);
        let trial = Self {
            state: to,
            qualification: turn.qualification.or(self.qualification),
            authorised: match to {
                TrialState::Qualified => None,
                TrialState::Authorised => frozen.map(|version| version.version),
                _ => self.authorised,
            },
            protocol: self
                .protocol
                .or(frozen.filter(|_| to == TrialState::Running)),
            prepared_by: if prepares { Some(by) } else { self.prepared_by },
            revision: self.revision + 1,
            ..self
        };
        let entry = Entry {
            number: trial.revision,
            kind: EntryKind::Step {
                from,
                to,
                stop_criterion: turn.stop_criterion,
            },
            on: now.date_naive(),
            text: turn.reason,
            by,
            at: now,
        };
        let fact = Fact::TrialStepped {
            resource: trial.resource,
            from,
            to,
        };
        Ok(Outcome::new(Stepped { trial, entry }, fact))
    }
}

impl Permitted<act::ConductTrial, Trial> {
    /// Takes a step that binds nobody: looking into it, beginning, holding, ending, evaluating.
    ///
    /// # Errors
    /// See `StepError`; `State` for a step that is a decision.
    pub fn step(
        self,
        turn: Turn,
        grounds: &Grounds,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Stepped>, StepError> {
        let by = self.actor().person();
        if turn.to.is_decision() {
            return Err(StepError::State);
        }
        self.into_subject().turned(turn, grounds, by, now)
    }
}

impl Permitted<act::DecideTrial, Trial> {
    /// Takes a decision: a named human with that right, who did not prepare it (L4).
    ///
    /// # Errors
    /// See `StepError`.
    pub fn decide(
        self,
        turn: Turn,
        grounds: &Grounds,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Stepped>, StepError> {
        let by = self.actor().person();
        let trial = self.into_subject();
        if !turn.to.is_decision() || !trial.state.leads_to(turn.to) {
            return Err(StepError::State);
        }
        // Giving up needs no second pair of eyes: it makes nothing happen.
        if turn.to != TrialState::Abandoned && trial.prepared_by == Some(by) {
            return Err(StepError::Author);
        }
        trial.turned(turn, grounds, by, now)
    }
}
