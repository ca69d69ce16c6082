//! The actor: who asks, with the rights that hold at this very moment.

use serde::Serialize;

use crate::access::{Roles, Scopes};
use crate::value::{ClientId, CollectivityId, GroupId, PersonId};

/// A named human in the standing their session gives them, or software that acts for a collectivity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The platform's operator, who sees no tenant content.
    Operator {
        /// The human behind the keyboard.
        person: PersonId,
    },
    /// Someone who works for a collectivity.
    Member(Member),
    /// Software of a partner. It prepares, it never decides (L4).
    Client(ServiceAccount),
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

/// Software acting for one collectivity, within what its creator may do there now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServiceAccount {
    /// Which software.
    pub client: ClientId,
    /// Who created it, and answers for what it does.
    pub creator: PersonId,
    /// The tenant it acts for. A client of a group acts as the group, to which nothing belongs: there it
    /// is the id of the group.
    pub collectivity: CollectivityId,
    /// What its creator may do there now.
    pub roles: Roles,
    /// What it was created for, as far as its token goes.
    pub scopes: Scopes,
    /// The group of which it reads what is shared with it, if it is one of those.
    pub group: Option<GroupId>,
}

impl Actor {
    /// Whether it is software of a group, which changes nothing anywhere.
    pub fn reads_for_group(&self) -> bool {
        matches!(self, Self::Client(it) if it.group.is_some())
    }

    /// The human who answers for it: the one behind the keyboard, or who created the client.
    ///
    /// Contents name them as their author; the audit trail names the client itself.
    pub fn person(&self) -> PersonId {
        match self {
            Self::Operator { person } | Self::Member(Member { person, .. }) => *person,
            Self::Client(it) => it.creator,
        }
    }

    /// The tenant acted for, if any.
    pub fn collectivity(&self) -> Option<CollectivityId> {
        match self {
            Self::Operator { .. } => None,
            Self::Member(member) => Some(member.collectivity),
            Self::Client(it) => Some(it.collectivity),
        }
    }

    /// The client, where no human acts.
    pub fn client(&self) -> Option<ClientId> {
        match self {
            Self::Operator { .. } | Self::Member(_) => None,
            Self::Client(it) => Some(it.client),
        }
    }

    /// The roles held in that tenant.
    pub fn roles(&self) -> Roles {
        match self {
            Self::Operator { .. } => Roles::NONE,
            Self::Member(member) => member.roles,
            Self::Client(it) => it.roles,
        }
    }
}
