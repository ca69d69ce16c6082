//! Variables: typed values, French forms, and no markup out of a value.

use chrono::NaiveDate;
use maillage_domain::commons::{
    Body, CharterBody, DIALECT, Value, ValueError, Values, VariableType, fill,
};
use proptest::prelude::*;
use pulldown_cmark::{Event, Parser, Tag};
use serde_json::json;

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn shown(holds: VariableType, written: &str) -> String {
    Value::parse(holds, written)
        .unwrap()
        .unwrap()
        .as_str()
        .to_owned()
}

/// The values of a body that declares `x` as text, given as `written`.
fn x_is(written: &str) -> Values {
    let mut body = body("");
    body.variables[0].default = Some(written.to_owned());
    Values::default().with_defaults(&body.variables)
}

fn body(text: &str) -> CharterBody {
    serde_json::from_value(json!({
        "preamble": "{{ date }}, {{collectivity.name}}",
        "variables": [
            {"name": "x", "label": "X"},
            {"name": "mois", "label": "Mois", "type": "number", "default": "6"},
            {"name": "jour", "label": "Jour", "type": "date", "default": "bientôt"},
        ],
        "clauses": [{"id": "a", "title": "A", "text": text}],
    }))
    .unwrap()
}

/// What a reader sees, and how many marks other than the paragraph stand around it.
fn read(text: &str) -> (String, usize) {
    let mut seen = String::new();
    let mut marks = 0;
    for event in Parser::new_ext(text, DIALECT) {
        match event {
            Event::Text(text) => seen.push_str(&text),
            Event::SoftBreak => seen.push(' '),
            Event::Start(Tag::Paragraph) | Event::End(_) => {}
            _ => marks += 1,
        }
    }
    (seen, marks)
}

#[test]
fn a_value_reads_as_french_writes_it() {
    use VariableType::{Date, Number, Text};
    assert_eq!(shown(Number, "12345"), "12\u{202f}345");
    assert_eq!(shown(Number, "123"), "123");
    assert_eq!(
        shown(Number, " -1234567,5 "),
        "\u{2212}1\u{202f}234\u{202f}567,5"
    );
    assert_eq!(shown(Date, "2026-11-23"), "23 novembre 2026");
    assert_eq!(shown(Date, "2026-05-01"), "1er mai 2026");
    assert_eq!(shown(Text, " le maire "), "le maire");
}

#[test]
fn a_value_of_another_type_is_refused() {
    use VariableType::{Date, Number, Text};
    let refused = |holds, written: &str| Value::parse(holds, written).unwrap_err();
    for written in ["six", "1e9", "--1", "1.2.3", "1.", "٣"] {
        assert_eq!(refused(Number, written), ValueError::Number, "{written}");
    }
    assert_eq!(refused(Date, "2026-02-30"), ValueError::Date);
    assert_eq!(refused(Text, "deux\nlignes"), ValueError::Control);
    assert_eq!(refused(Text, &"x".repeat(20_001)), ValueError::TooLong);
    for error in [
        ValueError::TooLong,
        ValueError::Control,
        ValueError::Number,
        ValueError::Date,
    ] {
        assert_eq!(error.code(), error.to_string());
    }
}

#[test]
fn what_the_platform_knows_fills_without_being_asked() {
    let siren = "200054781".parse().unwrap();
    let values = Values::built_in("Métropole", &siren, Some(7_000_000), day(2026, 5, 1));
    let text =
        "{{collectivity.name}} ({{ collectivity.siren }}), {{collectivity.population}}, {{date}}";
    assert_eq!(
        fill(text, &values),
        "Métropole (200054781), 7\u{202f}000\u{202f}000, 1er mai 2026"
    );
    let unknown = Values::built_in("Métropole", &siren, None, day(2026, 5, 1));
    assert_eq!(
        fill("{{collectivity.population}}", &unknown),
        "{{collectivity.population}}"
    );
}

#[test]
fn what_nothing_resolves_is_named_once_in_reading_order() {
    let body = body("{{x}} {{mois}} {{jour}} {{ x }} {{collectivity.population}}");
    // A default that is no date resolves nothing; what the platform knows needs none.
    assert_eq!(body.unresolved(), ["x", "jour"]);
}

#[test]
fn a_default_is_held_to_its_type_where_it_stands() {
    let mut body = body("");
    body.variables[0].default = Some("deux\nlignes".to_owned());
    body.variables[1].default = Some("six".to_owned());
    let found = body.violations();
    let found: Vec<_> = found
        .iter()
        .map(|violation| (violation.pointer.as_str(), violation.code))
        .collect();
    assert_eq!(
        found,
        [
            ("/variables/0/default", "text_control_character"),
            ("/variables/1/default", "variable_value_number"),
            ("/variables/2/default", "variable_value_date"),
        ]
    );
    for variable in &mut body.variables {
        variable.default = Some(" ".to_owned());
    }
    assert_eq!(body.violations(), []);
}

#[test]
fn a_value_is_filled_once() {
    let values = x_is("{{date}} {{x}}");
    let filled = fill("{{x}}", &values);
    assert_eq!(fill(&filled, &values), filled);
    assert_eq!(read(&filled), ("{{date}} {{x}}".to_owned(), 0));
}

#[test]
fn a_value_does_not_leave_the_code_it_stands_in() {
    let filled = fill("`{{x}}`", &x_is("a` <b> `c"));
    let events: Vec<_> = Parser::new_ext(&filled, DIALECT).collect();
    assert_eq!(events.len(), 3, "{events:?}");
}

proptest! {
    #[test]
    fn a_value_shows_as_written_and_marks_nothing_up(
        value in r"[-+=#*_`~<>\[\]()!|&\\{}.:a1 ]{1,16}|javascript:[a-z()]{3}|\PC{1,12}",
        before in "(|mot |\\(|1)",
    ) {
        prop_assume!(!value.trim().is_empty());
        let (seen, marks) = read(&fill(&format!("{before}{{{{x}}}}"), &x_is(&value)));
        prop_assert_eq!(marks, 0);
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        prop_assert_eq!(words(&seen), words(&format!("{}{}", before, value.trim())));
    }
}
