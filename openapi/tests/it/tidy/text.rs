//! Rules that look at one file at a time.

use super::Finding;
use super::source::Source;

/// A longer file holds two things; schema.rs alone is generated.
const LONGEST: usize = 400;

/// Crates that keep or send; `redis` is a word too, hence a path only.
const STORAGE: [&str; 5] = [
    "diesel",
    "diesel_async",
    "diesel_migrations",
    "postgres_types",
    "tokio_postgres",
];

/// The parts of the standard library that reach outside the process or block.
const IMPURE_STD: [&str; 6] = ["env", "fs", "net", "os", "process", "thread"];

/// The first line says what the file is, and if useful why it is not something else.
pub(super) fn opens_with_its_doc(source: &Source) -> Vec<Finding> {
    let first = source.text.lines().next().unwrap_or_default();
    // A crate whose whole documentation is its README opens with that.
    let readme = source.path.ends_with("/src/lib.rs") && first.starts_with("#![doc = include_str!");
    let said = first
        .strip_prefix("//!")
        .is_some_and(|doc| !doc.trim().is_empty());
    if said || readme {
        return Vec::new();
    }
    vec![Finding::at(
        source,
        1,
        "open the file with `//!` and what it is",
    )]
}

/// A file is read from top to bottom.
pub(super) fn is_short(source: &Source) -> Vec<Finding> {
    let generated = source.is_below("infra/") && source.path.ends_with("/schema.rs");
    let lines = source.text.lines().count();
    if generated || lines <= LONGEST {
        return Vec::new();
    }
    let rule = format!("{lines} lines; split it, {LONGEST} is the limit");
    vec![Finding::at(source, LONGEST + 1, rule)]
}

/// What is not done is not there; what is known to be missing stands in the README.
pub(super) fn leaves_nothing_for_later(source: &Source) -> Vec<Finding> {
    let rule = "finish it, or write it down as a known limit in the crate's README";
    let mut found = lines_where(source, &source.parts.comments, rule, |line| {
        words(line).any(|word| matches!(word, "FIXME" | "XXX" | "TODO"))
    });
    found.extend(lines_where(source, &source.parts.code, rule, |line| {
        line.contains("todo!") || line.contains("unimplemented!")
    }));
    found
}

/// An expectation fails once it is no longer needed; an allowance stays for ever.
pub(super) fn allows_no_lint(source: &Source) -> Vec<Finding> {
    let rule = "`#[expect(…, reason = \"…\")]` instead of `allow`";
    lines_where(source, &source.parts.code, rule, |line| {
        let dense: String = line.split_whitespace().collect();
        let conditional = dense.contains("cfg_attr(") && dense.contains(",allow(");
        dense.contains("#[allow(") || dense.contains("#![allow(") || conditional
    })
}

/// A test that does not run proves nothing.
pub(super) fn ignores_no_test(source: &Source) -> Vec<Finding> {
    let rule = "run the test or delete it";
    lines_where(source, &source.parts.code, rule, |line| {
        let dense: String = line.split_whitespace().collect();
        let conditional = dense.contains("cfg_attr(") && dense.contains(",ignore");
        dense.contains("#[ignore") || conditional
    })
}

/// `api` asks the `Store`; its tests do too.
pub(super) fn names_no_storage_in_api(source: &Source) -> Vec<Finding> {
    if !source.is_below("api/") {
        return Vec::new();
    }
    let rule = "only `infra` names Diesel, PostgreSQL and Redis";
    lines_where(source, &source.parts.code, rule, |line| {
        words(line).any(|word| STORAGE.contains(&word)) || names_path(line, "redis::")
    })
}

/// Tables are named where their rows are kept.
pub(super) fn speaks_sql_only_in_infra(source: &Source) -> Vec<Finding> {
    if !source.is_below("api/") && !source.is_below("domain/") {
        return Vec::new();
    }
    let literals = source.parts.literals.iter();
    literals
        .filter(|(_, text)| is_sql(text))
        .map(|(line, _)| Finding::at(source, *line, "SQL stands in `infra/src/<capability>` only"))
        .collect()
}

