//! The experiments of the demo: replicated, carried out, decided by others than who prepared them,
//! and pooled.

use std::collections::BTreeMap;

use maillage_domain::commons::deviation::Breach;
use maillage_domain::commons::{Experiment, Resource};
use maillage_domain::evaluation::trial::{EntryKind, TrialState};
use maillage_domain::evaluation::{Answer, Evidence, Origin, answer, effect};
use maillage_domain::value::{Digest, ResourceId};
use maillage_infra::commons::version;
use maillage_infra::evaluation::{journal, network_results, topics, trial};
use maillage_infra::store::{Bearer, Db, Store};

use super::{CERGY, PONTOISE, VENELLES, counts, list, log_in, read, seeded};

const AGGLOMERATION: &str = "director@agglo.demo.example";
const LETTERS: (&str, &str) = ("writing-assistant", "time_saved");

/// The experiments of one's own.
async fn own(store: &Store, me: &Bearer) -> Vec<Resource<Experiment>> {
    let all = list::<Experiment>(store, me).await.into_iter();
    all.map(|seen| seen.resource)
        .filter(|it| Some(it.collectivity) == me.collectivity)
        .collect()
}

/// The protocol of the agglomeration, which it made from nobody's: its id and its digest.
async fn letters(store: &Store) -> (ResourceId, Digest) {
    let me = log_in(store, AGGLOMERATION).await;
    let own = own(store, &me).await;
    let found = own.iter().find(|it| it.source.is_none()).unwrap();
    (found.id, found.head.unwrap().digest)
}

#[tokio::test]
async fn eight_experiments_stand_all_over_the_life_of_a_trial() {
    let db = seeded().await;
    let uses = "select v.body->>'use_case', count(*) from versions v join resources r \
        on r.tenant_id = v.tenant_id and r.id = v.resource_id \
        where r.kind = 'experiment' group by 1";
    let expected = [
        ("canteen-waste", 1),
        ("meeting-minutes", 2),
        ("writing-assistant", 5),
    ];
    let expected = expected.map(|(name, count)| (name.to_owned(), count));
    assert_eq!(counts(db, uses).await, BTreeMap::from(expected));
    let states = "select state, count(*) from trials group by 1";
    let expected = [
        ("abandoned", 1),
        ("evaluated", 1),
        ("generalised", 1),
        ("prolonged", 1),
        ("published", 2),
        ("running", 1),
        ("suspended", 1),
    ];
    let expected = expected.map(|(name, count)| (name.to_owned(), count));
    assert_eq!(counts(db, states).await, BTreeMap::from(expected));
}

#[tokio::test]
async fn a_protocol_is_replicated_word_for_word_or_says_where_not() {
    let store = seeded().await.store();
    let (original, digest) = letters(&store).await;
    for town in [CERGY, PONTOISE, VENELLES] {
        let me = log_in(&store, town).await;
        let own = own(&store, &me).await;
        let of = |it: &&Resource<Experiment>| it.source.is_some_and(|it| it.resource == original);
        let replica = own.iter().find(of).unwrap();
        let source = replica.source.unwrap();
        assert_eq!((source.version, source.digest), (1, digest), "{town}");
        assert_eq!(replica.head.unwrap().digest, digest, "{town}");
    }

    let me = log_in(&store, AGGLOMERATION).await;
    let mine = own(&store, &me).await;
    let elsewhere = mine.iter().find(|it| it.source.is_some()).unwrap();
    assert_eq!(elsewhere.source.unwrap().digest, digest);
    let text = async |db: Db<'_>| version::<Experiment>(db, elsewhere.id, None).await;
    let (_, text) = read(&store, &me, text).await;
    // Another service is no deviation.
    assert_eq!(text.body.service, "Direction de l’habitat");
    assert_eq!(text.deviations, []);

    let me = log_in(&store, PONTOISE).await;
    let mut found = Vec::new();
    for it in own(&store, &me).await {
        let text = async |db: Db<'_>| version::<Experiment>(db, it.id, None).await;
        let deviations = read(&store, &me, text).await.1.deviations.into_iter();
        found.extend(deviations.map(|it| (it.deviation.clause.to_string(), it.deviation.breaches)));
    }
    assert_eq!(found, [("weeks".to_owned(), vec![Breach::Rewritten])]);
}

