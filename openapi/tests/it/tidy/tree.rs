//! Rules about what stands where.

use std::collections::BTreeSet;

use super::Finding;
use super::source::Source;

/// The crates, and so the folders, of the workspace.
pub(super) const CRATES: [&str; 4] = ["api", "domain", "infra", "openapi"];

/// The inner cut: the same names in every layer.
const CAPABILITIES: [&str; 9] = [
    "commons",
    "evaluation",
    "governance",
    "groups",
    "identity",
    "partners",
    "register",
    "roadmap",
    "transparency",
];

/// The layers that a capability cuts through.
const LAYERS: [&str; 4] = ["domain/src/", "infra/src/", "api/src/", "api/tests/it/"];

/// Capabilities that have nothing to say in a layer. This list may only shrink: an
/// entry that is no longer true fails.
pub(super) const ABSENT: &[(&str, &str)] = &[];

/// Folders that serve every capability.
const SHARED: [(&str, &[&str]); 7] = [
    ("domain/src/", &["access", "value"]),
    ("domain/tests/it/", &["access", "value"]),
    (
        "infra/src/",
        &[
            "ambient", "demo", "embedded", "jobs", "outbound", "shared", "store", "testing",
            "trail",
        ],
    ),
    (
        "infra/tests/it/",
        &[
            "ambient", "demo", "embedded", "jobs", "outbound", "shared", "store", "trail", "wall",
        ],
    ),
    (
        "api/src/",
        &["cli", "ctx", "document", "health", "http", "trail"],
    ),
    (
        "api/tests/it/",
        &["access", "faults", "http", "readme", "support", "trail"],
    ),
    ("openapi/tests/it/", &["compatible", "complete", "tidy"]),
];

/// What a newcomer sees first. Hidden files configure tools; `target` is not kept.
const TOP: [&str; 9] = [
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "api",
    "docker-compose.yml",
    "domain",
    "infra",
    "openapi",
];

/// The crate's README is its documentation, so that it is checked and stays true.
pub(super) fn documents_its_crate(name: &str, readme: bool, sources: &[Source]) -> Vec<Finding> {
    let mut found = Vec::new();
    if !readme {
        let path = format!("{name}/README.md");
        found.push(Finding::of(path, "every crate has a README"));
    }
    let path = format!("{name}/src/lib.rs");
    let doc = "#![doc = include_str!(\"../README.md\")]";
    let lib = sources.iter().find(|source| source.path == path);
    match lib {
        None => found.push(Finding::of(
            path,
            "every crate is a library too, for its tests",
        )),
        Some(lib) if !lib.text.lines().any(|line| line == doc) => {
            found.push(Finding::at(lib, 1, format!("include the README: `{doc}`")));
        }
        Some(_) => {}
    }
    found
}

/// A folder is a capability or serves them all.
pub(super) fn folders_have_known_names(sources: &[Source]) -> Vec<Finding> {
    let mut unknown = BTreeSet::new();
    for source in sources {
        for (place, shared) in SHARED {
            let Some(rest) = source.path.strip_prefix(place) else {
                continue;
            };
            let Some((folder, _)) = rest.split_once('/') else {
                continue;
            };
            if !CAPABILITIES.contains(&folder) && !shared.contains(&folder) {
                unknown.insert(format!("{place}{folder}"));
            }
        }
    }
    unknown
        .into_iter()
        .map(|path| {
            Finding::of(
                path,
                "a folder is a capability, or shared and named in `tree.rs`",
            )
        })
        .collect()
}

/// Who looks for a capability finds it under one name, from its rules to its tests.
pub(super) fn capabilities_stand_in_every_layer(
    sources: &[Source],
    absent: &[(&str, &str)],
) -> Vec<Finding> {
    let stands = |layer: &str, capability: &str| {
        let file = format!("{layer}{capability}.rs");
        let folder = format!("{layer}{capability}/");
        sources
            .iter()
            .any(|s| s.path == file || s.is_below(&folder))
    };
    let mut found = Vec::new();
    for capability in CAPABILITIES {
        if !LAYERS.iter().any(|layer| stands(layer, capability)) {
            continue;
        }
        for layer in LAYERS {
            let excused = absent.contains(&(layer, capability));
            let rule = match (stands(layer, capability), excused) {
                (false, false) => "this capability is missing in this layer",
                (true, true) => "it stands here: take it off the list `ABSENT`",
                (true, false) | (false, true) => continue,
            };
            found.push(Finding::of(format!("{layer}{capability}"), rule));
        }
    }
    found
}

/// Everything else belongs into a crate.
pub(super) fn top_level_is_small(names: &[String]) -> Vec<Finding> {
    let shown = |name: &&String| !name.starts_with('.') && *name != "target";
    let extra = names
        .iter()
        .filter(shown)
        .filter(|name| !TOP.contains(&name.as_str()))
        .map(|name| Finding::of(name, "does not belong to the top level"));
    let missing = TOP
        .into_iter()
        .filter(|name| !names.iter().any(|n| n == name))
        .map(|name| Finding::of(name, "is missing from the top level"));
    extra.chain(missing).collect()
}

#[cfg(test)]
#[path = "tree_offenders.rs"]
mod offenders;
