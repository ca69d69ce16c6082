//! Replication: whatever results depend on is repeated, or departed from for a reason.

use std::collections::BTreeMap;

use maillage_domain::access::act;
use maillage_domain::commons::deviation::Breach;
use maillage_domain::commons::{
    Begun, Body, Draft, Experiment, Imposed, ProtocolBody, ResourceError, Workbench, limits,
};
use maillage_domain::identity::Staff;
use proptest::prelude::*;
use proptest::sample::subsequence;
use serde_json::{Value, json};

use super::{read, whole, with};
use crate::commons::fixture::{bench, card, resource_id};
use crate::fixture::{allowed, at, collectivity, director, prose};

/// Parts that are repeated, in the order in which departures are listed: where they are changed, to
/// what, and what the departure is called.
fn repeated() -> Vec<(&'static str, Value, &'static str)> {
    vec![
        ("/use_case", json!("x-autre"), "use-case"),
        ("/tasks", json!(["Relire", "Envoyer"]), "tasks"),
        ("/hypothesis", json!("On n’y gagne rien."), "hypothesis"),
        ("/design", json!("before_after"), "design"),
        ("/baseline", json!("80 minutes."), "baseline"),
        ("/weeks", json!(null), "weeks"),
        ("/tool/name", json!("Scribe 4"), "tool"),
        ("/data/sensitivity", json!("special"), "data"),
        ("/safeguards", json!([]), "safeguards"),
        ("/stop_criteria/0/text", json!("Autre."), "stop-criteria"),
        ("/indicators/0/unit", json!("h"), "indicator-temps"),
        ("/indicators/1/primary", json!(true), "indicator-erreurs"),
    ]
}

/// Parts that are each one's own.
fn own() -> Vec<(&'static str, Value)> {
    vec![
        ("/service", json!("Direction générale")),
        ("/population", json!({ "planned": 7 })),
        ("/oversight/0/function", json!("Directrice")),
        ("/cost", json!({ "hours": 1 })),
        ("/energy", json!("")),
        ("/indicators/0/name", json!("Minutes gagnées")),
    ]
}

fn departures(mine: &ProtocolBody, source: &ProtocolBody) -> Vec<(String, Vec<Breach>)> {
    let found = mine.deviations_from(source).into_iter();
    let found = found.map(|it| (it.clause.to_string(), it.breaches));
    found.collect()
}

fn put(json: &mut Value, pointer: &str, value: Value) {
    *json.pointer_mut(pointer).unwrap() = value;
}

proptest! {
    #[test]
    fn exactly_what_is_not_repeated_is_a_departure(
        changed in subsequence(repeated(), 0..=repeated().len()),
        free in subsequence(own(), 0..=own().len()),
    ) {
        let mut mine = whole();
        for (pointer, value, _) in &changed {
            put(&mut mine, pointer, value.clone());
        }
        for (pointer, value) in free {
            put(&mut mine, pointer, value);
        }
        let expected: Vec<_> = changed
            .iter()
            .map(|(_, _, name)| ((*name).to_owned(), vec![Breach::Rewritten]))
            .collect();
        prop_assert_eq!(departures(&read(mine), &read(whole())), expected);
    }
}

/// The text with other white space.
fn spaced(text: &str) -> Value {
    json!(format!(" {} ", text.replace(' ', "  ")))
}

#[test]
fn white_space_is_no_departure() {
    let mut mine = whole();
    let texts = [
        "/tasks/0",
        "/hypothesis",
        "/baseline",
        "/tool/name",
        "/tool/supplier",
        "/data/categories/0",
        "/data/hosting",
        "/safeguards/0",
        "/stop_criteria/0/text",
        "/indicators/0/definition",
    ];
    for pointer in texts {
        let text = mine.pointer(pointer).and_then(Value::as_str).unwrap();
        let text = spaced(text);
        put(&mut mine, pointer, text);
    }
    assert_eq!(departures(&read(mine), &read(whole())), []);
}

#[test]
fn an_indicator_is_removed_moved_or_added() {
    let source = read(whole());
    let mut turned = source.clone();
    turned.indicators.reverse();
    assert_eq!(departures(&turned, &source), []);
    let more = &mut turned.indicators;
    let mut third = more[0].clone();
    third.id = "troisieme".parse().unwrap();
    more.push(third);
    assert_eq!(departures(&turned, &source), []);
    // What was added there is missing here.
    let missing = [("indicator-troisieme".to_owned(), vec![Breach::Removed])];
    assert_eq!(departures(&source, &turned), missing);
}

#[test]
fn a_departure_is_called_what_the_source_calls_it() {
    let mut mine = whole();
    put(&mut mine, "/indicators/0/name", json!("Autre nom"));
    put(&mut mine, "/indicators/0/better", json!("lower"));
    put(&mut mine, "/baseline", json!(""));
    let found = read(mine).deviations_from(&read(whole()));
    let titles: Vec<_> = found.iter().map(|it| it.title.as_str()).collect();
    assert_eq!(titles, ["Situation de départ", "Temps gagné"]);
}

#[test]
fn the_longest_id_still_names_its_departure() {
    let id = "i".repeat(limits::INDICATOR_ID);
    let source = read(with("/indicators/0/id", json!(id)));
    assert_eq!(source.violations(), []);
    let found = departures(&read(with("/indicators", json!([]))), &source);
    assert_eq!(found[0].0, format!("indicator-{id}"));
}

/// A replication of the whole protocol whose draft says `mine`.
fn replicating(mine: ProtocolBody) -> Workbench<Experiment> {
    let staff = Staff {
        collectivity: collectivity(0),
    };
    let create = allowed::<act::Create, _>(&director(0), staff);
    let created = create.create::<Experiment>(resource_id(0), card("Essai"), read(whole()), at(0));
    let Begun { resource, .. } = created.unwrap().into_parts().0;
    let draft = Draft {
        body: mine,
        revision: 1,
        written_at: at(0),
    };
    Workbench {
        imposed: Imposed {
            base: Some(read(whole())),
            reasons: BTreeMap::new(),
        },
        ..bench(resource, Some(draft))
    }
}

#[test]
fn a_departure_is_published_with_its_reason_only() {
    let publish = |bench: Workbench<Experiment>| {
        let permitted = allowed::<act::Publish, _>(&director(0), bench);
        permitted.publish(prose("Essai."), at(9))
    };
    assert!(publish(replicating(read(whole()))).is_ok());
    let bench = replicating(read(with("/baseline", json!("80 minutes."))));
    let refused = publish(bench.clone()).unwrap_err();
    let baseline = "baseline".parse().unwrap();
    assert_eq!(refused, ResourceError::Unjustified(vec![baseline]));
    let baseline = "baseline".parse().unwrap();
    let permitted = allowed::<act::Write, _>(&director(0), bench.clone());
    let made = permitted.justify(&baseline, prose("Nos chiffres sont à nous."), at(5));
    let justified = made.unwrap().into_parts().0.justified;
    let mut bench = bench;
    bench.imposed.reasons.insert(baseline, justified.reason);
    let published = publish(bench).unwrap().into_parts().0;
    assert_eq!(published.version.deviations.len(), 1);
}
