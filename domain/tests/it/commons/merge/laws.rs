//! The laws of merging, on generated histories.

use std::collections::{BTreeMap, BTreeSet};

use maillage_domain::commons::merge::{
    Aspect, Choice, Choices, Conflict, Fate, Merge, MergeError, Origin, Sides, Step, merge,
};
use maillage_domain::commons::{Body, CharterBody};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{RngAlgorithm, TestRunner};

use super::edits::{history, ids};

fn merged(base: &CharterBody, mine: &CharterBody, theirs: &CharterBody) -> Merge<CharterBody> {
    merge(Sides { base, mine, theirs }, &Choices::new())
}

/// Every open conflict settled the same way, until none is left.
fn settled(
    base: &CharterBody,
    mine: &CharterBody,
    theirs: &CharterBody,
    take: &Choice,
) -> (Choices, Merge<CharterBody>) {
    let mut choices = Choices::new();
    loop {
        let merge = merge(Sides { base, mine, theirs }, &choices);
        if merge.conflicts.is_empty() {
            return (choices, merge);
        }
        let before = choices.len();
        let open = merge.conflicts.iter().map(|open| open.spot.to_string());
        choices.extend(open.map(|spot| (spot, take.clone())));
        assert!(
            choices.len() > before,
            "a choice settled nothing: {:?}",
            merge.conflicts
        );
    }
}

/// A conflict, seen from one side or from the other.
fn seen(conflict: &Conflict, swapped: bool) -> [Option<String>; 4] {
    let Conflict {
        spot,
        base,
        mine,
        theirs,
    } = conflict.clone();
    let (one, other) = if swapped {
        (theirs, mine)
    } else {
        (mine, theirs)
    };
    [Some(spot.to_string()), base, one, other]
}

/// Steps by their clause, seen from one side or from the other.
fn told(
    steps: &[Step],
    swapped: bool,
) -> BTreeMap<Option<String>, (BTreeMap<String, Origin>, bool)> {
    let origin = |origin| match origin {
        Origin::Mine if swapped => Origin::Theirs,
        Origin::Theirs if swapped => Origin::Mine,
        origin => origin,
    };
    let one = |step: &Step| {
        let changes = step
            .changes
            .iter()
            .map(|(aspect, from)| (format!("{aspect:?}"), origin(*from)));
        (
            step.clause.as_ref().map(ToString::to_string),
            (changes.collect(), step.goes),
        )
    };
    steps.iter().map(one).collect()
}

/// Merging what is the same changes nothing.
fn same_stays(base: &CharterBody, mine: &CharterBody) -> Result<(), TestCaseError> {
    prop_assert_eq!(merged(base, mine, mine).settled(), Ok(mine.clone()));
    Ok(())
}

/// What only one side changed is what that side says.
fn one_side_is_followed(base: &CharterBody, side: &CharterBody) -> Result<(), TestCaseError> {
    let fates = |merge: &Merge<CharterBody>, fate| {
        merge
            .steps
            .iter()
            .all(|step| step.fate() == Fate::Unchanged || step.fate() == fate)
    };
    let theirs = merged(base, base, side);
    prop_assert!(fates(&theirs, Fate::TakeTheirs), "{:?}", theirs.steps);
    prop_assert_eq!(theirs.settled(), Ok(side.clone()));
    let mine = merged(base, side, base);
    prop_assert!(fates(&mine, Fate::KeepMine), "{:?}", mine.steps);
    prop_assert_eq!(mine.settled(), Ok(side.clone()));
    Ok(())
}

/// Swapping the sides swaps the answer, and choices swap with them; what the choices come to.
fn sides_are_equal(
    [base, mine, theirs]: [&CharterBody; 3],
    take: (&Choice, &Choice),
) -> Result<Merge<CharterBody>, TestCaseError> {
    let (one, other) = (merged(base, mine, theirs), merged(base, theirs, mine));
    let open: BTreeSet<_> = one.conflicts.iter().map(|open| seen(open, false)).collect();
    let swapped: BTreeSet<_> = other
        .conflicts
        .iter()
        .map(|open| seen(open, true))
        .collect();
    prop_assert_eq!(&open, &swapped);
    if open.is_empty() {
        prop_assert_eq!(&one.body, &other.body);
    }
    let (choices, one) = settled(base, mine, theirs, take.0);
    let choices = choices
        .into_keys()
        .map(|spot| (spot, take.1.clone()))
        .collect();
    let other = merge(
        Sides {
            base,
            mine: theirs,
            theirs: mine,
        },
        &choices,
    );
    prop_assert_eq!(&other.conflicts, &vec![]);
    prop_assert_eq!(&one.body, &other.body);
    prop_assert_eq!(told(&one.steps, false), told(&other.steps, true));
    Ok(one)
}

