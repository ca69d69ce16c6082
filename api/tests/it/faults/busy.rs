//! A database that does not answer: waits are bounded, and the server says what is going on.

use std::time::{Duration, Instant};

use maillage_infra::testing::{TestDatabase, faults};

use super::program::sleep;
use crate::support::{App, QUOTAS, World, charter};

/// Five seconds for a connection and five for a lock, and a busy machine.
const BOUND: Duration = Duration::from_secs(30);

#[actix_web::test]
async fn a_database_that_hangs_makes_nobody_wait_for_ever() {
    let app = App::listen(TestDatabase::shared().clone_fresh().await, &QUOTAS);
    let world = World::of(&app).await;
    let url = app.database.owner_url();
    // Nobody enters without their session.
    let held = faults::hold(&url, "sessions").await;
    let since = Instant::now();
    let ask = async |number: usize| {
        let response = if number.is_multiple_of(2) {
            world.agglo_director.get("/v1/charters").await
        } else {
            let body = charter("Patience", "Texte.");
            world.agglo_director.post("/v1/charters", body).await
        };
        assert_eq!(response.problem(503), "unavailable");
        assert_ne!(response.header("retry-after"), "");
        since.elapsed()
    };
    // More than there are connections: some wait for the lock, the others for their turn.
    let asked = futures::future::join_all((0..40).map(ask));
    let look = async {
        while faults::activity(&url).await.waiting < 16 {
            sleep(20).await;
        }
        for _ in 0..10 {
            let asked = Instant::now();
            app.anonymous().get("/health/live").await.expect(200);
            assert!(asked.elapsed() < Duration::from_secs(2), "it seems dead");
            sleep(50).await;
        }
        // Ready or not, that is known in time too.
        let asked = Instant::now();
        let ready = app.anonymous().get("/health/ready").await;
        assert!([200, 503].contains(&ready.status.as_u16()), "{ready:?}");
        assert!(asked.elapsed() < BOUND);
    };
    let (waits, ()) = futures::join!(asked, look);
    let longest = waits.iter().max().unwrap();
    println!("a database that hangs: the longest of 40 waits was {longest:.1?}");
    assert!(*longest < BOUND);

    held.release().await;
    world.agglo_director.get("/v1/charters").await.expect(200);
    app.anonymous().get("/health/ready").await.expect(200);
    assert_eq!(faults::activity(&url).await.forgotten, 0);
}
