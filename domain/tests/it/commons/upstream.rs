//! Upstream: how an adaptation stands to its source, and what a merge leaves.

use maillage_domain::access::{Actor, Refusal, Roles, Verb, abilities, act, authorize};
use maillage_domain::commons::merge::{Choice, Choices, MergeError};
use maillage_domain::commons::{
    Adapted, Charter, CharterBody, Draft, KindName, Level, Merged, Published, Resource, Source,
    Standing, Upstream, UpstreamError, Version,
};
use maillage_domain::event::Fact;
use maillage_domain::outcome::Outcome;

use super::fixture::{Life, charter, life, resource_id};
use crate::fixture::{allowed, at, collectivity, director, member};

/// A source of one version, and its adaptation.
fn pair() -> (Life, Life) {
    let mut source = life(0);
    let published = source.publish().unwrap();
    let seen = Published {
        resource: Resource {
            granted: Some(Level::Reuse),
            ..published.resource
        },
        ..published
    };
    let adapted = allowed::<act::Adapt, _>(&director(1), seen).adapt(resource_id(7), at(50));
    let (Adapted(begun), _) = adapted.unwrap().into_parts();
    let adapted = Life::of(director(1), begun.resource, begun.draft);
    (source, adapted)
}

/// The source publishes this.
fn revise(source: &mut Life, text: &str) {
    source.write(charter(text)).unwrap();
    source.publish().unwrap();
}

/// The adaptation beside its source, which has taken in version `taken` so far.
fn beside(own: &Life, source: &Life, newest: Option<&Version<CharterBody>>) -> Upstream<Charter> {
    let taken = own.resource.taken.map(|taken| taken.version);
    let base = source.versions.iter().find(|it| Some(it.number) == taken);
    let mut bench = super::fixture::workbench(own.resource.clone(), None);
    bench.published = own.versions.last().map(|version| version.body.clone());
    bench.imposed.base = base.map(|version| version.body.clone());
    Upstream {
        bench,
        newest: newest.cloned(),
    }
}

fn upstream(own: &Life, source: &Life) -> Upstream<Charter> {
    let mut upstream = beside(own, source, source.versions.last());
    upstream.bench.draft = own.draft.clone();
    upstream
}

fn merge(
    upstream: Upstream<Charter>,
    version: i32,
    choices: &Choices,
) -> Result<Outcome<Merged<Charter>>, UpstreamError> {
    allowed::<act::Merge, _>(&director(1), upstream).merge(version, choices, at(60))
}

fn says(body: &CharterBody) -> &str {
    &body.clauses[0].text
}

#[test]
fn an_adaptation_is_current_until_its_source_publishes_again() {
    let (mut source, own) = pair();
    assert_eq!(upstream(&own, &source).standing(), Standing::Current);
    assert!(upstream(&own, &source).plan(&Choices::new()).is_none());
    // What the source is still writing is no news.
    source.write(charter("Bientôt.")).unwrap();
    assert_eq!(upstream(&own, &source).standing(), Standing::Current);
    source.publish().unwrap();
    assert_eq!(upstream(&own, &source).standing(), Standing::Behind);
    let plan = upstream(&own, &source).plan(&Choices::new()).unwrap();
    assert_eq!(says(&plan.body), "Bientôt.");
}

#[test]
fn what_is_hidden_or_was_made_from_nothing_is_never_behind() {
    let (mut source, own) = pair();
    revise(&mut source, "Deux.");
    let hidden = beside(&own, &source, None);
    assert_eq!(hidden.standing(), Standing::Hidden);
    assert!(hidden.plan(&Choices::new()).is_none());
    let refused = merge(hidden, 2, &Choices::new()).unwrap_err();
    assert_eq!(refused, UpstreamError::NothingNew);

    let alone = upstream(&source, &source);
    assert_eq!(alone.standing(), Standing::NoSource);
    assert!(alone.plan(&Choices::new()).is_none());
}

#[test]
fn a_plan_starts_from_the_draft_or_else_from_what_was_published() {
    let (mut source, mut own) = pair();
    source
        .write(charter("Texte. Et la suite du modèle."))
        .unwrap();
    source.publish().unwrap();
    let mine = |own: &Life| {
        let plan = upstream(own, &source).plan(&Choices::new()).unwrap();
        plan.conflicts[0].mine.clone().unwrap()
    };
    own.write(charter("Chez nous.")).unwrap();
    assert_eq!(mine(&own), "Chez nous.");
    own.publish().unwrap();
    assert_eq!(mine(&own), "Chez nous.");
    own.write(charter("Chez nous, autrement.")).unwrap();
    assert_eq!(mine(&own), "Chez nous, autrement.");
}

