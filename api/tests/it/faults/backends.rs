//! Connections to the database that break, again and again, under load.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use maillage_infra::testing::{TestDatabase, faults};
use serde_json::json;

use super::program::{PATIENCE, sleep};
use crate::support::{Actor, App, QUOTAS, Response, World, charter};

/// How long connections keep breaking.
const STORM: Duration = Duration::from_secs(3);

/// Whether it went well; if not, whether it says so as it should.
#[track_caller]
fn went_well(response: &Response, fine: u16) -> bool {
    if response.status.as_u16() == fine {
        return true;
    }
    let code = response.json()["code"].as_str().unwrap().to_owned();
    let known = match response.status.as_u16() {
        503 => ["unavailable", "outcome_unknown"].contains(&code.as_str()),
        409 => code == "idempotency_in_flight",
        _ => false,
    };
    assert!(known, "{response:?}");
    assert_ne!(response.header("retry-after"), "");
    false
}

/// Creates with this key, once.
async fn create(actor: &Actor, key: &str) -> bool {
    let actor = actor.with("idempotency-key", key);
    let response = actor.post("/v1/charters", charter(key, "Texte.")).await;
    went_well(&response, 201)
}

#[actix_web::test]
async fn broken_connections_break_nothing_else() {
    let app = App::listen(TestDatabase::shared().clone_fresh().await, &QUOTAS);
    let world = World::of(&app).await;
    let url = app.database.owner_url();
    let (keys, over) = (RefCell::<Vec<String>>::default(), Cell::new(false));
    let (fine, refused) = (Cell::new(0), Cell::new(0));
    let load = async |client: usize| {
        let mut turn = 0;
        while !over.get() {
            turn += 1;
            let key = format!("{client}-{turn}");
            keys.borrow_mut().push(key.clone());
            let created = create(&world.agglo_director, &key).await;
            let listed = world.commune_director.get("/v1/charters").await;
            for well in [created, went_well(&listed, 200)] {
                let count = if well { &fine } else { &refused };
                count.set(count.get() + 1);
            }
        }
    };
    let storm = async {
        let since = Instant::now();
        while since.elapsed() < STORM {
            sleep(60).await;
            faults::cut_off(&url).await;
        }
        over.set(true);
    };
    futures::join!(futures::future::join_all((0..8).map(load)), storm);
    println!(
        "{} answers were fine, {} asked to come back",
        fine.get(),
        refused.get()
    );
    assert!(fine.get() > 0 && refused.get() > 0);

    // No restart, and no pause: the next requests find connections that work.
    let since = Instant::now();
    let asked = keys.borrow().clone();
    for key in &asked {
        while !create(&world.agglo_director, key).await {
            assert!(since.elapsed() < PATIENCE, "it does not recover");
        }
    }
    let mut listed = Vec::new();
    let mut path = "/v1/charters?limit=100".to_owned();
    loop {
        let page = world.agglo_director.get(&path).await.expect(200);
        let items = page["items"].as_array().unwrap().iter();
        listed.extend(items.map(|it| it["title"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else {
            break;
        };
        path = format!("/v1/charters?limit=100&cursor={next}");
    }
    listed.sort();
    let mut wanted = keys.borrow().clone();
    wanted.sort();
    assert_eq!(listed, wanted, "each key made one charter");
    assert_eq!(faults::out_of_step(&url).await, 0);
    assert_eq!(faults::activity(&url).await.forgotten, 0);
    let verified = world
        .app
        .member(&world.agglo, &[maillage_domain::access::Role::Auditor]);
    let verified = verified
        .await
        .get("/v1/audit/verification")
        .await
        .expect(200);
    assert_eq!(verified["intact"], json!(true));
}
