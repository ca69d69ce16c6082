//! Invitations: single-use, expiring offers of membership; only a digest of the secret is kept.

use chrono::{DateTime, TimeDelta, Utc};

use crate::access::{Actor, Permitted, Relation, Roles, Subject, Verb, act};
use crate::event::Fact;
use crate::identity::{Membership, MembershipState, Staff};
use crate::outcome::Outcome;
use crate::value::{
    CollectivityId, Digest, EmailAddress, InvitationId, Line, MembershipId, PersonId,
};

/// How long an invitation stands.
pub const LIFETIME: TimeDelta = TimeDelta::days(7);

/// Who is invited, and as what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitee {
    /// The address the person will log in with.
    pub email: EmailAddress,
    /// Their name.
    pub name: Line<200>,
    /// The roles offered.
    pub roles: Roles,
}

/// The id and the digested secret that entropy gave for a new invitation.
#[derive(Clone, Copy, Debug)]
pub struct InvitationSecret {
    /// The invitation's id.
    pub id: InvitationId,
    /// SHA-256 of the secret that is shown once.
    pub digest: Digest,
}

/// An offer of membership.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Who offers.
    pub collectivity: CollectivityId,
    /// To whom, as what.
    pub invitee: Invitee,
    /// SHA-256 of the secret.
    pub secret: Digest,
    /// When the offer was made.
    pub offered_at: DateTime<Utc>,
    /// When it lapses.
    pub expires_at: DateTime<Utc>,
    /// When it was accepted or revoked, or had lapsed and made room for a new offer.
    pub settled_at: Option<DateTime<Utc>>,
}

/// Why an invitation cannot be made or accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvitationError {
    /// No role was offered.
    #[error("roles_empty")]
    NoRole,
    /// Already accepted, revoked or lapsed; answered alike, so that a guess learns nothing.
    #[error("invitation_invalid")]
    Invalid,
}

/// What an acceptance makes true.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// The invitation, settled.
    pub invitation: Invitation,
    /// The membership it became.
    pub membership: Membership,
}

impl Invitation {
    pub(super) fn offer(
        collectivity: CollectivityId,
        invitee: Invitee,
        secret: InvitationSecret,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id: secret.id,
            collectivity,
            invitee,
            secret: secret.digest,
            offered_at: now,
            expires_at: now + LIFETIME,
            settled_at: None,
        }
    }

    /// The fact that it was offered.
    pub(super) fn offered(&self) -> Fact {
        Fact::Invited {
            invitation: self.id,
            roles: self.invitee.roles,
            expires_at: self.expires_at,
        }
    }

    /// Whether it can still be accepted.
    pub fn stands(&self, now: DateTime<Utc>) -> bool {
        self.settled_at.is_none() && now < self.expires_at
    }

    /// Accepts the offer: whoever presents the secret is its addressee, so no policy is asked.
    ///
    /// # Errors
    /// `Invalid` when the offer no longer stands.
    pub fn accept(
        self,
        person: PersonId,
        membership: MembershipId,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Accepted>, InvitationError> {
        if !self.stands(now) {
            return Err(InvitationError::Invalid);
        }
        let membership = Membership {
            id: membership,
            person,
            collectivity: self.collectivity,
            roles: self.invitee.roles,
            state: MembershipState::Active,
            revision: 1,
            since: now,
        };
        let fact = Fact::MembershipJoined {
            membership: membership.id,
            person,
            roles: membership.roles,
        };
        let invitation = Self {
            settled_at: Some(now),
            ..self
        };
        Ok(Outcome::new(
            Accepted {
                invitation,
                membership,
            },
            fact,
        ))
    }
}

impl Permitted<act::Invite, Staff> {
    /// Offers a membership of the collectivity.
    ///
    /// # Errors
    /// `NoRole` when the offer is of nothing.
    pub fn invite(
        self,
        invitee: Invitee,
        secret: InvitationSecret,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Invitation>, InvitationError> {
        if invitee.roles.is_empty() {
            return Err(InvitationError::NoRole);
        }
        let invitation = Invitation::offer(self.subject().collectivity, invitee, secret, now);
        let fact = invitation.offered();
        Ok(Outcome::new(invitation, fact))
    }
}

impl Subject for Invitation {
    const VERBS: &'static [Verb] = &[Verb::RevokeInvitation];

    fn relation(&self, actor: &Actor) -> Relation {
        match actor.collectivity() {
            Some(collectivity) if collectivity == self.collectivity => Relation::Own,
            _ => Relation::Stranger,
        }
    }

    fn leaves_room_for(&self, _: Verb) -> bool {
        self.settled_at.is_none()
    }
}

impl Permitted<act::RevokeInvitation, Invitation> {
    /// Takes the offer back.
    ///
    /// # Errors
    /// `Invalid` when it was accepted or revoked before.
    pub fn revoke(self, now: DateTime<Utc>) -> Result<Outcome<Invitation>, InvitationError> {
        let invitation = self.into_subject();
        if invitation.settled_at.is_some() {
            return Err(InvitationError::Invalid);
        }
        let fact = Fact::InvitationRevoked {
            invitation: invitation.id,
        };
        Ok(Outcome::new(
            Invitation {
                settled_at: Some(now),
                ..invitation
            },
            fact,
        ))
    }
}
