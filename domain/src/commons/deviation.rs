//! Deviations: what an adaptation does to the clauses that its source imposes.
//!
//! Tightening is free: a clause added, or a lock made stricter, is no deviation.

use serde::{Deserialize, Serialize};

use super::tree::Tree;
use super::{Clausal, Lock};
use crate::value::ClauseId;

/// How an imposed clause was departed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Breach {
    /// The clause is not there.
    Removed,
    /// It says something else, in its title or its text.
    Rewritten,
    /// It is there, but imposed no longer on who adapts it in turn.
    Loosened,
}

/// An imposed clause of the source that an adaptation departs from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deviation {
    /// The clause.
    pub clause: ClauseId,
    /// Its title in the source.
    pub title: String,
    /// In which ways, at least one.
    pub breaches: Vec<Breach>,
}

/// The deviations of `mine` from the version of the source it was made from, in the source's order.
pub fn deviations<B: Clausal>(source: &B, mine: &B) -> Vec<Deviation> {
    let (source, mine) = (
        Tree::new(source.outline().clauses),
        Tree::new(mine.outline().clauses),
    );
    let imposed = source.ids().filter_map(|id| source.clause(id));
    let imposed = imposed.filter(|clause| clause.lock == Lock::Imposed);
    let departed = imposed.map(|clause| {
        let breaches = match mine.clause(&clause.id) {
            None => vec![Breach::Removed],
            Some(own) => {
                let rewritten =
                    !same_words(&own.title, &clause.title) || !same_words(&own.text, &clause.text);
                let loosened = own.lock != Lock::Imposed;
                let found = [(rewritten, Breach::Rewritten), (loosened, Breach::Loosened)];
                found
                    .into_iter()
                    .filter_map(|(is, breach)| is.then_some(breach))
                    .collect()
            }
        };
        Deviation {
            clause: clause.id.clone(),
            title: clause.title.clone(),
            breaches,
        }
    });
    departed
        .filter(|deviation| !deviation.breaches.is_empty())
        .collect()
}

/// Whether two texts differ in white space at most.
pub(super) fn same_words(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}
