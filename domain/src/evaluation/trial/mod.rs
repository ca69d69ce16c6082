//! Trials: one collectivity carrying out the protocol of its experiment, step by step.
//!
//! Every step is kept with who took it, when and why. What binds the collectivity (authorising,
//! generalising, prolonging, abandoning, publishing) is decided by somebody else than who prepared it
//! (L4). What is authorised is a version of the protocol: the trial begins with that one, which is frozen
//! from then on, or is qualified and authorised anew. What changes afterwards is a dated deviation in
//! the journal.

mod journal;
mod qualification;
mod state;
mod step;

use std::collections::HashSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use journal::{Entry, EntryKind, Impacts, ImpactsWritten, Noted};
pub use qualification::{AiActClass, Duty, Qualification};
pub use state::TrialState;
pub use step::{StepError, Stepped, Turn};

use crate::access::{Actor, Relation, Subject, Verb};
use crate::commons::ProtocolBody;
use crate::value::{ClauseId, CollectivityId, Digest, PersonId, ResourceId};

/// A version of a protocol, by value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProtocolVersion {
    /// Its number.
    pub version: i32,
    /// What it says.
    pub digest: Digest,
}

/// A trial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// Whose it is.
    pub collectivity: CollectivityId,
    /// Of which experiment.
    pub resource: ResourceId,
    /// Where it stands.
    pub state: TrialState,
    /// What was found before it was authorised.
    pub qualification: Option<Qualification>,
    /// The version of the protocol that was authorised, since it was.
    pub authorised: Option<i32>,
    /// The protocol it follows, since it began.
    pub protocol: Option<ProtocolVersion>,
    /// Who prepared the decision that comes next: who qualified it, or who evaluated it.
    pub prepared_by: Option<PersonId>,
    /// What it did to work and people, as far as it was written down.
    pub impacts: Impacts,
    /// When it is to be looked at again, as the last review says.
    pub next_review: Option<NaiveDate>,
    /// Counts its changes.
    pub revision: i64,
}

/// What a trial is judged against: its protocol, and what was reported.
#[derive(Clone, Debug)]
pub struct Grounds {
    /// The protocol: the version that is frozen, or else the newest one; none while none is
    /// published.
    pub protocol: Option<(ProtocolVersion, ProtocolBody)>,
    /// The indicators that have figures of the trial itself: what a report of others cites is none.
    pub reported: HashSet<ClauseId>,
}

impl Trial {
    /// A trial that nobody has taken a step of.
    pub fn idea(collectivity: CollectivityId, resource: ResourceId) -> Self {
        Self {
            collectivity,
            resource,
            state: TrialState::Idea,
            qualification: None,
            authorised: None,
            protocol: None,
            prepared_by: None,
            impacts: Impacts::default(),
            next_review: None,
            revision: 0,
        }
    }

    /// Whether it has begun: it follows a frozen protocol, and there is something to tell of it.
    pub const fn has_begun(&self) -> bool {
        self.protocol.is_some()
    }

    /// Whether a review is due: its day has come, and the trial is not over and done with.
    pub fn review_is_due(&self, today: NaiveDate) -> bool {
        let open = !matches!(self.state, TrialState::Abandoned | TrialState::Published);
        open && self.next_review.is_some_and(|day| day <= today)
    }
}

impl Subject for Trial {
    const VERBS: &'static [Verb] = &[Verb::ReadTrial, Verb::ConductTrial, Verb::DecideTrial];

    fn relation(&self, actor: &Actor) -> Relation {
        Relation::of_owner(self.collectivity, actor)
    }

    fn leaves_room_for(&self, verb: Verb) -> bool {
        match verb {
            Verb::DecideTrial => TrialState::ALL
                .iter()
                .any(|to| to.is_decision() && self.state.leads_to(*to)),
            _ => true,
        }
    }
}
