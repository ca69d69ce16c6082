//! Within `/v1` nothing changes that could break a caller.

mod difference;
mod examples;
mod schema;

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use crate::contract::{document, nothing};
use difference::breaking_differences;

/// The document of the first release of `/v1`, once there is one.
const RELEASED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi-v1.json");
const CHANGELOG: &str = include_str!("../../../CHANGELOG.md");

/// Before the first release there is nothing to be compatible with, and the changelog says so.
#[test]
fn nothing_breaks_a_caller_of_the_released_version() {
    let unreleased = CHANGELOG.contains("\nNothing is released yet");
    let released = match fs::read_to_string(Path::new(RELEASED)) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            assert!(
                unreleased,
                "the changelog speaks of a release: keep its document as openapi/openapi-v1.json"
            );
            return;
        }
        Err(error) => panic!("{RELEASED}: {error}"),
    };
    assert!(
        !unreleased,
        "openapi-v1.json is there: the changelog must tell of the release"
    );
    let released = serde_json::from_str(&released).unwrap();
    nothing(&unannounced(
        breaking_differences(&released, document()),
        CHANGELOG,
    ));
}

/// The differences that no line of what is not released yet tells partners of, word by word.
fn unannounced(found: Vec<String>, changelog: &str) -> Vec<String> {
    let unreleased = changelog.split("\n## ").nth(1).unwrap_or_default();
    let told = |difference: &String| {
        let line = format!("- Breaking: {difference}");
        unreleased.lines().any(|told| told.starts_with(&line))
    };
    found.into_iter().filter(|it| !told(it)).collect()
}

#[test]
fn a_breaking_difference_needs_a_line_in_the_changelog() {
    let found = || vec!["GET /v1/me: gone".to_owned()];
    let told =
        "# Changelog\n\n## Unreleased\n\n- Breaking: GET /v1/me: gone. Use another.\n\n## 1\n";
    assert!(unannounced(found(), told).is_empty());
    for silent in [
        "# Changelog\n\n## Unreleased\n\n- GET /v1/me: gone.\n",
        "# Changelog\n\n## Unreleased\n\n- Breaking: GET /v1/you: gone.\n",
        "# Changelog\n\n## Unreleased\n\n## 1\n\n- Breaking: GET /v1/me: gone.\n",
        "",
    ] {
        assert_eq!(unannounced(found(), silent), found(), "{silent}");
    }
}

#[test]
fn the_changelog_begins_with_what_is_not_released() {
    let first = CHANGELOG.lines().find_map(|line| line.strip_prefix("## "));
    assert_eq!(first, Some("Unreleased"));
}
