//! `kill -9` of the server, and of its PostgreSQL, in the middle of a thousand publications.

use std::time::{Duration, Instant};

use super::ledger::{Drafted, Ledger, PUBLICATIONS};
use super::program::{DataDir, PATIENCE, Program, sleep};

/// So many are acknowledged when something dies.
const MIDDLE: usize = PUBLICATIONS / 3;

/// Reached on any machine, however busy; on a free one it is a second.
const READY_AGAIN: Duration = Duration::from_secs(30);

async fn in_the_middle(ledger: &Ledger) {
    while ledger.acknowledged() < MIDDLE {
        sleep(1).await;
    }
}

#[actix_web::test]
async fn what_a_killed_server_acknowledged_is_there() {
    let drafted = Drafted::once();
    let dir = DataDir::copy(&drafted.dir);
    let program = Program::start(&dir).await;
    program.ready(None).await;
    let ledger = Ledger::of(drafted);
    let kill = async {
        in_the_middle(&ledger).await;
        program.kill();
    };
    futures::join!(ledger.ask(&program), kill);
    drop(program);
    let acknowledged = ledger.acknowledged();
    assert!((MIDDLE..PUBLICATIONS).contains(&acknowledged));

    let program = Program::start(&dir).await;
    let ready = program.ready(None).await;
    println!(
        "kill -9 of the server after {acknowledged} acknowledgements: ready again in {ready:.1?}"
    );
    assert!(ready < READY_AGAIN);
    ledger.agrees(&program).await;
    ledger.insist(&program).await;
    println!(
        "{} were kept, but their acknowledgement was lost",
        ledger.replayed()
    );
    ledger.agrees(&program).await;
}

#[actix_web::test]
async fn a_killed_database_comes_back_by_itself() {
    let drafted = Drafted::once();
    let dir = DataDir::copy(&drafted.dir);
    let mut program = Program::start(&dir).await;
    program.ready(None).await;
    let ledger = Ledger::of(drafted);
    let kill = async {
        in_the_middle(&ledger).await;
        let since = Instant::now();
        program.signal_postmaster("KILL");
        program.hears("elle est relancée").await;
        program.hears("Démarrage de la base").await;
        let ready = program.ready(Some(since)).await;
        println!("kill -9 of PostgreSQL: ready again in {ready:.1?}, by itself");
        assert!(ready < READY_AGAIN);
    };
    futures::join!(ledger.insist(&program), kill);
    println!(
        "{} were kept, but their acknowledgement was lost",
        ledger.replayed()
    );
    ledger.agrees(&program).await;

    // An immediate stop asks nobody either; but a database that dies again and again is given up.
    let since = Instant::now();
    program.signal_postmaster("QUIT");
    program.hears("elle est relancée").await;
    let ready = program.ready(Some(since)).await;
    println!("immediate stop of PostgreSQL: ready again in {ready:.1?}, by itself");
    let status = loop {
        if let Some(status) = program.ended() {
            break status;
        }
        assert!(since.elapsed() < PATIENCE, "it does not give up");
        program.signal_postmaster("KILL");
        sleep(50).await;
    };
    assert_eq!(status.code(), Some(1));
    assert!(program.log().contains("maillage : PostgreSQL"));
}
