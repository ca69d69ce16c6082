//! Lineage: an adaptation keeps its source by value, whatever becomes of it (L3).

use maillage_domain::access::{Actor, Refusal, Roles, act, authorize};
use maillage_domain::commons::{
    Adapted, Charter, KindName, Level, Published, Resource, ResourceState, Source,
};
use maillage_domain::event::Fact;
use proptest::prelude::*;

use super::fixture::{Life, charter, life, resource_id};
use crate::fixture::{allowed, at, collectivity, director, member, operator};

/// A version as a collectivity with this grant sees it.
fn seen(published: &Published<Charter>, granted: Option<Level>) -> Published<Charter> {
    Published {
        resource: Resource {
            granted,
            ..published.resource.clone()
        },
        version: published.version.clone(),
    }
}

fn adapt(actor: &Actor, published: Published<Charter>) -> (Life, Fact) {
    let adapted = allowed::<act::Adapt, _>(actor, published).adapt(resource_id(7), at(50));
    let (Adapted(begun), fact) = adapted.unwrap().into_parts();
    (Life::of(actor.clone(), begun.resource, begun.draft), fact)
}

#[test]
fn an_adaptation_is_a_new_private_draft_that_names_its_source() {
    let mut source = life(0);
    let published = source.publish().unwrap();
    let (adapted, fact) = adapt(&director(1), seen(&published, Some(Level::Reuse)));
    let lineage = Source {
        collectivity: collectivity(0),
        resource: resource_id(0),
        version: 1,
        digest: published.version.digest,
    };
    let resource = &adapted.resource;
    assert_eq!(resource.source, Some(lineage));
    assert_eq!(resource.id, resource_id(7));
    assert_eq!(resource.collectivity, collectivity(1));
    assert_eq!(resource.state, ResourceState::Draft);
    assert_eq!((resource.head, resource.granted), (None, None));
    assert_eq!(resource.revision, 1);
    assert_eq!(resource.updated_at, at(50));
    assert_eq!(resource.card, published.resource.card);
    let draft = adapted.draft.unwrap();
    assert_eq!(draft.body, published.version.body);
    assert_eq!((draft.revision, draft.written_at), (1, at(50)));
    assert_eq!(
        fact,
        Fact::ResourceAdapted {
            resource: resource_id(7),
            kind: KindName::Charter,
            source: lineage,
        }
    );
}

#[test]
fn an_older_version_is_adapted_under_its_own_title_and_digest() {
    let mut source = life(0);
    let first = source.publish().unwrap();
    source.describe("Charte refondue").unwrap();
    source.write(charter("Autre texte.")).unwrap();
    let second = source.publish().unwrap();
    let older = Published {
        version: first.version.clone(),
        ..seen(&second, Some(Level::Reuse))
    };
    let (adapted, _) = adapt(&director(1), older);
    assert_eq!(adapted.resource.card.title.as_str(), "Charte");
    let lineage = adapted.resource.source.unwrap();
    assert_eq!((lineage.version, lineage.digest), (1, first.version.digest));
}

#[test]
fn one_adapts_what_is_one_s_own_too() {
    let mut source = life(0);
    let published = source.publish().unwrap();
    let (adapted, _) = adapt(&director(0), published);
    assert_eq!(
        adapted.resource.source.unwrap().collectivity,
        collectivity(0)
    );
}

#[test]
fn adapting_takes_a_grant_to_reuse_and_a_writer() {
    let mut source = life(0);
    let published = source.publish().unwrap();
    let refused = |actor: Actor, granted| {
        authorize::<act::Adapt, _>(&actor, seen(&published, granted)).unwrap_err()
    };
    assert_eq!(refused(director(1), None), Refusal::Hidden);
    assert_eq!(refused(director(1), Some(Level::Read)), Refusal::Forbidden);
    let nobody = member(1, Roles::NONE);
    assert_eq!(refused(nobody, Some(Level::Reuse)), Refusal::Forbidden);
    assert_eq!(refused(operator(), Some(Level::Reuse)), Refusal::Forbidden);
    assert_eq!(refused(operator(), None), Refusal::Hidden);
}

#[test]
fn an_adaptation_of_an_adaptation_names_the_nearest_source() {
    let mut first = life(0);
    let (mut second, _) = adapt(
        &director(1),
        seen(&first.publish().unwrap(), Some(Level::Reuse)),
    );
    let published = second.publish().unwrap();
    let (third, _) = adapt(&director(2), seen(&published, Some(Level::Reuse)));
    let lineage = third.resource.source.unwrap();
    assert_eq!(lineage.collectivity, collectivity(1));
    assert_eq!(lineage.resource, resource_id(7));
}

/// What may happen to a resource, its source or its adaptation.
fn live(life: &mut Life, step: u8) {
    // Refusals are steps too: they change nothing.
    let _ = match step % 4 {
        0 => life.describe(&format!("Titre {step}")),
        1 => life.write(charter(&format!("Texte {step}."))),
        2 => life.publish().map(drop),
        _ => life.withdraw(),
    };
}

proptest! {
    #[test]
    fn nothing_that_happens_later_changes_the_source(
        steps in proptest::collection::vec((any::<bool>(), any::<u8>()), 0..30),
    ) {
        let mut source = life(0);
        let published = source.publish().unwrap();
        let (mut adapted, _) = adapt(&director(1), seen(&published, Some(Level::Reuse)));
        for (upstream, step) in steps {
            live(if upstream { &mut source } else { &mut adapted }, step);
        }
        prop_assert_eq!(adapted.resource.source, Some(Source {
            collectivity: collectivity(0),
            resource: resource_id(0),
            version: 1,
            digest: published.version.digest,
        }));
        prop_assert_eq!(source.resource.source, None);
    }
}

#[test]
fn a_source_survives_json() {
    let source = Source {
        collectivity: collectivity(0),
        resource: resource_id(0),
        version: 3,
        digest: maillage_domain::value::Digest::ZERO,
    };
    let json = serde_json::to_value(source).unwrap();
    assert_eq!(serde_json::from_value::<Source>(json).unwrap(), source);
}
