//! Each rule of `text.rs` catches its offender and lets the honest neighbour pass.

use super::*;

const NONE: [usize; 0] = [];

/// The lines on which the rule is broken.
fn lines(rule: fn(&Source) -> Vec<Finding>, path: &str, text: &str) -> Vec<usize> {
    let found = rule(&Source::new(path, text));
    assert!(found.iter().all(|finding| finding.path == path));
    found
        .into_iter()
        .filter_map(|finding| finding.line)
        .collect()
}

#[test]
fn a_file_without_its_doc() {
    let rule = opens_with_its_doc;
    assert_eq!(lines(rule, "api/src/a.rs", "use a::b;\n//! Late.\n"), [1]);
    assert_eq!(lines(rule, "api/src/a.rs", ""), [1]);
    assert_eq!(lines(rule, "api/src/a.rs", "//!\n"), [1]);
    assert_eq!(lines(rule, "api/src/a.rs", "// Not a doc.\n"), [1]);
    assert_eq!(lines(rule, "api/src/a.rs", "//! What it is.\n"), NONE);
    let readme = "#![doc = include_str!(\"../README.md\")]\n";
    assert_eq!(lines(rule, "api/src/lib.rs", readme), NONE);
    assert_eq!(lines(rule, "api/src/a.rs", readme), [1]);
}

#[test]
fn a_file_too_long() {
    let text = "//! Long.\n".repeat(LONGEST);
    assert_eq!(lines(is_short, "infra/src/a.rs", &text), NONE);
    let text = text + "//! One more.\n";
    assert_eq!(lines(is_short, "infra/src/a.rs", &text), [LONGEST + 1]);
    assert_eq!(lines(is_short, "infra/src/schema.rs", &text), NONE);
    assert_eq!(lines(is_short, "api/src/schema.rs", &text), [LONGEST + 1]);
}

#[test]
fn a_thing_left_for_later() {
    let rule = leaves_nothing_for_later;
    let text = "//! A.\n// FIXME: b\n/* c\nXXX */\nfn d() { todo!() }\n// TODO e\n";
    assert_eq!(lines(rule, "api/src/a.rs", text), [2, 4, 6, 5]);
    let text = "//! A.\nlet b = \"FIXME todo!\"; // fixmes, XXXL\n";
    assert_eq!(lines(rule, "api/src/a.rs", text), NONE);
}

#[test]
fn a_lint_allowed() {
    let text = "//! A.\n#[allow(dead_code)]\n#![allow( unused )]\n# [ allow (x)]\n\
                #[cfg_attr(test, allow(x))]\n";
    assert_eq!(lines(allows_no_lint, "infra/src/a.rs", text), [2, 3, 4, 5]);
    let text = "//! `#[allow(x)]`.\n#[expect(x, reason = \"#[allow(y)]\")]\nlist.allow(z);\n";
    assert_eq!(lines(allows_no_lint, "infra/src/a.rs", text), NONE);
}

#[test]
fn a_test_ignored() {
    let text = "//! A.\n#[ignore]\n#[ignore = \"slow\"]\n#[cfg_attr(ci, ignore)]\n";
    assert_eq!(lines(ignores_no_test, "api/tests/it/a.rs", text), [2, 3, 4]);
    let text = "//! `#[ignore]`.\nlet b = ignore(c);\n";
    assert_eq!(lines(ignores_no_test, "api/tests/it/a.rs", text), NONE);
}

#[test]
fn a_storage_crate_named_in_api() {
    let rule = names_no_storage_in_api;
    let text = "//! A.\nuse diesel::prelude::*;\nuse ::redis::Client;\nfn f(r: redis::Value) {}\n\
                use tokio_postgres as x;\n";
    assert_eq!(lines(rule, "api/src/a.rs", text), [2, 3, 4, 5]);
    assert_eq!(lines(rule, "api/tests/it/a.rs", text), [2, 3, 4, 5]);
    assert_eq!(lines(rule, "infra/src/a.rs", text), NONE);
    let text = "//! Never diesel, never redis::Client.\nlet a = ready.redis && not_redis::b();\n\
                let c = \"diesel\";\n";
    assert_eq!(lines(rule, "api/src/a.rs", text), NONE);
}

#[test]
fn sql_outside_infra() {
    let rule = speaks_sql_only_in_infra;
    let text = "//! A.\nq(\"select 1 from person\");\nq(\"SELECT id\\nFROM person\");\n\
                q(\"\n  insert\n  into person values (1)\");\nq(r#\"delete from \"group\"\"#);\n\
                q(\"update person set name = ''\");\nq(\"truncate table person\");\n";
    assert_eq!(lines(rule, "api/src/a.rs", text), [2, 3, 4, 7, 8, 9]);
    assert_eq!(lines(rule, "domain/src/a.rs", text), [2, 3, 4, 7, 8, 9]);
    assert_eq!(lines(rule, "infra/src/a.rs", text), NONE);
    let text = "//! select a from b\np(\"Select a charter from the list.\"); // delete from x\n\
                p(\"an update of the set\"); from(\"selection\");\n";
    assert_eq!(lines(rule, "api/src/a.rs", text), NONE);
}

#[test]
fn a_domain_that_reaches_outside() {
    let rule = is_pure_in_domain;
    for line in [
        "async fn f() {}",
        "let a = async move { b };",
        "a.await;",
        "use std::fs;",
        "std::net::TcpStream::connect(a);",
        "use std::{fmt, io::{self, Read}, fs::{File}};",
        "use std::{\n    collections::{BTreeMap, BTreeSet},\n    thread,\n};",
        "use std::time::SystemTime;",
        "let a = Instant::now();",
        "std::env::var(\"A\");",
    ] {
        let text = format!("//! A.\n{line}\n");
        assert_eq!(lines(rule, "domain/src/a.rs", &text), [2], "{line}");
        assert_eq!(lines(rule, "domain/tests/it/a.rs", &text), NONE, "{line}");
        assert_eq!(lines(rule, "infra/src/a.rs", &text), NONE, "{line}");
    }
    let text = "//! Not async; no std::fs.\nuse std::collections::{BTreeMap, env};\n\
                use std::{fmt, str::FromStr, time::Duration};\nuse my_std::fs;\n\
                let a = \"async\"; let awaited = 1;\n";
    assert_eq!(lines(rule, "domain/src/a.rs", text), NONE);
}
