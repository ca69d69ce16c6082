//! Amendments: the return path. Who adapted a source proposes to it what they practise.
//!
//! An amendment is proposed, then accepted, declined or withdrawn, once. That its source has gone
//! on since (`stale`) is no state: taking it in merges three ways, whatever the source says by now.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::access::{Actor, Permitted, Relation, Subject, Verb, act};
use crate::commons::merge::{Choices, Merge, MergeError, Sides, merge};
use crate::commons::{Change, Clausal, Drafted, Kind, KindName, Source, Workbench, limits, put_in};
use crate::event::Fact;
use crate::outcome::Outcome;
use crate::value::{AmendmentId, CollectivityId, CommentId, Line, PersonId, Prose, ResourceId};

/// Where an amendment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AmendmentState {
    /// The owner of the source has not decided.
    Proposed,
    /// It went into a draft of the source.
    Accepted,
    /// The owner said no.
    Declined,
    /// The proposer took it back.
    Withdrawn,
}

impl AmendmentState {
    /// As the API and the database write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// How an amendment was settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// By whom: of the owner, or of the proposer who withdrew.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
    /// What they said of it.
    pub reason: Prose<2000>,
    /// The version of the source into whose draft it went, if it was accepted.
    pub into: Option<i32>,
}

/// A change proposed to a source by who adapted it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amendment {
    /// Its id.
    pub id: AmendmentId,
    /// Whose proposal it is.
    pub proposer: CollectivityId,
    /// In which adaptation it is practised.
    pub adaptation: ResourceId,
    /// The version of the source it was written against.
    pub source: Source,
    /// The kind of the source.
    pub kind: KindName,
    /// What it would change, at least one clause.
    pub changes: Vec<Change>,
    /// Why.
    pub reason: Prose<2000>,
    /// Who stands for it.
    pub signature: Option<Line<200>>,
    /// Since when.
    pub proposed_at: DateTime<Utc>,
    /// Where it stands.
    pub state: AmendmentState,
    /// How it was settled, once it was.
    pub settlement: Option<Settlement>,
    /// Counts its changes.
    pub revision: i64,
    /// Whether the source has published since, as far as the collectivity that looks may know.
    pub stale: bool,
    /// Whether the collectivity that looks may follow it in a group.
    pub discussed: bool,
}

/// Something said of an amendment. Nothing of it ever changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Its id.
    pub id: CommentId,
    /// Whose amendment.
    pub proposer: CollectivityId,
    /// Which amendment.
    pub amendment: AmendmentId,
    /// Which collectivity says it.
    pub author: CollectivityId,
    /// Through whom.
    pub person: PersonId,
    /// What.
    pub text: Prose<2000>,
    /// When.
    pub at: DateTime<Utc>,
}

/// The source of an amendment: all that taking it in starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amended<K: Kind> {
    /// The source, with its draft.
    pub bench: Workbench<K>,
    /// What it said in the version that the amendment was written against.
    pub base: K::Body,
    /// What it says in its newest version.
    pub published: K::Body,
}

/// An amendment with the draft it went into.
#[derive(Clone, Debug)]
pub struct AcceptedInto<K: Kind> {
    /// The amendment.
    pub amendment: Amendment,
    /// The draft of its source.
    pub drafted: Drafted<K>,
}

/// Why an amendment cannot be settled or commented so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmendmentError {
    /// It is settled already.
    #[error("amendment_settled")]
    Settled,
    /// A reason, or a comment, that says nothing.
    #[error("text_empty")]
    Empty,
    /// As much was said of it as may be.
    #[error("comments_too_many")]
    TooManyComments,
    /// The texts do not merge with these choices.
    #[error(transparent)]
    Merge(#[from] MergeError),
}

impl<K: Kind<Body: Clausal>> Amended<K> {
    /// What taking `changes` in would do, as far as `choices` settle it.
    pub fn plan(&self, changes: &[Change], choices: &Choices) -> Merge<K::Body> {
        let draft = self.bench.draft.as_ref().map(|draft| &draft.body);
        let sides = Sides {
            base: &self.base,
            mine: draft.unwrap_or(&self.published),
            theirs: &put_in(&self.base, changes),
        };
        merge(sides, choices)
    }
}

impl Amendment {
    /// What `If-Match` names: who decides has seen whether the source has gone on since.
    pub fn seen_as(&self) -> i64 {
        2 * self.revision + i64::from(self.stale)
    }

    fn settled(
        self,
        state: AmendmentState,
        settlement: Settlement,
    ) -> Result<Self, AmendmentError> {
        if self.state != AmendmentState::Proposed {
            return Err(AmendmentError::Settled);
        }
        Ok(Self {
            state,
            settlement: Some(settlement),
            revision: self.revision + 1,
            ..self
        })
    }
}

