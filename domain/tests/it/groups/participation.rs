//! Participations: every transition from every state, and what it leaves as a fact.

use chrono::{DateTime, Utc};
use maillage_domain::access::{GroupRole, Refusal, Relation, Subject, Verb, act, authorize};
use maillage_domain::event::Fact;
use maillage_domain::groups::{Group, Participation, ParticipationError, ParticipationState};
use maillage_domain::outcome::Outcome;

use super::group::founded;
use crate::fixture::{allowed, at, collectivity, director, group};

use ParticipationState::{Active, Declined, Invited, Left, Suspended};

const COORDINATOR: Option<(GroupRole, ParticipationState)> = Some((GroupRole::Coordinator, Active));

/// The second collectivity's participation, as the one with this standing sees it.
fn second(
    role: GroupRole,
    state: ParticipationState,
    viewer: Option<(GroupRole, ParticipationState)>,
) -> Participation {
    Participation {
        group: group(0),
        collectivity: collectivity(1),
        role,
        state,
        revision: 4,
        since: at(1),
        viewer,
    }
}

/// The second collectivity's own participation, as it sees it itself.
fn own(role: GroupRole, state: ParticipationState) -> Participation {
    second(role, state, Some((role, state)))
}

fn kept(outcome: Outcome<Participation>) -> (ParticipationState, i64, DateTime<Utc>) {
    let (it, _) = outcome.into_parts();
    (it.state, it.revision, it.since)
}

#[test]
fn one_is_invited_unless_one_is_there_already() {
    let invite = |before: Option<&Participation>| {
        allowed::<act::InviteToGroup, _>(&director(0), founded().group)
            .invite(collectivity(1), GroupRole::Reader, before, at(9))
            .map(Outcome::into_parts)
    };
    let (fresh, fact) = invite(None).unwrap();
    assert_eq!((fresh.state, fresh.role), (Invited, GroupRole::Reader));
    assert_eq!((fresh.revision, fresh.since), (1, at(9)));
    assert_eq!(fresh.relation(&director(0)), Relation::Coordinates);
    assert_eq!(
        fact,
        Fact::GroupInvited {
            group: group(0),
            collectivity: collectivity(1),
            role: GroupRole::Reader,
        }
    );
    for state in [Left, Declined] {
        let before = second(GroupRole::Coordinator, state, COORDINATOR);
        let (again, _) = invite(Some(&before)).unwrap();
        assert_eq!((again.state, again.role), (Invited, GroupRole::Reader));
        // The line of revisions goes on: an old ETag must never fit.
        assert_eq!(again.revision, 5);
    }
    for state in [Invited, Active, Suspended] {
        let before = second(GroupRole::Reader, state, COORDINATOR);
        let refused = invite(Some(&before)).unwrap_err();
        assert_eq!(refused, ParticipationError::AlreadyThere);
    }
}

#[test]
fn the_invited_collectivity_alone_answers() {
    let invited = own(GroupRole::Contributor, Invited);
    let accepted = allowed::<act::AcceptInvitation, _>(&director(1), invited.clone());
    assert_eq!(kept(accepted.accept(at(9))), (Active, 5, at(9)));
    let declined = allowed::<act::DeclineInvitation, _>(&director(1), invited);
    assert_eq!(kept(declined.decline(at(9))), (Declined, 5, at(9)));
    for state in [Active, Suspended] {
        let late = own(GroupRole::Contributor, state);
        let refused = authorize::<act::AcceptInvitation, _>(&director(1), late).unwrap_err();
        assert_eq!(refused, Refusal::Forbidden);
    }
    for state in [Left, Declined] {
        let late = own(GroupRole::Contributor, state);
        let refused = authorize::<act::AcceptInvitation, _>(&director(1), late).unwrap_err();
        assert_eq!(refused, Refusal::Hidden);
    }
    let seen = second(GroupRole::Contributor, Invited, COORDINATOR);
    let refused = authorize::<act::AcceptInvitation, _>(&director(0), seen).unwrap_err();
    assert_eq!(refused, Refusal::Forbidden);
}

#[test]
fn suspending_and_resuming_undo_each_other() {
    let suspend = |state| {
        allowed::<act::Suspend, _>(&director(0), second(GroupRole::Reader, state, COORDINATOR))
            .suspend(at(9))
            .map(kept)
    };
    let resume = |state| {
        allowed::<act::Resume, _>(&director(0), second(GroupRole::Reader, state, COORDINATOR))
            .resume(at(9))
            .map(kept)
    };
    assert_eq!(suspend(Active), Ok((Suspended, 5, at(9))));
    assert_eq!(resume(Suspended), Ok((Active, 5, at(9))));
    for state in [Invited, Suspended, Left, Declined] {
        assert_eq!(suspend(state), Err(ParticipationError::WrongState));
    }
    for state in [Invited, Active, Left, Declined] {
        assert_eq!(resume(state), Err(ParticipationError::WrongState));
    }
}

