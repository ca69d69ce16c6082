//! The committed document says what the code says.

use maillage_api::cli::PUBLISHED;
use maillage_api::document;

/// What brings the committed document up to date.
const REFRESH: &str = "cargo run -q -- openapi > openapi/openapi.json";

#[test]
fn the_committed_document_is_that_of_the_code() {
    let current = document::text(PUBLISHED);
    let mut lines = maillage_openapi::TEXT.lines().zip(current.lines());
    let differs = (1..).zip(&mut lines).find(|(_, (kept, made))| kept != made);
    assert!(
        maillage_openapi::TEXT == current,
        "openapi/openapi.json is out of date, first at {differs:?}.\n\
         Refresh it, read the difference, and tell partners of it in openapi/CHANGELOG.md:\n\
         {REFRESH}"
    );
}

/// What brings the committed description of the events up to date.
const REFRESH_EVENTS: &str = "cargo run -q -- asyncapi > openapi/asyncapi.json";

#[test]
fn the_committed_events_are_those_of_the_code() {
    assert!(
        maillage_openapi::EVENTS == document::events::text(PUBLISHED),
        "openapi/asyncapi.json is out of date. Refresh it, read the difference, and tell partners \
         of it in openapi/CHANGELOG.md:\n{REFRESH_EVENTS}"
    );
}

#[test]
fn every_reference_among_the_events_leads_somewhere() {
    let events: serde_json::Value = serde_json::from_str(maillage_openapi::EVENTS).unwrap();
    let references = maillage_openapi::EVENTS.split("\"$ref\": \"#").skip(1);
    let references: Vec<_> = references.filter_map(|it| it.split('"').next()).collect();
    assert!(references.len() > 60);
    for reference in references {
        assert!(events.pointer(reference).is_some(), "{reference}");
    }
}

#[test]
fn the_readme_tells_how_to_refresh_it() {
    let readme = include_str!("../../README.md");
    assert!(readme.contains(REFRESH));
    assert!(readme.contains(REFRESH_EVENTS));
}