impl Subject for Amendment {
    const VERBS: &'static [Verb] = &[
        Verb::ReadAmendment,
        Verb::CommentAmendment,
        Verb::AcceptAmendment,
        Verb::DeclineAmendment,
        Verb::WithdrawAmendment,
    ];

    fn relation(&self, actor: &Actor) -> Relation {
        let asking = actor.collectivity();
        if asking == Some(self.proposer) {
            Relation::Own
        } else if asking == Some(self.source.collectivity) {
            Relation::ProposedToUs
        } else if asking.is_some() && self.discussed {
            Relation::Discussed
        } else {
            Relation::Stranger
        }
    }

    fn leaves_room_for(&self, verb: Verb) -> bool {
        match verb {
            Verb::AcceptAmendment | Verb::DeclineAmendment | Verb::WithdrawAmendment => {
                self.state == AmendmentState::Proposed
            }
            _ => true,
        }
    }
}

/// The text, unless it says nothing.
fn said(text: Prose<2000>) -> Result<Prose<2000>, AmendmentError> {
    if text.as_str().trim().is_empty() {
        Err(AmendmentError::Empty)
    } else {
        Ok(text)
    }
}

impl Permitted<act::AcceptAmendment, Amendment> {
    /// Takes the amendment into the draft of its source, or begins one with it.
    ///
    /// # Errors
    /// When it is settled, or the choices do not settle every conflict.
    pub fn accept<K: Kind<Body: Clausal>>(
        self,
        source: Amended<K>,
        choices: &Choices,
        reason: Prose<2000>,
        now: DateTime<Utc>,
    ) -> Result<Outcome<AcceptedInto<K>>, AmendmentError> {
        let by = self.actor().person();
        let amendment = self.into_subject();
        let into = source.bench.resource.head.map_or(1, |head| head.number + 1);
        let amendment = amendment.settled(
            AmendmentState::Accepted,
            Settlement {
                by,
                at: now,
                reason,
                into: Some(into),
            },
        )?;
        let body = source.plan(&amendment.changes, choices).settled()?;
        let bench = source.bench;
        let fact = Fact::AmendmentAccepted {
            amendment: amendment.id,
            proposer: amendment.proposer,
            resource: bench.resource.id,
            kind: K::NAME,
        };
        let drafted = bench.drafted(body, now);
        Ok(Outcome::new(AcceptedInto { amendment, drafted }, fact))
    }
}

impl Permitted<act::DeclineAmendment, Amendment> {
    /// Says no, and why.
    ///
    /// # Errors
    /// When it is settled, or the reason says nothing.
    pub fn decline(
        self,
        reason: Prose<2000>,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Amendment>, AmendmentError> {
        let settlement = Settlement {
            by: self.actor().person(),
            at: now,
            reason: said(reason)?,
            into: None,
        };
        let amendment = self
            .into_subject()
            .settled(AmendmentState::Declined, settlement)?;
        let fact = Fact::AmendmentDeclined {
            amendment: amendment.id,
            proposer: amendment.proposer,
        };
        Ok(Outcome::new(amendment, fact))
    }
}

impl Permitted<act::WithdrawAmendment, Amendment> {
    /// Takes it back.
    ///
    /// # Errors
    /// When it is settled.
    pub fn withdraw(self, now: DateTime<Utc>) -> Result<Outcome<Amendment>, AmendmentError> {
        let settlement = Settlement {
            by: self.actor().person(),
            at: now,
            reason: Prose::default(),
            into: None,
        };
        let amendment = self
            .into_subject()
            .settled(AmendmentState::Withdrawn, settlement)?;
        let fact = Fact::AmendmentWithdrawn {
            amendment: amendment.id,
        };
        Ok(Outcome::new(amendment, fact))
    }
}

impl Permitted<act::CommentAmendment, Amendment> {
    /// Says something of it, whatever its state: a decision may be answered too. `there` comments
    /// were made before.
    ///
    /// # Errors
    /// When the text says nothing, or there are too many.
    pub fn comment(
        self,
        id: CommentId,
        text: Prose<2000>,
        there: usize,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Comment>, AmendmentError> {
        if there >= limits::COMMENTS {
            return Err(AmendmentError::TooManyComments);
        }
        let text = said(text)?;
        let person = self.actor().person();
        let author = self.actor().collectivity();
        let amendment = self.into_subject();
        let comment = Comment {
            id,
            proposer: amendment.proposer,
            amendment: amendment.id,
            author: author.unwrap_or(amendment.proposer),
            person,
            text,
            at: now,
        };
        let fact = Fact::AmendmentCommented {
            amendment: amendment.id,
            comment: id,
        };
        Ok(Outcome::new(comment, fact))
    }
}
