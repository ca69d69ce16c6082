//! Proposals: what an amendment would change in its source, clause by clause.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::tree::Tree;
use crate::access::{Permitted, act};
use crate::commons::{
    Amendment, AmendmentState, Clausal, Clause, Kind, Lock, Resource, Source, limits,
};
use crate::event::Fact;
use crate::outcome::Outcome;
use crate::value::{
    AmendmentId, ClauseId, CollectivityId, Line, Pointer, Prose, ResourceId, Violation,
};

/// What a clause says, apart from those below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// Its heading.
    pub title: String,
    /// Its text.
    pub text: String,
    /// How much an adapter may change it.
    pub lock: Lock,
}

/// What is proposed for one clause of the source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Which clause.
    pub clause: ClauseId,
    /// What the source says; none where it has no such clause.
    pub before: Option<Words>,
    /// What it shall say; none where the clause shall go.
    pub after: Option<Words>,
    /// Below which clause a new one shall stand; the top of the text otherwise.
    pub below: Option<ClauseId>,
    /// Behind which clause a new one shall stand there; first otherwise.
    pub behind: Option<ClauseId>,
}

/// An adaptation as it is practised: its newest published version, beside the version of the source
/// that it has taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Practice<B> {
    /// Whose adaptation it is.
    pub collectivity: CollectivityId,
    /// Which.
    pub adaptation: ResourceId,
    /// The version of the source that it has taken in.
    pub source: Source,
    /// What the source said in that version.
    pub base: B,
    /// What the adaptation says.
    pub body: B,
    /// How many amendments of that collectivity to that source nobody has decided.
    pub open: usize,
}

/// Why nothing can be proposed so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProposalError {
    /// The collectivity has published no adaptation of that source.
    #[error("adaptation_unknown")]
    NoAdaptation,
    /// As many of its amendments to that source are open as may be.
    #[error("amendments_too_many")]
    TooMany,
    /// The proposal breaks rules.
    #[error("invalid")]
    Invalid(Vec<Violation>),
}

pub(super) fn words(clause: &Clause) -> Words {
    Words {
        title: clause.title.clone(),
        text: clause.text.clone(),
        lock: clause.lock,
    }
}

/// The clause right before `id`, among those that stand below the same one.
fn behind(tree: &Tree<'_>, id: &ClauseId) -> Option<ClauseId> {
    let siblings = tree.below(tree.parent(id).flatten());
    let before = siblings.iter().take_while(|clause| clause.id != *id);
    before.last().map(|clause| clause.id.clone())
}

impl<B: Clausal> Practice<B> {
    /// What each of `chosen` would change in the source: those that the practice has, in its order,
    /// then those it does without.
    fn changes(&self, chosen: &[ClauseId]) -> Result<Vec<Change>, Vec<Violation>> {
        let base = Tree::new(self.base.outline().clauses);
        let practised = Tree::new(self.body.outline().clauses);
        let at = Pointer::root().key("clauses");
        let (mut found, mut seen) = (Vec::new(), HashSet::new());
        if chosen.is_empty() {
            found.push(Violation::at(at.clone(), "clauses_empty"));
        }
        for (index, id) in chosen.iter().enumerate() {
            let rule = if !seen.insert(id) {
                "clause_id_duplicate"
            } else {
                match (base.clause(id).map(words), practised.clause(id).map(words)) {
                    (None, None) => "clause_unknown",
                    (before, after) if before == after => "clause_unchanged",
                    _ => continue,
                }
            };
            found.push(Violation::at(at.index(index), rule));
        }
        if !found.is_empty() {
            return Err(found);
        }
        let gone = base.ids().filter(|id| !practised.has(id));
        let ids = practised.ids().chain(gone).filter(|id| seen.contains(id));
        let changes: Vec<_> = ids
            .map(|id| Change {
                clause: id.clone(),
                before: base.clause(id).map(words),
                after: practised.clause(id).map(words),
                below: practised.parent(id).flatten().cloned(),
                behind: behind(&practised, id),
            })
            .collect();
        // What uses a variable the source does not have, or would leave it without a clause.
        let unfit = put_in(&self.base, &changes).violations();
        let unfit = unfit.into_iter().map(|it| Violation {
            pointer: at.clone(),
            ..it
        });
        let unfit: Vec<_> = unfit.collect();
        if unfit.is_empty() {
            Ok(changes)
        } else {
            Err(unfit)
        }
    }
}

