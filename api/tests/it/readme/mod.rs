//! The README tells the truth: its story is run as a newcomer would paste it, its tables are compared
//! with the code.

mod limits;

use std::collections::BTreeSet;
use std::process::Command;

use clap::{CommandFactory as _, Parser};
use maillage_api::settings::Settings;
use maillage_infra::demo;
use maillage_infra::identity::Passwords;
use maillage_infra::testing::TestDatabase;

use crate::support::App;

const README: &str = include_str!("../../../../README.md");
/// What stands alone on a line between the outputs of two blocks.
const MARK: &str = "=== next block ===";

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    settings: Settings,
}

/// What stands under a heading of the second level.
#[track_caller]
fn section(heading: &str) -> &'static str {
    let start = format!("\n## {heading}\n");
    let (_, rest) = README.split_once(&start).expect(heading);
    rest.split("\n## ").next().unwrap()
}

/// A block to run, and what it is said to print.
struct Block {
    script: String,
    prints: Vec<String>,
}

/// Every `bash` block of a text, each with the `text` block that follows it.
fn blocks(text: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut rest = text;
    while let Some((_, opened)) = rest.split_once("\n```") {
        let (language, inside) = opened.split_once('\n').unwrap();
        let (code, after) = inside.split_once("```").unwrap();
        match language {
            "bash" => found.push(Block {
                script: code.to_owned(),
                prints: Vec::new(),
            }),
            "text" => {
                let block = found.last_mut().expect("an output without a block");
                assert!(block.prints.is_empty(), "two outputs of one block");
                block.prints = code.lines().map(str::to_owned).collect();
            }
            "sh" => {}
            other => panic!("a block of {other} in the story"),
        }
        rest = after;
    }
    found
}

/// Whether a line is the one that was announced, where `…` stands for anything.
fn fits(announced: &str, line: &str) -> bool {
    let parts: Vec<_> = announced.split('…').collect();
    let (first, last) = (parts[0], parts[parts.len() - 1]);
    if parts.len() == 1 {
        return announced == line;
    }
    let inner = line
        .strip_prefix(first)
        .and_then(|rest| rest.strip_suffix(last));
    let Some(mut rest) = inner else {
        return false;
    };
    parts[1..parts.len() - 1]
        .iter()
        .all(|part| match rest.split_once(part) {
            Some((_, after)) => {
                rest = after;
                true
            }
            None => false,
        })
}

/// A server with the demo in it, and nothing else.
async fn newcomer() -> App {
    let database = TestDatabase::shared().clone_fresh().await;
    let passwords = Passwords::new().unwrap();
    demo::seed(
        &database.owner_url(),
        &database.store(),
        &passwords,
        &|_| {},
    )
    .await
    .unwrap();
    App::listen(database, &[])
}

#[actix_web::test]
async fn the_story_goes_as_it_is_told() {
    for tool in ["bash", "curl", "jq"] {
        let there = Command::new(tool).arg("--version").output().is_ok();
        assert!(there, "the story needs {tool}: apt-get install {tool}");
    }
    let app = newcomer().await;
    let blocks = blocks(section("The story in curl"));
    let base = format!("BASE=http://{}", app.address);
    let mut script = String::new();
    for block in &blocks {
        script.push_str(&block.script.replace("BASE=http://127.0.0.1:8080", &base));
        script.push_str(&format!("echo '{MARK}'\n"));
    }
    assert_eq!(script.matches(&base).count(), 1);
    assert!(script.starts_with("set -euo pipefail\n"));

    let done = Command::new("bash")
        .arg("-c")
        .arg(&script)
        .output()
        .unwrap();
    let (said, failed) = (
        String::from_utf8(done.stdout).unwrap(),
        String::from_utf8(done.stderr).unwrap(),
    );
    let outputs: Vec<_> = said.split(MARK).collect();
    let stopped = blocks.get(outputs.len() - 1).map(|block| &block.script);
    assert!(
        done.status.success() && stopped.is_none(),
        "it stops in:\n{}\n{said}\n{failed}",
        stopped.map_or("", String::as_str)
    );
    assert_eq!(failed, "", "something was said on standard error");
    for (block, output) in blocks.iter().zip(outputs) {
        let lines: Vec<_> = output.trim().lines().collect();
        let same = lines.len() == block.prints.len()
            && block.prints.iter().zip(&lines).all(|(a, b)| fits(a, b));
        assert!(
            same,
            "{}prints {lines:#?}, not {:#?}",
            block.script, block.prints
        );
    }
}

