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

#[test]
fn the_readme_tells_how_to_refresh_it() {
    let readme = include_str!("../../README.md");
    assert!(readme.contains(REFRESH));
}
