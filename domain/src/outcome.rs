//! `Outcome<T>`: a change that obeyed the rules, with the facts it makes true.
//!
//! Only the transitions of this crate make one, and a store writes nothing else: hence no change
//! without its audit record and its event (L5, L6).

use crate::event::Fact;

/// A lawful change and what happened.
#[derive(Debug)]
#[must_use = "a change that is not saved did not happen"]
pub struct Outcome<T> {
    change: T,
    fact: Fact,
}

impl<T> Outcome<T> {
    /// Made by transitions only.
    pub(crate) fn new(change: T, fact: Fact) -> Self {
        Self { change, fact }
    }

    /// The same lawful change with what only its keeper knows; the fact stays.
    pub fn map<U>(self, more: impl FnOnce(T) -> U) -> Outcome<U> {
        Outcome::new(more(self.change), self.fact)
    }

    /// Opens the outcome, for the store that keeps both parts in one transaction.
    pub fn into_parts(self) -> (T, Fact) {
        (self.change, self.fact)
    }
}