#[test]
fn the_story_tells_the_main_job() {
    let story = blocks(section("The story in curl"));
    // No block of the README stays unrun: the other is, with the verifier it asks for, by
    // `openapi/tests/clients/run`.
    let elsewhere = blocks(section("A webhook in five commands")).len();
    assert_eq!(elsewhere, 1);
    let all = README.matches("\n```bash\n").count();
    assert_eq!(all, story.len() + elsewhere);
    let told: String = story
        .iter()
        .map(|block| block.prints.join("\n") + "\n")
        .collect();
    for fact in [
        "219501277 Cergy",
        "asked twice, made once",
        "version 1, digest",
        "Cergy: active",
        "reuse for",
        "read, adapt",
        "<mark>",
        "from version 1, that one: true",
        "\"code\":\"precondition_required\"",
        "\"status\":412,\"code\":\"stale\"",
        "formation: conflict",
        "/choices/formation~1text",
        "from version 1, follows version 2",
        "404\n404\n404\n404\n404\n",
        "{\"items\":[],\"next\":null,\"prev\":null,\"total\":null}",
        "\"sharing\":null}\n4 trials: ",
        "\"sharing\":\"open\"}\n5 trials: ",
        "\"intact\":true",
    ] {
        assert!(told.contains(fact), "{fact}");
    }
}

#[actix_web::test]
async fn the_pages_it_names_work_without_the_world_outside() {
    let anyone = App::shared().anonymous();
    let page = anyone.get("/docs/").await;
    assert_eq!(page.status, 200);
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"));
    assert!(!policy.contains("unsafe") && !policy.contains("http"));
    let quoted = page.body.split('"').skip(1).step_by(2);
    let files: Vec<_> = quoted.filter(|text| text.contains('.')).collect();
    assert!(files.len() >= 5, "{files:?}");
    for file in files {
        assert!(!file.contains("//"), "{file} is not ours");
        let file = file.trim_start_matches("./");
        assert_eq!(anyone.get(&format!("/docs/{file}")).await.status, 200);
    }
    let start = anyone.get("/docs/swagger-initializer.js").await;
    assert!(start.body.contains("\"url\": \"/openapi.json\""));
    assert!(start.body.contains("\"validatorUrl\": \"none\""));
    let served = anyone.get("/openapi.json").await.expect(200);
    assert_eq!(
        served,
        maillage_api::document::document("https://maillage.test")
    );
    assert_eq!(anyone.get("/docs").await.header("location"), "/docs/");
    assert_eq!(
        anyone.get("/docs/nothing.js").await.problem(404),
        "not_found"
    );
}

#[test]
fn an_announced_line_is_told_from_another() {
    assert!(fits("version 1, digest …", "version 1, digest 0af3"));
    assert!(fits("a … b … c", "a 1 b 2 c"));
    assert!(fits("…", ""));
    assert!(!fits("version 1, digest …", "version 2, digest 0af3"));
    assert!(!fits("404", "404 "));
    assert!(!fits("a … b … c", "a 1 2 c"));
}

/// The rows of the table whose first column bears this title, without backticks.
#[track_caller]
fn table(heading: &str, first: &str) -> Vec<Vec<String>> {
    let mut rows = section(heading)
        .lines()
        .skip_while(|line| !line.starts_with(&format!("| {first} |")))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .peekable();
    assert!(rows.peek().is_some(), "no table of {first}");
    let cells = |row: &str| -> Vec<String> {
        let cells = row.trim_matches('|').split('|');
        cells.map(|cell| cell.trim().to_owned()).collect()
    };
    rows.map(cells).collect()
}

#[test]
fn the_settings_are_those_of_the_program() {
    let mut command = Flags::command();
    command.build();
    let mut known = BTreeSet::new();
    for argument in command.get_arguments() {
        if let Some(variable) = argument.get_env() {
            let default = argument.get_default_values().first();
            let default = default.map(|value| format!("`{}`", value.to_string_lossy()));
            known.insert((format!("`{}`", variable.to_string_lossy()), default));
        }
    }
    let mut told = BTreeSet::new();
    for row in table("Production", "variable") {
        let (name, shown) = (row[0].clone(), row[1].clone());
        // What has no default of its own may be explained in words.
        let fixed = known
            .iter()
            .any(|(it, default)| *it == name && default.is_some());
        told.insert((name, fixed.then_some(shown)));
    }
    assert_eq!(told, known);
}
