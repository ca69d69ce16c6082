//! How to ask the operations of partners. The clients are created by who is none of the callers.

use maillage_domain::access::{Scopes, Verb};
use maillage_domain::partners::JobState;
use maillage_infra::testing::PASSWORD;
use serde_json::json;

use super::{Gate, Recipe, Stage, Thing};
use crate::access::ask::Ask;
use crate::support::Partner;

pub async fn find(stage: &Stage, pattern: &str, ask: Ask) -> Option<Recipe> {
    let open = |ask| Some(Recipe::new(Gate::Open, ask));
    let home = |verb, ask| Some(Recipe::right(verb, Thing::Home, ask));
    let home_thing = |verb, ask| Some(Recipe::right(verb, Thing::Private, ask));
    let software = |verb, ask| Some(Recipe::right(verb, Thing::Software, ask));
    match pattern {
        "GET /.well-known/oauth-authorization-server" => open(ask),
        "POST /oauth/token" => {
            let partner = partner(stage).await;
            let form = format!("grant_type=client_credentials&{}", partner.proof());
            open(ask.sending(Partner::FORM, form))
        }
        "POST /oauth/revoke" | "POST /oauth/introspect" => {
            let partner = partner(stage).await;
            let token = stage.app.software(&partner.bearer).token.unwrap();
            let form = format!("token={token}&{}", partner.proof());
            open(ask.sending(Partner::FORM, form))
        }
        "POST /v1/clients" => home(Verb::RegisterClient, ask.saying(stage.client())),
        "GET /v1/clients" => {
            stage.software(Scopes::all(), None).await;
            stage.software(Scopes::all(), None).await;
            home(Verb::ReadClients, ask)
        }
        "GET /v1/clients/{id}" => software(Verb::ReadClients, client(stage, ask).await),
        "GET /v1/clients/{id}/usage" | "GET /v1/clients/{id}/requests" => {
            let called = stage.software(Scopes::all(), None).await.bearer.client;
            stage.called(called).await;
            software(Verb::ReadClients, ask.at("id", called))
        }
        "GET /v1/usage" | "GET /v1/usage/requests" => Some(Recipe::new(Gate::Itself, ask)),
        "PATCH /v1/clients/{id}" => {
            let ask = client(stage, ask).await;
            let changes = json!({ "scopes": ["read"], "name": stage.text("Logiciel") });
            software(Verb::ChangeClient, ask.saying(changes))
        }
        "POST /v1/clients/{id}/secrets" => {
            let ask = client(stage, ask).await;
            let rotation = json!({ "password": PASSWORD, "overlap_seconds": 60 });
            software(Verb::RotateSecret, ask.saying(rotation))
        }
        "GET /v1/events" | "GET /v1/events/stream" => home(Verb::ReadEvents, ask),
        "DELETE /v1/clients/{id}" => software(Verb::RevokeClient, client(stage, ask).await),
        "POST /v1/webhook-endpoints" => {
            home(Verb::RegisterWebhook, ask.saying(endpoint_input(stage)))
        }
        "GET /v1/webhook-endpoints" => {
            endpoint(stage, ask.clone()).await;
            endpoint(stage, ask.clone()).await;
            home(Verb::ReadWebhooks, ask)
        }
        "GET /v1/webhook-endpoints/{id}" => {
            home_thing(Verb::ReadWebhooks, endpoint(stage, ask).await)
        }
        "GET /v1/webhook-endpoints/{id}/deliveries" => {
            home_thing(Verb::ReadWebhooks, delivered(stage, ask).await.0)
        }
        "GET /v1/webhook-endpoints/{id}/deliveries/{delivery}" => {
            let (ask, delivery) = delivered(stage, ask).await;
            home_thing(Verb::ReadWebhooks, ask.at("delivery", delivery))
        }
        "PATCH /v1/webhook-endpoints/{id}" => {
            let changes = json!({ "name": stage.text("Receveur") });
            home_thing(
                Verb::ChangeWebhook,
                endpoint(stage, ask).await.saying(changes),
            )
        }
        "POST /v1/webhook-endpoints/{id}/secrets" => {
            let rotation = json!({ "overlap_seconds": 60 });
            home_thing(
                Verb::ChangeWebhook,
                endpoint(stage, ask).await.saying(rotation),
            )
        }
        "POST /v1/webhook-endpoints/{id}/tests" | "DELETE /v1/webhook-endpoints/{id}" => {
            home_thing(Verb::ChangeWebhook, endpoint(stage, ask).await)
        }
        "POST /v1/webhook-endpoints/{id}/replays" => {
            let replay = json!({ "since": stage.app.clock.now() });
            home_thing(
                Verb::ChangeWebhook,
                endpoint(stage, ask).await.saying(replay),
            )
        }
        "POST /v1/collectivity-exports" => {
            let password = json!({ "password": PASSWORD });
            home(Verb::ExportCollectivity, ask.saying(password))
        }
        "POST /v1/resource-imports" => {
            let ask = ask.looking_for("kind", "charter");
            let table = format!(
                "title,text\n{},\"# Objet\n\nTexte.\"\n",
                stage.text("Charte")
            );
            home(Verb::Create, ask.sending("text/csv", table))
        }
        "POST /v1/invitation-imports" => {
            let table = "email,name,roles\nune@import.example,Une,reader\n";
            home(Verb::Invite, ask.sending("text/csv", table))
        }
        "POST /v1/group-imports" => {
            let table = format!("name\n{}\n", stage.text("Groupe"));
            home(Verb::FormGroup, ask.sending("text/csv", table))
        }
        "GET /v1/jobs" => {
            job(stage, JobState::Succeeded).await;
            job(stage, JobState::Queued).await;
            Some(Recipe::new(Gate::Token(Verb::ReadJobs), ask))
        }
        "POST /v1/jobs/{id}/cancellation" => {
            let ask = ask.at("id", job(stage, JobState::Queued).await);
            Some(Recipe::right(Verb::CancelJob, Thing::Job, ask))
        }
        "GET /v1/jobs/{id}" | "GET /v1/jobs/{id}/events" | "GET /v1/jobs/{id}/result" => {
            let ask = ask.at("id", job(stage, JobState::Succeeded).await);
            Some(Recipe::right(Verb::ReadJobs, Thing::Job, ask))
        }
        _ => None,
    }
}

