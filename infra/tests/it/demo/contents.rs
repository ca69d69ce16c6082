//! What the demo holds of the commons, and who sees it.

use std::collections::BTreeMap;

use maillage_domain::commons::TemplateUse::{
    CstReferral, Deliberation, Dpia, Procurement, PublicNotice, TrainingPlan,
};
use maillage_domain::commons::{Body, Charter, Clause, Experiment, Kind, Level, Template, digest};
use maillage_infra::commons::{self, Seen, version, visible_adaptations};
use maillage_infra::error::StoreError;
use maillage_infra::groups::{Fellow, group, groups, participants};
use maillage_infra::store::{Bearer, Db, Store};

use super::{CERGY, PONTOISE, VENELLES, list, log_in, read, seeded};

/// The charter of the agglomeration and the one made from it, as `me` sees them.
async fn charters(store: &Store, me: &Bearer) -> (Seen<Charter>, Seen<Charter>) {
    let (mut adapted, mut originals): (Vec<_>, Vec<_>) = list::<Charter>(store, me)
        .await
        .into_iter()
        .partition(|seen| seen.resource.source.is_some());
    assert_eq!((originals.len(), adapted.len()), (1, 1));
    (originals.remove(0), adapted.remove(0))
}

#[tokio::test]
async fn the_group_is_of_the_agglomeration_and_two_communes() {
    let store = seeded().await.store();
    let me = log_in(&store, PONTOISE).await;
    let found = read(&store, &me, async |db| groups(db, None, 10).await).await;
    assert_eq!(found.len(), 1);
    assert!(found[0].charter.purpose.as_str().contains("fictif"));
    let id = found[0].id;
    let mut there = read(&store, &me, async |db| participants(db, id, None, 10).await).await;
    there.sort_by(|a, b| a.name.cmp(&b.name));
    let shown = |it: &Fellow| format!("{} {}", it.name, it.participation.role);
    let there: Vec<_> = there.iter().map(shown).collect();
    let expected = "CA de Cergy-Pontoise coordinator, Cergy contributor, Pontoise contributor";
    assert_eq!(there.join(", "), expected);
}

#[tokio::test]
async fn cergy_sees_charter_and_templates_and_has_adapted_the_charter() {
    let store = seeded().await.store();
    let me = log_in(&store, CERGY).await;
    let (original, adapted) = charters(&store, &me).await;
    assert_eq!(original.owner.siren, "249500109");
    assert_eq!(original.resource.granted, Some(Level::Reuse));
    assert_eq!(Some(adapted.owner.id), me.collectivity);
    assert_eq!(adapted.resource.head.unwrap().number, 1);

    let source = adapted.resource.source.unwrap();
    let head = original.resource.head.unwrap();
    assert_eq!(source.collectivity, original.owner.id);
    assert_eq!(source.resource, original.resource.id);
    assert_eq!((source.version, head.number), (1, 1));
    assert_eq!(source.digest, head.digest);

    let first = async |id| {
        let first = async |db: Db<'_>| version::<Charter>(db, id, Some(1)).await;
        read(&store, &me, first).await.1
    };
    let before = first(original.resource.id).await;
    let after = first(adapted.resource.id).await;
    let recomputed = digest::<Charter>(&before.title, &before.body);
    assert_eq!(recomputed, Ok(before.digest));
    let (before, after) = (flat(&before.body.clauses), flat(&after.body.clauses));
    assert!(after.contains_key("enfance-et-ecoles"));
    assert_eq!(after.len(), before.len() + 1);
    let changed = before.iter().filter(|(id, it)| after[*id] != **it);
    assert_eq!(changed.count(), 3);

    let templates = list::<Template>(&store, &me).await;
    assert_eq!(templates.len(), 6);
    let reusable = |it: &Seen<Template>| it.resource.granted == Some(Level::Reuse);
    assert!(templates.iter().all(reusable));
}

/// Title and text of each clause, by id.
fn flat(clauses: &[Clause]) -> BTreeMap<&str, (&str, &str)> {
    let mut found = BTreeMap::new();
    for clause in clauses {
        found.insert(clause.id.as_str(), (&*clause.title, &*clause.text));
        found.extend(flat(&clause.clauses));
    }
    found
}

#[tokio::test]
async fn pontoise_may_only_read_what_cergy_has_made() {
    let store = seeded().await.store();
    let me = log_in(&store, PONTOISE).await;
    let (original, adapted) = charters(&store, &me).await;
    assert_eq!(original.resource.granted, Some(Level::Reuse));
    assert_eq!(adapted.resource.granted, Some(Level::Read));
    // What was made from it is told to its owner.
    let id = original.resource.id;
    let made = async |db: Db<'_>| visible_adaptations::<Charter>(db, id, 10).await;
    assert_eq!(read(&store, &me, made).await, []);
}

#[tokio::test]
async fn venelles_sees_nothing_of_it() {
    let store = seeded().await.store();
    let insider = log_in(&store, CERGY).await;
    let (original, adapted) = charters(&store, &insider).await;
    let search = async |me: &Bearer| {
        let hits = async |db: Db<'_>| commons::search(db, "intelligence", None, None, 50).await;
        read(&store, me, hits).await.len()
    };
    assert!(search(&insider).await > 0);
    let formed = read(&store, &insider, async |db| groups(db, None, 10).await).await;
    let formed = formed[0].id;

    let me = log_in(&store, VENELLES).await;
    assert_eq!(search(&me).await, 0);
    assert!(list::<Charter>(&store, &me).await.is_empty());
    assert!(list::<Template>(&store, &me).await.is_empty());
    for id in [original.resource.id, adapted.resource.id] {
        let read = store.read(&me, async |db| version::<Charter>(db, id, None).await);
        assert!(matches!(read.await, Err(StoreError::Missing)));
    }
    let read = store.read(&me, async |db| group(db, formed).await);
    assert!(matches!(read.await, Err(StoreError::Missing)));
}

/// Every published version says in its card that it is fictional, and breaks no rule.
async fn check<K: Kind>(store: &Store, me: &Bearer) -> Vec<K::Body> {
    let mut bodies = Vec::new();
    for Seen { resource, .. } in list::<K>(store, me).await {
        let summary = resource.card.summary.as_str();
        assert!(summary.starts_with("Contenu de démonstration, fictif."));
        let newest = async |db: Db<'_>| version::<K>(db, resource.id, None).await;
        let body = read(store, me, newest).await.1.body;
        assert_eq!(body.violations(), []);
        bodies.push(body);
    }
    bodies
}

#[tokio::test]
async fn every_text_is_lawful_and_says_that_it_is_fictional() {
    let store = seeded().await.store();
    let me = log_in(&store, CERGY).await;
    assert_eq!(check::<Charter>(&store, &me).await.len(), 2);
    assert_eq!(check::<Experiment>(&store, &me).await.len(), 4);
    let templates = check::<Template>(&store, &me).await;
    let mut uses: Vec<_> = templates.iter().map(|body| body.purpose as u8).collect();
    uses.sort_unstable();
    let expected = [
        Dpia,
        PublicNotice,
        Procurement,
        Deliberation,
        CstReferral,
        TrainingPlan,
    ];
    assert_eq!(uses, expected.map(|it| it as u8));
}
