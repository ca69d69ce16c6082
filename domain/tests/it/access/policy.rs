//! The laws of the policy, over every verb, relation and set of roles.

use maillage_domain::access::{
    Actor, GroupRole, Refusal, Relation, Role, Roles, Scopes, Verb, decide, is_for_people,
};
use proptest::prelude::*;

use crate::fixture::{actor, client, member, operator, roles, scopes};

/// Every relation: the compiler asks for the place of a new one.
pub fn relations() -> impl Iterator<Item = Relation> {
    use GroupRole::{Contributor, Coordinator, Reader};
    use Relation::*;
    std::iter::successors(Some(Stranger), |relation| match relation {
        Stranger => Some(Platform),
        Platform => Some(Own),
        Own => Some(OwnPublished),
        OwnPublished => Some(SharedToRead),
        SharedToRead => Some(SharedToReuse),
        SharedToReuse => Some(Invited),
        Invited => Some(TakesPart(Coordinator)),
        TakesPart(Coordinator) => Some(TakesPart(Contributor)),
        TakesPart(Contributor) => Some(TakesPart(Reader)),
        TakesPart(Reader) => Some(Suspended),
        Suspended => Some(Coordinates),
        Coordinates => Some(Fellow),
        Fellow => Some(ProposedToUs),
        ProposedToUs => Some(Discussed),
        Discussed => Some(OfColleague),
        OfColleague => None,
    })
}

/// Whether the verb leaves a trace on the world: the compiler asks it of every new verb.
fn changes(verb: Verb) -> bool {
    match verb {
        Verb::ReadMembers
        | Verb::ReadAudit
        | Verb::ReadGroup
        | Verb::Read
        | Verb::ReadDraft
        | Verb::ReadShares
        | Verb::ReadAmendment
        | Verb::ReadTrial
        | Verb::ReadInsights
        | Verb::ReadInbox
        | Verb::ReadEvents
        | Verb::ReadClients
        | Verb::ReadWebhooks
        | Verb::ExportCollectivity
        | Verb::ReadJobs
        // Nothing but what they have asked for themselves.
        | Verb::CancelJob => false,
        Verb::ExtendDirectory
        | Verb::RegisterCollectivity
        | Verb::Invite
        | Verb::RevokeInvitation
        | Verb::ChangeRoles
        | Verb::RevokeMembership
        | Verb::FormGroup
        | Verb::DescribeGroup
        | Verb::ExtendCatalogue
        | Verb::InviteToGroup
        | Verb::AcceptInvitation
        | Verb::DeclineInvitation
        | Verb::ChangeGroupRole
        | Verb::Suspend
        | Verb::Resume
        | Verb::Leave
        | Verb::Create
        | Verb::Describe
        | Verb::Write
        | Verb::Merge
        | Verb::Discard
        | Verb::Publish
        | Verb::Withdraw
        | Verb::Share
        | Verb::Unshare
        | Verb::Adapt
        | Verb::Amend
        | Verb::CommentAmendment
        | Verb::AcceptAmendment
        | Verb::DeclineAmendment
        | Verb::WithdrawAmendment
        | Verb::ConductTrial
        | Verb::DecideTrial
        | Verb::ShareResult
        | Verb::RegisterClient
        | Verb::ChangeClient
        | Verb::RotateSecret
        | Verb::RevokeClient
        | Verb::RegisterWebhook
        | Verb::ChangeWebhook => true,
    }
}

fn every() -> impl Iterator<Item = (Verb, Relation)> {
    Verb::ALL
        .iter()
        .flat_map(|verb| relations().map(|relation| (*verb, relation)))
}

fn verb() -> impl Strategy<Value = Verb> {
    proptest::sample::select(Verb::ALL)
}

fn relation() -> impl Strategy<Value = Relation> {
    proptest::sample::select(relations().collect::<Vec<_>>())
}

fn may(actor: &Actor, verb: Verb, relation: Relation) -> bool {
    decide(verb, actor, relation).is_ok()
}

#[test]
fn refusals_display_as_slugs() {
    assert_eq!(Refusal::Hidden.to_string(), "not_found");
    assert_eq!(Refusal::Forbidden.to_string(), "forbidden");
}

#[test]
fn the_operator_has_no_right_on_anything_of_a_tenant() {
    for (verb, relation) in every().filter(|(_, relation)| *relation != Relation::Platform) {
        assert!(
            !may(&operator(), verb, relation),
            "{verb:?} on {relation:?}"
        );
    }
}

#[test]
fn nobody_but_the_operator_acts_on_the_platform() {
    let all = member(0, Roles::of(Role::ALL));
    for verb in Verb::ALL {
        assert!(!may(&all, *verb, Relation::Platform), "{verb:?}");
    }
}

#[test]
fn an_auditor_or_a_reader_never_changes_anything() {
    let watcher = member(0, Roles::of(&[Role::Auditor, Role::Reader]));
    for (verb, relation) in every().filter(|(verb, _)| changes(*verb)) {
        assert!(!may(&watcher, verb, relation), "{verb:?} on {relation:?}");
    }
}

