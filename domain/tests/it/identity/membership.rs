//! Memberships: roles change, people go, and someone always administers the collectivity.

use maillage_domain::access::{Refusal, Role, Roles, Subject, Verb, act, authorize};
use maillage_domain::event::Fact;
use maillage_domain::identity::{Membership, MembershipError, MembershipState};
use maillage_domain::value::MembershipId;
use proptest::prelude::*;

use crate::fixture::{
    administrator, allowed, at, collectivity, director, operator, person, roles, uuid,
};

const ADMINISTRATOR: Roles = Roles::of(&[Role::Administrator]);
const READER: Roles = Roles::of(&[Role::Reader]);

fn membership(n: u64, roles: Roles) -> Membership {
    Membership {
        id: MembershipId(uuid(n)),
        person: person(n),
        collectivity: collectivity(0),
        roles,
        state: MembershipState::Active,
        revision: 1,
        since: at(0),
    }
}

fn change(of: Membership, to: Roles, others: u32) -> Result<(Membership, Fact), MembershipError> {
    allowed::<act::ChangeRoles, _>(&administrator(0), of)
        .change_roles(to, others)
        .map(maillage_domain::outcome::Outcome::into_parts)
}

fn revoke(of: Membership, others: u32) -> Result<(Membership, Fact), MembershipError> {
    allowed::<act::RevokeMembership, _>(&administrator(0), of)
        .revoke(others)
        .map(maillage_domain::outcome::Outcome::into_parts)
}

#[test]
fn changing_roles_says_what_they_were() {
    let (after, fact) = change(membership(1, READER), ADMINISTRATOR, 1).unwrap();
    assert_eq!(
        after,
        Membership {
            roles: ADMINISTRATOR,
            revision: 2,
            ..membership(1, READER)
        }
    );
    assert_eq!(
        fact,
        Fact::RolesChanged {
            membership: MembershipId(uuid(1)),
            before: READER,
            after: ADMINISTRATOR,
        }
    );
}

#[test]
fn revoking_is_for_ever() {
    let (gone, fact) = revoke(membership(1, READER), 1).unwrap();
    assert_eq!(gone.state, MembershipState::Revoked);
    assert_eq!(gone.revision, 2);
    assert_eq!(
        fact,
        Fact::MembershipRevoked {
            membership: MembershipId(uuid(1)),
        }
    );
    assert!(!gone.leaves_room_for(Verb::ChangeRoles));
    assert_eq!(revoke(gone.clone(), 1), Err(MembershipError::Revoked));
    assert_eq!(change(gone, READER, 1), Err(MembershipError::Revoked));
}

#[test]
fn a_membership_without_role_is_none() {
    let refused = change(membership(1, READER), Roles::NONE, 1);
    assert_eq!(refused, Err(MembershipError::NoRole));
}

#[test]
fn the_last_administrator_stays() {
    let last = membership(1, Roles::of(&[Role::Administrator, Role::Dpo]));
    let refused = Err(MembershipError::LastAdministrator);
    assert_eq!(revoke(last.clone(), 0), refused);
    assert_eq!(change(last.clone(), READER, 0), refused);
    assert!(change(last.clone(), ADMINISTRATOR, 0).is_ok());
    assert!(change(last.clone(), READER, 1).is_ok());
    assert!(revoke(last, 1).is_ok());
    assert!(revoke(membership(2, READER), 0).is_ok());
}

#[test]
fn others_do_not_exist_and_members_are_not_allowed() {
    let it = membership(1, READER);
    let refused = |actor| authorize::<act::ChangeRoles, _>(&actor, it.clone()).unwrap_err();
    assert_eq!(refused(administrator(1)), Refusal::Hidden);
    assert_eq!(refused(operator()), Refusal::Hidden);
    assert_eq!(refused(director(0)), Refusal::Forbidden);
}

#[test]
fn errors_display_as_slugs() {
    for (error, slug) in [
        (MembershipError::NoRole, "roles_empty"),
        (MembershipError::LastAdministrator, "last_administrator"),
        (MembershipError::Revoked, "membership_revoked"),
    ] {
        assert_eq!(error.to_string(), slug);
    }
}

fn administers(it: &Membership) -> bool {
    it.state == MembershipState::Active && it.roles.holds(Role::Administrator)
}

proptest! {
    #[test]
    fn whatever_happens_someone_administers(
        first in proptest::collection::vec(roles(), 3),
        steps in proptest::collection::vec((0..4_usize, proptest::option::of(roles())), 0..40),
    ) {
        let mut staff = vec![membership(0, ADMINISTRATOR)];
        staff.extend((1..).zip(first).map(|(n, roles)| membership(n, roles)));
        for (whom, to) in steps {
            let before = staff[whom].clone();
            let others = staff.iter().filter(|it| it.id != before.id && administers(it)).count();
            let others = u32::try_from(others).unwrap();
            let done = match to {
                Some(to) => change(before.clone(), to, others),
                None => revoke(before.clone(), others),
            };
            let keeps = !administers(&before)
                || others > 0
                || to.is_some_and(|to| to.holds(Role::Administrator));
            let possible = before.state == MembershipState::Active
                && keeps
                && to.is_none_or(|to| !to.is_empty());
            prop_assert_eq!(done.is_ok(), possible);
            if let Ok((after, _)) = done {
                prop_assert_eq!(after.revision, before.revision + 1);
                prop_assert_eq!((after.person, after.since), (before.person, before.since));
                staff[whom] = after;
            }
            prop_assert!(staff.iter().any(administers));
        }
    }
}
