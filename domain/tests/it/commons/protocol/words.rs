//! The catalogues, and when two indicators are the same one.

use std::collections::BTreeSet;

use maillage_domain::commons::{
    INDICATORS, Indicator, IndicatorCode, IndicatorCodeError, USE_CASES, UseCase, UseCaseError,
};
use maillage_domain::evaluation::Measure;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::whole;

fn code(text: &str) -> IndicatorCode {
    text.parse().unwrap()
}

#[test]
fn use_cases_have_a_code_and_a_name() {
    let codes: BTreeSet<_> = USE_CASES.iter().map(|(code, _)| code).collect();
    assert_eq!((codes.len(), USE_CASES.len()), (20, 20));
    for (code, name) in USE_CASES {
        let known: UseCase = code.parse().unwrap();
        assert_eq!((known.as_str(), known.name()), (*code, *name));
        assert_eq!(serde_json::to_value(&known).unwrap(), json!(code));
    }
    let own: UseCase = "x-cimetieres".parse().unwrap();
    assert_eq!((own.as_str(), own.name()), ("x-cimetieres", "x-cimetieres"));
    assert_eq!(UseCaseError.to_string(), "use_case_unknown");
}

#[test]
fn indicators_have_a_name_a_unit_and_measures_that_fit() {
    let codes: BTreeSet<_> = INDICATORS.iter().map(|entry| entry.code).collect();
    assert_eq!((codes.len(), INDICATORS.len()), (10, 10));
    for entry in INDICATORS {
        assert!(!entry.name.is_empty() && !entry.unit.is_empty());
        assert!(!entry.measures.is_empty(), "{}", entry.code);
        for measure in Measure::ALL {
            let fits = entry.measures.contains(&measure);
            assert_eq!(code(entry.code).allows(measure), fits);
        }
    }
    assert!(Measure::ALL.iter().all(|it| code("x-bruit").allows(*it)));
    assert_eq!(IndicatorCodeError.to_string(), "indicator_code_unknown");
}

#[test]
fn a_name_of_ones_own_is_marked_as_such() {
    for good in ["x-a", "x-9", "x--", &format!("x-{}", "a".repeat(62))] {
        assert!(good.parse::<UseCase>().is_ok(), "{good}");
        assert!(good.parse::<IndicatorCode>().is_ok(), "{good}");
    }
    let long = format!("x-{}", "a".repeat(63));
    for bad in [
        "", "x", "x-", "X-a", "x-A", "x-é", "x-a_b", "x-a b", "autre", &long,
    ] {
        assert_eq!(bad.parse::<UseCase>(), Err(UseCaseError), "{bad}");
        assert_eq!(bad.parse::<IndicatorCode>(), Err(IndicatorCodeError));
    }
}

/// The first indicator of the whole protocol, with some members replaced.
fn indicator(changes: &[(&str, Value)]) -> Indicator {
    let mut json = whole()["indicators"][0].clone();
    for (member, value) in changes {
        json[member] = value.clone();
    }
    serde_json::from_value(json).unwrap()
}

/// Changes of what results depend on, and of what they do not.
const MEMBERS: [(&str, bool); 8] = [
    ("code", true),
    ("unit", true),
    ("better", true),
    ("measure", true),
    ("definition", true),
    ("id", false),
    ("name", false),
    ("primary", false),
];

fn changed(member: &'static str) -> Value {
    match member {
        "code" => json!("x-autre"),
        "better" => json!("lower"),
        "measure" => json!("ratio_of_means"),
        "primary" => json!(false),
        _ => json!("autre"),
    }
}

#[test]
fn white_space_makes_no_other_indicator() {
    let spaced = [
        ("unit", json!(" min ")),
        ("definition", json!("Minutes  notées\npar l’agent.")),
    ];
    assert!(indicator(&spaced).comparable(&indicator(&[])));
}

proptest! {
    #[test]
    fn results_are_comparable_unless_what_they_depend_on_differs(
        members in prop::collection::vec(select(MEMBERS.to_vec()), 0..5)
    ) {
        let changes: Vec<_> = members.iter().map(|(it, _)| (*it, changed(it))).collect();
        let (one, other) = (indicator(&[]), indicator(&changes));
        let same = !members.iter().any(|(_, matters)| *matters);
        prop_assert_eq!(one.comparable(&other), same);
        prop_assert_eq!(other.comparable(&one), same);
        prop_assert!(other.comparable(&other));
    }
}