/// The source with the proposed clauses in it.
pub fn put_in<B: Clausal>(source: &B, changes: &[Change]) -> B {
    let outline = source.outline();
    let by_id: HashMap<_, _> = changes.iter().map(|it| (&it.clause, it)).collect();
    let mut clauses = rewritten(outline.clauses, &by_id);
    for change in changes.iter().filter(|it| it.before.is_none()) {
        let Some(words) = &change.after else {
            continue;
        };
        let clause = Clause {
            id: change.clause.clone(),
            title: words.title.clone(),
            text: words.text.clone(),
            lock: words.lock,
            clauses: Vec::new(),
        };
        add(&mut clauses, change, clause);
    }
    let (preamble, variables) = (outline.preamble.to_owned(), outline.variables.to_vec());
    source.with(preamble, variables, clauses)
}

/// The clauses with what is proposed for them. What stood below a clause that goes stands where that
/// clause stood.
fn rewritten(clauses: &[Clause], changes: &HashMap<&ClauseId, &Change>) -> Vec<Clause> {
    let mut level = Vec::new();
    for clause in clauses {
        let below = rewritten(&clause.clauses, changes);
        let own = Clause {
            clauses: Vec::new(),
            ..clause.clone()
        };
        match changes.get(&clause.id).map(|change| &change.after) {
            None => level.push(Clause {
                clauses: below,
                ..own
            }),
            Some(Some(words)) => level.push(Clause {
                title: words.title.clone(),
                text: words.text.clone(),
                lock: words.lock,
                clauses: below,
                ..own
            }),
            Some(None) => level.extend(below),
        }
    }
    level
}

/// Puts a new clause where it stands in the practice; at the end where its neighbours are not there.
fn add(clauses: &mut Vec<Clause>, change: &Change, clause: Clause) {
    let below = change.below.as_ref();
    let below = below.filter(|id| Tree::new(clauses).has(id)).cloned();
    let strayed = below != change.below;
    let Some(level) = level(clauses, below.as_ref()) else {
        return;
    };
    let behind = |id: &ClauseId| level.iter().position(|it| it.id == *id);
    let place = match &change.behind {
        None if !strayed => 0,
        found => found
            .as_ref()
            .and_then(behind)
            .map_or(level.len(), |at| at + 1),
    };
    level.insert(place, clause);
}

/// The clauses right below `place`.
pub(super) fn level<'a>(
    clauses: &'a mut Vec<Clause>,
    place: Option<&ClauseId>,
) -> Option<&'a mut Vec<Clause>> {
    let Some(id) = place else {
        return Some(clauses);
    };
    for clause in clauses {
        if clause.id == *id {
            return Some(&mut clause.clauses);
        }
        if let Some(found) = level(&mut clause.clauses, place) {
            return Some(found);
        }
    }
    None
}

impl<K: Kind<Body: Clausal>> Permitted<act::Amend, Resource<K>> {
    /// Proposes to the resource what `practice` says in the clauses `chosen`: not a text written for
    /// the occasion, but one that is practised.
    ///
    /// # Errors
    /// `NoAdaptation` without a practice; `TooMany`; `Invalid` with each clause that cannot be proposed, and
    /// for a reason that says nothing.
    pub fn propose(
        self,
        id: AmendmentId,
        practice: Option<Practice<K::Body>>,
        chosen: &[ClauseId],
        reason: Prose<2000>,
        signature: Option<Line<200>>,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Amendment>, ProposalError> {
        let practice = practice.filter(|it| it.source.resource == self.subject().id);
        let practice = practice.ok_or(ProposalError::NoAdaptation)?;
        if reason.as_str().trim().is_empty() {
            let at = Pointer::root().key("reason");
            let empty = Violation::at(at, "text_empty");
            return Err(ProposalError::Invalid(vec![empty]));
        }
        if practice.open >= limits::AMENDMENTS {
            return Err(ProposalError::TooMany);
        }
        let changes = practice.changes(chosen).map_err(ProposalError::Invalid)?;
        let newest = self.subject().head.map(|head| head.number);
        let amendment = Amendment {
            id,
            proposer: practice.collectivity,
            adaptation: practice.adaptation,
            source: practice.source,
            kind: K::NAME,
            changes,
            reason,
            signature,
            proposed_at: now,
            state: AmendmentState::Proposed,
            settlement: None,
            revision: 1,
            stale: newest > Some(practice.source.version),
            discussed: false,
        };
        let fact = Fact::AmendmentProposed {
            amendment: id,
            kind: K::NAME,
            source: practice.source,
        };
        Ok(Outcome::new(amendment, fact))
    }
}
