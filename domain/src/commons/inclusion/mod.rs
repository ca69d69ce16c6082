//! Inclusions: clauses taken over from other texts, each with a lineage of its own.
//!
//! An adaptation has one source and follows all of it. Beside that, a text may include single clauses
//! of other charters or templates: each remembers where it was found and what it said there, and takes
//! in by itself what its source publishes later.
//!
//! What is included of one's own choice imposes nothing. The lock comes along, for those who adapt
//! this text in turn; departing from the source of a clause is no deviation and needs no reason.

mod follow;
mod take;

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use serde::Deserialize;

pub use take::Slot;

use super::tree::Tree;
use super::variable::used_in;
use crate::access::{Actor, Relation, Subject, Verb};
use crate::commons::{
    Clausal, Clause, Drafted, Kind, KindName, Source, Standing, Variable, Words, Workbench,
};
use crate::value::{ClauseId, Prose, ResourceId};

/// A clause that was included, with its lineage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inclusion {
    /// Its id here.
    pub clause: ClauseId,
    /// The version of the source that was taken in last.
    pub source: Source,
    /// The kind of the source.
    pub kind: KindName,
    /// The clause's id there.
    pub of: ClauseId,
    /// What it said there: a later merge starts from it.
    pub said: Words,
    /// When that was taken in.
    pub taken_at: DateTime<Utc>,
}

/// What a version of any kind has to offer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Excerpt {
    /// The variables that its clauses may use.
    #[serde(default)]
    pub variables: Vec<Variable>,
    /// Its clauses.
    pub clauses: Vec<Clause>,
}

/// The newest version of a source of included clauses, where it may be seen for reuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newest {
    /// Which version it is.
    pub source: Source,
    /// The title it was published with.
    pub title: String,
    /// What its publisher says of it.
    pub note: Prose<2000>,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// What it says, looked up where some clause has not taken it in.
    pub excerpt: Option<Excerpt>,
}

/// A text with what was included in it.
#[derive(Clone, Debug)]
pub struct Inclusions<K: Kind> {
    /// The text.
    pub bench: Workbench<K>,
    /// Every inclusion that is remembered. One whose clause has left the text says nothing; it counts
    /// again when the clause comes back.
    pub inclusions: Vec<Inclusion>,
    /// What their sources say now.
    pub newest: Vec<Newest>,
}

/// A source with its clauses that stand in the text.
#[derive(Clone, Debug)]
pub struct Followed<'a> {
    /// Which resource.
    pub resource: ResourceId,
    /// The clauses, in the order of the text; at least one.
    pub clauses: Vec<&'a Inclusion>,
    /// Its newest version, where that may be seen for reuse.
    pub newest: Option<&'a Newest>,
}

/// A draft that has included clauses, or taken in what their source says now.
#[derive(Clone, Debug)]
pub struct Included<K: Kind> {
    /// The draft.
    pub drafted: Drafted<K>,
    /// Every inclusion that is remembered from now on.
    pub inclusions: Vec<Inclusion>,
}

impl<K: Kind<Body: Clausal>> Inclusions<K> {
    /// The inclusions whose clauses stand in the text, in its order.
    fn present(&self) -> Vec<&Inclusion> {
        let remembered: HashMap<_, _> = self.inclusions.iter().map(|it| (&it.clause, it)).collect();
        let text = self.bench.text();
        let tree = Tree::new(text.map_or(&[], |text| text.outline().clauses));
        let ids = tree.ids();
        ids.filter_map(|id| remembered.get(id).copied()).collect()
    }

    /// The sources of what is included, in the order in which the text comes upon them.
    pub fn followed(&self) -> Vec<Followed<'_>> {
        let mut found: Vec<Followed<'_>> = Vec::new();
        for inclusion in self.present() {
            let resource = inclusion.source.resource;
            match found.iter_mut().find(|it| it.resource == resource) {
                Some(followed) => followed.clauses.push(inclusion),
                None => found.push(Followed {
                    resource,
                    clauses: vec![inclusion],
                    newest: self.newest.iter().find(|it| it.source.resource == resource),
                }),
            }
        }
        found
    }
}

impl Followed<'_> {
    /// How one of its clauses stands to it.
    pub fn standing_of(&self, inclusion: &Inclusion) -> Standing {
        let newest = self.newest.map(|newest| newest.source.version);
        Standing::of(inclusion.source.version, newest)
    }

    /// How the text stands to it: as the clause does that has taken in least.
    pub fn standing(&self) -> Standing {
        let clauses = self.clauses.iter().copied();
        let least = clauses.min_by_key(|it| it.source.version);
        least.map_or(Standing::NoSource, |it| self.standing_of(it))
    }
}

impl<K: Kind<Body: Clausal>> Subject for Inclusions<K> {
    const VERBS: &'static [Verb] = &[Verb::Write, Verb::Merge];

    fn relation(&self, actor: &Actor) -> Relation {
        self.bench.resource.relation_to(actor)
    }

    fn leaves_room_for(&self, verb: Verb) -> bool {
        let behind = |it: &Followed<'_>| it.standing() == Standing::Behind;
        verb != Verb::Merge || self.followed().iter().any(behind)
    }
}

/// The variables of `offered` that the texts of `clauses` use and that nobody has `declared`.
fn undeclared(clauses: &[Clause], declared: &[Variable], offered: &[Variable]) -> Vec<Variable> {
    fn add<'a>(clauses: &'a [Clause], names: &mut HashSet<&'a str>) {
        for clause in clauses {
            names.extend(used_in(&clause.text));
            add(&clause.clauses, names);
        }
    }
    let mut used = HashSet::new();
    add(clauses, &mut used);
    let lacks = |it: &&Variable| {
        used.contains(it.name.as_str()) && !declared.iter().any(|own| own.name == it.name)
    };
    offered.iter().filter(lacks).cloned().collect()
}
