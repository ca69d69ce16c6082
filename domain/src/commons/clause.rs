//! Clauses: the tree a body is made of. An id stays with its clause through every version.

use serde::{Deserialize, Serialize};

use crate::value::ClauseId;

/// How much an adapter may change a clause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lock {
    /// Must stay; a deviation needs a reason.
    Imposed,
    /// Should stay.
    #[default]
    Recommended,
    /// Each may write it as they wish.
    Free,
}

impl Lock {
    /// As the API writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Imposed => "imposed",
            Self::Recommended => "recommended",
            Self::Free => "free",
        }
    }
}

/// A clause and the clauses below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// Its stable id, unique in the body.
    pub id: ClauseId,
    /// Its heading, one line.
    pub title: String,
    /// Its text, in Markdown (CommonMark with tables), with `{{variables}}`.
    #[serde(default)]
    pub text: String,
    /// How much an adapter may change it.
    #[serde(default)]
    pub lock: Lock,
    /// The clauses below it, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clauses: Vec<Clause>,
}
