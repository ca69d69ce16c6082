//! Memberships: the link between a person and a collectivity; the roles belong to it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::access::{Actor, Permitted, Relation, Role, Roles, Subject, Verb, act};
use crate::event::Fact;
use crate::outcome::Outcome;
use crate::value::{CollectivityId, MembershipId, PersonId};

/// Whether a membership gives rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MembershipState {
    /// It does.
    Active,
    /// It no longer does, for ever; the person may be invited again.
    Revoked,
}

/// A person's membership of a collectivity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Its id.
    pub id: MembershipId,
    /// Who.
    pub person: PersonId,
    /// Where.
    pub collectivity: CollectivityId,
    /// As what.
    pub roles: Roles,
    /// Whether it gives rights.
    pub state: MembershipState,
    /// Counts changes, for `If-Match`.
    pub revision: i64,
    /// When it began.
    pub since: DateTime<Utc>,
}

/// Why a membership cannot change so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MembershipError {
    /// A membership without role is a revoked one: say so instead.
    #[error("roles_empty")]
    NoRole,
    /// The collectivity would be left without administrator.
    #[error("last_administrator")]
    LastAdministrator,
    /// It was revoked before.
    #[error("membership_revoked")]
    Revoked,
}

/// The people of one collectivity, as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Staff {
    /// Whose people.
    pub collectivity: CollectivityId,
}

impl Subject for Staff {
    const VERBS: &'static [Verb] = &[
        Verb::ReadMembers,
        Verb::Invite,
        Verb::ReadAudit,
        Verb::FormGroup,
        Verb::Create,
        Verb::ReadClients,
        Verb::RegisterClient,
        Verb::ExportCollectivity,
    ];

    fn relation(&self, actor: &Actor) -> Relation {
        Relation::of_owner(self.collectivity, actor)
    }

    fn leaves_room_for(&self, _: Verb) -> bool {
        true
    }
}

impl Subject for Membership {
    const VERBS: &'static [Verb] = &[Verb::ChangeRoles, Verb::RevokeMembership];

    fn relation(&self, actor: &Actor) -> Relation {
        Relation::of_owner(self.collectivity, actor)
    }

    fn leaves_room_for(&self, _: Verb) -> bool {
        self.state == MembershipState::Active
    }
}

impl Membership {
    /// Refuses a change that leaves nobody to administer the collectivity.
    fn keeps_an_administrator(&self, after: Roles, others: u32) -> Result<(), MembershipError> {
        if self.state == MembershipState::Revoked {
            Err(MembershipError::Revoked)
        } else if others == 0
            && self.roles.holds(Role::Administrator)
            && !after.holds(Role::Administrator)
        {
            Err(MembershipError::LastAdministrator)
        } else {
            Ok(())
        }
    }
}

impl Permitted<act::ChangeRoles, Membership> {
    /// Replaces the roles; `other_administrators` counts the active ones besides this membership.
    ///
    /// # Errors
    /// Without roles, on a revoked membership, or when the last administrator would go.
    pub fn change_roles(
        self,
        roles: Roles,
        other_administrators: u32,
    ) -> Result<Outcome<Membership>, MembershipError> {
        let membership = self.into_subject();
        if roles.is_empty() {
            return Err(MembershipError::NoRole);
        }
        membership.keeps_an_administrator(roles, other_administrators)?;
        let fact = Fact::RolesChanged {
            membership: membership.id,
            before: membership.roles,
            after: roles,
        };
        let revision = membership.revision + 1;
        Ok(Outcome::new(
            Membership {
                roles,
                revision,
                ..membership
            },
            fact,
        ))
    }
}

impl Permitted<act::RevokeMembership, Membership> {
    /// Ends the membership; its rights are gone with the next request.
    ///
    /// # Errors
    /// On a revoked membership, or when the last administrator would go.
    pub fn revoke(self, other_administrators: u32) -> Result<Outcome<Membership>, MembershipError> {
        let membership = self.into_subject();
        membership.keeps_an_administrator(Roles::NONE, other_administrators)?;
        let fact = Fact::MembershipRevoked {
            membership: membership.id,
        };
        let revision = membership.revision + 1;
        let state = MembershipState::Revoked;
        Ok(Outcome::new(
            Membership {
                state,
                revision,
                ..membership
            },
            fact,
        ))
    }
}
