//! How to ask the operations of identity, of the audit trail, and those for who runs the platform.

use maillage_domain::access::{Role, Verb};
use maillage_infra::testing::PASSWORD;
use serde_json::{Value, json};

use super::{Gate, Recipe, Stage, Thing};
use crate::access::ask::Ask;

pub async fn find(stage: &Stage, pattern: &str, ask: Ask) -> Option<Recipe> {
    let open = |ask| Some(Recipe::new(Gate::Open, ask));
    match pattern {
        "GET /v1/directory" => open(ask.looking_for("q", "cergy")),
        "GET /v1/directory/{code}" => open(ask.at("code", "219501277")),
        "GET /health/live" | "GET /health/ready" | "GET /metrics" => open(ask),
        "GET /.well-known/jwks.json" => open(ask),
        "POST /v1/sessions" => {
            let email = stage.shared_agent.email.as_str();
            let siren = stage.owner.siren();
            open(ask.saying(json!({ "email": email, "password": PASSWORD, "collectivity": siren })))
        }
        "POST /v1/sessions/refresh" => {
            let siren = stage.fellow.siren();
            let token = refresh_token(stage).await;
            open(ask.saying(json!({ "refresh_token": token, "collectivity": siren })))
        }
        "POST /v1/invitations/acceptances" => {
            let offer = stage.invitation().await.json();
            open(ask.saying(json!({ "token": offer["token"], "password": PASSWORD })))
        }
        _ => find_closed(stage, pattern, ask).await,
    }
}

async fn refresh_token(stage: &Stage) -> String {
    let login = json!({ "email": stage.shared_agent.email.as_str(), "password": PASSWORD });
    let opened = stage.app.anonymous().post("/v1/sessions", login).await;
    let tokens = opened.expect(201);
    tokens["refresh_token"].as_str().unwrap().to_owned()
}

async fn find_closed(stage: &Stage, pattern: &str, ask: Ask) -> Option<Recipe> {
    let home = |verb, ask| Some(Recipe::right(verb, Thing::Home, ask));
    let private = |verb, ask| Some(Recipe::right(verb, Thing::Private, ask));
    let platform = |verb, ask| Some(Recipe::right(verb, Thing::Platform, ask));
    match pattern {
        "POST /v1/directory" => platform(Verb::ExtendDirectory, ask.saying(stage.new_body())),
        "POST /v1/collectivities" => {
            let registration = registration(stage).await;
            platform(Verb::RegisterCollectivity, ask.saying(registration))
        }
        "POST /v1/collectivities/{siren}/invitations" => {
            let registration = registration(stage).await;
            let registered = stage
                .operator
                .post("/v1/collectivities", registration)
                .await;
            let registered = registered.expect(201);
            let ask = ask.at("siren", registered["siren"].as_str()?);
            platform(Verb::RegisterCollectivity, ask.saying(administrator(stage)))
        }
        "DELETE /v1/sessions/current" => Some(Recipe {
            ends_session: true,
            ..Recipe::new(Gate::Session, ask)
        }),
        "GET /v1/me" => Some(Recipe::new(Gate::Session, ask)),
        "POST /v1/invitations" => home(Verb::Invite, ask.saying(stage.invitee())),
        "GET /v1/invitations" => {
            stage.invitation().await;
            stage.invitation().await;
            home(Verb::ReadMembers, ask)
        }
        "DELETE /v1/invitations/{id}" => {
            let offer = stage.invitation().await;
            let ask = ask.at("id", offer.id()).matching(offer.etag());
            private(Verb::RevokeInvitation, ask)
        }
        "GET /v1/memberships" => home(Verb::ReadMembers, ask),
        "GET /v1/memberships/{id}" => private(Verb::ReadMembers, membership(stage, ask).await),
        "PATCH /v1/memberships/{id}" => {
            let ask = membership(stage, ask).await;
            let changes = json!({ "roles": ["contributor"] });
            private(Verb::ChangeRoles, ask.saying(changes))
        }
        "DELETE /v1/memberships/{id}" => {
            private(Verb::RevokeMembership, membership(stage, ask).await)
        }
        "GET /v1/audit" | "GET /v1/audit/verification" => home(Verb::ReadAudit, ask),
        _ => None,
    }
}

/// Someone new who is to administer a collectivity.
fn administrator(stage: &Stage) -> Value {
    let invitee = stage.invitee();
    json!({ "email": invitee["email"], "name": invitee["name"] })
}

/// A body that the directory has just learned of, with its first administrator.
async fn registration(stage: &Stage) -> Value {
    let siren = stage.directory_entry().await;
    json!({ "siren": siren, "administrator": administrator(stage) })
}

/// At the membership of someone new.
async fn membership(stage: &Stage, ask: Ask) -> Ask {
    let database = &stage.app.database;
    let bearer = database.member(&stage.owner.tenant, &[Role::Reader]).await;
    let membership = stage.membership_of(&bearer).await;
    ask.at("id", membership.id()).matching(membership.etag())
}
