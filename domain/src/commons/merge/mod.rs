//! The three-way merge of clauses: what the source has changed since, brought into one's own text.
//!
//! Three bodies go in: the version both sides come from (`base`), one's own (`mine`), the source's
//! newest (`theirs`). Each title, text, lock and place of each clause is merged by itself: what one
//! side alone changed is taken; what both changed alike is taken; what both changed differently is a
//! [`Conflict`] that a person settles by a [`Choice`]. Texts are merged word by word first.
//!
//! No side is preferred. The laws (tests/it/commons/merge.rs): merging what is the same changes
//! nothing; what only one side changed is what that side says; swapping the sides swaps the answer;
//! no clause goes without a step that says so; merging again changes nothing; the answer is a valid
//! body.

mod conflict;
mod court;
mod place;
mod side;
mod variables;

use std::collections::{HashMap, HashSet};

pub use conflict::{Aspect, Choice, Choices, Conflict, Fate, Origin, Spot, Step};

use crate::commons::tree::Tree;
use crate::commons::{Clausal, Clause, Outline};
use crate::value::{ClauseId, Pointer, Violation};
use court::Court;
use place::Places;
use side::Three;

/// The bodies that a merge starts from.
#[derive(Clone, Copy, Debug)]
pub struct Sides<'a, B> {
    /// The version of the source that `mine` was made from, or last merged with.
    pub base: &'a B,
    /// One's own text.
    pub mine: &'a B,
    /// The source's newest version.
    pub theirs: &'a B,
}

/// A merge, as far as the choices settle it.
#[derive(Clone, Debug)]
pub struct Merge<B> {
    /// The merged text; where a conflict is open, it says what `mine` says.
    pub body: B,
    /// What happens to the body and to each clause, in the order of the merged text; what goes
    /// stands at the end.
    pub steps: Vec<Step>,
    /// What no choice has settled yet, in the same order.
    pub conflicts: Vec<Conflict>,
    /// Choices that fit no conflict.
    pub unknown: Vec<String>,
    /// Where in `body` a text stands that was chosen, and the name of the choice.
    written: Vec<(Pointer, String)>,
}

/// Why a merge gives no text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// Conflicts are open.
    #[error("conflicts_open")]
    Open(Vec<Conflict>),
    /// A choice names no conflict of this merge.
    #[error("choice_unknown")]
    Unknown(Vec<String>),
    /// Both sides together, or a text that was chosen, break a rule of bodies. A chosen text is
    /// pointed at in the choices, everything else in the merged body.
    #[error("invalid")]
    Invalid(Vec<Violation>),
}

impl<B: Clausal> Merge<B> {
    /// The merged body.
    ///
    /// # Errors
    /// When a conflict is open, a choice fits none, or the result breaks a rule of bodies.
    pub fn settled(self) -> Result<B, MergeError> {
        if !self.unknown.is_empty() {
            return Err(MergeError::Unknown(self.unknown));
        }
        if !self.conflicts.is_empty() {
            return Err(MergeError::Open(self.conflicts));
        }
        let found = self.body.violations();
        if found.is_empty() {
            return Ok(self.body);
        }
        let told = |violation: Violation| {
            let written = self.written.iter().find(|(at, _)| *at == violation.pointer);
            match written {
                Some((_, name)) => Violation {
                    pointer: Pointer::root().key("choices").key(name).key("text"),
                    ..violation
                },
                None => violation,
            }
        };
        Err(MergeError::Invalid(found.into_iter().map(told).collect()))
    }
}

impl<B: Clausal> Merge<B> {
    /// The same merge, whose text stands in `body`, among what was no part of it.
    pub(super) fn placed(self, body: B, choices: &Choices) -> Self {
        let written = written(body.outline().clauses, choices);
        Self {
            body,
            written,
            ..self
        }
    }
}