#[test]
fn a_merge_writes_the_draft_and_follows_the_source() {
    let (mut source, mut own) = pair();
    own.publish().unwrap();
    revise(&mut source, "Deux.");
    let (merged, fact) = merge(upstream(&own, &source), 2, &Choices::new())
        .unwrap()
        .into_parts();
    let newest = source.versions.last().unwrap();
    let taken = Source {
        collectivity: collectivity(0),
        resource: resource_id(0),
        version: 2,
        digest: newest.digest,
    };
    assert_eq!((merged.taken, &merged.theirs), (taken, &newest.body));
    let Merged { drafted, .. } = merged;
    assert_eq!(drafted.resource.taken, Some(taken));
    // Where it came from does not change with that, nor does anything others see.
    assert_eq!(drafted.resource.source, own.resource.source);
    assert_eq!(drafted.resource.head, own.resource.head);
    assert_eq!(drafted.resource.revision, own.resource.revision);
    assert!(drafted.fresh && drafted.resource.drafted);
    // An ETag of the draft that was published fits this one no more.
    let draft = Draft {
        body: charter("Deux."),
        revision: own.revisions.last().unwrap() + 1,
        written_at: at(60),
    };
    assert_eq!(drafted.draft, draft);
    assert_eq!(
        fact,
        Fact::ResourceMerged {
            resource: resource_id(7),
            kind: KindName::Charter,
            source: taken,
        }
    );
    own.resource = drafted.resource;
    assert_eq!(upstream(&own, &source).standing(), Standing::Current);
}

#[test]
fn a_merge_is_refused_when_the_plan_is_old_or_not_settled() {
    let (mut source, mut own) = pair();
    own.write(charter("Sous 15 jours.")).unwrap();
    revise(&mut source, "Sous 60 jours.");
    for version in [0, 1, 3] {
        let refused = merge(upstream(&own, &source), version, &Choices::new());
        assert_eq!(refused.unwrap_err(), UpstreamError::NotNewest);
    }
    let refused = merge(upstream(&own, &source), 2, &Choices::new()).unwrap_err();
    assert!(matches!(refused, UpstreamError::Merge(MergeError::Open(open)) if open.len() == 1));
    let choice = |spot: &str, choice| Choices::from([(spot.to_owned(), choice)]);
    let elsewhere = choice("art-2/text", Choice::Mine);
    let refused = merge(upstream(&own, &source), 2, &elsewhere).unwrap_err();
    let unknown = MergeError::Unknown(vec!["art-2/text".to_owned()]);
    assert_eq!(refused, UpstreamError::Merge(unknown));

    let long = choice("art-1/text", Choice::Text("x".repeat(20_001)));
    let refused = merge(upstream(&own, &source), 2, &long).unwrap_err();
    let UpstreamError::Merge(MergeError::Invalid(found)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(found[0].pointer.as_str(), "/choices/art-1~1text/text");
    assert_eq!((found.len(), found[0].code), (1, "text_too_long"));
    let mine = choice("art-1/text", Choice::Mine);
    let (merged, _) = merge(upstream(&own, &source), 2, &mine)
        .unwrap()
        .into_parts();
    assert_eq!(says(&merged.drafted.draft.body), "Sous 15 jours.");
    assert!(!merged.drafted.fresh);
}

#[test]
fn merging_is_for_writers_of_the_adapter() {
    let (mut source, own) = pair();
    revise(&mut source, "Deux.");
    let refused =
        |actor: &Actor| authorize::<act::Merge, _>(actor, upstream(&own, &source)).unwrap_err();
    assert_eq!(refused(&member(1, Roles::NONE)), Refusal::Forbidden);
    assert_eq!(refused(&director(0)), Refusal::Hidden);
    let can = |own: &Life, source: &Life| abilities(&director(1), &upstream(own, source));
    assert_eq!(can(&own, &source), [Verb::Merge]);
    let (source, own) = pair();
    assert_eq!(can(&own, &source), []);
}
