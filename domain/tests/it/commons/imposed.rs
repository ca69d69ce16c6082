//! What is imposed: nothing departs from it in silence, and nothing else is asked for.

use std::collections::BTreeMap;

use maillage_domain::access::{Refusal, act, authorize};
use maillage_domain::commons::deviation::{Breach, deviations};
use maillage_domain::commons::{
    Begun, Body, Charter, CharterBody, Draft, Imposed, Kind, KindName, Lock, Published, Reason,
    Resource, ResourceError, Template, TemplateBody, Workbench,
};
use maillage_domain::event::Fact;
use maillage_domain::identity::Staff;
use maillage_domain::value::ClauseId;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::fixture::{bench, card, life, resource_id, workbench};
use super::merge::edits::history;
use crate::fixture::{allowed, at, collectivity, director, operator, person, prose};

/// A draft that says `mine`, where the source says `base`.
fn adapting(base: &CharterBody, mine: CharterBody) -> Workbench<Charter> {
    let draft = Draft {
        body: mine,
        revision: 1,
        written_at: at(0),
    };
    Workbench {
        imposed: Imposed {
            base: Some(base.clone()),
            reasons: BTreeMap::new(),
        },
        ..bench(life(0).resource, Some(draft))
    }
}

fn publish<K: Kind>(bench: Workbench<K>) -> Result<Published<K>, ResourceError> {
    let permitted = allowed::<act::Publish, _>(&director(0), bench);
    let published = permitted.publish(prose("Adoptée."), at(9))?;
    Ok(published.into_parts().0)
}

/// The same workbench once the clause has this reason.
fn justified(
    bench: Workbench<Charter>,
    clause: &ClauseId,
    text: &str,
) -> Result<Workbench<Charter>, ResourceError> {
    let permitted = allowed::<act::Write, _>(&director(0), bench.clone());
    let made = permitted.justify(clause, prose(text), at(5))?;
    let (made, fact) = made.into_parts();
    let expected = Fact::DeviationJustified {
        resource: resource_id(0),
        kind: KindName::Charter,
        clause: clause.clone(),
    };
    assert_eq!(fact, expected);
    let mut bench = bench;
    let reason = made.justified.reason;
    bench.imposed.reasons.insert(clause.clone(), reason);
    Ok(bench)
}

/// The same body with a value for each of its variables.
fn filled(mut body: CharterBody) -> CharterBody {
    for variable in &mut body.variables {
        variable.default = Some("DSI".to_owned());
    }
    body
}

/// The same body with all its clauses imposed.
fn imposing(mut body: CharterBody) -> CharterBody {
    for clause in &mut body.clauses {
        clause.lock = Lock::Imposed;
    }
    body
}

fn one_clause(lock: &str, text: &str) -> CharterBody {
    let clause = json!({"id": "a", "title": "Relire", "text": text, "lock": lock});
    serde_json::from_value(json!({"clauses": [clause]})).unwrap()
}

fn id(text: &str) -> ClauseId {
    text.parse().unwrap()
}

proptest! {
    #[test]
    fn a_text_is_published_once_each_of_its_deviations_has_a_reason([base, mine, _] in history()) {
        let (base, mine) = (imposing(base), filled(mine));
        let found = deviations(&base, &mine);
        let mut bench = adapting(&base, mine.clone());
        for (done, deviation) in found.iter().enumerate() {
            let open = found[done..].iter().map(|it| it.clause.clone()).collect();
            prop_assert_eq!(publish(bench.clone()).unwrap_err(), ResourceError::Unjustified(open));
            bench = justified(bench, &deviation.clause, "Parce que.").unwrap();
        }
        let version = publish(bench).unwrap().version;
        let kept: Vec<_> = version.deviations.iter().map(|it| it.deviation.clone()).collect();
        prop_assert_eq!(kept, found);
        // Why a text is as it is, is no part of what it says.
        let silent = publish(workbench(life(0).resource, Some(mine)));
        prop_assert_eq!(version.digest, silent.unwrap().version.digest);
    }

    #[test]
    fn what_adds_clauses_only_is_published_without_a_word([base, ..] in history()) {
        let base = imposing(filled(base));
        let mut mine = base.clone();
        let more = one_clause("imposed", "Tout est relu deux fois.").clauses;
        mine.clauses.extend(more);
        let version = publish(adapting(&base, mine)).unwrap().version;
        prop_assert_eq!(version.deviations, []);
    }
}

#[test]
fn a_reason_says_who_and_when_and_counts_its_writings() {
    let base = one_clause("imposed", "Tout est relu.");
    let bench = adapting(&base, one_clause("free", "Tout est relu."));
    let bench = justified(bench, &id("a"), "Un.").unwrap();
    let bench = justified(bench, &id("a"), "Deux.").unwrap();
    let reason = Reason {
        text: prose("Deux."),
        revision: 2,
        written_by: person(0),
        written_at: at(5),
    };
    assert_eq!(bench.imposed.reasons[&id("a")], reason);
    let version = publish(bench).unwrap().version;
    assert_eq!(version.deviations[0].reason, reason);
    assert_eq!(version.deviations[0].deviation.breaches, [Breach::Loosened]);
}

