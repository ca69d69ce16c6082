//! Trials: no way around a guard, and nobody decides what they prepared.

use std::collections::HashSet;

use maillage_domain::access::{Actor, Role, Roles, act};
use maillage_domain::commons::ProtocolBody;
use maillage_domain::evaluation::Figures;
use maillage_domain::evaluation::trial::{
    AiActClass, Duty, Grounds, ProtocolVersion, Qualification, StepError, Trial, TrialState, Turn,
};
use maillage_domain::value::{Digest, PersonId};
use proptest::prelude::*;
use serde_json::json;

use crate::commons::fixture::resource_id;
use crate::fixture::{allowed, at, collectivity, member, prose};

use TrialState::{Authorised, Evaluated, Finished, Generalised, Qualified, Running, Suspended};

/// A protocol that lacks nothing.
pub fn protocol() -> ProtocolBody {
    serde_json::from_value(json!({
        "use_case": "writing-assistant", "design": "paired", "baseline": "Vingt minutes.",
        "weeks": 12,
        "indicators": [
            { "id": "temps", "code": "time_saved", "name": "Temps", "unit": "min",
              "better": "higher", "measure": "mean_difference", "primary": true },
            { "id": "avis", "code": "satisfaction", "name": "Avis", "better": "higher",
              "measure": "mean_difference" },
        ],
        "oversight": [{ "function": "Cheffe de service" }],
        "stop_criteria": [{ "id": "erreurs", "text": "Plus de cinq erreurs graves." }],
    }))
    .unwrap()
}

pub fn grounds(body: Option<ProtocolBody>, reported: &[&str]) -> Grounds {
    let version = ProtocolVersion {
        version: 1,
        digest: Digest::ZERO,
    };
    Grounds {
        protocol: body.map(|body| (version, body)),
        reported: reported.iter().map(|id| id.parse().unwrap()).collect(),
    }
}

fn clear() -> Qualification {
    Qualification {
        ai_act: AiActClass::Minimal,
        dpia: Duty::NotRequired,
        social_committee: Duty::Done,
        grounds: prose("Relue."),
    }
}

pub fn turn(to: TrialState) -> Turn {
    Turn {
        to,
        reason: prose("Motif."),
        stop_criterion: None,
        qualification: (to == TrialState::Qualified).then(clear),
    }
}

/// The `n`th director of collectivity 0.
pub fn leader(n: u64) -> Actor {
    let Actor::Member(mut it) = member(0, Roles::of(&[Role::Director])) else {
        unreachable!()
    };
    it.person = PersonId(crate::fixture::uuid(0x2000 + n));
    Actor::Member(it)
}

pub fn take(trial: Trial, by: &Actor, turn: Turn, on: &Grounds) -> Result<Trial, StepError> {
    let stepped = if turn.to.is_decision() {
        allowed::<act::DecideTrial, _>(by, trial).decide(turn, on, at(0))
    } else {
        allowed::<act::ConductTrial, _>(by, trial).step(turn, on, at(0))
    };
    stepped.map(|outcome| outcome.into_parts().0.trial)
}

fn idea() -> Trial {
    Trial::idea(collectivity(0), resource_id(0))
}

/// The trial after these steps, prepared by one and decided by another.
pub fn after(steps: &[TrialState]) -> Trial {
    let on = grounds(Some(protocol()), &["temps"]);
    steps.iter().fold(idea(), |trial, to| {
        let by = leader(u64::from(to.is_decision()));
        take(trial, &by, turn(*to), &on).unwrap()
    })
}

