//! A group: how it is formed, restated, and what it is to whoever looks.

use maillage_domain::access::{
    GroupRole, Refusal, Relation, Role, Roles, Subject, Verb, abilities, act, authorize,
};
use maillage_domain::event::Fact;
use maillage_domain::groups::{Founded, Group, GroupCharter, ParticipationState};
use maillage_domain::identity::Staff;

use crate::fixture::{
    administrator, allowed, at, collectivity, director, group, line, member, operator, prose,
};

pub fn charter(name: &str) -> GroupCharter {
    GroupCharter {
        name: line(name),
        purpose: prose("Mettre en commun."),
    }
}

/// A group that the first collectivity has just formed.
pub fn founded() -> Founded {
    let staff = Staff {
        collectivity: collectivity(0),
    };
    let formed = allowed::<act::FormGroup, _>(&director(0), staff);
    formed
        .form(group(0), charter("Réseau"), at(0))
        .into_parts()
        .0
}

#[test]
fn the_founder_coordinates() {
    let staff = Staff {
        collectivity: collectivity(0),
    };
    let formed = allowed::<act::FormGroup, _>(&administrator(0), staff);
    let (founded, fact) = formed.form(group(0), charter("Réseau"), at(0)).into_parts();
    let own = Some((GroupRole::Coordinator, ParticipationState::Active));
    assert_eq!(founded.group.own, own);
    assert_eq!(founded.group.founder, collectivity(0));
    assert_eq!(founded.group.revision, 1);
    assert_eq!(founded.founder.collectivity, collectivity(0));
    assert_eq!(founded.founder.group, group(0));
    assert_eq!(founded.founder.role, GroupRole::Coordinator);
    assert_eq!(founded.founder.state, ParticipationState::Active);
    assert_eq!(founded.founder.revision, 1);
    assert_eq!(fact, Fact::GroupFormed { group: group(0) });
}

#[test]
fn one_forms_a_group_in_one_s_own_name_only() {
    let staff = Staff {
        collectivity: collectivity(1),
    };
    let refused = authorize::<act::FormGroup, _>(&director(0), staff).unwrap_err();
    assert_eq!(refused, Refusal::Hidden);
}

#[test]
fn restating_counts_a_revision_and_touches_nothing_else() {
    let before = founded().group;
    let described = allowed::<act::DescribeGroup, _>(&director(0), before.clone())
        .describe(charter("Réseau des villes"));
    let (after, fact) = described.into_parts();
    assert_eq!(fact, Fact::GroupDescribed { group: group(0) });
    assert_eq!(
        after,
        Group {
            charter: charter("Réseau des villes"),
            revision: 2,
            ..before
        }
    );
}

#[test]
fn only_an_active_participation_takes_part() {
    use ParticipationState::{Active, Declined, Invited, Left, Suspended};
    for role in GroupRole::ALL {
        for (own, relation) in [
            (Some((*role, Active)), Relation::TakesPart(*role)),
            (Some((*role, Invited)), Relation::Invited),
            (Some((*role, Suspended)), Relation::Suspended),
            (Some((*role, Left)), Relation::Stranger),
            (Some((*role, Declined)), Relation::Stranger),
            (None, Relation::Stranger),
        ] {
            let seen = Group {
                own,
                ..founded().group
            };
            assert_eq!(seen.relation(&director(1)), relation, "{own:?}");
        }
    }
}

#[test]
fn the_operator_sees_no_group() {
    let group = Group {
        own: None,
        ..founded().group
    };
    let refused = authorize::<act::ReadGroup, _>(&operator(), group).unwrap_err();
    assert_eq!(refused, Refusal::Hidden);
}

#[test]
fn each_role_does_its_part_for_the_collectivity() {
    let group = founded().group;
    for role in Role::ALL {
        let shown = abilities(&member(0, Roles::of(&[*role])), &group);
        let expected: &[Verb] = match role {
            Role::Director => Group::VERBS,
            Role::Administrator => &[Verb::ReadGroup, Verb::DescribeGroup, Verb::InviteToGroup],
            // Contents are the AI lead's, speaking for the collectivity is not.
            Role::AiLead => &[Verb::ReadGroup, Verb::ExtendCatalogue],
            _ => &[Verb::ReadGroup],
        };
        assert_eq!(shown, expected, "{role}");
    }
}