#[test]
fn a_reason_is_given_in_words_and_for_a_deviation() {
    let base = one_clause("imposed", "Tout est relu.");
    let bench = adapting(&base, one_clause("imposed", "Rien n’est relu."));
    let blank = justified(bench.clone(), &id("a"), " \n").unwrap_err();
    assert!(matches!(blank, ResourceError::Invalid(found)
        if found[0].pointer.as_str() == "/reason" && found[0].code == "text_empty"));
    let other = justified(bench, &id("b"), "Parce que.").unwrap_err();
    assert_eq!(other, ResourceError::NoDeviation);
    let faithful = justified(adapting(&base, base.clone()), &id("a"), "Parce que.");
    assert_eq!(faithful.unwrap_err(), ResourceError::NoDeviation);
}

#[test]
fn a_reason_outlives_its_deviation_and_is_not_shown() {
    let base = one_clause("imposed", "Tout est relu.");
    let departing = adapting(&base, one_clause("free", "Tout est relu."));
    let departing = justified(departing, &id("a"), "Parce que.").unwrap();
    let faithful = Workbench {
        draft: adapting(&base, base.clone()).draft,
        ..departing.clone()
    };
    assert_eq!(faithful.deviations(), []);
    assert_eq!(publish(faithful).unwrap().version.deviations, []);
    assert!(departing.deviations()[0].1.is_some());
}

#[test]
fn without_a_draft_the_newest_version_is_looked_at() {
    let base = one_clause("imposed", "Tout est relu.");
    let bench = Workbench {
        draft: None,
        published: Some(one_clause("free", "Tout est relu.")),
        ..adapting(&base, base.clone())
    };
    assert_eq!(bench.deviations().len(), 1);
}

#[test]
fn the_operator_and_other_collectivities_justify_nothing() {
    let base = one_clause("imposed", "Tout est relu.");
    let bench = adapting(&base, base.clone());
    for actor in [operator(), director(1)] {
        let refused = authorize::<act::Write, _>(&actor, bench.clone());
        assert_eq!(refused.unwrap_err(), Refusal::Hidden);
    }
}

#[test]
fn whether_the_source_counts_is_a_change_that_lists_do_not_show() {
    let mut life = life(0);
    life.publish().unwrap();
    let before = life.resource.clone();
    assert!(!before.reports_deviations);
    let permitted = allowed::<act::Publish, _>(&director(0), before.clone());
    let (after, fact) = permitted.report_deviations(true).into_parts();
    let expected = Resource {
        revision: before.revision + 1,
        reports_deviations: true,
        ..before
    };
    assert_eq!(after.0, expected);
    let told = Fact::DeviationsReported {
        resource: resource_id(0),
        kind: KindName::Charter,
        reported: true,
    };
    assert_eq!(fact, told);
}

/// A body with two variables, one of them with `default`.
fn using<B: Body>(default: Value, mut more: Value) -> B {
    let below = json!({"id": "b", "title": "B", "text": "{{ lieu }} {{date}} {{service}}"});
    let clause = json!({"id": "a", "title": "A", "text": "{{service}}", "clauses": [below]});
    let service = json!({"name": "service", "label": "Service", "default": default});
    let unused = json!({"name": "autre", "label": "Autre"});
    more["variables"] = json!([service, {"name": "lieu", "label": "Lieu"}, unused]);
    more["clauses"] = json!([clause]);
    serde_json::from_value(more).unwrap()
}

#[test]
fn variables_that_are_used_and_have_no_value_are_listed_in_reading_order() {
    let unresolved = |default| using::<CharterBody>(default, json!({})).unresolved();
    assert_eq!(unresolved(json!(null)), ["service", "lieu"]);
    assert_eq!(unresolved(json!(" ")), ["service", "lieu"]);
    assert_eq!(unresolved(json!("DSI")), ["lieu"]);
    let preamble = json!({"preamble": "{{lieu}}"});
    let first = using::<CharterBody>(json!(null), preamble).unresolved();
    assert_eq!(first, ["lieu", "service"]);
}

#[test]
fn a_charter_has_a_value_for_each_variable_and_a_template_leaves_them_open() {
    let charter = using::<CharterBody>(json!("DSI"), json!({}));
    let open = workbench(life(0).resource, Some(charter));
    let refused = ResourceError::Unresolved(vec!["lieu".to_owned()]);
    assert_eq!(publish(open).unwrap_err(), refused);
    let template = using::<TemplateBody>(json!(null), json!({"use": "other"}));
    assert_eq!(template.unresolved(), ["service", "lieu"]);
    let staff = Staff {
        collectivity: collectivity(0),
    };
    let begun = allowed::<act::Create, _>(&director(0), staff)
        .create::<Template>(resource_id(1), card("Modèle"), template, at(0))
        .unwrap();
    let (Begun { resource, draft }, _) = begun.into_parts();
    assert_eq!(
        publish(bench(resource, Some(draft)))
            .unwrap()
            .version
            .number,
        1
    );
}