fn broken(result: Result<Trial, StepError>) -> Vec<String> {
    match result {
        Err(StepError::Invalid(found)) => found
            .iter()
            .map(|it| format!("{} {}", it.pointer.as_str(), it.code))
            .collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_prohibited_open_or_due_is_not_authorised() {
    let on = grounds(Some(protocol()), &[]);
    let qualified = |it: Qualification| {
        let turn = Turn {
            qualification: Some(it),
            ..turn(Qualified)
        };
        take(idea(), &leader(0), turn, &on).unwrap()
    };
    let open = Qualification {
        ai_act: AiActClass::Undetermined,
        dpia: Duty::Due,
        social_committee: Duty::Undetermined,
        ..clear()
    };
    assert_eq!(
        broken(take(qualified(open), &leader(1), turn(Authorised), &on)),
        [
            "/qualification/ai_act still_undetermined",
            "/qualification/dpia still_due",
            "/qualification/social_committee still_undetermined",
        ]
    );
    let prohibited = Qualification {
        ai_act: AiActClass::Prohibited,
        ..clear()
    };
    assert_eq!(
        broken(take(
            qualified(prohibited),
            &leader(1),
            turn(Authorised),
            &on
        )),
        ["/qualification/ai_act practice_prohibited"]
    );
    for ai_act in [AiActClass::Transparency, AiActClass::HighRisk] {
        let it = Qualification { ai_act, ..clear() };
        assert!(take(qualified(it), &leader(1), turn(Authorised), &on).is_ok());
    }
}

#[test]
fn who_prepared_a_decision_does_not_take_it() {
    let on = grounds(Some(protocol()), &["temps"]);
    let own = take(after(&[Qualified]), &leader(0), turn(Authorised), &on);
    assert_eq!(own, Err(StepError::Author));
    let evaluated = after(&[Qualified, Authorised, Running, Finished, Evaluated]);
    let own = take(evaluated.clone(), &leader(0), turn(Generalised), &on);
    assert_eq!(own, Err(StepError::Author));
    assert!(take(evaluated, &leader(1), turn(Generalised), &on).is_ok());
}

#[test]
fn nothing_begins_without_what_it_will_be_judged_by() {
    let authorised = after(&[Qualified, Authorised]);
    let start = |body| {
        take(
            authorised.clone(),
            &leader(0),
            turn(Running),
            &grounds(body, &[]),
        )
    };
    assert_eq!(start(None), Err(StepError::NotPublished));
    let mut bare = protocol();
    bare.indicators[0].primary = false;
    bare.baseline.clear();
    bare.weeks = None;
    bare.stop_criteria.clear();
    bare.oversight.clear();
    assert_eq!(
        broken(start(Some(bare))),
        [
            "/protocol/indicators indicator_primary_missing",
            "/protocol/baseline text_empty",
            "/protocol/weeks missing_field",
            "/protocol/stop_criteria stop_criterion_missing",
            "/protocol/oversight overseer_missing",
        ]
    );
    let running = start(Some(protocol())).unwrap();
    assert_eq!(running.protocol.unwrap().version, 1);
}

#[test]
fn what_begins_is_what_was_authorised() {
    let none = take(
        after(&[Qualified]),
        &leader(1),
        turn(Authorised),
        &grounds(None, &[]),
    );
    assert_eq!(none, Err(StepError::NotPublished));
    let mut newer = grounds(Some(protocol()), &[]);
    if let Some((version, _)) = &mut newer.protocol {
        version.version = 2;
    }
    let authorised = after(&[Qualified, Authorised]);
    let start = take(authorised.clone(), &leader(0), turn(Running), &newer);
    assert_eq!(broken(start), ["/protocol protocol_changed"]);
    let again = take(authorised, &leader(0), turn(Qualified), &newer).unwrap();
    let again = take(again, &leader(1), turn(Authorised), &newer).unwrap();
    let running = take(again, &leader(0), turn(Running), &newer).unwrap();
    assert_eq!(running.protocol.unwrap().version, 2);
}

#[test]
fn the_protocol_is_frozen_when_it_begins() {
    let held = after(&[Qualified, Authorised, Running, Suspended]);
    let newer = Grounds {
        protocol: Some((
            ProtocolVersion {
                version: 2,
                digest: Digest::of_bytes(b"2"),
            },
            protocol(),
        )),
        reported: HashSet::new(),
    };
    let resumed = take(held, &leader(0), turn(Running), &newer).unwrap();
    assert_eq!(resumed.protocol.unwrap().version, 1);
}

#[test]
fn a_stop_says_why_and_names_a_criterion_of_the_protocol() {
    let running = after(&[Qualified, Authorised, Running]);
    let on = grounds(Some(protocol()), &[]);
    let stop = |reason: &str, criterion: Option<&str>| Turn {
        reason: prose(reason),
        stop_criterion: criterion.map(|id| id.parse().unwrap()),
        ..turn(Suspended)
    };
    let by = leader(0);
    assert_eq!(
        broken(take(running.clone(), &by, stop(" ", Some("panne")), &on)),
        [
            "/reason text_empty",
            "/stop_criterion stop_criterion_unknown"
        ]
    );
    assert!(take(running, &by, stop("Erreurs.", Some("erreurs")), &on).is_ok());
    // What goes on was not stopped.
    let held = after(&[Qualified, Authorised, Running, Suspended]);
    let resumed = Turn {
        to: Running,
        ..stop("Réglé.", Some("erreurs"))
    };
    assert_eq!(
        broken(take(held, &by, resumed, &on)),
        ["/stop_criterion stop_criterion_misplaced"]
    );
}

#[test]
fn nothing_is_evaluated_while_a_primary_indicator_is_silent() {
    let finished = after(&[Qualified, Authorised, Running, Finished]);
    let on = |reported: &[&str]| grounds(Some(protocol()), reported);
    let by = leader(0);
    assert_eq!(
        broken(take(finished.clone(), &by, turn(Evaluated), &on(&["avis"]))),
        ["/results/temps result_missing"]
    );
    assert!(take(finished, &by, turn(Evaluated), &on(&["temps"])).is_ok());
}

proptest! {
    /// Whatever is tried in whatever order: each step that is taken follows the one before, counts,
    /// and what has begun was authorised.
    #[test]
    fn there_is_no_way_around(tries in proptest::collection::vec((0..11_usize, 0..2_u64), 1..40)) {
        let on = grounds(Some(protocol()), &["temps"]);
        let (mut trial, mut seen) = (idea(), vec![TrialState::Idea]);
        for (to, who) in tries {
            let to = TrialState::ALL[to];
            let before = trial.clone();
            match take(trial.clone(), &leader(who), turn(to), &on) {
                Ok(next) => {
                    prop_assert!(before.state.leads_to(to));
                    prop_assert_eq!(next.revision, before.revision + 1);
                    seen.push(to);
                    prop_assert!(!next.has_begun() || seen.contains(&Authorised));
                    prop_assert_eq!(next.has_begun(), seen.contains(&Running));
                    trial = next;
                }
                Err(StepError::State) => prop_assert!(!before.state.leads_to(to)),
                Err(StepError::Author) => prop_assert!(to.is_decision()),
                Err(error) => prop_assert!(false, "{error:?}"),
            }
        }
    }
}

#[test]
fn figures_are_read_whole_or_not_at_all() {
    let read = |value: serde_json::Value| {
        serde_json::from_value::<Figures>(value).map_err(|error| error.to_string())
    };
    let group = json!({ "n": 20, "mean": 4.0, "sd": 1.0 });
    let count = json!({ "n": 20, "events": 4 });
    for whole in [
        json!({ "type": "means", "treated": group, "control": group }),
        json!({ "type": "events", "treated": count, "control": count }),
        json!({ "type": "paired", "n": 18, "mean": -4.5, "sd": 3.1 }),
        json!({ "type": "proportion", "n": 18, "events": 4 }),
        json!({ "type": "contrast", "estimate": 0.1, "low": 0.0, "high": 0.2, "level": 0.95 }),
    ] {
        let figures = read(whole.clone()).unwrap();
        assert_eq!(serde_json::to_value(figures).unwrap(), whole);
        for member in whole.as_object().unwrap().keys() {
            let mut part = whole.clone();
            part.as_object_mut().unwrap().remove(member);
            assert!(read(part).is_err(), "{whole} without {member}");
        }
        for (member, strange) in [
            ("treated", &group),
            ("estimate", &json!(1.0)),
            ("events", &json!(1)),
        ] {
            let mut more = whole.clone();
            if more.get(member).is_none() {
                more[member] = strange.clone();
                assert_eq!(read(more).unwrap_err(), "figures_incomplete");
            }
        }
    }
    let mixed = json!({ "type": "means", "treated": group, "control": count });
    assert_eq!(read(mixed).unwrap_err(), "figures_incomplete");
}
