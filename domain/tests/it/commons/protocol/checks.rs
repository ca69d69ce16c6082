//! What a protocol must keep to, as a draft and before a trial begins.

use maillage_domain::commons::{Body, limits};
use maillage_domain::value::Violation;
use serde_json::{Value, json};

use super::{read, whole, with};

fn said(found: &[Violation]) -> Vec<String> {
    let said = |it: &Violation| format!("{} {}", it.pointer.as_str(), it.code);
    found.iter().map(said).collect()
}

/// What is said of the whole protocol with another value in one place.
#[track_caller]
fn broken(pointer: &str, value: Value) -> Vec<String> {
    said(&read(with(pointer, value)).violations())
}

fn indicators(count: usize) -> Value {
    let one = |n: usize| {
        json!({ "id": format!("i{n}"), "code": "x-autre", "name": "N", "better": "neither",
            "measure": "log_odds_ratio" })
    };
    (0..count).map(one).collect()
}

#[test]
fn a_draft_may_say_almost_nothing() {
    let body = read(json!({ "use_case": "x-essai", "design": "before_after" }));
    assert_eq!(body.violations(), []);
    assert_eq!(read(whole()).violations(), []);
}

#[test]
fn a_trial_waits_for_what_it_cannot_be_judged_without() {
    assert_eq!(read(whole()).missing_before_start(), []);
    let body = read(json!({ "use_case": "x-essai", "design": "paired" }));
    assert_eq!(
        said(&body.missing_before_start()),
        [
            "/indicators indicator_primary_missing",
            "/baseline text_empty",
            "/weeks missing_field",
            "/stop_criteria stop_criterion_missing",
            "/oversight overseer_missing",
        ]
    );
    for (pointer, value, told) in [
        (
            "/indicators/0/primary",
            json!(false),
            "/indicators indicator_primary_missing",
        ),
        (
            "/indicators",
            json!([]),
            "/indicators indicator_primary_missing",
        ),
        ("/baseline", json!(" \n"), "/baseline text_empty"),
        ("/weeks", json!(null), "/weeks missing_field"),
        (
            "/stop_criteria",
            json!([]),
            "/stop_criteria stop_criterion_missing",
        ),
        ("/oversight", json!([]), "/oversight overseer_missing"),
    ] {
        let body = read(with(pointer, value));
        assert_eq!(said(&body.missing_before_start()), [told]);
        // Nothing of it stands in the way of a publication.
        assert_eq!(body.violations(), []);
    }
}

#[test]
fn every_text_has_an_end() {
    let lines = [
        "/service",
        "/tasks/0",
        "/indicators/0/name",
        "/indicators/0/unit",
        "/tool/name",
        "/tool/supplier",
        "/data/categories/0",
        "/data/hosting",
        "/safeguards/0",
        "/oversight/0/function",
        "/stop_criteria/0/text",
    ];
    let paragraphs = [
        "/hypothesis",
        "/population/description",
        "/indicators/0/definition",
        "/baseline",
        "/oversight/0/duty",
        "/energy",
    ];
    let lines = lines.map(|at| (at, limits::TITLE));
    let paragraphs = paragraphs.map(|at| (at, limits::PARAGRAPH));
    for (at, most) in lines.into_iter().chain(paragraphs) {
        assert_eq!(broken(at, json!("é".repeat(most))), [""; 0], "{at}");
        let long = broken(at, json!("é".repeat(most + 1)));
        assert_eq!(long, [format!("{at} text_too_long")]);
        let control = broken(at, json!("a\u{7}b"));
        assert_eq!(control, [format!("{at} text_control_character")]);
        let broken_line = broken(at, json!("a\nb"));
        let told = (most == limits::TITLE).then(|| format!("{at} text_control_character"));
        assert_eq!(broken_line, told.into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn what_is_named_has_a_name() {
    for at in [
        "/tasks/0",
        "/indicators/0/name",
        "/data/categories/0",
        "/safeguards/0",
        "/oversight/0/function",
        "/stop_criteria/0/text",
    ] {
        assert_eq!(broken(at, json!(" ")), [format!("{at} text_empty")]);
    }
    for at in ["/service", "/indicators/0/unit", "/tool/name", "/baseline"] {
        assert_eq!(broken(at, json!("")), [""; 0]);
    }
}

#[test]
fn every_list_has_an_end() {
    let lines = |count: usize| json!(vec!["Une ligne"; count]);
    let overseers = |count: usize| json!(vec![json!({ "function": "Chef" }); count]);
    let criteria = |count: usize| -> Value {
        let one = |n: usize| json!({ "id": format!("c{n}"), "text": "Arrêt." });
        (0..count).map(one).collect()
    };
    let lists: [(&str, &dyn Fn(usize) -> Value); 6] = [
        ("/tasks", &lines),
        ("/indicators", &indicators),
        ("/data/categories", &lines),
        ("/safeguards", &lines),
        ("/oversight", &overseers),
        ("/stop_criteria", &criteria),
    ];
    assert_eq!(limits::ENTRIES, 30);
    for (at, list) in lists {
        assert_eq!(broken(at, list(30)), [""; 0], "{at}");
        let told = [format!("{at} entries_too_many")];
        assert_eq!(broken(at, list(31)), told);
    }
}

#[test]
fn entries_beyond_the_limit_are_counted_and_not_looked_at() {
    let empty = |entry: Value| json!(vec![entry; 1_000]);
    for (at, entry) in [
        ("/oversight", json!({ "function": "" })),
        ("/stop_criteria", json!({ "id": "a", "text": "" })),
        ("/safeguards", json!("")),
    ] {
        let told = broken(at, empty(entry));
        assert!(told.len() <= 1 + 2 * limits::ENTRIES, "{}", told.len());
    }
}

#[test]
fn ids_are_unique_and_name_a_deviation() {
    let same = json!("temps");
    assert_eq!(
        broken("/indicators/1/id", same),
        ["/indicators/1/id clause_id_duplicate"]
    );
    let twice = json!([{ "id": "a", "text": "Arrêt." }, { "id": "a", "text": "Arrêt." }]);
    assert_eq!(
        broken("/stop_criteria", twice),
        ["/stop_criteria/1/id clause_id_duplicate"]
    );
    let id = |length: usize| json!("i".repeat(length));
    assert_eq!(broken("/indicators/0/id", id(50)), [""; 0]);
    assert_eq!(
        broken("/indicators/0/id", id(51)),
        ["/indicators/0/id text_too_long"]
    );
}

#[test]
fn a_measure_fits_its_indicator_and_a_trial_takes_time() {
    assert_eq!(
        broken("/indicators/0/measure", json!("log_risk_ratio")),
        ["/indicators/0/measure measure_unfit"]
    );
    assert_eq!(
        broken("/indicators/0/measure", json!("ratio_of_means")),
        [""; 0]
    );
    assert_eq!(broken("/weeks", json!(0)), ["/weeks number_zero"]);
    assert_eq!(broken("/weeks", json!(1)), [""; 0]);
}

#[test]
fn its_words_can_be_searched_for() {
    let text = read(whole()).text();
    for word in [
        "Comptes rendus de réunions",
        "Secrétariat général",
        "On y gagne du temps.",
        "Rédiger",
        "Temps gagné",
        "Scribe 3",
    ] {
        assert!(text.contains(word), "{word}");
    }
}
