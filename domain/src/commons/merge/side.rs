//! Three of something: one of each side.

use std::collections::HashSet;

use crate::commons::tree::Tree;
use crate::value::ClauseId;

/// What the three sides say of one thing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Three<T, B = T> {
    pub(super) base: B,
    pub(super) mine: T,
    pub(super) theirs: T,
}

impl<T> Three<T> {
    pub(super) fn map<U>(&self, of: impl Fn(&T) -> U) -> Three<U> {
        Three {
            base: of(&self.base),
            mine: of(&self.mine),
            theirs: of(&self.theirs),
        }
    }
}

impl<'a> Three<Tree<'a>> {
    /// Every id of any side, once.
    pub(super) fn ids(&self) -> Vec<&'a ClauseId> {
        let mut met = HashSet::new();
        let all = self
            .mine
            .ids()
            .chain(self.theirs.ids())
            .chain(self.base.ids());
        all.filter(|id| met.insert(*id)).collect()
    }
}
