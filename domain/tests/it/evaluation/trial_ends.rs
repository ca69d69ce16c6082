//! What a trial tells of itself, from when it has begun to when it has ended.

use chrono::NaiveDate;
use maillage_domain::access::act;
use maillage_domain::evaluation::trial::{EntryKind, Impacts, StepError, Trial, TrialState};

use super::trial::{after, grounds, leader, protocol, take, turn};
use crate::fixture::{allowed, at, prose};

use TrialState::{Abandoned, Authorised, Finished, Published, Qualified, Running};

#[test]
fn what_cannot_be_evaluated_can_be_given_up() {
    let finished = after(&[Qualified, Authorised, Running, Finished]);
    let on = grounds(Some(protocol()), &[]);
    let given_up = take(finished, &leader(1), turn(Abandoned), &on).unwrap();
    assert!(take(given_up, &leader(1), turn(Published), &on).is_ok());
}

#[test]
fn what_was_given_up_before_it_began_has_nothing_to_tell() {
    let given_up = after(&[Qualified, Abandoned]);
    let conduct = || allowed::<act::ConductTrial, _>(&leader(0), given_up.clone());
    let on = "2026-01-05".parse().unwrap();
    let noted = conduct().note(EntryKind::Review { next: None }, on, prose("Revue."), at(0));
    assert_eq!(noted.unwrap_err(), StepError::State);
    let written = conduct().write_impacts(Impacts::default());
    assert_eq!(written.unwrap_err(), StepError::State);
    // What has ended after it began still has.
    for end in [
        &[Finished][..],
        &[Abandoned],
        &[Finished, Abandoned, Published],
    ] {
        let ended = after(&[&[Qualified, Authorised, Running], end].concat());
        let conduct = allowed::<act::ConductTrial, _>(&leader(0), ended);
        assert!(conduct.write_impacts(Impacts::default()).is_ok());
    }
}

#[test]
fn a_journal_tells_of_what_was_and_only_once_it_has_begun() {
    let note = |trial: Trial, on: &str, text: &str| {
        let permitted = allowed::<act::ConductTrial, _>(&leader(0), trial);
        permitted.note(
            EntryKind::Review { next: None },
            on.parse().unwrap(),
            prose(text),
            at(0),
        )
    };
    let running = after(&[Qualified, Authorised, Running]);
    assert_eq!(
        note(after(&[Qualified]), "2026-01-05", "Revue.").unwrap_err(),
        StepError::State
    );
    match note(running.clone(), "2999-01-01", " ").unwrap_err() {
        StepError::Invalid(found) => {
            let codes: Vec<_> = found.iter().map(|it| it.code).collect();
            assert_eq!(codes, ["text_empty", "date_to_come"]);
        }
        other => panic!("{other:?}"),
    }
    let noted = note(running.clone(), "2026-01-05", "Revue.").unwrap();
    let noted = noted.into_parts().0;
    assert_eq!(noted.entry.number, running.revision + 1);
    assert_eq!(noted.trial.revision, noted.entry.number);
}

#[test]
fn a_review_says_when_the_next_one_is() {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let note = |trial: Trial, kind: EntryKind| {
        let permitted = allowed::<act::ConductTrial, _>(&leader(0), trial);
        permitted.note(kind, day("2026-01-05"), prose("Vu."), at(0))
    };
    let running = after(&[Qualified, Authorised, Running]);
    let reviewed = |next: Option<&str>| EntryKind::Review {
        next: next.map(day),
    };
    let early = note(running.clone(), reviewed(Some("2026-01-05"))).unwrap_err();
    assert!(matches!(early, StepError::Invalid(found) if found[0].code == "next_review_too_early"));
    let noted = note(running, reviewed(Some("2026-04-05"))).unwrap();
    let trial = noted.into_parts().0.trial;
    assert!(!trial.review_is_due(day("2026-04-04")));
    assert!(trial.review_is_due(day("2026-04-05")));
    // A deviation leaves the day as it is; the next review sets it anew, or leaves none.
    let deviated = note(trial, EntryKind::Deviation).unwrap().into_parts().0;
    assert_eq!(deviated.trial.next_review, Some(day("2026-04-05")));
    let last = note(deviated.trial.clone(), reviewed(None)).unwrap();
    assert_eq!(last.into_parts().0.trial.next_review, None);
    let over = Trial {
        state: Published,
        ..deviated.trial
    };
    assert!(!over.review_is_due(day("2026-04-05")));
}