/// Merges what `theirs` changed since `base` into `mine`.
pub fn merge<B: Clausal>(sides: Sides<'_, B>, choices: &Choices) -> Merge<B> {
    let outlines = Three {
        base: sides.base.outline(),
        mine: sides.mine.outline(),
        theirs: sides.theirs.outline(),
    };
    let mut court = Court::new(choices);
    let preamble = court.text(
        Spot::body(Aspect::Preamble),
        Three {
            base: Some(outlines.base.preamble),
            mine: outlines.mine.preamble,
            theirs: outlines.theirs.preamble,
        },
    );
    let trees = outlines.map(|outline| Tree::new(outline.clauses));
    let says = Survivors::of(&trees, &mut court);
    let places = Places::of(&trees, |id| says.kept.contains_key(id), &mut court);
    let clauses = Builder {
        trees: &trees,
        says: &says,
        places: &places,
    }
    .level(None, 1, &mut court);
    let outline = Outline {
        preamble: &preamble,
        variables: &[],
        clauses: &clauses,
    };
    let variables = variables::merge(
        outlines.map(|outline| outline.variables),
        &outline,
        &mut court,
    );
    let steps = steps(&clauses, &trees, &mut court);
    let (mut conflicts, unknown) = court.close();
    let order: HashMap<_, _> = steps
        .iter()
        .zip(0..)
        .map(|(step, at)| (&step.clause, at))
        .collect();
    conflicts.sort_by_key(|open| order.get(&open.spot.clause));
    // What is not clauses (a template's use) has no parts: whoever changed it is followed.
    let shell = if sides.mine.same_shell(sides.base) {
        sides.theirs
    } else {
        sides.mine
    };
    Merge {
        written: written(&clauses, choices),
        body: shell.with(preamble, variables, clauses),
        steps,
        conflicts,
        unknown,
    }
}

/// Where the texts that were chosen stand.
fn written(clauses: &[Clause], choices: &Choices) -> Vec<(Pointer, String)> {
    fn add(
        clauses: &[Clause],
        at: &Pointer,
        texts: &HashSet<&String>,
        found: &mut Vec<(Pointer, String)>,
    ) {
        for (index, clause) in clauses.iter().enumerate() {
            let at = at.index(index);
            for (aspect, member) in [(Aspect::Title, "title"), (Aspect::Text, "text")] {
                let name = Spot::of(&clause.id, aspect).to_string();
                if texts.contains(&name) {
                    found.push((at.key(member), name));
                }
            }
            add(&clause.clauses, &at.key("clauses"), texts, found);
        }
    }
    let texts = choices.iter();
    let texts: HashSet<_> = texts
        .filter(|(_, choice)| matches!(choice, Choice::Text(_)))
        .map(|(name, _)| name)
        .collect();
    if texts.is_empty() {
        return Vec::new();
    }
    let root = Pointer::root();
    let preamble = Spot::body(Aspect::Preamble).to_string();
    let mut found = vec![(root.key("preamble"), preamble)];
    found.retain(|(_, name)| texts.contains(name));
    add(clauses, &root.key("clauses"), &texts, &mut found);
    found
}

/// What each clause that stays says, without those below it.
struct Survivors<'a> {
    kept: HashMap<&'a ClauseId, Clause>,
}

impl<'a> Survivors<'a> {
    fn of(trees: &Three<Tree<'a>>, court: &mut Court<'_>) -> Self {
        let mut kept = HashMap::new();
        for id in trees.ids() {
            if let Some(clause) = said(id, trees, court) {
                kept.insert(id, clause);
            }
        }
        Self { kept }
    }
}

