//! The actor: who asks, with the rights that hold at this very moment.

use serde::Serialize;

use crate::access::Roles;
use crate::value::{CollectivityId, PersonId};

/// A named human, in the standing their session gives them.
///
/// Service accounts will be a third standing: they prepare, they never decide (L4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The platform's operator, who sees no tenant content.
    Operator {
        /// The human behind the keyboard.
        person: PersonId,
    },
    /// Someone who works for a collectivity.
    Member(Member),
}

/// A person acting for one collectivity, with the roles that membership has now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Member {
    /// The human behind the keyboard.
    pub person: PersonId,
    /// The tenant they act for.
    pub collectivity: CollectivityId,
    /// What they may do there.
    pub roles: Roles,
}

impl Actor {
    /// The human behind the keyboard.
    pub fn person(&self) -> PersonId {
        match self {
            Self::Operator { person } | Self::Member(Member { person, .. }) => *person,
        }
    }

    /// The tenant acted for, if any.
    pub fn collectivity(&self) -> Option<CollectivityId> {
        match self {
            Self::Operator { .. } => None,
            Self::Member(member) => Some(member.collectivity),
        }
    }

    /// The roles held in that tenant.
    pub fn roles(&self) -> Roles {
        match self {
            Self::Operator { .. } => Roles::NONE,
            Self::Member(member) => member.roles,
        }
    }
}
