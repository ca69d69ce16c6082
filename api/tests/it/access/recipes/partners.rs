//! How to ask the operations of partners. The clients are created by who is none of the callers.

use maillage_domain::access::{Scopes, Verb};
use maillage_infra::testing::PASSWORD;
use serde_json::json;

use super::{Gate, Recipe, Stage, Thing};
use crate::access::ask::Ask;
use crate::support::Partner;

pub async fn find(stage: &Stage, pattern: &str, ask: Ask) -> Option<Recipe> {
    let open = |ask| Some(Recipe::new(Gate::Open, ask));
    let home = |verb, ask| Some(Recipe::right(verb, Thing::Home, ask));
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
        _ => None,
    }
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