#[test]
fn nobody_lifts_their_own_suspension() {
    let it = own(GroupRole::Coordinator, Suspended);
    let refused = authorize::<act::Resume, _>(&director(1), it).unwrap_err();
    assert_eq!(refused, Refusal::Forbidden);
}

#[test]
fn the_last_coordinator_stays() {
    let leave = |role, state, others| {
        allowed::<act::Leave, _>(&director(1), own(role, state))
            .leave(others, 3, at(9))
            .map(|outcome| {
                let (it, fact) = outcome.into_parts();
                let told = Fact::GroupLeft {
                    group: group(0),
                    collectivity: collectivity(1),
                    grants_ended: 3,
                };
                assert_eq!(fact, told);
                (it.state, it.revision, it.since)
            })
    };
    let last = Err(ParticipationError::LastCoordinator);
    assert_eq!(leave(GroupRole::Coordinator, Active, 0), last);
    assert_eq!(
        leave(GroupRole::Coordinator, Active, 1),
        Ok((Left, 5, at(9)))
    );
    assert_eq!(leave(GroupRole::Reader, Active, 1), Ok((Left, 5, at(9))));
    // A suspended coordinator coordinates nothing: nobody is left without one.
    assert_eq!(
        leave(GroupRole::Coordinator, Suspended, 0),
        Ok((Left, 5, at(9)))
    );
}

#[test]
fn a_role_is_given_by_a_coordinator_and_never_leaves_the_group_without_one() {
    let change = |by: u64, it: Participation, to, others| {
        allowed::<act::ChangeGroupRole, _>(&director(by), it)
            .change_role(to, others)
            .map(|outcome| {
                let (it, fact) = outcome.into_parts();
                assert_eq!(
                    fact,
                    Fact::GroupRoleChanged {
                        group: group(0),
                        collectivity: collectivity(1),
                        role: to,
                    }
                );
                (it.role, it.state, it.revision, it.since)
            })
    };
    let given = |state| second(GroupRole::Reader, state, COORDINATOR);
    for state in [Active, Invited] {
        assert_eq!(
            change(0, given(state), GroupRole::Coordinator, 1),
            Ok((GroupRole::Coordinator, state, 5, at(1)))
        );
    }
    for state in [Suspended, Left, Declined] {
        let refused = change(0, given(state), GroupRole::Coordinator, 1);
        assert_eq!(refused, Err(ParticipationError::WrongState));
    }
    let last = own(GroupRole::Coordinator, Active);
    assert_eq!(
        change(1, last.clone(), GroupRole::Reader, 0),
        Err(ParticipationError::LastCoordinator)
    );
    assert!(change(1, last.clone(), GroupRole::Coordinator, 0).is_ok());
    assert!(change(1, last, GroupRole::Reader, 1).is_ok());
}

#[test]
fn room_is_what_the_transitions_leave() {
    for state in [Invited, Active, Suspended, Left, Declined] {
        let it = second(GroupRole::Reader, state, COORDINATOR);
        let suspended = allowed::<act::Suspend, _>(&director(0), it.clone()).suspend(at(9));
        assert_eq!(it.leaves_room_for(Verb::Suspend), suspended.is_ok());
        let resumed = allowed::<act::Resume, _>(&director(0), it.clone()).resume(at(9));
        assert_eq!(it.leaves_room_for(Verb::Resume), resumed.is_ok());
        let changed = allowed::<act::ChangeGroupRole, _>(&director(0), it.clone())
            .change_role(GroupRole::Contributor, 1);
        assert_eq!(it.leaves_room_for(Verb::ChangeGroupRole), changed.is_ok());
    }
}

#[test]
fn a_participation_is_hidden_from_whoever_does_not_take_part() {
    for viewer in [Invited, Suspended, Left, Declined] {
        let seen = second(
            GroupRole::Reader,
            Active,
            Some((GroupRole::Coordinator, viewer)),
        );
        assert_eq!(seen.relation(&director(0)), Relation::Stranger);
    }
    let seen = second(GroupRole::Reader, Active, None);
    assert_eq!(seen.relation(&director(0)), Relation::Stranger);
    let fellow = second(GroupRole::Reader, Active, Some((GroupRole::Reader, Active)));
    assert_eq!(fellow.relation(&director(0)), Relation::Fellow);
}

#[test]
fn an_outsider_invites_nobody() {
    let seen = Group {
        own: None,
        ..founded().group
    };
    let refused = authorize::<act::InviteToGroup, _>(&director(5), seen).unwrap_err();
    assert_eq!(refused, Refusal::Hidden);
}

#[test]
fn errors_display_as_slugs() {
    for (error, slug) in [
        (ParticipationError::AlreadyThere, "already_in_group"),
        (ParticipationError::LastCoordinator, "last_coordinator"),
        (ParticipationError::WrongState, "participation_state"),
    ] {
        assert_eq!(error.to_string(), slug);
    }
}
