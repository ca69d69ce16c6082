//! Versions: whatever is done to a resource, its line of versions only grows, without gaps.

use maillage_domain::access::{Refusal, act, authorize};
use maillage_domain::commons::{
    Charter, CharterBody, KindName, ResourceError, ResourceState, digest,
};
use maillage_domain::event::Fact;
use maillage_domain::value::Digest;
use proptest::prelude::*;

use super::fixture::{Life, bench, charter, life, resource_id};
use crate::fixture::{administrator, allowed, at, director, operator, person, prose};

#[derive(Clone, Debug)]
enum Step {
    Describe(String),
    Write(CharterBody),
    Publish,
    Withdraw,
}

/// Few titles and few bodies, so that histories come back to what was said before.
fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => "[AB]".prop_map(Step::Describe),
        3 => "[xyz]".prop_map(|text| Step::Write(charter(&text))),
        3 => Just(Step::Publish),
        1 => Just(Step::Withdraw),
    ]
}

fn digest_of(title: &str, body: &CharterBody) -> Digest {
    digest::<Charter>(title, body).unwrap()
}

/// What the step must lead to, judged from the outside.
fn expected(life: &Life, step: &Step) -> Result<(), ResourceError> {
    let offered = life.resource.state == ResourceState::Published;
    match (step, &life.draft) {
        (Step::Publish, None) => Err(ResourceError::NoDraft),
        (Step::Publish, Some(draft)) => {
            let title = life.resource.card.title.as_str();
            let newest = life.versions.last();
            let says_the_same =
                newest.is_some_and(|newest| newest.title == title && newest.body == draft.body);
            if offered && says_the_same {
                Err(ResourceError::Unchanged)
            } else {
                Ok(())
            }
        }
        (Step::Withdraw, _) if !offered => Err(ResourceError::NotPublished),
        _ => Ok(()),
    }
}

fn take(life: &mut Life, step: &Step) -> Result<(), ResourceError> {
    match step {
        Step::Describe(title) => life.describe(title),
        Step::Write(body) => life.write(body.clone()),
        Step::Publish => life.publish().map(drop),
        Step::Withdraw => life.withdraw(),
    }
}

fn holds(before: &Life, step: &Step, after: &Life) -> Result<(), TestCaseError> {
    let (old, new) = (&before.resource, &after.resource);
    prop_assert_eq!(
        &after.versions[..before.versions.len()],
        &before.versions[..]
    );
    prop_assert_eq!((new.id, new.collectivity), (old.id, old.collectivity));
    prop_assert_eq!(new.source, old.source);
    // Writing a draft is nobody else's business: it touches neither card nor state.
    let touched = !matches!(step, Step::Write(_));
    prop_assert_eq!(new.revision, old.revision + i64::from(touched));
    prop_assert_eq!(new.updated_at > old.updated_at, touched);
    let state = match step {
        Step::Publish => ResourceState::Published,
        Step::Withdraw => ResourceState::Withdrawn,
        _ => old.state,
    };
    prop_assert_eq!(new.state, state);
    Ok(())
}

proptest! {
    #[test]
    fn histories_keep_the_line_of_versions(steps in proptest::collection::vec(step(), 1..40)) {
        let mut life = life(0);
        for step in &steps {
            let before = life.clone();
            let wanted = expected(&life, step);
            let taken = take(&mut life, step);
            prop_assert_eq!(&taken, &wanted, "{:?}", step);
            if taken.is_ok() {
                holds(&before, step, &life)?;
            }
        }
        let numbers: Vec<i32> = life.versions.iter().map(|version| version.number).collect();
        let without_gaps: Vec<i32> = (1..).take(numbers.len()).collect();
        prop_assert_eq!(numbers, without_gaps);
        prop_assert!(life.revisions.is_sorted_by(|one, next| one < next), "{:?}", life.revisions);
        for version in &life.versions {
            prop_assert_eq!(version.digest, digest_of(&version.title, &version.body));
            let stored = serde_json::to_value(&version.body).unwrap();
            let read: CharterBody = serde_json::from_value(stored).unwrap();
            prop_assert_eq!(version.digest, digest_of(&version.title, &read));
        }
        let head = life.resource.head;
        prop_assert_eq!(head.map(|head| (head.number, head.digest, head.published_at)),
            life.versions.last().map(|newest| (newest.number, newest.digest, newest.published_at)));
        prop_assert_eq!(head.is_none(), life.resource.state == ResourceState::Draft);
    }
}

