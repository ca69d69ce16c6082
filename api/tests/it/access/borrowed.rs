//! L-19: a key that another has used opens nothing, and a replay asks for the right once more.

use maillage_domain::access::Role;
use serde_json::{Value, json};

use super::stage::{Stage, app};
use crate::support::{Actor, Response, charter};

const KEY: &str = "8c0f6d2e-cle";

/// Invites someone under the same key.
async fn invite(actor: &Actor, invitee: &Value) -> Response {
    let actor = actor.with("idempotency-key", KEY);
    actor.post("/v1/invitations", invitee.clone()).await
}

#[actix_web::test]
async fn a_key_is_its_callers_own() {
    let stage = Stage::new(app().await).await;
    let invitee = stage.invitee();
    let made = invite(stage.champion(), &invitee).await;
    made.expect(201);
    let again = invite(stage.champion(), &invitee).await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.body, made.body);

    // A colleague with the same rights, key and body: answered afresh, and so refused.
    let administrator = [Role::Administrator];
    let colleague = stage.app.member(&stage.owner.tenant, &administrator).await;
    let other = invite(&colleague, &invitee).await;
    assert_eq!(other.problem(409), "already_invited");

    // Another collectivity: an invitation of its own, with a token of its own.
    let foreign = invite(&stage.newcomer.actor, &invitee).await;
    assert_eq!(foreign.header("idempotent-replayed"), "");
    let (own, foreign) = (made.json(), foreign.expect(201));
    assert_ne!(foreign["token"], own["token"]);
    assert_ne!(foreign["id"], own["id"]);
}

#[actix_web::test]
async fn a_key_that_another_uses_at_the_same_time_is_not_in_flight() {
    let stage = Stage::new(app().await).await;
    let actors = [&stage.owner, &stage.fellow, &stage.host, &stage.newcomer];
    let asks = actors.iter().map(|party| {
        let actor = party.actor.with("idempotency-key", "cle-commune");
        async move { actor.post("/v1/charters", charter("Titre", "Texte.")).await }
    });
    for answer in futures::future::join_all(asks).await {
        answer.expect(201);
    }
}

#[actix_web::test]
async fn a_replay_asks_for_the_right_once_more() {
    let stage = Stage::new(app().await).await;
    let (database, tenant) = (&stage.app.database, &stage.owner.tenant);
    let bearer = database.member(tenant, &[Role::Administrator]).await;
    let administrator = stage.app.actor(&bearer);
    let invitee = stage.invitee();
    invite(&administrator, &invitee).await.expect(201);

    // The answer holds a token that is shown once: not to who has become a reader.
    let membership = stage.membership_of(&bearer).await;
    let path = format!("/v1/memberships/{}", membership.id());
    let reader = json!({ "roles": ["reader"] });
    let changed = stage
        .champion()
        .matching(&membership)
        .patch(&path, reader)
        .await;
    changed.expect(200);
    let replayed = invite(&administrator, &invitee).await;
    assert_eq!(replayed.problem(403), "forbidden");

    // Nor to who does not work there any more, nor to who has logged out.
    let champion = stage.champion().matching(&changed);
    champion.delete(&path).await.expect(204);
    let replayed = invite(&administrator, &invitee).await;
    assert_eq!(replayed.problem(401), "unauthenticated");
}

#[actix_web::test]
async fn a_replay_at_another_address_is_refused() {
    let stage = Stage::new(app().await).await;
    let (one, _) = stage.published("charters").await.unwrap();
    let (two, _) = stage.published("charters").await.unwrap();
    let actor = stage.fellow.actor.with("idempotency-key", KEY);
    let adapt = async |id: &str| {
        let path = format!("/v1/charters/{id}/adaptations");
        actor.post(&path, json!({})).await
    };
    adapt(&one).await.expect(201);
    assert_eq!(adapt(&two).await.problem(422), "idempotency_key_reused");
}

/// The right is asked for as far as roles go: a suspended coordinator is told again what they were
/// told before, byte for byte, and nothing happens.
#[actix_web::test]
async fn a_replay_tells_nothing_new() {
    let stage = Stage::new(app().await).await;
    let group = stage.led_group().await;
    let own = format!("/v1/groups/{group}/participants/{}", stage.host.siren());
    let role = json!({ "role": "coordinator" });
    stage
        .champion()
        .anyway()
        .patch(&own, role)
        .await
        .expect(200);
    let host = stage.host.actor.with("idempotency-key", KEY);
    let participants = format!("/v1/groups/{group}/participants");
    let guest = json!({ "siren": stage.newcomer.siren(), "role": "reader" });
    let made = host.post(&participants, guest.clone()).await;
    made.expect(201);

    let out = stage.turn(&group, &stage.host, stage.champion(), "suspension");
    out.await;
    let refusal = stage.turn(&group, &stage.newcomer, &stage.newcomer.actor, "refusal");
    refusal.await;
    let replayed = host.post(&participants, guest.clone()).await;
    assert_eq!(replayed.header("idempotent-replayed"), "true");
    assert_eq!(replayed.body, made.body);
    let invited = format!("{participants}/{}", stage.newcomer.siren());
    let seen = stage.champion().get(&invited).await.expect(200);
    assert_eq!(seen["state"], "declined");
    let afresh = stage.host.actor.post(&participants, guest).await;
    assert_eq!(afresh.problem(403), "forbidden");
}
