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
    nothing(&breaking_differences(&released, document()));
}

#[test]
fn the_changelog_begins_with_what_is_not_released() {
    let first = CHANGELOG.lines().find_map(|line| line.strip_prefix("## "));
    assert_eq!(first, Some("Unreleased"));
}