#[tokio::test]
async fn who_conducts_a_trial_decides_nothing_of_it() {
    let decisions = "select case when exists(select from trial_entries p \
            where p.tenant_id = d.tenant_id and p.resource_id = d.resource_id \
                and p.written_by = d.written_by \
                and p.kind->>'to' in ('qualified', 'running', 'evaluated')) \
            then 'same' else 'other' end, count(*) \
        from trial_entries d where d.kind->>'to' in \
            ('authorised', 'generalised', 'prolonged', 'abandoned', 'published') group by 1";
    let expected = BTreeMap::from([("other".to_owned(), 8 + 3 + 1 + 1 + 2)]);
    assert_eq!(counts(seeded().await, decisions).await, expected);
}

#[tokio::test]
async fn a_journal_says_why_and_that_it_is_fictional() {
    let store = seeded().await.store();
    let (mut criteria, mut impacts) = (Vec::new(), 0);
    for town in [AGGLOMERATION, CERGY, PONTOISE, VENELLES] {
        let me = log_in(&store, town).await;
        for it in own(&store, &me).await {
            let (standing, _) = read(&store, &me, async |db| trial(db, it.id).await).await;
            impacts += usize::from(!standing.impacts.tasks.as_str().is_empty());
            let entries = async |db: Db<'_>| journal(db, it.id, None, 100).await;
            for entry in read(&store, &me, entries).await {
                let said = entry.text.as_str();
                assert!(said.is_empty() || said.contains("(fictif)"), "{said}");
                if let EntryKind::Step {
                    to, stop_criterion, ..
                } = entry.kind
                {
                    assert!(!to.needs_reason() || !said.is_empty());
                    let abandoned = to == TrialState::Abandoned;
                    assert_eq!(abandoned, stop_criterion.is_some());
                    criteria.extend(stop_criterion.map(|it| it.to_string()));
                } else {
                    assert!(!said.is_empty());
                }
            }
        }
    }
    assert_eq!(criteria, ["propos-inventes"]);
    // Those that were generalised, one of them published since, and the other published one.
    assert_eq!(impacts, 3);
}

/// The pooled effect of what `me` may see of the letters, and how many results that is.
async fn pooled(store: &Store, me: &Bearer) -> (usize, f64) {
    let found = read(store, me, async |db| network_results(db, LETTERS).await).await;
    let found = found.results;
    let definition = found[0].indicator.meaning();
    assert!(found.iter().all(|it| it.indicator.meaning() == definition));
    let effects: Vec<_> = found
        .iter()
        .map(|it| effect(&it.report.figures, it.indicator.measure).unwrap())
        .collect();
    let Answer::Pooled(pooled) = answer(&effects).unwrap() else {
        panic!("a table of {}", effects.len());
    };
    assert!(pooled.confidence.low > 0.0);
    (found.len(), pooled.estimate)
}

#[tokio::test]
async fn the_letters_make_a_pool_large_enough_to_read() {
    let store = seeded().await.store();
    let me = log_in(&store, VENELLES).await;
    let (count, estimate) = pooled(&store, &me).await;
    assert_eq!(count, 4);
    assert!((estimate - 6.8).abs() < 0.2, "{estimate}");
    // The agglomeration sees what it shares for pooling alone.
    let agglomeration = log_in(&store, AGGLOMERATION).await;
    let (count, less) = pooled(&store, &agglomeration).await;
    assert_eq!(count, 5);
    assert!(less < estimate);

    let seen = read(&store, &me, async |db| network_results(db, LETTERS).await).await;
    let seen = seen.results;
    let mut names: Vec<_> = seen
        .iter()
        .filter_map(|it| it.owner.as_ref().map(|(_, name)| name.as_str()))
        .collect();
    names.sort_unstable();
    // One's own bears no name either, and Pontoise shows none.
    assert_eq!(names, ["CA de Cergy-Pontoise", "Cergy"]);
    let count = |is: &dyn Fn(&Evidence, &Origin) -> bool| {
        let reports = seen.iter().map(|it| &it.report);
        reports.filter(|it| is(&it.evidence, &it.origin)).count()
    };
    assert_eq!(count(&|it, _| *it == Evidence::SelfReported), 1);
    assert_eq!(count(&|_, it| *it == Origin::Vendor), 1);

    let topics = read(&store, &me, async |db| topics(db).await).await;
    let shown: Vec<_> = topics
        .iter()
        .map(|it| format!("{}/{} {}", it.use_case.as_str(), it.code, it.results))
        .collect();
    assert_eq!(
        shown,
        [
            "canteen-waste/x-waste-per-meal 1",
            "meeting-minutes/error_rate 1",
            "meeting-minutes/time_saved 2",
            "writing-assistant/satisfaction 2",
            "writing-assistant/time_saved 4",
        ]
    );
}
