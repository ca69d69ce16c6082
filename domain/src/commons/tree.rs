//! A body's clauses by id: what each says, and below which one it stands.

use std::collections::HashMap;

use crate::commons::Clause;
use crate::value::ClauseId;

/// A clause's id, or none for the top of the body.
pub(super) type Place<'a> = Option<&'a ClauseId>;

/// The clauses of one body, found by id.
pub(super) struct Tree<'a> {
    top: &'a [Clause],
    found: HashMap<&'a ClauseId, (&'a Clause, Place<'a>)>,
    order: Vec<&'a ClauseId>,
}

impl<'a> Tree<'a> {
    pub(super) fn new(clauses: &'a [Clause]) -> Self {
        let mut tree = Self {
            top: clauses,
            found: HashMap::new(),
            order: Vec::new(),
        };
        tree.add(clauses, None);
        tree
    }

    fn add(&mut self, clauses: &'a [Clause], parent: Place<'a>) {
        for clause in clauses {
            self.found.insert(&clause.id, (clause, parent));
            self.order.push(&clause.id);
            self.add(&clause.clauses, Some(&clause.id));
        }
    }

    /// Every id, in reading order.
    pub(super) fn ids(&self) -> impl Iterator<Item = &'a ClauseId> {
        self.order.iter().copied()
    }

    pub(super) fn has(&self, id: &ClauseId) -> bool {
        self.found.contains_key(id)
    }

    pub(super) fn clause(&self, id: &ClauseId) -> Option<&'a Clause> {
        self.found.get(id).map(|(clause, _)| *clause)
    }

    /// Below which clause `id` stands; nothing when it is not here.
    pub(super) fn parent(&self, id: &ClauseId) -> Option<Place<'a>> {
        self.found.get(id).map(|(_, parent)| *parent)
    }

    /// How far below the top `id` stands; 1 is the top.
    pub(super) fn level(&self, id: &ClauseId) -> usize {
        let above = |id: &&'a ClauseId| self.parent(id).flatten();
        std::iter::successors(self.parent(id).flatten(), above).count() + 1
    }

    /// The clauses right below `place`, in order.
    pub(super) fn below(&self, place: Place<'_>) -> &'a [Clause] {
        match place {
            None => self.top,
            Some(id) => self.clause(id).map_or(&[], |clause| &clause.clauses),
        }
    }
}
