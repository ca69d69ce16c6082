//! Documents: what a published version says, laid out for reading; how it looks is not told here.
//!
//! The texts are Markdown still, with their variables filled. Each format renders them.

use std::fmt;

use chrono::NaiveDate;

use crate::commons::deviation::Deviation;
use crate::commons::{Clausal, Clause, KindName, Lock, Outline, Values, fill};
use crate::value::{ClauseId, Digest, Siren};

/// The language of every document.
pub const LANGUAGE: &str = "fr";

/// What a document is made from, beside the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// The title the version has.
    pub title: String,
    /// Whose it is.
    pub owner: Owner,
    /// What it is.
    pub kind: KindName,
    /// Which version.
    pub version: i32,
    /// The digest of the version, before any variable was filled.
    pub digest: Digest,
    /// The day it was published, where its owner is.
    pub published_on: NaiveDate,
    /// The act that gave it force, if there was one.
    pub adoption: Option<Adoption>,
}

/// Whose document it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Its official name.
    pub name: String,
    /// Its SIREN.
    pub siren: Siren,
}

/// The act that gave a version force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adoption {
    /// The day of the act.
    pub on: NaiveDate,
    /// How the act is named: « délibération n° 2026-114 du conseil communautaire ».
    pub act: String,
}

/// What may stand after the last clause.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annexes {
    /// The table of what adapters may change.
    pub locks: bool,
    /// The table of what this version changed in clauses that its source imposes.
    pub deviations: Option<Departures>,
}

/// Deviations from one source, with their reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departures {
    /// The title of the source's version, while its owner lets it be seen.
    pub title: Option<String>,
    /// Whose the source was.
    pub owner: String,
    /// Which version of it.
    pub version: i32,
    /// The deviations, in the source's order.
    pub rows: Vec<Reasoned>,
}

/// A deviation and why it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reasoned {
    /// What was changed.
    pub deviation: Deviation,
    /// Why, in the words of who adapted; empty when none was given.
    pub reason: String,
}

/// A document to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What stands on its cover.
    pub cover: Cover,
    /// What stands before the first clause, in Markdown, filled.
    pub preamble: String,
    /// Its clauses.
    pub clauses: Vec<Numbered>,
    /// What stands after them.
    pub annexes: Annexes,
}

/// A clause with its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbered {
    /// Where it stands.
    pub number: Number,
    /// Its stable id.
    pub id: ClauseId,
    /// Its heading.
    pub title: String,
    /// Its text, in Markdown, filled.
    pub text: String,
    /// How much an adapter may change it.
    pub lock: Lock,
    /// The clauses below it.
    pub clauses: Vec<Numbered>,
}

/// Where a clause stands, from 1 at each level: `Article 4`, then `4.2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(Vec<usize>);

impl Number {
    /// The place `index` (from 1) below this one.
    fn below(&self, index: usize) -> Self {
        let mut path = self.0.clone();
        path.push(index);
        Self(path)
    }

    /// How far below the top; 1 is the top.
    pub fn level(&self) -> usize {
        self.0.len()
    }

    /// The figures alone: `4.2`.
    pub fn figures(&self) -> String {
        let figures: Vec<String> = self.0.iter().map(usize::to_string).collect();
        figures.join(".")
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let article = if self.level() == 1 { "Article " } else { "" };
        write!(f, "{article}{}", self.figures())
    }
}

impl Document {
    /// The document of a version: its variables are what they were on the day it was published, where
    /// its owner had that `population`.
    pub fn of_version<B: Clausal>(
        cover: Cover,
        population: Option<u32>,
        body: &B,
        annexes: Annexes,
    ) -> Self {
        let Owner { name, siren } = &cover.owner;
        let values = Values::built_in(name, siren, population, cover.published_on);
        let values = values.with_defaults(body.outline().variables);
        Self::new(cover, body, &values, annexes)
    }

    /// The document of a body; what `values` lacks stays `{{name}}`.
    pub fn new<B: Clausal>(cover: Cover, body: &B, values: &Values, annexes: Annexes) -> Self {
        let Outline {
            preamble, clauses, ..
        } = body.outline();
        Self {
            cover,
            preamble: fill(preamble, values),
            clauses: numbered(clauses, &Number(Vec::new()), values),
            annexes,
        }
    }

    /// Every clause, in reading order.
    pub fn flat(&self) -> Vec<&Numbered> {
        fn add<'a>(clauses: &'a [Numbered], flat: &mut Vec<&'a Numbered>) {
            for clause in clauses {
                flat.push(clause);
                add(&clause.clauses, flat);
            }
        }
        let mut flat = Vec::new();
        add(&self.clauses, &mut flat);
        flat
    }
}

fn numbered(clauses: &[Clause], above: &Number, values: &Values) -> Vec<Numbered> {
    let clauses = clauses.iter().enumerate().map(|(index, clause)| {
        let number = above.below(index + 1);
        Numbered {
            id: clause.id.clone(),
            title: clause.title.clone(),
            text: fill(&clause.text, values),
            lock: clause.lock,
            clauses: numbered(&clause.clauses, &number, values),
            number,
        }
    });
    clauses.collect()
}
