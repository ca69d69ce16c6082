//! Scopes: what a client was created for, in the words of the policy.

use std::fmt;
use std::str::FromStr;

use serde::de::IntoDeserializer as _;
use serde::de::value::Error as ValueError;
use serde::{Deserialize, Serialize};

use crate::access::{Verb, is_for_people};

/// The text names no verb that a client may ever do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("scope_unknown")]
pub struct UnknownScope;

/// A set of verbs that a client may do, kept as one bit per verb.
///
/// What is for people alone is no scope, so nobody is led to believe that it could be granted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<Verb>", into = "Vec<Verb>")]
pub struct Scopes(u64);

const _: () = assert!(Verb::ALL.len() <= 64, "one bit per verb");

impl Scopes {
    /// No verb at all.
    pub const NONE: Self = Self(0);

    /// Every verb that a client may ever do.
    pub fn all() -> Self {
        let verbs = Verb::ALL.iter().copied();
        Self::gather(verbs.filter(|verb| !is_for_people(*verb, None)))
    }

    /// The set of these verbs.
    ///
    /// # Errors
    /// When one of them is for people alone.
    pub fn of(verbs: impl IntoIterator<Item = Verb>) -> Result<Self, UnknownScope> {
        let verbs: Vec<_> = verbs.into_iter().collect();
        if verbs.iter().any(|verb| is_for_people(*verb, None)) {
            return Err(UnknownScope);
        }
        Ok(Self::gather(verbs.into_iter()))
    }

    fn gather(verbs: impl Iterator<Item = Verb>) -> Self {
        Self(verbs.fold(0, |bits, verb| bits | 1 << verb as u64))
    }

    /// Whether `verb` is in the set.
    pub const fn holds(self, verb: Verb) -> bool {
        self.0 & (1 << verb as u64) != 0
    }

    /// Whether there is no verb.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether every verb of `self` is one of `other`.
    pub const fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// The verbs that both sets have.
    #[must_use]
    pub const fn common(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The verbs, in the order of the golden table.
    pub fn iter(self) -> impl Iterator<Item = Verb> {
        Verb::ALL
            .iter()
            .copied()
            .filter(move |verb| self.holds(*verb))
    }

    /// Their slugs, in the order of the golden table.
    pub fn slugs(self) -> Vec<String> {
        self.to_string()
            .split_terminator(' ')
            .map(str::to_owned)
            .collect()
    }

    /// The set that these slugs name.
    ///
    /// # Errors
    /// When one names nothing that a client may do.
    pub fn named<'a>(slugs: impl IntoIterator<Item = &'a str>) -> Result<Self, UnknownScope> {
        let verb = |slug: &'a str| {
            let slug: serde::de::value::StrDeserializer<'a, ValueError> = slug.into_deserializer();
            Verb::deserialize(slug).map_err(|_| UnknownScope)
        };
        Self::of(slugs.into_iter().map(verb).collect::<Result<Vec<_>, _>>()?)
    }
}

impl TryFrom<Vec<Verb>> for Scopes {
    type Error = UnknownScope;

    fn try_from(verbs: Vec<Verb>) -> Result<Self, UnknownScope> {
        Self::of(verbs)
    }
}

impl From<Scopes> for Vec<Verb> {
    fn from(scopes: Scopes) -> Self {
        scopes.iter().collect()
    }
}

/// As OAuth writes them: slugs with a space between (RFC 6749 §3.3).
impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, verb) in self.iter().enumerate() {
            if n > 0 {
                f.write_str(" ")?;
            }
            verb.serialize(&mut *f)?;
        }
        Ok(())
    }
}

impl FromStr for Scopes {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        Self::named(text.split(' ').filter(|slug| !slug.is_empty()))
    }
}
