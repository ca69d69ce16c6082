//! Abilities: what the API shows is what the guard lets through, for every kind of subject.

use maillage_domain::access::{
    Actor, GroupRole, Refusal, Role, Roles, Subject, Verb, abilities, act, authorize,
};
use maillage_domain::commons::{Charter, Level, Published, Resource, ResourceState, Shareable};
use maillage_domain::groups::{Group, GroupCharter, Participation, ParticipationState};
use maillage_domain::identity::{
    Invitation, Invitee, Membership, MembershipState, Platform, Staff,
};
use maillage_domain::value::{Digest, InvitationId, MembershipId};
use proptest::prelude::*;

use crate::commons::fixture::{Life, charter, grant, life, workbench};
use crate::fixture::{
    actor, at, collectivity, director, email, group, group_role, line, member, participation_state,
    person, prose, roles, uuid,
};

/// Asks `authorize` about a verb that is only known as a value.
fn guard<T: Subject>(verb: Verb, actor: &Actor, subject: T) -> Result<(), Refusal> {
    macro_rules! by_type {
        ($($verb:ident)+) => {
            match verb {
                $(Verb::$verb => authorize::<act::$verb, T>(actor, subject).map(drop),)+
            }
        };
    }
    by_type! {
        ExtendDirectory RegisterCollectivity ReadMembers Invite RevokeInvitation ChangeRoles
        RevokeMembership ReadAudit FormGroup ReadGroup DescribeGroup ExtendCatalogue InviteToGroup
        AcceptInvitation DeclineInvitation ChangeGroupRole Suspend Resume Leave Create Read ReadDraft Describe Write Merge
        Discard Publish Withdraw ReadShares Share Unshare Adapt Amend ReadAmendment
        CommentAmendment AcceptAmendment DeclineAmendment WithdrawAmendment ReadTrial
        ConductTrial DecideTrial ShareResult ReadInsights ReadInbox ReadEvents ReadClients
        RegisterClient ChangeClient RotateSecret RevokeClient ReadWebhooks
        RegisterWebhook ChangeWebhook ExportCollectivity ReadJobs CancelJob
    }
}

fn law<T: Subject + Clone>(actor: &Actor, subject: &T) -> Result<(), TestCaseError> {
    let shown = abilities(actor, subject);
    let possible: Vec<Verb> = T::VERBS
        .iter()
        .copied()
        .filter(|verb| guard(*verb, actor, subject.clone()).is_ok())
        .filter(|verb| subject.leaves_room_for(*verb))
        .collect();
    prop_assert_eq!(shown, possible);
    Ok(())
}

fn standing() -> impl Strategy<Value = Option<(GroupRole, ParticipationState)>> {
    proptest::option::of((group_role(), participation_state()))
}

fn resource() -> impl Strategy<Value = Resource<Charter>> {
    let granted = proptest::sample::select(vec![None, Some(Level::Read), Some(Level::Reuse)]);
    (0..3_u64, 0..3_u8, granted).prop_map(|(owner, stage, granted)| {
        let mut life = life(owner);
        if stage > 0 {
            life.publish().unwrap();
        }
        if stage > 1 {
            life.withdraw().unwrap();
        }
        Resource {
            granted,
            ..life.resource
        }
    })
}

fn invitee() -> Invitee {
    Invitee {
        email: email("dgs@ville.example"),
        name: line("Camille Dupont"),
        roles: Roles::NONE,
    }
}