#[test]
fn the_first_publication_says_who_when_and_what() {
    let mut life = life(0);
    let actor = life.actor.clone();
    let workbench = bench(life.resource.clone(), life.draft.clone());
    let published = allowed::<act::Publish, _>(&actor, workbench).publish(prose("Note."), at(9));
    let (published, fact) = published.unwrap().into_parts();
    let version = &published.version;
    assert_eq!(version.number, 1);
    assert_eq!(version.title, "Charte");
    assert_eq!(version.body, charter("Texte."));
    assert_eq!(version.note, prose("Note."));
    assert_eq!(version.published_by, person(0));
    assert_eq!(version.published_at, at(9));
    assert_eq!(published.resource.state, ResourceState::Published);
    assert_eq!(
        fact,
        Fact::ResourcePublished {
            resource: resource_id(0),
            kind: KindName::Charter,
            version: 1,
            digest: version.digest,
        }
    );
    life.publish().unwrap();
    assert_eq!(life.versions[0].digest, version.digest);
}

#[test]
fn a_note_does_not_make_a_version_another_one() {
    let mut life = life(0);
    life.publish().unwrap();
    life.write(charter("Texte.")).unwrap();
    assert_eq!(life.publish().unwrap_err(), ResourceError::Unchanged);
    assert!(life.draft.is_some());
}

#[test]
fn another_title_is_another_version() {
    let mut life = life(0);
    life.publish().unwrap();
    life.describe("Charte de l’IA").unwrap();
    life.write(charter("Texte.")).unwrap();
    assert_eq!(life.publish().unwrap().version.number, 2);
    assert_eq!(life.versions[0].title, "Charte");
}

#[test]
fn what_was_withdrawn_is_offered_again_by_publishing_it_as_it_was() {
    let mut life = life(0);
    life.publish().unwrap();
    life.withdraw().unwrap();
    assert_eq!(life.withdraw(), Err(ResourceError::NotPublished));
    assert_eq!(life.publish().unwrap_err(), ResourceError::NoDraft);
    life.write(charter("Texte.")).unwrap();
    let again = life.publish().unwrap();
    assert_eq!(again.version.number, 2);
    assert_eq!(again.version.digest, life.versions[0].digest);
    assert_eq!(again.resource.state, ResourceState::Published);
}

#[test]
fn the_digest_is_the_etag_of_all_time() {
    // Stored digests and ETags depend on it: whoever changes this line breaks them all.
    let body: CharterBody = serde_json::from_value(serde_json::json!({
        "preamble": "Préambule.",
        "variables": [{"name": "service", "label": "Service", "type": "text", "default": "DSI"}],
        "clauses": [{
            "id": "a", "title": "A", "text": "{{service}}", "lock": "imposed",
            "clauses": [{"id": "b", "title": "B"}],
        }],
    }))
    .unwrap();
    assert_eq!(
        digest_of("Charte", &body).to_string(),
        "fa75858cb2ae607c2fd7f2009515b54672d9a823f88eb9c7ed730462c898ff57"
    );
}

#[test]
fn the_operator_and_other_collectivities_publish_nothing() {
    let life = life(0);
    let workbench = bench(life.resource.clone(), life.draft.clone());
    let refused = |actor| authorize::<act::Publish, _>(&actor, workbench.clone()).unwrap_err();
    assert_eq!(refused(director(1)), Refusal::Hidden);
    assert_eq!(refused(operator()), Refusal::Hidden);
    assert_eq!(refused(administrator(0)), Refusal::Forbidden);
}