fn endpoint_input(stage: &Stage) -> serde_json::Value {
    json!({
        "address": "https://receveur.invalid/crochet", "name": stage.text("Receveur"),
        "events": ["resource.published"],
    })
}

/// At an endpoint that was just registered.
async fn endpoint(stage: &Stage, ask: Ask) -> Ask {
    let made = stage
        .champion()
        .post("/v1/webhook-endpoints", endpoint_input(stage))
        .await;
    let found = stage.champion().get(made.header("location")).await;
    let id = made.expect(201)["endpoint"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    ask.at("id", id).matching(found.etag())
}

/// At an endpoint that was sent two messages, and one of them.
async fn delivered(stage: &Stage, ask: Ask) -> (Ask, String) {
    let made = stage
        .champion()
        .post("/v1/webhook-endpoints", endpoint_input(stage))
        .await;
    let path = made.header("location").to_owned();
    let id = made.expect(201)["endpoint"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for _ in 0..2 {
        let tests = format!("{path}/tests");
        stage.champion().post(&tests, json!({})).await.expect(204);
    }
    let deliveries = stage.champion().get(&format!("{path}/deliveries")).await;
    let delivery = deliveries.expect(200)["items"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    (ask.at("id", id), delivery)
}

/// A job that the champion has asked for.
async fn job(stage: &Stage, state: JobState) -> String {
    let id = stage.job(state).await;
    id.to_string()
}

async fn partner(stage: &Stage) -> Partner {
    let mut partner = Partner::new(&stage.app);
    let keys = Some(partner.keys());
    partner.bearer = stage.software(Scopes::all(), keys).await.bearer;
    partner
}

/// At a client that was just registered.
async fn client(stage: &Stage, ask: Ask) -> Ask {
    let id = stage.software(Scopes::all(), None).await.bearer.client;
    let found = stage.champion().get(&format!("/v1/clients/{id}")).await;
    ask.at("id", id).matching(found.etag())
}