#[test]
fn what_was_shared_is_read_or_adapted_or_amended_and_nothing_else() {
    let all = member(0, Roles::of(Role::ALL));
    let rights = |relation| {
        let verbs = Verb::ALL.iter().copied();
        verbs
            .filter(|verb| may(&all, *verb, relation))
            .collect::<Vec<_>>()
    };
    assert_eq!(rights(Relation::SharedToRead), [Verb::Read]);
    assert_eq!(
        rights(Relation::SharedToReuse),
        [Verb::Read, Verb::Adapt, Verb::Amend]
    );
    assert_eq!(rights(Relation::Discussed), [Verb::ReadAmendment]);
}

#[test]
fn a_suspended_collectivity_may_look_at_the_group_and_leave_it() {
    let all = member(0, Roles::of(Role::ALL));
    let verbs = Verb::ALL.iter().copied();
    let rights: Vec<_> = verbs
        .filter(|verb| may(&all, *verb, Relation::Suspended))
        .collect();
    assert_eq!(rights, [Verb::ReadGroup, Verb::Leave]);
}

#[test]
fn an_administrator_of_accounts_has_no_say_on_contents() {
    let administrator = member(0, Roles::of(&[Role::Administrator]));
    let contents = [
        Verb::Create,
        Verb::Describe,
        Verb::Write,
        Verb::Discard,
        Verb::Publish,
        Verb::Withdraw,
        Verb::Share,
        Verb::Unshare,
        Verb::Adapt,
        Verb::Amend,
        Verb::CommentAmendment,
        Verb::AcceptAmendment,
        Verb::DeclineAmendment,
        Verb::WithdrawAmendment,
    ];
    for (verb, relation) in every().filter(|(verb, _)| contents.contains(verb)) {
        assert!(
            !may(&administrator, verb, relation),
            "{verb:?} on {relation:?}"
        );
    }
}

#[test]
fn a_client_never_decides_whatever_its_creator_may() {
    let client = client(0, Roles::of(Role::ALL), Scopes::all());
    let decisions = [
        Verb::Publish,
        Verb::Withdraw,
        Verb::Share,
        Verb::Unshare,
        Verb::AcceptAmendment,
        Verb::DeclineAmendment,
        Verb::DecideTrial,
        Verb::ShareResult,
        Verb::Invite,
        Verb::ChangeRoles,
        Verb::RevokeMembership,
        Verb::ReadAudit,
        Verb::RegisterClient,
        Verb::RotateSecret,
        Verb::ExportCollectivity,
    ];
    for (verb, relation) in every().filter(|(verb, _)| decisions.contains(verb)) {
        assert!(!may(&client, verb, relation), "{verb:?} on {relation:?}");
        assert!(Scopes::of([verb]).is_err(), "{verb:?}");
    }
    // What was published shows its new title at once.
    assert!(may(&client, Verb::Describe, Relation::Own));
    assert!(!may(&client, Verb::Describe, Relation::OwnPublished));
}

#[test]
fn what_is_for_people_everywhere_is_no_scope() {
    for verb in Verb::ALL {
        let nowhere = relations().all(|relation| is_for_people(*verb, Some(relation)));
        assert_eq!(is_for_people(*verb, None), nowhere, "{verb:?}");
        assert_eq!(Scopes::all().holds(*verb), !nowhere, "{verb:?}");
    }
}

#[test]
fn nobody_changes_the_client_of_a_colleague_but_to_stop_it() {
    let all = member(0, Roles::of(Role::ALL));
    let verbs = Verb::ALL.iter().copied();
    let rights: Vec<_> = verbs
        .filter(|verb| may(&all, *verb, Relation::OfColleague))
        .collect();
    assert_eq!(rights, [Verb::ReadClients, Verb::RevokeClient]);
}

proptest! {
    #[test]
    fn a_client_may_what_its_scopes_and_its_creator_may_and_nothing_more(
        roles in roles(), scopes in scopes(), verb in verb(), relation in relation(),
    ) {
        let expected = scopes.holds(verb)
            && may(&member(0, roles), verb, relation)
            && !is_for_people(verb, Some(relation));
        prop_assert_eq!(may(&client(0, roles, scopes), verb, relation), expected);
    }

    #[test]
    fn a_stranger_and_only_a_stranger_is_hidden(
        actor in actor(), verb in verb(), relation in relation(),
    ) {
        let refusal = decide(verb, &actor, relation).err();
        prop_assert_eq!(refusal == Some(Refusal::Hidden), relation == Relation::Stranger);
    }

    #[test]
    fn more_roles_never_remove_a_right(
        some in roles(), more in roles(), verb in verb(), relation in relation(),
    ) {
        let union: Roles = some.iter().chain(more.iter()).collect();
        if may(&member(0, some), verb, relation) {
            prop_assert!(may(&member(0, union), verb, relation));
        }
    }

    #[test]
    fn several_roles_allow_what_one_of_them_allows(
        some in roles(), verb in verb(), relation in relation(),
    ) {
        let alone = some
            .iter()
            .any(|role| may(&member(0, Roles::of(&[role])), verb, relation));
        prop_assert_eq!(may(&member(0, some), verb, relation), alone);
    }

    #[test]
    fn without_a_role_there_is_no_right(verb in verb(), relation in relation()) {
        prop_assert!(!may(&member(0, Roles::NONE), verb, relation));
    }
}
