//! Results: what may be reported, and to whom it may then be shown.

use maillage_domain::access::act;
use maillage_domain::evaluation::disclosure::{
    Cell, Contribution, Figure, History, Known, Parameters, Traits, release,
};
use maillage_domain::evaluation::trial::TrialState::{Authorised, Qualified, Running};
use maillage_domain::evaluation::trial::{StepError, Trial};
use maillage_domain::evaluation::{
    Evidence, Figures, Measure, Origin, Report, ResultError, Sharing, TrialResult, comparison_key,
};
use maillage_domain::identity::BodyType;
use maillage_domain::value::{CollectivityId, ResultId};
use uuid::Uuid;

use super::trial::{after, leader, protocol};
use crate::fixture::{allowed, at, prose};

fn report(figures: Figures) -> Report {
    Report {
        figures,
        evidence: Evidence::Measured,
        origin: Origin::Staff,
        from: "2026-01-05".parse().unwrap(),
        until: "2026-03-27".parse().unwrap(),
        caveats: prose(""),
    }
}

const PAIRED: Figures = Figures::Paired {
    n: 18,
    mean: -4.5,
    sd: 3.1,
};

/// What `people` people say of themselves.
fn survey(people: u32) -> Report {
    Report {
        evidence: Evidence::SelfReported,
        ..report(Figures::Paired {
            n: people,
            mean: 1.0,
            sd: 1.0,
        })
    }
}

fn record(
    trial: Trial,
    indicator: &str,
    report: Report,
    before: Option<&TrialResult>,
) -> Result<TrialResult, ResultError> {
    let permitted = allowed::<act::ConductTrial, _>(&leader(0), trial);
    let indicator = indicator.parse().unwrap();
    let new = ResultId(Uuid::from_u128(1));
    let kept = permitted.record(&protocol(), &indicator, report, before, new, at(0))?;
    Ok(kept.into_parts().0.0)
}

fn share(
    result: TrialResult,
    sharing: Option<Sharing>,
    history: &History,
) -> Result<TrialResult, ResultError> {
    let permitted = allowed::<act::ShareResult, _>(&leader(0), result);
    let shared = permitted.share(sharing, history)?;
    Ok(shared.into_parts().0.0)
}

fn running() -> Trial {
    after(&[Qualified, Authorised, Running])
}

