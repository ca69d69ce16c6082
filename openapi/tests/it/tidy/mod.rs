//! What every file of the repository obeys, whichever crate it stands in.
//!
//! Clippy, rustfmt and cargo-deny cannot say these things; everything they can say is
//! left to them. Each rule is a pure function over a file's path and text and has a
//! test with an offender beside it: a rule that catches nothing is no rule.
//!
//! To add a rule: write it in `text.rs` (one file at a time) or `tree.rs` (what stands
//! where), show an offender, and call it below.

mod lexer;
mod source;
mod text;
mod tree;

use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

use source::Source;

/// The repository, seen from this crate.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// A place that breaks a rule; reads `path:line: rule`.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    path: String,
    line: Option<usize>,
    rule: String,
}

impl Finding {
    /// The rule is broken on one line.
    fn at(source: &Source, line: usize, rule: impl Into<String>) -> Self {
        let (path, line, rule) = (source.path.clone(), Some(line), rule.into());
        Self { path, line, rule }
    }

    /// The rule is broken by what stands, or does not stand, at a path.
    fn of(path: impl Into<String>, rule: impl Into<String>) -> Self {
        let (path, line, rule) = (path.into(), None, rule.into());
        Self { path, line, rule }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.path, self.rule),
            None => write!(f, "{}: {}", self.path, self.rule),
        }
    }
}

/// Fails with every finding at once, one per line.
fn nothing(found: &[Finding]) {
    let lines: Vec<String> = found.iter().map(Finding::to_string).collect();
    assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
}

/// Every source file obeys the rule.
fn all_obey(rule: fn(&Source) -> Vec<Finding>) -> io::Result<()> {
    let sources = source::below(Path::new(ROOT), &tree::CRATES)?;
    let found: Vec<Finding> = sources.iter().flat_map(rule).collect();
    nothing(&found);
    Ok(())
}

#[test]
fn the_walk_reaches_every_crate() -> io::Result<()> {
    let sources = source::below(Path::new(ROOT), &tree::CRATES)?;
    for name in tree::CRATES {
        let lib = format!("{name}/src/lib.rs");
        assert!(sources.iter().any(|s| s.path == lib), "{lib} was not read");
    }
    Ok(())
}

#[test]
fn every_file_says_what_it_is() -> io::Result<()> {
    all_obey(text::opens_with_its_doc)
}

#[test]
fn every_file_can_be_read_in_one_sitting() -> io::Result<()> {
    all_obey(text::is_short)
}

#[test]
fn nothing_is_left_for_later() -> io::Result<()> {
    all_obey(text::leaves_nothing_for_later)
}

#[test]
fn exceptions_to_a_lint_are_expected_not_allowed() -> io::Result<()> {
    all_obey(text::allows_no_lint)
}

#[test]
fn every_test_runs() -> io::Result<()> {
    all_obey(text::ignores_no_test)
}

#[test]
fn api_names_no_storage() -> io::Result<()> {
    all_obey(text::names_no_storage_in_api)
}

#[test]
fn only_infra_speaks_sql() -> io::Result<()> {
    all_obey(text::speaks_sql_only_in_infra)
}

#[test]
fn domain_is_pure() -> io::Result<()> {
    all_obey(text::is_pure_in_domain)
}

#[test]
fn every_crate_is_documented_by_its_readme() -> io::Result<()> {
    let sources = source::below(Path::new(ROOT), &tree::CRATES)?;
    let mut found = Vec::new();
    for name in tree::CRATES {
        let readme = Path::new(ROOT).join(name).join("README.md").is_file();
        found.extend(tree::documents_its_crate(name, readme, &sources));
    }
    nothing(&found);
    Ok(())
}

#[test]
fn every_folder_has_a_known_name() -> io::Result<()> {
    let sources = source::below(Path::new(ROOT), &tree::CRATES)?;
    nothing(&tree::folders_have_known_names(&sources));
    Ok(())
}

#[test]
fn capabilities_have_the_same_names_in_every_layer() -> io::Result<()> {
    let sources = source::below(Path::new(ROOT), &tree::CRATES)?;
    let found = tree::capabilities_stand_in_every_layer(&sources, tree::ABSENT);
    nothing(&found);
    Ok(())
}

#[test]
fn the_top_level_shows_what_a_newcomer_needs() -> io::Result<()> {
    let mut names = Vec::new();
    for entry in fs::read_dir(ROOT)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    nothing(&tree::top_level_is_small(&names));
    Ok(())
}

#[test]
fn a_finding_names_file_line_and_rule() {
    let source = Source::new("api/src/lib.rs", "");
    let shown = Finding::at(&source, 7, "a rule").to_string();
    assert_eq!(shown, "api/src/lib.rs:7: a rule");
    assert_eq!(
        Finding::of("notes.txt", "why").to_string(),
        "notes.txt: why"
    );
}
