//! Starting and stopping: on an empty directory, on an existing one, with requests in flight.

use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::time::Duration;

use maillage_infra::ambient::allow_many_files;
use maillage_infra::testing::faults;
use serde_json::Value;

use super::ledger::Drafted;
use super::program::{DataDir, FILES, Program, sleep};
use crate::support::charter;

/// The aims are 15 s and 3 s on a free machine; here others compile and test at the same time.
const FIRST_START: Duration = Duration::from_secs(60);
const NEXT_START: Duration = Duration::from_secs(30);

const DIRECTOR: &str = "director@cergy.demo.example";

async fn titles(program: &Program) -> Vec<String> {
    let person = program.log_in(DIRECTOR).await;
    let listed = program.get("/v1/charters?limit=100", &person).await;
    let title = |it: &Value| it["title"].as_str().unwrap().to_owned();
    let items = listed["items"].as_array().unwrap();
    items.iter().map(title).collect()
}

#[actix_web::test]
async fn a_second_start_is_quick_and_keeps_everything() {
    let drafted = Drafted::once();
    println!(
        "start on an empty directory: ready in {:.1?}",
        drafted.first_start
    );
    assert!(drafted.first_start < FIRST_START);

    let dir = DataDir::copy(&drafted.dir);
    let program = Program::start(&dir).await;
    let ready = program.ready(None).await;
    println!("start on an existing directory: ready in {ready:.1?}");
    assert!(ready < NEXT_START);
    assert!(!program.said("Contenu de démonstration"), "it seeds again");
    let before = titles(&program).await;
    assert!(before.iter().any(|title| title.starts_with("Charte 99")));

    let mut program = program;
    program.terminate();
    assert!(program.end().await.success());
    let program = Program::start(&dir).await;
    assert_eq!(titles(&program).await, before);
}

#[actix_web::test]
async fn what_is_in_flight_is_answered_before_the_end() {
    let dir = DataDir::copy(&Drafted::once().dir);
    let mut program = Program::start(&dir).await;
    let url = program.owner_url();
    let person = program.log_in(DIRECTOR).await;
    let held = faults::hold(&url, "audit_heads").await;
    let write = async |number: usize| {
        let body = charter(&format!("En vol {number}"), "Contrôle humain.");
        let path = "/v1/charters";
        let asked = program.try_ask("POST", path, Some(&person), &[], Some(body));
        asked.await.map(|answered| answered.status)
    };
    let stop = async {
        while faults::activity(&url).await.waiting < 4 {
            sleep(20).await;
        }
        program.terminate();
        sleep(500).await;
        let late = program
            .try_ask("GET", "/health/live", None, &[], None)
            .await;
        assert!(late.is_err(), "it still lets new requests in");
        held.release().await;
    };
    let (answers, ()) = futures::join!(futures::future::join_all((0..4).map(write)), stop);
    for answer in answers {
        assert_eq!(answer.unwrap(), 201);
    }
    assert!(program.end().await.success());
    assert_eq!(
        program.postmaster(),
        None,
        "it leaves its PostgreSQL behind"
    );
}

#[actix_web::test]
async fn streams_end_well_and_keep_nobody_waiting() {
    let dir = DataDir::copy(&Drafted::once().dir);
    let mut program = Program::start(&dir).await;
    let person = program.log_in(DIRECTOR).await;
    let mut live = program.listen("/v1/events/stream", &person).await;
    assert!(live.chunk().await.unwrap().is_some());
    program.terminate();
    // Cut off instead, it would fail here, and only when the server has lost its patience.
    while live.chunk().await.expect("it is cut off").is_some() {}
    assert!(program.end().await.success());
}

#[actix_web::test]
async fn more_callers_than_a_shell_allows_files_are_served() {
    let dir = DataDir::copy(&Drafted::once().dir);
    let program = Program::start(&dir).await;
    allow_many_files();
    // They come and say nothing, as browsers do that expect to ask more.
    let connect = |_| TcpStream::connect(program.address).unwrap();
    let idle: Vec<TcpStream> = (0..FILES * 2).map(connect).collect();
    // Whoever comes after them would otherwise wait until they are sent away.
    let live = program.try_ask("GET", "/health/live", None, &[], None);
    let patience = Duration::from_secs(4);
    let live = actix_web::rt::time::timeout(patience, live).await;
    assert_eq!(live.expect("it waits at the door").unwrap().status, 200);
    drop(idle);
}

#[actix_web::test]
async fn an_address_that_is_taken_is_named_and_nothing_is_left_running() {
    let dir = DataDir::copy(&Drafted::once().dir);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ended = Command::new(env!("CARGO_BIN_EXE_maillage"))
        .env_remove("DATABASE_URL")
        .arg("--data-dir")
        .arg(&*dir)
        .args(["--bind", &address])
        .output()
        .unwrap();
    assert_eq!(ended.status.code(), Some(1));
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    let last = said.lines().last().unwrap_or_default();
    assert!(last.contains(&address) && last.contains("--bind"), "{said}");
    assert!(!dir.join("cluster/postmaster.pid").exists());
}

#[test]
fn help_is_about_the_platform() {
    let mut maillage = Command::new(env!("CARGO_BIN_EXE_maillage"));
    let help = maillage.arg("--help").output().unwrap().stdout;
    let help = String::from_utf8(help).unwrap();
    assert!(help.starts_with("Maillage : la plateforme"), "{help}");
    assert!(help.contains("L'adresse d'écoute"), "{help}");
}