/// What clause `id` says in the end; nothing when it goes.
fn said(id: &ClauseId, trees: &Three<Tree<'_>>, court: &mut Court<'_>) -> Option<Clause> {
    let base = trees.base.clause(id);
    let (mine, theirs) = match (trees.mine.clause(id), trees.theirs.clause(id)) {
        (Some(mine), Some(theirs)) => (mine, theirs),
        (mine, theirs) => return court.presence(id, base, mine, theirs),
    };
    if base.is_none() {
        court.note(Spot::of(id, Aspect::Presence), Origin::Both);
    }
    Some(Clause {
        id: id.clone(),
        title: court.line(
            Spot::of(id, Aspect::Title),
            Three {
                base: base.map(|clause| clause.title.as_str()),
                mine: &mine.title,
                theirs: &theirs.title,
            },
        ),
        text: court.text(
            Spot::of(id, Aspect::Text),
            Three {
                base: base.map(|clause| clause.text.as_str()),
                mine: &mine.text,
                theirs: &theirs.text,
            },
        ),
        lock: court.value(
            Spot::of(id, Aspect::Lock),
            Three {
                base: base.map(|clause| clause.lock),
                mine: mine.lock,
                theirs: theirs.lock,
            },
            |lock| lock.as_str().to_owned(),
        ),
        clauses: Vec::new(),
    })
}

/// Puts the clauses that stay where they stand.
struct Builder<'m, 'a> {
    trees: &'m Three<Tree<'a>>,
    says: &'m Survivors<'a>,
    places: &'m Places<'a>,
}

impl<'a> Builder<'_, 'a> {
    /// The clauses below `place`, `depth` levels from the top, each with those below it.
    ///
    /// Moves of both sides together may nest deeper than a body may: what would stand too deep
    /// stands behind the clause it belongs to instead.
    fn level(
        &self,
        place: Option<&'a ClauseId>,
        depth: usize,
        court: &mut Court<'_>,
    ) -> Vec<Clause> {
        let mut level = Vec::new();
        for id in self.order(place, court) {
            let Some(clause) = self.says.kept.get(id) else {
                continue;
            };
            let mut clause = clause.clone();
            let below = self.level(Some(id), depth + 1, court);
            if depth < crate::commons::limits::DEPTH {
                clause.clauses = below;
                level.push(clause);
            } else {
                level.push(clause);
                level.extend(below);
            }
        }
        level
    }

    /// Which clauses stand right below `place`, in order.
    fn order(&self, place: Option<&'a ClauseId>, court: &mut Court<'_>) -> Vec<&'a ClauseId> {
        let siblings = |tree: &Tree<'a>| {
            let mut found = Vec::new();
            self.siblings(tree, place, place, &mut found);
            found
        };
        let lists = Three {
            base: siblings(&self.trees.base),
            mine: siblings(&self.trees.mine),
            theirs: siblings(&self.trees.theirs),
        };
        court.order(
            Spot {
                clause: place.cloned(),
                aspect: Aspect::Order,
            },
            &lists,
        )
    }

    /// The clauses that one side has below `from` and that end up below `place`. What stood below a
    /// clause that goes stands where that clause stood.
    fn siblings(
        &self,
        tree: &Tree<'a>,
        from: Option<&ClauseId>,
        place: Option<&'a ClauseId>,
        found: &mut Vec<&'a ClauseId>,
    ) {
        for clause in tree.below(from) {
            if !self.says.kept.contains_key(&clause.id) {
                self.siblings(tree, Some(&clause.id), place, found);
            } else if self.places.of_clause(&clause.id) == Some(place) {
                found.push(&clause.id);
            }
        }
    }
}

/// One step for the body and for each clause, those that go last.
fn steps(clauses: &[Clause], trees: &Three<Tree<'_>>, court: &mut Court<'_>) -> Vec<Step> {
    fn add(clauses: &[Clause], court: &mut Court<'_>, steps: &mut Vec<Step>) {
        for clause in clauses {
            steps.push(court.step(Some(&clause.id), &clause.title));
            add(&clause.clauses, court, steps);
        }
    }
    let mut steps = vec![court.step(None, "")];
    add(clauses, court, &mut steps);
    let kept = Tree::new(clauses);
    for id in trees.base.ids().filter(|id| !kept.has(id)) {
        let title = trees.base.clause(id).map_or("", |clause| &clause.title);
        steps.push(Step {
            goes: true,
            ..court.step(Some(id), title)
        });
    }
    steps
}
