//! Clients that hang up while the server works for them.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::Instant;

use maillage_infra::testing::{TestDatabase, faults};
use serde_json::json;

use super::program::{PATIENCE, sleep};
use crate::support::{Actor, App, QUOTAS, World, charter};

/// Writes a request by hand, so that nobody reads the answer.
fn send(actor: &Actor, head: &str, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(actor.app.address).unwrap();
    let token = actor.token.as_deref().unwrap();
    let length = body.len();
    let request = format!(
        "{head}\r\nhost: maillage.test\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    stream
}

fn create(actor: &Actor, key: &str) -> TcpStream {
    let head = format!("POST /v1/charters HTTP/1.1\r\nidempotency-key: {key}");
    send(actor, &head, &charter(key, "Texte.").to_string())
}

#[actix_web::test]
async fn whoever_hangs_up_leaves_nothing_half_done() {
    let app = App::listen(TestDatabase::shared().clone_fresh().await, &QUOTAS);
    let world = World::of(&app).await;
    let (actor, url) = (&world.agglo_director, app.database.owner_url());
    let mut keys = Vec::new();
    for turn in 0..150_u64 {
        let key = format!("coupure-{turn}");
        let write = create(actor, &key);
        let read = send(actor, "GET /v1/charters HTTP/1.1", "");
        keys.push(key);
        // At any moment of the work: before it begins, in the middle, after the end.
        sleep(turn % 12).await;
        drop((write, read));
    }
    // And certainly in the middle: the work waits when they hang up.
    let held = faults::hold(&url, "audit_heads").await;
    let mut waiting = Vec::new();
    for turn in 0..8 {
        let key = format!("attente-{turn}");
        waiting.push(create(actor, &key));
        keys.push(key);
    }
    while faults::activity(&url).await.waiting < 2 {
        sleep(20).await;
    }
    drop(waiting);
    sleep(100).await;
    held.release().await;

    let since = Instant::now();
    while faults::activity(&url).await.forgotten > 0 {
        assert!(since.elapsed() < PATIENCE, "transactions stay open");
        sleep(50).await;
    }
    // Every connection serves again, and there are no more than there should be.
    let reads = (0..40).map(|_| actor.get("/v1/charters"));
    for response in futures::future::join_all(reads).await {
        response.expect(200);
    }
    let connections = faults::activity(&url).await.connections;
    // Two workers with eight each, the housekeeper's one, four of the builders'.
    assert!(connections <= 24, "{connections} connections");

    for key in &keys {
        let again = actor.with("idempotency-key", key);
        let created = again.post("/v1/charters", charter(key, "Texte.")).await;
        created.expect(201);
    }
    let search = actor.get("/v1/charters?limit=100").await.expect(200);
    assert_eq!(search["items"].as_array().unwrap().len(), 100);
    let made = app.database.audited(world.agglo.id.0).await;
    let made = made
        .iter()
        .filter(|fact| fact["type"] == json!("resource.created"));
    assert_eq!(made.count(), keys.len(), "each key made one charter");
    assert_eq!(faults::out_of_step(&url).await, 0);
}