proptest! {
    #[test]
    fn of_the_platform(actor in actor()) {
        law(&actor, &Platform)?;
    }

    #[test]
    fn of_people(actor in actor(), owner in 0..3_u64, held in roles(), over in any::<bool>()) {
        law(&actor, &Staff { collectivity: collectivity(owner) })?;
        law(&actor, &Membership {
            id: MembershipId(uuid(1)),
            person: person(1),
            collectivity: collectivity(owner),
            roles: held,
            state: if over { MembershipState::Revoked } else { MembershipState::Active },
            revision: 1,
            since: at(0),
        })?;
        law(&actor, &Invitation {
            id: InvitationId(uuid(1)),
            collectivity: collectivity(owner),
            invitee: invitee(),
            secret: Digest::ZERO,
            offered_at: at(0),
            expires_at: at(10),
            settled_at: over.then(|| at(5)),
        })?;
    }

    #[test]
    fn of_a_group(actor in actor(), own in standing()) {
        law(&actor, &Group {
            id: group(0),
            founder: collectivity(0),
            charter: GroupCharter { name: line("Réseau"), purpose: prose("") },
            revision: 1,
            formed_at: at(0),
            own,
        })?;
    }

    #[test]
    fn of_a_participation(
        actor in actor(),
        whose in 0..3_u64,
        role in group_role(),
        state in participation_state(),
        viewer in standing(),
    ) {
        law(&actor, &Participation {
            group: group(0),
            collectivity: collectivity(whose),
            role,
            state,
            revision: 1,
            since: at(0),
            viewer,
        })?;
    }

    #[test]
    fn of_a_resource(actor in actor(), resource in resource(), drafted in any::<bool>()) {
        let resource = Resource { drafted, ..resource };
        law(&actor, &resource)?;
        law(&actor, &workbench(resource.clone(), drafted.then(|| charter("x"))))?;
    }

    #[test]
    fn of_a_version(actor in actor(), owner in 0..3_u64, level in proptest::sample::select(
        vec![None, Some(Level::Read), Some(Level::Reuse)],
    )) {
        let mut life = life(owner);
        let published: Published<Charter> = life.publish().unwrap();
        let resource = Resource { granted: level, ..published.resource };
        law(&actor, &Published { resource, ..published })?;
    }

    #[test]
    fn of_a_grant(actor in actor(), resource in resource(), grants in 498..502_usize) {
        law(&actor, &grant(&resource))?;
        let resource = Resource { grants, ..resource };
        law(&actor, &resource)?;
        law(&actor, &Shareable { resource, participation: None })?;
    }
}

#[test]
fn a_director_sees_what_can_be_done_with_a_new_charter() {
    let life = life(0);
    assert_eq!(life.resource.state, ResourceState::Draft);
    assert_eq!(
        abilities(&director(0), &life.resource),
        [
            Verb::Read,
            Verb::ReadDraft,
            Verb::Describe,
            Verb::Write,
            Verb::Discard,
            Verb::Publish,
            Verb::ReadShares,
            Verb::Share,
        ]
    );
}

#[test]
fn what_needs_a_draft_is_offered_while_there_is_one() {
    let mut life = life(0);
    let needs = |life: &Life| {
        let shown = abilities(&director(0), &life.resource);
        [Verb::ReadDraft, Verb::Publish].map(|verb| shown.contains(&verb))
    };
    assert_eq!(needs(&life), [true; 2]);
    life.publish().unwrap();
    assert_eq!(needs(&life), [false; 2]);
    life.write(charter("Deuxième texte.")).unwrap();
    assert_eq!(needs(&life), [true; 2]);
    life.publish().unwrap();
    life.withdraw().unwrap();
    assert_eq!(needs(&life), [false; 2]);
}

#[test]
fn what_was_published_is_described_by_who_may_publish() {
    let mut life = life(0);
    let describes = |life: &Life, role| {
        let shown = abilities(&member(0, Roles::of(&[role])), &life.resource);
        shown.contains(&Verb::Describe)
    };
    let writers = [Role::Contributor, Role::Dpo];
    assert!(writers.iter().all(|role| describes(&life, *role)));
    life.publish().unwrap();
    let told = |life: &Life| {
        assert!(!writers.iter().any(|role| describes(life, *role)));
        assert!(describes(life, Role::Director) && describes(life, Role::AiLead));
    };
    told(&life);
    life.withdraw().unwrap();
    told(&life);
}
