//! Grants: to whom, and what stands against one.

use std::collections::BTreeSet;

use maillage_domain::access::{GroupRole, Refusal, act, authorize};
use maillage_domain::commons::{
    Audience, Charter, KindName, Level, Resource, Share, ShareError, Shareable, Unshared, limits,
};
use maillage_domain::event::Fact;
use maillage_domain::groups::ParticipationState;
use maillage_domain::identity::BodyType;
use maillage_domain::value::ShareId;
use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::fixture::{grant, life, resource_id};
use crate::fixture::{
    administrator, allowed, at, collectivity, director, group, group_role, operator,
    participation_state, uuid,
};

type Standing = Option<(GroupRole, ParticipationState)>;

fn shareable(grants: usize, participation: Standing) -> Shareable<Charter> {
    Shareable {
        resource: Resource {
            grants,
            ..life(0).resource
        },
        participation,
    }
}

/// Grants at second 100.
fn share(
    subject: Shareable<Charter>,
    audience: Audience,
    expires_at: Option<i64>,
) -> Result<(Share, Fact), ShareError> {
    allowed::<act::Share, _>(&director(0), subject)
        .share(
            ShareId(uuid(1)),
            audience,
            Level::Reuse,
            expires_at.map(at),
            at(100),
        )
        .map(maillage_domain::outcome::Outcome::into_parts)
}

/// Every audience, those of the test's ids and all the fixed ones.
fn audiences() -> Vec<Audience> {
    let types = BodyType::ALL
        .iter()
        .map(|value| Audience::CollectivityType { value: *value });
    [
        Audience::Network,
        Audience::Public,
        Audience::Collectivity {
            id: collectivity(1),
        },
        Audience::Group { id: group(1) },
    ]
    .into_iter()
    .chain(types)
    .collect()
}

#[test]
fn every_audience_has_its_own_id() {
    let ids: BTreeSet<Uuid> = audiences().into_iter().map(Audience::id).collect();
    assert_eq!(ids.len(), audiences().len());
    for audience in audiences() {
        let fixed = !matches!(
            audience,
            Audience::Collectivity { .. } | Audience::Group { .. }
        );
        // Version 8 cannot meet the version 7 of collectivités and groups.
        let version = if fixed { 8 } else { 7 };
        assert_eq!(audience.id().get_version_num(), version, "{audience:?}");
        assert_eq!(audience.id().get_variant(), uuid::Variant::RFC4122);
    }
}