/// `domain` cannot fail for outside reasons: no async, no I/O, no clock.
pub(super) fn is_pure_in_domain(source: &Source) -> Vec<Finding> {
    if !source.is_below("domain/src/") {
        return Vec::new();
    }
    let code = &source.parts.code;
    let rule = "`domain` is pure: no async, no I/O, no clock";
    let mut found = lines_where(source, code, rule, |line| {
        words(line).any(|word| matches!(word, "async" | "await" | "SystemTime"))
            || line.contains("Instant::now")
    });
    for (line, module) in std_modules(code) {
        if IMPURE_STD.contains(&module) {
            found.push(Finding::at(
                source,
                line,
                format!("{rule} (`std::{module}`)"),
            ));
        }
    }
    found
}

/// A finding for each line of a view of the file that breaks the rule.
fn lines_where(
    source: &Source,
    view: &str,
    rule: &str,
    breaks: impl Fn(&str) -> bool,
) -> Vec<Finding> {
    let lines = (1..).zip(view.lines());
    lines
        .filter(|(_, line)| breaks(line))
        .map(|(number, _)| Finding::at(source, number, rule))
        .collect()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| !is_word(c)).filter(|word| !word.is_empty())
}

/// Whether the path starts here: `redis::x` and `::redis::x`, not `not_redis::x`.
fn names_path(line: &str, path: &str) -> bool {
    line.match_indices(path)
        .any(|(at, _)| !line.split_at(at).0.ends_with(is_word))
}

/// Statements and fragments; prose is told apart by its capital letter.
fn is_sql(text: &str) -> bool {
    let spaced = text.replace("\\n", " ").replace("\\t", " ");
    let all: Vec<String> = words(&spaced).map(keyword).collect();
    let next = |pair: [&str; 2]| all.windows(2).any(|w| w == pair);
    let after = |first: &str, second: &str| {
        let mut rest = all.iter().skip_while(|word| *word != first).skip(1);
        rest.any(|word| word == second)
    };
    after("select", "from")
        || all.first().is_some_and(|word| word == "update") && after("update", "set")
        || [["insert", "into"], ["delete", "from"]]
            .into_iter()
            .any(next)
        || ["create", "alter", "drop", "truncate"]
            .into_iter()
            .any(|verb| next([verb, "table"]))
}

/// `SELECT` and `select` are the keyword; `Select` starts a sentence.
fn keyword(word: &str) -> String {
    if word.chars().any(char::is_lowercase) {
        word.to_owned()
    } else {
        word.to_lowercase()
    }
}

/// The modules of `std` that the code names, those of `use std::{…}` too.
fn std_modules(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (at, path) in code.match_indices("std::") {
        let (before, tail) = code.split_at(at + path.len());
        if code.split_at(at).0.ends_with(is_word) {
            continue;
        }
        let line = before.matches('\n').count() + 1;
        let modules = if tail.starts_with('{') {
            group(tail)
        } else {
            vec![tail]
        };
        found.extend(modules.into_iter().filter_map(|text| {
            let module = text.split(|c| !is_word(c)).next()?;
            Some((line, module))
        }));
    }
    found
}

/// The members of `{a, b::{c, d}}`: what follows the brace and each comma of its level.
fn group(tail: &str) -> Vec<&str> {
    let mut members = Vec::new();
    let (mut depth, mut fresh) = (0_usize, false);
    for (at, c) in tail.char_indices() {
        match c {
            '{' => {
                depth += 1;
                fresh = depth == 1;
            }
            '}' if depth == 1 => break,
            '}' => depth -= 1,
            ',' => fresh = depth == 1,
            _ if fresh && is_word(c) => {
                members.push(tail.split_at(at).1);
                fresh = false;
            }
            _ => {}
        }
    }
    members
}

#[cfg(test)]
#[path = "text_offenders.rs"]
mod offenders;
