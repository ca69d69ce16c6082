//! Webhooks over HTTP: addresses that are refused, and deliveries that are somebody else's.

use maillage_domain::access::Role;
use maillage_domain::value::WebhookId;
use serde_json::json;

use crate::support::{Actor, App};

async fn administrator(app: &App) -> Actor {
    let tenant = app.tenant().await;
    app.member(&tenant, &[Role::Administrator]).await
}

async fn endpoint(actor: &Actor) -> String {
    let input = json!({ "address": "https://receveur.invalid/x", "name": "Receveur" });
    let made = actor.post("/v1/webhook-endpoints", input).await;
    made.header("location").to_owned()
}

#[actix_web::test]
async fn addresses_that_lead_within_are_refused_at_once() {
    let actor = administrator(App::shared()).await;
    for address in [
        "http://example.org/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://[::1]/",
        "https://10.0.0.1:8443/",
        "https://localhost/",
        "https://1.1.1.1:22/",
    ] {
        let input = json!({ "address": address, "name": "Receveur" });
        let refused = actor.post("/v1/webhook-endpoints", input).await;
        let body = refused.expect(422);
        assert_eq!(body["errors"][0]["code"], "webhook_address", "{address}");
    }
}

#[actix_web::test]
async fn of_what_was_disabled_by_itself_those_are_told_who_may_read_it() {
    let app = App::shared();
    let tenant = app.tenant().await;
    let one = app.member(&tenant, &[Role::Administrator]).await;
    let (auditor, director) = (
        app.member(&tenant, &[Role::Auditor]).await,
        app.member(&tenant, &[Role::Director]).await,
    );
    let path = endpoint(&one).await;
    let id = path.rsplit('/').next().unwrap();
    let inbox = async |actor: &Actor| {
        let told = actor.get("/v1/inbox").await.expect(200);
        told["items"].as_array().unwrap().clone()
    };
    let by_hand = one.anyway().patch(&path, json!({ "enabled": false })).await;
    by_hand.expect(200);
    assert!(inbox(&one).await.is_empty());
    app.database.failing(WebhookId(id.parse().unwrap())).await;
    for actor in [&one, &auditor] {
        let told = inbox(actor).await;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0]["what"], "webhook_disabled");
        assert_eq!(told[0]["webhook_endpoint"], id);
        assert_eq!(told[0]["title"], "Receveur");
        assert!(told[0]["resource"].is_null() && told[0]["kind"].is_null());
    }
    assert!(inbox(&director).await.is_empty());
    let entry = inbox(&one).await[0]["id"].as_str().unwrap().to_owned();
    let entry = format!("/v1/inbox/{entry}");
    let marks = director.anyway().put(&entry, json!({ "read": true })).await;
    assert_eq!(marks.problem(404), "not_found");
    let marked = one.anyway().put(&entry, json!({ "read": true })).await;
    assert_eq!(marked.expect(200)["read"], true);
    assert_eq!(inbox(&auditor).await[0]["read"], false);
    // Once it is enabled again there is nothing to tell.
    let enabled = one.anyway().patch(&path, json!({ "enabled": true })).await;
    enabled.expect(200);
    assert!(inbox(&one).await.is_empty());
}

#[actix_web::test]
async fn a_foreign_delivery_is_replayed_by_nobody() {
    let app = App::shared();
    let (one, other) = (administrator(app).await, administrator(app).await);
    let (ones, others) = (endpoint(&one).await, endpoint(&other).await);
    let tests = format!("{ones}/tests");
    one.post(&tests, json!({})).await.expect(204);
    let deliveries = one.get(&format!("{ones}/deliveries")).await;
    let delivery = deliveries.expect(200)["items"][0]["id"].clone();
    let replays = format!("{others}/replays");
    let refused = other.post(&replays, json!({ "delivery": delivery })).await;
    assert_eq!(refused.problem(404), "not_found");
    let replays = format!("{ones}/replays");
    let again = one.post(&replays, json!({ "delivery": delivery })).await;
    again.expect(204);
}

#[actix_web::test]
async fn a_collectivity_has_twenty_endpoints_and_no_more() {
    let app = App::shared();
    let (one, other) = (administrator(app).await, administrator(app).await);
    let input = json!({ "address": "https://receveur.invalid/x", "name": "Receveur" });
    let asked = (0..25).map(|_| one.post("/v1/webhook-endpoints", input.clone()));
    let answers = futures::future::join_all(asked).await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|it| it.status == 201);
    assert_eq!(made.len(), 20);
    for answer in refused {
        assert_eq!(answer.problem(409), "endpoints_too_many");
    }
    other
        .post("/v1/webhook-endpoints", input.clone())
        .await
        .expect(201);
    let path = made[0].header("location").to_owned();
    one.anyway().delete(&path).await.expect(204);
    one.post("/v1/webhook-endpoints", input).await.expect(201);
}

#[actix_web::test]
async fn an_endpoint_names_events_that_there_are_and_not_too_many() {
    let actor = administrator(App::shared()).await;
    let input = |events: Vec<&str>| {
        json!({
            "address": "https://receveur.invalid/x", "name": "Receveur", "events": events,
        })
    };
    for unknown in ["nothing.ever", "nothing.*", "resource*", "*", ""] {
        let events = input(vec!["resource.published", unknown]);
        let refused = actor.post("/v1/webhook-endpoints", events).await;
        assert_eq!(
            refused.broken(),
            ["/events/1 event_filter_unknown"],
            "{unknown}"
        );
    }
    let many = input(vec!["resource.published"; 101]);
    let refused = actor.post("/v1/webhook-endpoints", many).await;
    assert_eq!(refused.broken(), ["/events event_types_too_many"]);
    let enough = input(vec!["resource.*"; 100]);
    actor
        .post("/v1/webhook-endpoints", enough)
        .await
        .expect(201);
}
