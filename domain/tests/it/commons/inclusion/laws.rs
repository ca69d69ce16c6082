//! The laws of including, on generated texts: nothing of the draft is lost, the result is a body,
//! and doing it again changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use maillage_domain::commons::merge::{Choice, Choices, MergeError};
use maillage_domain::commons::{
    Body, Charter, CharterBody, Clause, Inclusion, Inclusions, Lock, ResourceError, Slot, Standing,
    UpstreamError,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{RngAlgorithm, TestRunner};

use super::super::merge::edits::{history, ids};
use super::{broken, home, include, later, merge, newest, published, text};

/// What each clause says and below which it stands, in reading order.
type Said = Vec<(String, String, String, Lock, String)>;

fn said(body: &CharterBody) -> Said {
    fn add(clauses: &[Clause], above: &str, found: &mut Said) {
        for it in clauses {
            let (title, text) = (it.title.clone(), it.text.clone());
            found.push((it.id.to_string(), title, text, it.lock, above.to_owned()));
            add(&it.clauses, it.id.as_str(), found);
        }
    }
    let mut found = Vec::new();
    add(&body.clauses, "", &mut found);
    found
}

/// The text without the clauses of these names; what stands below one of them is left out too, or
/// stays where it is told to.
fn others(body: &CharterBody, included: &[String]) -> Said {
    let all = said(body).into_iter();
    all.filter(|(id, ..)| !included.contains(id)).collect()
}

/// Includes some clauses of `from`, those that the picks point at.
fn taken(
    own: &CharterBody,
    from: &CharterBody,
    picks: &[usize],
    slot: Option<usize>,
) -> Option<Inclusions<Charter>> {
    let (here, source) = (home(own.clone()), published::<Charter>(2, 1, from.clone()));
    let all = ids(&from.clauses);
    let chosen: Vec<_> = picks
        .iter()
        .map(|at| all[at % all.len()].as_str())
        .collect();
    let mine = ids(&own.clauses);
    let slot = Slot {
        below: slot.map(|at| mine[at % mine.len()].parse().unwrap()),
        behind: None,
    };
    match include(&here, &source, &chosen, &slot) {
        Ok((included, _)) => Some(later(included, vec![newest(&source)])),
        refused @ Err(ResourceError::Invalid(_)) => {
            for rule in broken(refused) {
                let known =
                    rule.ends_with("clause_included") || rule == "/clauses clauses_too_deep";
                assert!(known, "{rule}");
            }
            None
        }
        Err(other) => panic!("{other:?}"),
    }
}

/// Takes the newest version in, settling whatever is open the same way.
fn settled(
    here: &Inclusions<Charter>,
    take: &Choice,
) -> Result<Inclusions<Charter>, UpstreamError> {
    let (id, version) = (
        here.newest[0].source.resource,
        here.newest[0].source.version,
    );
    let mut choices = Choices::new();
    loop {
        match merge(here, id, version, &choices) {
            Err(UpstreamError::Merge(MergeError::Open(open))) => {
                let before = choices.len();
                choices.extend(open.iter().map(|it| (it.spot.to_string(), take.clone())));
                assert!(choices.len() > before, "a choice settled nothing: {open:?}");
            }
            done => return Ok(later(done?.0, here.newest.clone())),
        }
    }
}

/// The clauses that were included, by the text.
fn included(here: &Inclusions<Charter>) -> Vec<String> {
    let followed = here.followed();
    let clauses = followed.iter().flat_map(|it| &it.clauses);
    clauses.map(|it| it.clause.to_string()).collect()
}

/// Rewrites some of the included clauses in one's own words, and does without others.
fn edited(mut here: Inclusions<Charter>, edits: &BTreeMap<usize, bool>) -> Inclusions<Charter> {
    fn walk(clauses: &mut Vec<Clause>, names: &BTreeMap<&String, bool>) {
        clauses.retain(|it| names.get(&it.id.to_string()) != Some(&true));
        for it in clauses {
            if names.contains_key(&it.id.to_string()) {
                it.text.push_str(" Chez nous aussi.");
            }
            walk(&mut it.clauses, names);
        }
    }
    let all = included(&here);
    let names = edits
        .iter()
        .map(|(at, gone)| (&all[at % all.len()], *gone))
        .collect();
    let draft = here.bench.draft.as_mut().unwrap();
    let before = draft.body.clone();
    walk(&mut draft.body.clauses, &names);
    if !draft.body.violations().is_empty() {
        draft.body = before;
    }
    here
}

fn texts() -> impl Strategy<Value = (CharterBody, CharterBody, CharterBody)> {
    // Of one history, so that ids clash: one's own text, and two versions of the source.
    history().prop_map(|[first, own, second]| (own, first, second))
}

/// The generated texts clash, include below one another, and part ways.
#[test]
fn the_texts_are_worth_testing() {
    let mut runner = TestRunner::deterministic();
    let mut met = BTreeSet::new();
    for round in 0..500 {
        let (own, first, second) = texts().new_tree(&mut runner).unwrap().current();
        let Some(here) = taken(&own, &first, &[round], Some(round)) else {
            met.insert("refused".to_owned());
            continue;
        };
        let renamed = |it: &Inclusion| it.clause != it.of;
        if here.inclusions.iter().any(renamed) {
            met.insert("renamed".to_owned());
        }
        let mut here = edited(here, &BTreeMap::from([(0, false)]));
        here.newest = vec![newest(&published::<Charter>(2, 2, second))];
        let plan = here.plan(&here.followed()[0], &Choices::new()).unwrap();
        met.extend(plan.steps.iter().map(|it| format!("{:?}", it.fate())));
        met.extend(
            plan.conflicts
                .iter()
                .map(|it| format!("open {:?}", it.spot.aspect)),
        );
        met.extend(
            plan.steps
                .iter()
                .filter(|it| it.goes)
                .map(|_| "goes".to_owned()),
        );
    }
    let wanted = [
        "refused",
        "renamed",
        "goes",
        "Unchanged",
        "TakeTheirs",
        "KeepMine",
        "Merged",
        "Conflict",
        "open Text",
        "open Presence",
    ];
    for it in wanted {
        assert!(met.contains(it), "no {it} in {met:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2_000,
        rng_algorithm: RngAlgorithm::XorShift,
        ..ProptestConfig::default()
    })]

    #[test]
    fn nothing_is_lost_by_including(
        (own, source, _) in texts(),
        picks in proptest::collection::vec(any::<usize>(), 1..4),
        slot in proptest::option::of(any::<usize>()),
    ) {
        let Some(here) = taken(&own, &source, &picks, slot) else {
            return Ok(());
        };
        let (body, names) = (text(&here), included(&here));
        prop_assert_eq!(body.violations(), vec![]);
        prop_assert_eq!(others(body, &names), said(&own));
        prop_assert_eq!(&body.preamble, &own.preamble);
        prop_assert!(body.variables.starts_with(&own.variables));
        // Each says what it says there, and is what the lineage says it is.
        let (mine, theirs) = (said(body), said(&source));
        for it in &here.inclusions {
            let here = mine.iter().find(|(id, ..)| id == it.clause.as_str()).unwrap();
            let there = theirs.iter().find(|(id, ..)| id == it.of.as_str()).unwrap();
            prop_assert_eq!((&here.1, &here.2, here.3), (&there.1, &there.2, there.3));
            prop_assert_eq!((&it.said.title, &it.said.text, it.said.lock), (&there.1, &there.2, there.3));
        }
        prop_assert_eq!(here.followed()[0].standing(), Standing::Current);
        let late = settled(&here, &Choice::Mine).err();
        prop_assert_eq!(late, Some(UpstreamError::NothingNew));
    }

    #[test]
    fn following_touches_nothing_else_and_comes_to_rest(
        (own, first, second) in texts(),
        picks in proptest::collection::vec(any::<usize>(), 1..4),
        slot in proptest::option::of(any::<usize>()),
        edits in proptest::collection::btree_map(any::<usize>(), any::<bool>(), 0..3),
        take in proptest::sample::select(vec![Choice::Mine, Choice::Theirs]),
    ) {
        let Some(here) = taken(&own, &first, &picks, slot) else {
            return Ok(());
        };
        let mut here = edited(here, &edits);
        here.newest = vec![newest(&published::<Charter>(2, 2, second.clone()))];
        let Some(followed) = here.followed().into_iter().next() else {
            return Ok(());
        };
        let plan = here.plan(&followed, &Choices::new()).unwrap();
        let names = included(&here);
        let told: Vec<_> = plan.steps.iter().filter_map(|it| it.clause.as_ref()).collect();
        prop_assert_eq!(told.len(), names.len(), "a step for each clause");
        let merged = match settled(&here, &take) {
            Ok(merged) => merged,
            Err(error) => {
                prop_assert!(false, "{:?}", error);
                return Ok(());
            }
        };
        let body = text(&merged);
        prop_assert_eq!(body.violations(), vec![]);
        // What is not included stands as it stood, in its order.
        let strip = |said: Said| -> Vec<_> {
            said.into_iter().map(|(id, title, text, lock, _)| (id, title, text, lock)).collect()
        };
        prop_assert_eq!(strip(others(body, &names)), strip(others(text(&here), &names)));
        prop_assert!(body.variables.starts_with(&text(&here).variables));
        // What has gone from the text has gone from the source, and went by choice if it was ours.
        let (left, theirs) = (ids(&body.clauses), ids(&second.clauses));
        for it in &here.inclusions {
            let stood = names.contains(&it.clause.to_string());
            if stood && !left.contains(&it.clause.to_string()) {
                prop_assert!(!theirs.contains(&it.of.to_string()), "{} is lost", it.clause);
            }
        }
        // The same again, and the same under a new number, change nothing.
        if merged.followed().is_empty() {
            return Ok(());
        }
        let again = settled(&merged, &take).err();
        prop_assert_eq!(again, Some(UpstreamError::NothingNew));
        let mut next = merged.clone();
        next.newest = vec![newest(&published::<Charter>(2, 3, second))];
        let plan = next.plan(&next.followed()[0], &Choices::new()).unwrap();
        prop_assert_eq!(plan.conflicts, vec![]);
        prop_assert_eq!(&plan.body, body);
    }
}