/// No clause goes without a step that says so, and none that a side has added.
fn nothing_is_lost(
    [base, mine, theirs]: [&CharterBody; 3],
    merge: &Merge<CharterBody>,
) -> Result<(), TestCaseError> {
    let stand = ids(&merge.body.clauses);
    let stay: BTreeSet<_> = stand.iter().collect();
    prop_assert_eq!(stay.len(), stand.len(), "a clause stands twice");
    let go: BTreeSet<_> = merge
        .steps
        .iter()
        .filter(|step| step.goes)
        .map(|step| step.clause.as_ref().unwrap().to_string())
        .collect();
    let (base, mine, theirs) = (ids(&base.clauses), ids(&mine.clauses), ids(&theirs.clauses));
    for id in base.iter().chain(&mine).chain(&theirs) {
        prop_assert!(
            stay.contains(id) != go.contains(id),
            "{} neither stays nor goes, or both",
            id
        );
        if go.contains(id) {
            prop_assert!(base.contains(id), "{} was added, and yet it goes", id);
            prop_assert!(
                !mine.contains(id) || !theirs.contains(id),
                "{} goes, though both have it",
                id
            );
        }
    }
    Ok(())
}

/// The answer is a valid body, and merging again changes nothing.
fn the_answer_lasts(theirs: &CharterBody, merge: Merge<CharterBody>) -> Result<(), TestCaseError> {
    match merge.settled() {
        Ok(body) => {
            prop_assert_eq!(body.violations(), vec![]);
            prop_assert_eq!(merged(theirs, &body, theirs).settled(), Ok(body));
        }
        // Each side may have removed what the other kept: nothing is left.
        Err(MergeError::Invalid(found)) => {
            let codes: Vec<_> = found.iter().map(|found| found.code).collect();
            prop_assert_eq!(codes, vec!["clauses_empty"]);
        }
        Err(error) => prop_assert!(false, "{:?}", error),
    }
    Ok(())
}

proptest! {
    // 10,000 histories in all. The default generator of randomness takes a quarter of the time.
    #![proptest_config(ProptestConfig {
        cases: 5_000,
        rng_algorithm: RngAlgorithm::XorShift,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_laws_of_merging_hold_for_who_takes_theirs(sides in history()) {
        laws_hold(&sides, (&Choice::Theirs, &Choice::Mine))?;
    }

    #[test]
    fn the_laws_of_merging_hold_for_who_keeps_mine(sides in history()) {
        laws_hold(&sides, (&Choice::Mine, &Choice::Theirs))?;
    }
}

/// Every law, for who settles all conflicts by the first choice; the second is the other side's.
fn laws_hold(
    [base, mine, theirs]: &[CharterBody; 3],
    take: (&Choice, &Choice),
) -> Result<(), TestCaseError> {
    let sides = [base, mine, theirs];
    same_stays(base, mine)?;
    one_side_is_followed(base, theirs)?;
    let merge = sides_are_equal(sides, take)?;
    nothing_is_lost(sides, &merge)?;
    the_answer_lasts(theirs, merge)
}

/// The generated histories reach every aspect and every way it can be merged.
#[test]
fn the_histories_are_worth_testing() {
    let mut runner = TestRunner::deterministic();
    let mut met = BTreeSet::new();
    for _ in 0..3_000 {
        let [base, mine, theirs] = history().new_tree(&mut runner).unwrap().current();
        for step in merged(&base, &mine, &theirs).steps {
            met.extend(step.changes.iter().map(|(aspect, origin)| {
                let aspect = match aspect {
                    Aspect::Variable(_) => "Variable".to_owned(),
                    aspect => format!("{aspect:?}"),
                };
                format!("{aspect} {origin:?}")
            }));
        }
    }
    let aspects = [
        "Presence", "Title", "Text", "Lock", "Place", "Order", "Preamble", "Variable",
    ];
    let pairs = aspects.iter().flat_map(|aspect| {
        ["Mine", "Theirs", "Both", "Open"].map(|origin| format!("{aspect} {origin}"))
    });
    let words = ["Text Words", "Preamble Words"].map(ToOwned::to_owned);
    let wanted: BTreeSet<_> = pairs.chain(words).collect();
    assert_eq!(met, wanted);
}
