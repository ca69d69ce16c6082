//! `kill -9` of the server, and of its PostgreSQL, in the middle of a thousand publications.

use std::cell::Cell;
use std::time::{Duration, Instant};

use super::ledger::{Drafted, Ledger, PUBLICATIONS};
use super::program::{DataDir, PATIENCE, Program, sleep};

/// So many are acknowledged when something dies.
const MIDDLE: usize = PUBLICATIONS / 3;

/// Reached on any machine, however busy; on a free one it is a second.
const READY_AGAIN: Duration = Duration::from_secs(30);

async fn in_the_middle(ledger: &Ledger) {
    let since = Instant::now();
    while ledger.acknowledged() < MIDDLE {
        assert!(since.elapsed() < PATIENCE, "it does not get there");
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
    let killed = Cell::new(false);
    // Those who are asked to come back do so, until nobody is there.
    let ask = async {
        while !killed.get() {
            ledger.ask(&program).await;
        }
    };
    let kill = async {
        in_the_middle(&ledger).await;
        program.kill();
        killed.set(true);
    };
    futures::join!(ask, kill);
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
        assert!(since.elapsed() < PATIENCE * 4, "it does not give up");
        program.signal_postmaster("KILL");
        sleep(50).await;
    };
    assert_eq!(status.code(), Some(1));
    // Killed after a start, or during it.
    let log = program.log();
    let why = [
        "maillage : PostgreSQL s'est",
        "maillage : postgres a échoué",
    ];
    assert!(why.iter().any(|why| log.contains(why)), "{log}");
}
