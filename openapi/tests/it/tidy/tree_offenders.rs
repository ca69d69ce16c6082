//! Each rule of `tree.rs` catches its offender and lets the honest neighbour pass.

use super::*;

fn sources(paths: &[&str]) -> Vec<Source> {
    paths
        .iter()
        .map(|path| Source::new(*path, "//! A.\n"))
        .collect()
}

fn shown(found: &[Finding]) -> Vec<String> {
    found.iter().map(|finding| finding.path.clone()).collect()
}

#[test]
fn a_crate_without_its_readme() {
    let doc = "//! A.\n#![doc = include_str!(\"../README.md\")]\n";
    let good = [Source::new("api/src/lib.rs", doc)];
    assert_eq!(documents_its_crate("api", true, &good), []);
    let found = documents_its_crate("api", false, &good);
    assert_eq!(shown(&found), ["api/README.md"]);

    let bare = sources(&["api/src/lib.rs"]);
    let found = documents_its_crate("api", true, &bare);
    assert_eq!(shown(&found), ["api/src/lib.rs"]);
    assert_eq!(
        shown(&documents_its_crate("api", true, &[])),
        ["api/src/lib.rs"]
    );
}

#[test]
fn a_folder_with_a_name_of_its_own() {
    let good = sources(&[
        "api/src/http/page.rs",
        "api/src/groups/kinds/a.rs",
        "api/src/main.rs",
        "infra/src/jobs/a.rs",
        "openapi/tests/it/tidy/a.rs",
    ]);
    assert_eq!(folders_have_known_names(&good), []);
    let bad = sources(&[
        "api/src/utils/a.rs",
        "api/src/utils/b.rs",
        "domain/src/http/a.rs",
        "api/tests/it/group/a.rs",
    ]);
    let found = folders_have_known_names(&bad);
    let expected = ["api/src/utils", "api/tests/it/group", "domain/src/http"];
    assert_eq!(shown(&found), expected);
}

#[test]
fn a_capability_missing_in_a_layer() {
    let mut all = sources(&[
        "domain/src/groups/mod.rs",
        "infra/src/groups.rs",
        "api/src/groups/mod.rs",
        "api/tests/it/groups/mod.rs",
    ]);
    assert_eq!(capabilities_stand_in_every_layer(&all, &[]), []);
    let excuse = [("infra/src/", "groups")];
    let found = capabilities_stand_in_every_layer(&all, &excuse);
    assert_eq!(shown(&found), ["infra/src/groups"]);

    all.remove(1);
    let found = capabilities_stand_in_every_layer(&all, &[]);
    assert_eq!(shown(&found), ["infra/src/groups"]);
    assert_eq!(capabilities_stand_in_every_layer(&all, &excuse), []);
}

#[test]
fn a_top_level_with_something_else() {
    let mut names: Vec<String> = TOP.map(str::to_owned).to_vec();
    names.extend([".git".to_owned(), "target".to_owned()]);
    assert_eq!(top_level_is_small(&names), []);
    names.push("notes.txt".to_owned());
    names.retain(|name| name != "LICENSE");
    assert_eq!(shown(&top_level_is_small(&names)), ["notes.txt", "LICENSE"]);
}
