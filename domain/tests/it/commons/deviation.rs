//! Deviations: only what departs from an imposed clause is one.

use maillage_domain::commons::CharterBody;
use maillage_domain::commons::deviation::{Breach, deviations};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::merge::edits::history;

fn body(clauses: Value) -> CharterBody {
    serde_json::from_value(json!({"clauses": clauses})).unwrap()
}

/// The clause `a` as the source imposes it, with some members replaced.
fn clause(changed: Value) -> Value {
    let mut clause =
        json!({"id": "a", "title": "Relire", "text": "Tout est relu.", "lock": "imposed"});
    clause
        .as_object_mut()
        .unwrap()
        .extend(changed.as_object().unwrap().clone());
    clause
}

fn breaches(mine: Value) -> Vec<Breach> {
    let found = deviations(&body(json!([clause(json!({}))])), &body(mine));
    found
        .into_iter()
        .flat_map(|deviation| deviation.breaches)
        .collect()
}

#[test]
fn each_way_to_depart_has_its_name() {
    let removed = json!([{"id": "b", "title": "B"}]);
    assert_eq!(breaches(removed), [Breach::Removed]);
    assert_eq!(
        breaches(json!([clause(json!({"title": "Relire peu"}))])),
        [Breach::Rewritten]
    );
    assert_eq!(
        breaches(json!([clause(json!({"text": "Rien n’est relu."}))])),
        [Breach::Rewritten]
    );
    assert_eq!(
        breaches(json!([clause(json!({"lock": "free"}))])),
        [Breach::Loosened]
    );
    let both = json!([clause(json!({"lock": "recommended", "text": ""}))]);
    assert_eq!(breaches(both), [Breach::Rewritten, Breach::Loosened]);
}

#[test]
fn what_tightens_or_only_moves_is_free() {
    assert_eq!(
        breaches(json!([clause(json!({"text": "Tout  est\nrelu."}))])),
        []
    );
    let below = json!([{"id": "b", "title": "B", "lock": "imposed", "clauses": [
        clause(json!({"clauses": [{"id": "c", "title": "C"}]}))
    ]}]);
    assert_eq!(breaches(below), []);
}

#[test]
fn clauses_that_are_not_imposed_may_be_changed() {
    let source =
        body(json!([{"id": "a", "title": "A"}, {"id": "b", "title": "B", "lock": "free"}]));
    assert_eq!(
        deviations(&source, &body(json!([{"id": "c", "title": "C"}]))),
        []
    );
}

proptest! {
    #[test]
    fn a_copy_does_not_deviate([source, ..] in history()) {
        prop_assert_eq!(deviations(&source, &source), []);
    }
}
