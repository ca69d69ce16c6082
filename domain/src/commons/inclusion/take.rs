//! Taking clauses over: each with those below it, under ids that are free here.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::{Included, Inclusion, Inclusions, undeclared};
use crate::access::{Permitted, act};
use crate::commons::proposal::{level, words};
use crate::commons::resource::lawful;
use crate::commons::tree::Tree;
use crate::commons::{
    Body as _, Clausal, Clause, Kind, Published, ResourceError, Source, Variable, limits,
};
use crate::event::Fact;
use crate::outcome::Outcome;
use crate::value::{ClauseId, Pointer, Violation};

/// Where clauses shall stand in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slot {
    /// Below which clause; else where `behind` stands, or at the top.
    pub below: Option<ClauseId>,
    /// Right behind which clause there; else behind all of them.
    pub behind: Option<ClauseId>,
}

impl Slot {
    /// The clause below which this is, unless a clause that it names is not there.
    fn parent<'a>(&'a self, tree: &Tree<'a>) -> Result<Option<&'a ClauseId>, Violation> {
        let unknown = |key| Violation::at(Pointer::root().key(key), "clause_unknown");
        let below = self.below.as_ref();
        if below.is_some_and(|id| !tree.has(id)) {
            return Err(unknown("below"));
        }
        let Some(behind) = &self.behind else {
            return Ok(below);
        };
        let parent = tree.parent(behind);
        let parent = parent.filter(|parent| below.is_none() || *parent == below);
        parent.ok_or_else(|| unknown("behind"))
    }
}

/// A clause that is taken over, and the ids of all that stand below it.
struct Chosen<'a> {
    clause: &'a Clause,
    ids: Vec<&'a ClauseId>,
}

/// The clauses of the source that were chosen, none of which is `included` yet.
fn choose<'a>(
    source: &Tree<'a>,
    chosen: &[ClauseId],
    mut included: HashSet<&'a ClauseId>,
) -> Result<Vec<Chosen<'a>>, Vec<Violation>> {
    let at = Pointer::root().key("clauses");
    let (mut taken, mut found) = (Vec::new(), Vec::new());
    if chosen.is_empty() {
        found.push(Violation::at(at.clone(), "clauses_empty"));
    }
    // No text has more, and each is looked at with all that stands below it.
    if chosen.len() > limits::CLAUSES {
        return Err(vec![Violation::at(at, "clauses_too_many")]);
    }
    for (index, id) in chosen.iter().enumerate() {
        let Some(clause) = source.clause(id) else {
            found.push(Violation::at(at.index(index), "clause_unknown"));
            continue;
        };
        let ids: Vec<_> = Tree::new(std::slice::from_ref(clause)).ids().collect();
        if ids.iter().any(|id| included.contains(id)) {
            found.push(Violation::at(at.index(index), "clause_included"));
            continue;
        }
        included.extend(&ids);
        taken.push(Chosen { clause, ids });
    }
    if found.is_empty() {
        Ok(taken)
    } else {
        Err(found)
    }
}

/// The ids of clauses that are taken over: their own where nothing is called so, else with a number.
fn names<'a>(
    wanted: &[&'a ClauseId],
    given: &HashSet<&'a ClauseId>,
) -> HashMap<&'a ClauseId, ClauseId> {
    let mut names: HashMap<&ClauseId, ClauseId> = HashMap::new();
    let mut used: HashSet<ClauseId> = given.iter().chain(wanted).copied().cloned().collect();
    for &id in wanted {
        let name = if given.contains(id) {
            let free = |name: &ClauseId| !used.contains(name);
            let name = (2_u32..)
                .map_while(|number| numbered(id, number))
                .find(free);
            name.unwrap_or_else(|| id.clone())
        } else {
            id.clone()
        };
        used.insert(name.clone());
        names.insert(id, name);
    }
    names
}

/// The id with a number behind it, no longer than an id may be.
fn numbered(id: &ClauseId, number: u32) -> Option<ClauseId> {
    let suffix = format!("-{number}");
    let room = ClauseId::MAX.checked_sub(suffix.len())?;
    let stem: String = id.as_str().chars().take(room).collect();
    format!("{stem}{suffix}").parse().ok()
}

/// The clause under its new name, with those below it.
fn renamed(clause: &Clause, names: &HashMap<&ClauseId, ClauseId>) -> Clause {
    let name = names.get(&clause.id).unwrap_or(&clause.id);
    let below = clause.clauses.iter().map(|it| renamed(it, names));
    Clause {
        id: name.clone(),
        title: clause.title.clone(),
        text: clause.text.clone(),
        lock: clause.lock,
        clauses: below.collect(),
    }
}

