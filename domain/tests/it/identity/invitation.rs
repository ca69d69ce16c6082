//! Invitations: accepted once, in time, and for the roles that were offered.

use chrono::TimeDelta;
use maillage_domain::access::{Refusal, Role, Roles, act, authorize};
use maillage_domain::event::Fact;
use maillage_domain::identity::{
    Invitation, InvitationError, InvitationSecret, Invitee, MembershipState, Staff,
};
use maillage_domain::value::{Digest, InvitationId, MembershipId};

use crate::fixture::{
    administrator, allowed, at, collectivity, director, email, line, person, uuid,
};

const ROLES: Roles = Roles::of(&[Role::Dpo, Role::Reader]);
const WEEK: i64 = 7 * 24 * 3600;

fn invite(roles: Roles) -> Result<(Invitation, Fact), InvitationError> {
    let staff = Staff {
        collectivity: collectivity(0),
    };
    let invitee = Invitee {
        email: email("dpo@ville.example"),
        name: line("Camille Dupont"),
        roles,
    };
    let secret = InvitationSecret {
        id: InvitationId(uuid(1)),
        digest: Digest::of_bytes(b"secret"),
    };
    allowed::<act::Invite, _>(&administrator(0), staff)
        .invite(invitee, secret, at(0))
        .map(maillage_domain::outcome::Outcome::into_parts)
}

fn invitation() -> Invitation {
    invite(ROLES).unwrap().0
}

#[test]
fn an_offer_names_its_roles_and_lapses_after_a_week() {
    let (invitation, fact) = invite(ROLES).unwrap();
    assert_eq!(invitation.collectivity, collectivity(0));
    assert_eq!(invitation.secret, Digest::of_bytes(b"secret"));
    assert_eq!(invitation.offered_at, at(0));
    assert_eq!(invitation.expires_at, at(WEEK));
    assert_eq!(invitation.settled_at, None);
    assert_eq!(
        fact,
        Fact::Invited {
            invitation: InvitationId(uuid(1)),
            roles: ROLES,
            expires_at: at(WEEK),
        }
    );
}

#[test]
fn an_offer_of_nothing_is_not_made() {
    assert_eq!(invite(Roles::NONE).unwrap_err(), InvitationError::NoRole);
}

#[test]
fn accepting_makes_a_membership_with_the_roles_offered() {
    let accepted = invitation().accept(person(3), MembershipId(uuid(2)), at(60));
    let (accepted, fact) = accepted.unwrap().into_parts();
    let membership = accepted.membership;
    assert_eq!(membership.id, MembershipId(uuid(2)));
    assert_eq!(membership.person, person(3));
    assert_eq!(membership.collectivity, collectivity(0));
    assert_eq!(membership.roles, ROLES);
    assert_eq!(membership.state, MembershipState::Active);
    assert_eq!((membership.revision, membership.since), (1, at(60)));
    assert_eq!(accepted.invitation.settled_at, Some(at(60)));
    assert_eq!(
        fact,
        Fact::MembershipJoined {
            membership: MembershipId(uuid(2)),
            person: person(3),
            roles: ROLES,
        }
    );
}

#[test]
fn it_is_accepted_once() {
    let accepted = invitation().accept(person(3), MembershipId(uuid(2)), at(60));
    let (accepted, _) = accepted.unwrap().into_parts();
    let again = accepted
        .invitation
        .accept(person(4), MembershipId(uuid(3)), at(61));
    assert_eq!(again.unwrap_err(), InvitationError::Invalid);
}

#[test]
fn it_is_accepted_before_it_lapses() {
    let last = at(WEEK) - TimeDelta::microseconds(1);
    assert!(invitation().stands(last));
    assert!(!invitation().stands(at(WEEK)));
    let accept = |now| invitation().accept(person(3), MembershipId(uuid(2)), now);
    assert!(accept(last).is_ok());
    assert_eq!(accept(at(WEEK)).unwrap_err(), InvitationError::Invalid);
    assert_eq!(accept(at(WEEK + 1)).unwrap_err(), InvitationError::Invalid);
}

#[test]
fn what_was_taken_back_is_neither_accepted_nor_taken_back_again() {
    let revoke = |invitation| {
        allowed::<act::RevokeInvitation, _>(&administrator(0), invitation).revoke(at(9))
    };
    let (revoked, fact) = revoke(invitation()).unwrap().into_parts();
    assert_eq!(revoked.settled_at, Some(at(9)));
    assert_eq!(
        fact,
        Fact::InvitationRevoked {
            invitation: InvitationId(uuid(1)),
        }
    );
    let again = revoke(revoked.clone()).unwrap_err();
    assert_eq!(again, InvitationError::Invalid);
    let late = revoked.accept(person(3), MembershipId(uuid(2)), at(10));
    assert_eq!(late.unwrap_err(), InvitationError::Invalid);
}

#[test]
fn only_who_keeps_the_accounts_of_that_collectivity_takes_it_back() {
    let refused = |actor| {
        authorize::<act::RevokeInvitation, _>(&actor, invitation())
            .map(drop)
            .unwrap_err()
    };
    assert_eq!(refused(administrator(1)), Refusal::Hidden);
    assert_eq!(refused(director(0)), Refusal::Forbidden);
}

#[test]
fn a_guess_learns_nothing_from_the_error() {
    assert_eq!(InvitationError::Invalid.to_string(), "invitation_invalid");
    assert_eq!(InvitationError::NoRole.to_string(), "roles_empty");
}
