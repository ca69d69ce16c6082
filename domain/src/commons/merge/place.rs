//! Below which clause each clause stands in the end.

use std::collections::HashMap;

use super::conflict::{Aspect, Spot};
use super::court::Court;
use super::side::Three;
use crate::commons::tree::{Place, Tree};
use crate::value::ClauseId;

/// The place of each clause that stays.
pub(super) struct Places<'a> {
    parents: HashMap<&'a ClauseId, Place<'a>>,
}

impl<'a> Places<'a> {
    /// Merges the places; `stays` says which clauses do.
    pub(super) fn of(
        trees: &Three<Tree<'a>>,
        stays: impl Fn(&ClauseId) -> bool,
        court: &mut Court<'_>,
    ) -> Self {
        let ids: Vec<_> = trees.ids().into_iter().filter(|id| stays(id)).collect();
        let above = |mut place: Place<'a>| {
            // What goes has left one side; the other says what it stood below.
            while let Some(id) = place.filter(|id| !stays(id)) {
                let parent = trees.mine.parent(id).or_else(|| trees.theirs.parent(id));
                place = parent.flatten();
            }
            place
        };
        let mut parents = HashMap::new();
        for &id in &ids {
            let place = match (trees.mine.parent(id), trees.theirs.parent(id)) {
                (Some(mine), Some(theirs)) => {
                    let base = trees.base.parent(id);
                    court.value(
                        Spot::of(id, Aspect::Place),
                        Three { base, mine, theirs },
                        shown,
                    )
                }
                (mine, theirs) => mine.or(theirs).flatten(),
            };
            parents.insert(id, above(place));
        }
        let mut places = Self { parents };
        places.unwind(trees, &ids, above, court);
        places
    }

    /// Two moves, each harmless alone, may put two clauses below one another. A person chooses;
    /// until then they stand where one's own text has them, which is a tree.
    fn unwind(
        &mut self,
        trees: &Three<Tree<'a>>,
        ids: &[&'a ClauseId],
        above: impl Fn(Place<'a>) -> Place<'a>,
        court: &mut Court<'_>,
    ) {
        // With other places open, the circle may be one of what stands there until then.
        let mut told = court.places_open();
        loop {
            let wound = self.circles(ids);
            if wound.is_empty() {
                return;
            }
            for id in wound {
                let (Some(mine), Some(theirs)) = (trees.mine.parent(id), trees.theirs.parent(id))
                else {
                    continue;
                };
                if mine == theirs {
                    continue;
                }
                if !told {
                    let said = Three {
                        base: trees.base.parent(id).map(|place| Some(shown(&place))),
                        mine: Some(shown(&mine)),
                        theirs: Some(shown(&theirs)),
                    };
                    court.leave_open(Spot::of(id, Aspect::Place), said);
                }
                self.parents.insert(id, above(mine));
            }
            told = true;
        }
    }

    /// The clauses that stand below themselves.
    fn circles(&self, ids: &[&'a ClauseId]) -> Vec<&'a ClauseId> {
        // The walk that first met a clause; one that meets its own steps goes round.
        let mut met: HashMap<&ClauseId, usize> = HashMap::new();
        let mut wound = Vec::new();
        for (walk, &start) in ids.iter().enumerate() {
            let mut here = Some(start);
            while let Some(id) = here {
                match met.insert(id, walk) {
                    None => here = self.of_clause(id).flatten(),
                    Some(before) => {
                        met.insert(id, before);
                        if before == walk {
                            wound.extend(self.round(id));
                        }
                        break;
                    }
                }
            }
        }
        wound
    }

    /// The circle that `start` is part of.
    fn round(&self, start: &'a ClauseId) -> impl Iterator<Item = &'a ClauseId> {
        let next = move |id: &&'a ClauseId| {
            let parent = self.of_clause(id).flatten();
            parent.filter(|parent| *parent != start)
        };
        std::iter::successors(Some(start), next)
    }

    /// Below which clause `id` stands; nothing when it goes.
    pub(super) fn of_clause(&self, id: &ClauseId) -> Option<Place<'a>> {
        self.parents.get(id).copied()
    }
}

/// The id of the clause above, empty for the top of the body.
fn shown(place: &Place<'_>) -> String {
    place.map_or(String::new(), ToString::to_string)
}