#[test]
fn the_fixed_ids_stay_because_stored_grants_hold_them() {
    let ids: Vec<String> = audiences()
        .into_iter()
        .filter(|audience| audience.id().get_version_num() == 8)
        .map(|audience| {
            format!(
                "{} {}",
                audience.id(),
                serde_json::to_value(audience).unwrap()
            )
        })
        .collect();
    insta::assert_snapshot!(ids.join("\n"), @r#"
    6d61696c-6c61-8000-8000-000000000001 {"type":"network"}
    6d61696c-6c61-8000-8000-000000000002 {"type":"public"}
    6d61696c-6c61-8000-8000-000000000100 {"type":"collectivity_type","value":"commune"}
    6d61696c-6c61-8000-8000-000000000101 {"type":"collectivity_type","value":"cc"}
    6d61696c-6c61-8000-8000-000000000102 {"type":"collectivity_type","value":"ca"}
    6d61696c-6c61-8000-8000-000000000103 {"type":"collectivity_type","value":"cu"}
    6d61696c-6c61-8000-8000-000000000104 {"type":"collectivity_type","value":"metropole"}
    6d61696c-6c61-8000-8000-000000000105 {"type":"collectivity_type","value":"metropole_lyon"}
    6d61696c-6c61-8000-8000-000000000106 {"type":"collectivity_type","value":"ept"}
    6d61696c-6c61-8000-8000-000000000107 {"type":"collectivity_type","value":"departement"}
    6d61696c-6c61-8000-8000-000000000108 {"type":"collectivity_type","value":"region"}
    6d61696c-6c61-8000-8000-000000000109 {"type":"collectivity_type","value":"ctu"}
    6d61696c-6c61-8000-8000-00000000010a {"type":"collectivity_type","value":"syndicat"}
    6d61696c-6c61-8000-8000-00000000010b {"type":"collectivity_type","value":"pole"}
    6d61696c-6c61-8000-8000-00000000010c {"type":"collectivity_type","value":"ccas"}
    6d61696c-6c61-8000-8000-00000000010d {"type":"collectivity_type","value":"sdis"}
    6d61696c-6c61-8000-8000-00000000010e {"type":"collectivity_type","value":"cdg"}
    6d61696c-6c61-8000-8000-00000000010f {"type":"collectivity_type","value":"opsn"}
    6d61696c-6c61-8000-8000-000000000110 {"type":"collectivity_type","value":"other"}
    "#);
}

#[test]
fn audiences_are_told_apart_by_type_in_json() {
    for (audience, json) in [
        (Audience::Network, json!({"type": "network"})),
        (Audience::Public, json!({"type": "public"})),
        (
            Audience::Group { id: group(1) },
            json!({"type": "group", "id": group(1)}),
        ),
        (
            Audience::CollectivityType {
                value: BodyType::Cc,
            },
            json!({"type": "collectivity_type", "value": "cc"}),
        ),
    ] {
        assert_eq!(serde_json::to_value(audience).unwrap(), json);
        assert_eq!(serde_json::from_value::<Audience>(json).unwrap(), audience);
    }
}

#[test]
fn a_grant_says_what_to_whom_and_until_when() {
    for audience in audiences() {
        let standing = Some((GroupRole::Contributor, ParticipationState::Active));
        let (share, fact) = share(shareable(0, standing), audience, Some(101)).unwrap();
        assert_eq!(
            share,
            Share {
                id: ShareId(uuid(1)),
                collectivity: collectivity(0),
                resource: resource_id(0),
                kind: KindName::Charter,
                audience,
                level: Level::Reuse,
                expires_at: Some(at(101)),
                granted_at: at(100),
            }
        );
        assert_eq!(
            fact,
            Fact::ResourceShared {
                resource: resource_id(0),
                kind: KindName::Charter,
                share: ShareId(uuid(1)),
                audience,
                level: Level::Reuse,
                expires_at: Some(at(101)),
            }
        );
    }
}

#[test]
fn the_owner_needs_no_grant() {
    let owner = Audience::Collectivity {
        id: collectivity(0),
    };
    let refused = share(shareable(0, None), owner, None).unwrap_err();
    assert_eq!(refused, ShareError::Owner);
}

#[test]
fn a_grant_ends_after_it_begins() {
    let refused = |expiry| share(shareable(0, None), Audience::Network, Some(expiry)).err();
    assert_eq!(refused(99), Some(ShareError::Expired));
    assert_eq!(refused(100), Some(ShareError::Expired));
    assert_eq!(refused(101), None);
}

#[test]
fn a_resource_has_a_limited_number_of_grants() {
    let refused = |grants| share(shareable(grants, None), Audience::Public, None).err();
    assert_eq!(limits::SHARES, 500);
    assert_eq!(refused(499), None);
    assert_eq!(refused(500), Some(ShareError::TooMany));
    assert_eq!(refused(501), Some(ShareError::TooMany));
}

proptest! {
    #[test]
    fn one_shares_with_a_group_one_takes_part_in_and_not_as_a_reader(
        role in group_role(), state in participation_state(), known in any::<bool>(),
    ) {
        let standing = known.then_some((role, state));
        let refused = share(shareable(0, standing), Audience::Group { id: group(1) }, None).err();
        let expected = match standing {
            Some((GroupRole::Reader, ParticipationState::Active)) => Some(ShareError::GroupReader),
            Some((_, ParticipationState::Active)) => None,
            _ => Some(ShareError::UnknownGroup),
        };
        prop_assert_eq!(refused, expected);
    }

    #[test]
    fn a_participation_says_nothing_of_other_audiences(
        role in group_role(), state in participation_state(), audience in 0..4_usize,
    ) {
        let audience = audiences().into_iter()
            .filter(|audience| !matches!(audience, Audience::Group { .. }))
            .nth(audience)
            .unwrap();
        prop_assert!(share(shareable(0, Some((role, state))), audience, None).is_ok());
    }
}

#[test]
fn only_who_leads_the_owner_grants_and_takes_back() {
    let subject = shareable(0, None);
    let refused = |actor| authorize::<act::Share, _>(&actor, subject.clone()).unwrap_err();
    assert_eq!(refused(director(1)), Refusal::Hidden);
    assert_eq!(refused(operator()), Refusal::Hidden);
    assert_eq!(refused(administrator(0)), Refusal::Forbidden);
    let share = grant(&subject.resource);
    let refused = |actor| authorize::<act::Unshare, _>(&actor, share.clone()).unwrap_err();
    assert_eq!(refused(director(1)), Refusal::Hidden);
    assert_eq!(refused(operator()), Refusal::Hidden);
    assert_eq!(refused(administrator(0)), Refusal::Forbidden);
}

#[test]
fn a_grant_taken_back_leaves_its_trace() {
    let share = grant(&life(0).resource);
    let unshared = allowed::<act::Unshare, _>(&director(0), share.clone()).unshare();
    let (Unshared(back), fact) = unshared.into_parts();
    assert_eq!(back, share);
    assert_eq!(
        fact,
        Fact::ResourceUnshared {
            resource: share.resource,
            kind: KindName::Charter,
            share: share.id,
            audience: Audience::Network,
        }
    );
}

#[test]
fn to_reuse_is_more_than_to_read() {
    assert!(Level::Read < Level::Reuse);
    for (error, slug) in [
        (ShareError::Owner, "audience_is_owner"),
        (ShareError::UnknownGroup, "audience_unknown"),
        (ShareError::GroupReader, "group_reader"),
        (ShareError::Expired, "expiry_in_the_past"),
        (ShareError::TooMany, "shares_too_many"),
    ] {
        assert_eq!(error.to_string(), slug);
    }
}