fn refused(why: &ResultError) -> Vec<(String, &'static str)> {
    match why {
        ResultError::Step(StepError::Invalid(found)) => {
            let told = found
                .iter()
                .map(|it| (it.pointer.as_str().to_owned(), it.code));
            told.collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_result_belongs_to_an_indicator_of_a_trial_that_has_begun() {
    let early = record(after(&[Qualified]), "temps", report(PAIRED), None);
    assert_eq!(early.unwrap_err(), ResultError::Step(StepError::State));
    let strange = record(running(), "poids", report(PAIRED), None);
    assert_eq!(strange.unwrap_err(), ResultError::NoIndicator);
    let impossible = Figures::Paired {
        n: 18,
        mean: -4.5,
        sd: -1.0,
    };
    let backwards = Report {
        until: "2025-12-31".parse().unwrap(),
        ..report(impossible)
    };
    let why = record(running(), "temps", backwards, None).unwrap_err();
    let codes: Vec<_> = refused(&why).into_iter().map(|(_, code)| code).collect();
    assert_eq!(codes, ["sd_negative", "period_backwards"]);
}

#[test]
fn a_correction_stays_shared_and_has_figures_of_its_own() {
    let first = record(running(), "temps", report(PAIRED), None).unwrap();
    let shared = share(
        first.clone(),
        Some(Sharing::Pseudonymous),
        &History::default(),
    )
    .unwrap();
    assert_eq!(shared.figure(), first.figure(), "sharing changes no figure");
    let again = record(running(), "temps", report(PAIRED), Some(&shared)).unwrap();
    assert_eq!((again.id, again.revision), (first.id, 3));
    assert_eq!(again.sharing, Some(Sharing::Pseudonymous));
    assert_ne!(again.figure(), first.figure());
}

#[test]
fn what_few_people_said_of_themselves_is_not_shown_by_itself() {
    let kept = |people| record(running(), "temps", survey(people), None).unwrap();
    let none = &History::default();
    for shown in [Sharing::Open, Sharing::Pseudonymous] {
        let why = share(kept(10), Some(shown), none).unwrap_err();
        assert_eq!(
            refused(&why),
            [("/sharing".to_owned(), "respondents_too_few")]
        );
        let open = share(kept(11), Some(shown), none).unwrap();
        let why = record(running(), "temps", survey(10), Some(&open)).unwrap_err();
        assert_eq!(
            refused(&why),
            [("/figures".to_owned(), "respondents_too_few")]
        );
        assert!(record(running(), "temps", survey(12), Some(&open)).is_ok());
    }
    // Merged with others they may count, and measured figures are about things.
    assert!(share(kept(10), Some(Sharing::AggregateOnly), none).is_ok());
    let measured = Report {
        evidence: Evidence::Measured,
        ..survey(10)
    };
    let measured = record(running(), "temps", measured, None).unwrap();
    assert!(share(measured, Some(Sharing::Open), none).is_ok());
}

/// A release of this result among `others` like it.
fn released_with(result: &TrialResult, others: u128) -> History {
    let traits = Traits::of(&result.report, BodyType::Commune, Some(12_000));
    let contribution = |contributor, figure| {
        let measure = Measure::MeanDifference;
        Contribution::hidden(contributor, figure, &result.report, measure, traits).unwrap()
    };
    let other = |number: u128| {
        let figure = Figure {
            result: ResultId(Uuid::from_u128(1_000 + number)),
            revision: 1,
        };
        contribution(CollectivityId(Uuid::from_u128(1_000 + number)), figure)
    };
    let mut now: Vec<_> = (0..others).map(other).collect();
    now.push(contribution(result.collectivity, result.figure()));
    let known = Known::default();
    let made = release(Cell::All, at(0), &now, &[], &known, &Parameters::IN_USE);
    History {
        log: vec![made.unwrap()],
        known,
    }
}

#[test]
fn what_was_released_is_shown_only_while_enough_others_stay_hidden() {
    let result = record(running(), "temps", report(PAIRED), None).unwrap();
    let hidden = share(result, Some(Sharing::AggregateOnly), &History::default()).unwrap();
    let few = released_with(&hidden, 5);
    for shown in [Sharing::Open, Sharing::Pseudonymous] {
        let why = share(hidden.clone(), Some(shown), &few).unwrap_err();
        assert_eq!(why, ResultError::Uncovers);
        let many = released_with(&hidden, 6);
        assert!(share(hidden.clone(), Some(shown), &many).is_ok());
    }
    assert!(share(hidden.clone(), None, &few).is_ok(), "leaving is free");
    // Figures that were never released uncover nobody: their owner's others were not.
    let corrected = record(running(), "temps", report(PAIRED), Some(&hidden)).unwrap();
    let many = released_with(&hidden, 6);
    assert!(share(corrected, Some(Sharing::Open), &many).is_ok());
}

#[test]
fn figures_say_how_many_stand_behind_them() {
    let contrast = Figures::Contrast {
        estimate: 1.0,
        low: 0.0,
        high: 2.0,
        level: 0.95,
    };
    assert_eq!((PAIRED.observed(), contrast.observed()), (Some(18), None));
    let vendor = Report {
        origin: Origin::Vendor,
        ..report(contrast)
    };
    assert!(Traits::of(&vendor, BodyType::Commune, None).vendor_supplied);
}

/// Batches are kept by this digest, for ever: another one would be weighed against no history.
#[test]
fn what_may_be_compared_has_one_digest_for_ever() {
    let protocol = protocol();
    let key = comparison_key(&protocol.use_case, &protocol.indicators[0]);
    assert_eq!(
        key.to_string(),
        "e706d44b6bf4bc885a060184994bb6d0877e2b2050dedf00bb27474618514317"
    );
    let mut other = protocol.indicators[0].clone();
    other.name = "Autrement dit".to_owned();
    other.definition = format!(" {}\n", other.definition);
    assert_eq!(comparison_key(&protocol.use_case, &other), key);
    let unnamed = other.unnamed();
    assert_eq!(
        (unnamed.name.as_str(), unnamed.definition.trim()),
        ("Temps gagné par tâche", unnamed.definition.as_str())
    );
}
