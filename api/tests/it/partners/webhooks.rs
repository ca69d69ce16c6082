//! Webhooks over HTTP: addresses that are refused, and deliveries that are somebody else's.

use maillage_domain::access::Role;
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
