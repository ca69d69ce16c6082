//! What a merge says: steps, conflicts, and the choices that settle them.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::value::ClauseId;

/// What of a clause, or of the body, is merged by itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aspect {
    /// What stands before the first clause.
    Preamble,
    /// Whether the clause is there.
    Presence,
    /// Its heading.
    Title,
    /// Its text.
    Text,
    /// How much an adapter may change it.
    Lock,
    /// Below which clause it stands.
    Place,
    /// In which order the clauses right below stand.
    Order,
    /// A variable of this name.
    Variable(String),
}

/// A place where a conflict may be: its text form names it in choices.
///
/// `preamble`, `order`, `variables/{name}`, `{clause}/{aspect}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spot {
    /// The clause; none for the body.
    pub clause: Option<ClauseId>,
    /// What of it.
    pub aspect: Aspect,
}

impl Spot {
    pub(super) fn of(clause: &ClauseId, aspect: Aspect) -> Self {
        Self {
            clause: Some(clause.clone()),
            aspect,
        }
    }

    pub(super) fn body(aspect: Aspect) -> Self {
        Self {
            clause: None,
            aspect,
        }
    }

    /// Whether a person may write a text of their own here.
    pub fn takes_text(&self) -> bool {
        matches!(self.aspect, Aspect::Preamble | Aspect::Title | Aspect::Text)
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.clause {
            Some(clause) => write!(f, "{clause}/{}", self.aspect),
            None => self.aspect.fmt(f),
        }
    }
}

impl fmt::Display for Aspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Preamble => f.write_str("preamble"),
            Self::Presence => f.write_str("presence"),
            Self::Title => f.write_str("title"),
            Self::Text => f.write_str("text"),
            Self::Lock => f.write_str("lock"),
            Self::Place => f.write_str("place"),
            Self::Order => f.write_str("order"),
            Self::Variable(name) => write!(f, "variables/{name}"),
        }
    }
}

/// Both sides changed the same thing, and not alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Where.
    pub spot: Spot,
    /// What it was; none when it was not there.
    pub base: Option<String>,
    /// What one's own text says; none when it is not there.
    pub mine: Option<String>,
    /// What the source says; none when it is not there.
    pub theirs: Option<String>,
}

/// How a person settles a conflict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// As the source has it.
    Theirs,
    /// As it is here.
    Mine,
    /// As written now: for preamble, titles and texts.
    Text(String),
}

/// Choices by the text form of their [`Spot`].
pub type Choices = BTreeMap<String, Choice>;

/// Where what the merge says comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Only one's own text changed it.
    Mine,
    /// Only the source changed it.
    Theirs,
    /// Both changed it alike.
    Both,
    /// Both changed different words of it.
    Words,
    /// A person chose.
    Chosen,
    /// Nobody has chosen yet.
    Open,
}

/// What happens to one clause, or to the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The clause; none for the body.
    pub clause: Option<ClauseId>,
    /// Its title.
    pub title: String,
    /// What changed since the base, and through whom; empty when nothing did.
    pub changes: Vec<(Aspect, Origin)>,
    /// Whether the clause is not part of the merged text.
    pub goes: bool,
}

/// A step in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Nobody changed it.
    Unchanged,
    /// As the source has it now.
    TakeTheirs,
    /// As it is here.
    KeepMine,
    /// Some of each.
    Merged,
    /// Someone has to choose.
    Conflict,
}

impl Step {
    /// The step in one word.
    pub fn fate(&self) -> Fate {
        let all = |origin| self.changes.iter().all(|(_, from)| *from == origin);
        if self.changes.is_empty() {
            Fate::Unchanged
        } else if self.changes.iter().any(|(_, from)| *from == Origin::Open) {
            Fate::Conflict
        } else if all(Origin::Theirs) {
            Fate::TakeTheirs
        } else if all(Origin::Mine) {
            Fate::KeepMine
        } else {
            Fate::Merged
        }
    }
}
