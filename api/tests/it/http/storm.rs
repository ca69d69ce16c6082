//! A storm of retries: the same keys again and again, at once, and given up on at any moment.

use std::time::Duration;

use actix_web::rt::time::timeout;
use futures::StreamExt as _;
use maillage_infra::testing::{TestDatabase, faults};
use serde_json::json;

use crate::support::{Actor, App, QUOTAS, Response, World, charter};

/// How many requests are sent; each key is used by `TIMES` of them.
const REQUESTS: usize = 2_000;
const TIMES: usize = 5;
const AT_ONCE: usize = 48;

/// What came of one request: its number among all, and the answer if it was waited for.
type Sent = (usize, Option<Response>);

/// The key of a request: those that share one are sent close together, and some far apart.
fn key(request: usize) -> String {
    let keys = REQUESTS / TIMES;
    let far = request.is_multiple_of(TIMES);
    let key = if far { request % keys } else { request / TIMES };
    format!("rafale-{key}")
}

async fn send(actor: &Actor, request: usize) -> Sent {
    let key = key(request);
    let keyed = actor.with("idempotency-key", &key);
    let answer = keyed.post("/v1/charters", charter(&key, "Texte."));
    // Every seventh hangs up, after any time within which the work may begin, go on or end.
    let patience = Duration::from_millis((request % 40) as u64);
    match request % 7 {
        0 => (request, timeout(patience, answer).await.ok()),
        _ => (request, Some(answer.await)),
    }
}

/// What of an answer is the same at each replay.
fn lasting(answer: &Response) -> (u16, String, String, String) {
    (
        answer.status.as_u16(),
        answer.header("location").to_owned(),
        answer.etag().to_owned(),
        answer.body.clone(),
    )
}

#[actix_web::test]
async fn no_retry_has_an_effect_of_its_own() {
    let app = App::listen(TestDatabase::shared().clone_fresh().await, &QUOTAS);
    let world = World::of(&app).await;
    let (actor, url) = (&world.agglo_director, app.database.owner_url());
    let sent: Vec<Sent> = futures::stream::iter(0..REQUESTS)
        .map(|request| send(actor, request))
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let gone = sent.iter().filter(|(_, answer)| answer.is_none()).count();
    assert!(gone > 0, "nobody hung up");

    let mut firsts = std::collections::BTreeMap::new();
    let mut in_flight = 0;
    for (request, answer) in &sent {
        let Some(answer) = answer else { continue };
        if answer.status == 409 {
            assert_eq!(answer.problem(409), "idempotency_in_flight");
            in_flight += 1;
            continue;
        }
        let answer = lasting(answer);
        assert_eq!(answer.0, 201);
        let first = firsts.entry(key(*request)).or_insert(answer.clone());
        assert_eq!(*first, answer, "two answers for one key");
    }
    assert!(in_flight > 0, "no two of a key were ever at work at once");

    // Whoever gave up, or was told that another is at work, asks again and has the one answer.
    let keys: std::collections::BTreeSet<_> = (0..REQUESTS).map(key).collect();
    for key in &keys {
        let keyed = actor.with("idempotency-key", key);
        let answer = keyed.post("/v1/charters", charter(key, "Texte.")).await;
        answer.expect(201);
        if let Some(first) = firsts.get(key) {
            assert_eq!(*first, lasting(&answer));
            assert_eq!(answer.header("idempotent-replayed"), "true");
        }
    }
    let made = app.database.audited(world.agglo.id.0).await;
    let made = made
        .iter()
        .filter(|fact| fact["type"] == json!("resource.created"));
    assert_eq!(made.count(), keys.len(), "each key made one charter");
    assert_eq!(faults::out_of_step(&url).await, 0);
}
