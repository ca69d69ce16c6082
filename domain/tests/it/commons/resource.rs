//! Resources: how one begins, who it belongs to, how it ends.

use maillage_domain::access::{Refusal, Relation, Subject, Verb, abilities, act, authorize};
use maillage_domain::commons::{
    Charter, Discarded, KindName, Level, Resource, ResourceError, ResourceState,
};
use maillage_domain::event::Fact;
use maillage_domain::identity::Staff;

use super::fixture::{card, charter, life, resource_id, workbench};
use crate::fixture::{allowed, at, collectivity, director, operator};

#[test]
fn a_resource_begins_as_a_private_draft() {
    let staff = Staff {
        collectivity: collectivity(0),
    };
    let begun = allowed::<act::Create, _>(&director(0), staff)
        .create::<Charter>(resource_id(0), card("Charte"), charter("x"), at(3))
        .unwrap();
    let (begun, fact) = begun.into_parts();
    assert_eq!(begun.resource.id, resource_id(0));
    assert_eq!(begun.resource.collectivity, collectivity(0));
    assert_eq!(begun.resource.state, ResourceState::Draft);
    assert_eq!(begun.resource.head, None);
    assert_eq!(begun.resource.source, None);
    assert_eq!(begun.resource.granted, None);
    assert_eq!(begun.resource.revision, 1);
    assert_eq!(begun.resource.updated_at, at(3));
    assert_eq!(begun.draft.revision, 1);
    assert_eq!(begun.draft.body, charter("x"));
    assert_eq!(
        fact,
        Fact::ResourceCreated {
            resource: resource_id(0),
            kind: KindName::Charter,
        }
    );
}

#[test]
fn a_body_that_breaks_a_rule_is_never_written() {
    let mut life = life(0);
    let before = life.draft.clone();
    match life.write(charter("{{mayor}}")).unwrap_err() {
        ResourceError::Invalid(found) => {
            // The document of this request is the body itself.
            assert_eq!(found[0].pointer.as_str(), "/clauses/0/text");
        }
        other => panic!("unexpected: {other}"),
    }
    assert_eq!(life.draft, before);
}

#[test]
fn a_card_that_breaks_a_rule_is_never_kept() {
    let life = life(0);
    let mut twice = card("Charte");
    twice.tags.push(twice.tags[0].clone());
    let refused = allowed::<act::Describe, _>(&life.actor, life.resource)
        .describe(twice, at(1))
        .unwrap_err();
    match refused {
        ResourceError::Invalid(found) => assert_eq!(found[0].code, "tag_duplicate"),
        other => panic!("unexpected: {other}"),
    }
}

#[test]
fn only_what_was_never_published_can_be_discarded() {
    let mut life = life(0);
    let discard =
        |resource: Resource<Charter>| allowed::<act::Discard, _>(&director(0), resource).discard();
    let (Discarded(resource), fact) = discard(life.resource.clone()).unwrap().into_parts();
    assert_eq!(resource, life.resource);
    assert_eq!(
        fact,
        Fact::ResourceDiscarded {
            resource: resource_id(0),
            kind: KindName::Charter,
        }
    );
    life.publish().unwrap();
    let refused = discard(life.resource.clone()).unwrap_err();
    assert_eq!(refused, ResourceError::AlreadyPublished);
    life.withdraw().unwrap();
    let refused = discard(life.resource.clone()).unwrap_err();
    assert_eq!(refused, ResourceError::AlreadyPublished);
}

#[test]
fn withdrawing_keeps_head_and_versions() {
    let mut life = life(0);
    life.publish().unwrap();
    let head = life.resource.head;
    let (withdrawn, fact) = allowed::<act::Withdraw, _>(&life.actor, life.resource)
        .withdraw(at(9))
        .unwrap()
        .into_parts();
    assert_eq!(withdrawn.0.state, ResourceState::Withdrawn);
    assert_eq!(withdrawn.0.head, head);
    assert_eq!(
        fact,
        Fact::ResourceWithdrawn {
            resource: resource_id(0),
            kind: KindName::Charter,
        }
    );
}

#[test]
fn a_published_resource_is_to_others_what_it_was_granted_as() {
    let mut life = life(0);
    life.publish().unwrap();
    let seen = |granted| Resource {
        granted,
        ..life.resource.clone()
    };
    for (granted, relation) in [
        (None, Relation::Stranger),
        (Some(Level::Read), Relation::SharedToRead),
        (Some(Level::Reuse), Relation::SharedToReuse),
    ] {
        assert_eq!(seen(granted).relation(&director(1)), relation);
        assert_eq!(seen(granted).relation(&director(0)), Relation::OwnPublished);
    }
    let refused = authorize::<act::Read, _>(&operator(), seen(None)).unwrap_err();
    assert_eq!(refused, Refusal::Hidden);
}

#[test]
fn a_resource_never_published_is_hidden_whatever_the_grants() {
    for level in [Level::Read, Level::Reuse] {
        let granted = Resource {
            granted: Some(level),
            ..life(0).resource
        };
        assert_eq!(granted.relation(&director(1)), Relation::Stranger);
    }
}

#[test]
fn a_published_workbench_offers_no_discard() {
    let mut life = life(0);
    life.publish().unwrap();
    let workbench = workbench(life.resource, None);
    // `Discard` would answer `AlreadyPublished`, `Publish` would answer `NoDraft`.
    assert_eq!(abilities(&director(0), &workbench), [Verb::Write]);
}

#[test]
fn errors_display_as_slugs() {
    for (error, slug) in [
        (ResourceError::Invalid(Vec::new()), "invalid"),
        (ResourceError::NoDraft, "draft_missing"),
        (ResourceError::Unchanged, "draft_unchanged"),
        (
            ResourceError::Unjustified(Vec::new()),
            "deviations_unjustified",
        ),
        (ResourceError::NoDeviation, "not_found"),
        (
            ResourceError::Unresolved(Vec::new()),
            "variables_unresolved",
        ),
        (ResourceError::NotPublished, "not_published"),
        (ResourceError::AlreadyPublished, "already_published"),
    ] {
        assert_eq!(error.to_string(), slug);
    }
}