impl<K: Kind<Body: Clausal>> Inclusions<K> {
    /// Refuses a source that is the text itself, or one more than a text may have.
    fn admit(&self, source: Source) -> Result<(), Violation> {
        let refuse = |rule| {
            let at = Pointer::root().key("source").key("id");
            Err(Violation::at(at, rule))
        };
        if source.resource == self.bench.resource.id {
            return refuse("source_is_itself");
        }
        let followed = self.followed();
        let known = followed.iter().any(|it| it.resource == source.resource);
        if !known && followed.len() >= limits::INCLUDED {
            return refuse("sources_too_many");
        }
        Ok(())
    }

    /// What clauses that are taken over are called here: neither like a clause of the text, nor like
    /// one of the source that it was made from, which the text may have again.
    fn names<'a>(&'a self, wanted: &[&'a ClauseId]) -> HashMap<&'a ClauseId, ClauseId> {
        let trees = [self.bench.text(), self.bench.imposed.base.as_ref()];
        let trees = trees.map(|text| Tree::new(text.map_or(&[], |text| text.outline().clauses)));
        let given = trees.iter().flat_map(Tree::ids).collect();
        names(wanted, &given)
    }

    /// The text with `added` in it, and what they need of the variables that are `offered`.
    fn with(
        &self,
        added: Vec<Clause>,
        offered: &[Variable],
        slot: &Slot,
    ) -> Result<K::Body, ResourceError> {
        let text = self.bench.text().ok_or(ResourceError::NoDraft)?;
        let mine = text.outline();
        let tree = Tree::new(mine.clauses);
        let parent = slot.parent(&tree).map_err(invalid)?;
        let mut variables = mine.variables.to_vec();
        variables.extend(undeclared(&added, mine.variables, offered));
        let mut clauses = mine.clauses.to_vec();
        if let Some(level) = level(&mut clauses, parent) {
            let behind = |id: &ClauseId| level.iter().position(|it| it.id == *id);
            let behind = slot.behind.as_ref().and_then(behind);
            let place = behind.map_or(level.len(), |at| at + 1);
            level.splice(place..place, added);
        }
        let body = text.with(mine.preamble.to_owned(), variables, clauses);
        // The text was lawful before: whatever is wrong with it now came with the clauses.
        let at = Pointer::root().key("clauses");
        let found = body.violations().into_iter();
        let mut found: Vec<_> = found.map(|it| Violation::at(at.clone(), it.code)).collect();
        found.dedup();
        lawful(found)?;
        Ok(body)
    }
}

fn invalid(violation: Violation) -> ResourceError {
    ResourceError::Invalid(vec![violation])
}

impl<K: Kind<Body: Clausal>> Permitted<act::Write, Inclusions<K>> {
    /// Takes clauses of a published version into the draft, or begins one with them, each with the
    /// clauses below it. The variables that they use come along where the draft has none of that name.
    ///
    /// # Errors
    /// `Invalid` with each field that stands in the way; `NoDraft` when there is no text at all.
    pub fn include<S: Kind<Body: Clausal>>(
        self,
        from: Permitted<act::Adapt, Published<S>>,
        chosen: &[ClauseId],
        slot: &Slot,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Included<K>>, ResourceError> {
        let here = self.into_subject();
        let Published { resource, version } = from.into_subject();
        let source = Source {
            collectivity: resource.collectivity,
            resource: resource.id,
            version: version.number,
            digest: version.digest,
        };
        here.admit(source).map_err(invalid)?;
        let theirs = version.body.outline();
        let present = here.present();
        let included = present
            .iter()
            .filter(|it| it.source.resource == source.resource);
        let included = included.map(|it| &it.of).collect();
        let chosen = choose(&Tree::new(theirs.clauses), chosen, included);
        let chosen = chosen.map_err(ResourceError::Invalid)?;

        let wanted: Vec<_> = chosen.iter().flat_map(|it| &it.ids).copied().collect();
        let names = here.names(&wanted);
        let added = chosen.iter().map(|it| renamed(it.clause, &names)).collect();
        let body = here.with(added, theirs.variables, slot)?;

        let there = Tree::new(theirs.clauses);
        let taken = wanted.iter().filter_map(|id| {
            Some(Inclusion {
                clause: names.get(id)?.clone(),
                source,
                kind: S::NAME,
                of: (*id).clone(),
                said: words(there.clause(id)?),
                taken_at: now,
            })
        });
        let inclusions = present.into_iter().cloned().chain(taken).collect();
        let drafted = here.bench.drafted(body, now);
        let fact = Fact::ResourceIncluded {
            resource: drafted.resource.id,
            kind: K::NAME,
            source,
        };
        Ok(Outcome::new(
            Included {
                drafted,
                inclusions,
            },
            fact,
        ))
    }
}
