//! L-3, L-30: what is taken away is gone with the very next request.
//!
//! Each test looks through every window: by id, in lists, in search, in what may be done.

use chrono::TimeDelta;
use maillage_domain::access::Role;
use maillage_infra::ambient;
use maillage_infra::testing::PASSWORD;
use reqwest::Method;
use serde_json::json;

use super::ask::Masked;
use super::stage::{Party, Stage, app};
use crate::support::{Actor, Response};

/// What `actor` sees of a charter, through every window, must be this.
async fn sees(actor: &Actor, stage: &Stage, id: &str, visible: bool) {
    let path = format!("/v1/charters/{id}");
    let status = if visible { 200 } else { 404 };
    for window in ["", "/versions", "/versions/1", "/lineage"] {
        let seen = actor.get(&format!("{path}{window}")).await;
        assert_eq!(seen.status.as_u16(), status, "{window}: {seen:?}");
    }
    for list in [
        "/v1/charters?limit=100",
        &format!("/v1/search?q={}", stage.word),
    ] {
        let listed = actor.get(list).await;
        listed.expect(200);
        assert_eq!(listed.body.contains(id), visible, "{list}: {}", listed.body);
    }
    if !visible {
        let adapted = actor.post(&format!("{path}/adaptations"), json!({})).await;
        adapted.expect(404);
    }
}

/// A charter of the owner, granted to the circle.
async fn charter(stage: &Stage) -> String {
    stage.published("charters").await.unwrap().0
}

/// Of a group that is over for `party`, nothing is known to them any more: not even their own part.
async fn knows_nothing_of(party: &Party, group: &str) {
    let part = |group: &str| format!("/v1/groups/{group}/participants/{}", party.siren());
    let actor = party.actor.anyway().with("x-request-id", "access");
    let nowhere = ambient::id().to_string();
    for (method, turn) in [
        (Method::GET, ""),
        (Method::DELETE, ""),
        (Method::POST, "/acceptance"),
        (Method::POST, "/refusal"),
        (Method::POST, "/suspension"),
        (Method::DELETE, "/suspension"),
    ] {
        let ask = async |group: &str| {
            let path = format!("{}{turn}", part(group));
            actor.ask(method.clone(), &path, None).await
        };
        let over = ask(group).await;
        assert_eq!(over.problem(404), "not_found", "{method} {turn}");
        assert_eq!(Masked::of(&over), Masked::of(&ask(&nowhere).await));
    }
    for window in ["", "/participants"] {
        let path = format!("/v1/groups/{group}{window}");
        actor.get(&path).await.expect(404);
    }
    let groups = actor.get("/v1/groups").await;
    assert!(!groups.ids().contains(&group.to_owned()), "{groups:?}");
}

/// Whether `party` may grant a charter of its own to a group.
async fn grants_to(party: &Party, group: &str) -> Response {
    let text = crate::support::charter("Charte", "Texte.");
    let created = party.actor.post("/v1/charters", text).await;
    created.expect(201);
    let audience = json!({ "type": "group", "id": group });
    let share = json!({ "audience": audience, "level": "read" });
    let path = format!("/v1/charters/{}/shares", created.id());
    party.actor.post(&path, share).await
}

#[actix_web::test]
async fn a_suspended_collectivity_sees_and_shares_nothing_until_it_is_resumed() {
    let stage = Stage::new(app().await).await;
    let (id, fellow) = (charter(&stage).await, &stage.fellow);
    sees(&fellow.actor, &stage, &id, true).await;
    let out = stage.turn(&stage.circle, fellow, stage.champion(), "suspension");
    out.await;
    sees(&fellow.actor, &stage, &id, false).await;
    grants_to(fellow, &stage.circle).await.expect(422);
    let participants = format!("/v1/groups/{}/participants", stage.circle);
    let seen = fellow.actor.get(&participants).await.expect(200);
    assert_eq!(seen["items"].as_array().unwrap().len(), 1, "{seen}");

    let own = format!("{participants}/{}/suspension", fellow.siren());
    let resume = stage.champion().anyway();
    resume.delete(&own).await.expect(200);
    sees(&fellow.actor, &stage, &id, true).await;
    grants_to(fellow, &stage.circle).await.expect(201);
}

#[actix_web::test]
async fn who_leaves_sees_nothing_and_takes_along_what_they_had_shared() {
    let stage = Stage::new(app().await).await;
    let (id, fellow) = (charter(&stage).await, &stage.fellow);
    let resource = crate::support::charter("Charte", &stage.text("Texte"));
    let theirs = fellow.actor.post("/v1/charters", resource).await.id();
    let path = format!("/v1/charters/{theirs}");
    let publish = fellow.actor.anyway();
    publish
        .post(&format!("{path}/publications"), json!({}))
        .await
        .expect(201);
    let audience = json!({ "type": "group", "id": stage.circle });
    let share = json!({ "audience": audience, "level": "reuse" });
    fellow
        .actor
        .post(&format!("{path}/shares"), share)
        .await
        .expect(201);
    sees(&stage.host.actor, &stage, &theirs, true).await;
    sees(&fellow.actor, &stage, &id, true).await;

    let group = format!("/v1/groups/{}", stage.circle);
    let own = format!("{group}/participants/{}", fellow.siren());
    fellow.actor.anyway().delete(&own).await.expect(200);
    sees(&fellow.actor, &stage, &id, false).await;
    sees(&stage.host.actor, &stage, &theirs, false).await;
    knows_nothing_of(fellow, &stage.circle).await;
    grants_to(fellow, &stage.circle).await.expect(422);
}

#[actix_web::test]
async fn who_is_invited_or_has_declined_sees_no_content() {
    let stage = Stage::new(app().await).await;
    let (id, host) = (charter(&stage).await, &stage.newcomer);
    // What the newcomer may see by its own grant is another matter.
    let shares = format!("/v1/charters/{id}/shares");
    let granted = stage.champion().get(&shares).await.expect(200);
    let items = granted["items"].as_array().unwrap();
    let own = items
        .iter()
        .find(|one| one["audience"]["type"] == "collectivity");
    let own = own.unwrap()["id"].as_str().unwrap();
    let unshare = stage.champion().anyway();
    unshare.delete(&format!("{shares}/{own}")).await.expect(204);

    stage.invite(&stage.circle, &stage.owner, host).await;
    sees(&host.actor, &stage, &id, false).await;
    grants_to(host, &stage.circle).await.expect(422);
    stage
        .turn(&stage.circle, host, &host.actor, "refusal")
        .await;
    sees(&host.actor, &stage, &id, false).await;
    knows_nothing_of(host, &stage.circle).await;
    grants_to(host, &stage.circle).await.expect(422);
}

#[actix_web::test]
async fn what_is_unshared_withdrawn_or_expired_is_gone() {
    let stage = Stage::new(app().await).await;
    let actor = &stage.fellow.actor;
    let (id, share) = stage.published("charters").await.unwrap();
    sees(actor, &stage, &id, true).await;
    let unshare = stage.champion().anyway();
    let path = format!("/v1/charters/{id}/shares/{share}");
    unshare.delete(&path).await.expect(204);
    sees(actor, &stage, &id, false).await;

    let id = charter(&stage).await;
    sees(actor, &stage, &id, true).await;
    let withdrawal = format!("/v1/charters/{id}/withdrawal");
    unshare.post(&withdrawal, json!({})).await.expect(200);
    sees(actor, &stage, &id, false).await;
}

#[actix_web::test]
async fn a_grant_ends_at_the_moment_it_names() {
    let stage = Stage::new(app().await).await;
    // A slow machine may need more time to look at the grant before its end.
    for milliseconds in [700, 3_000, 12_000] {
        if ends_in(&stage, TimeDelta::milliseconds(milliseconds)).await {
            return;
        }
    }
    panic!("no grant could be looked at before its end");
}

/// Looks at a grant without pause across its end: no answer is on the wrong side of it. Whether
/// there was time for an answer before.
async fn ends_in(stage: &Stage, span: TimeDelta) -> bool {
    let (id, clock) = (charter(stage).await, &stage.app.clock);
    let (outside, inside) = (&stage.suspended, &stage.host);
    let end = clock.now() + span;
    for party in [outside, inside] {
        let audience = json!({ "type": "collectivity", "siren": party.siren() });
        let share = json!({ "audience": audience, "level": "read", "expires_at": end });
        let path = format!("/v1/charters/{id}/shares");
        let granted = stage.champion().post(&path, share).await;
        if clock.now() >= end {
            return false;
        }
        granted.expect(201);
    }
    let mut before = 0;
    loop {
        let asked = clock.now();
        let seen = outside.actor.get(&format!("/v1/charters/{id}")).await;
        let answered = clock.now();
        if answered < end {
            seen.expect(200);
            before += 1;
        } else if asked > end {
            seen.expect(404);
            break;
        }
    }
    sees(&outside.actor, stage, &id, false).await;
    // Who sees it by the circle too sees it all the same.
    sees(&inside.actor, stage, &id, true).await;
    before > 0
}

#[actix_web::test]
async fn roles_and_memberships_act_on_the_next_request() {
    let stage = Stage::new(app().await).await;
    let bearer = stage
        .app
        .database
        .member(&stage.owner.tenant, &[Role::Director])
        .await;
    let director = stage.app.actor(&bearer);
    let create = async || {
        let text = crate::support::charter("Charte", "Texte.");
        director.post("/v1/charters", text).await
    };
    create().await.expect(201);
    let membership = stage.membership_of(&bearer).await;
    let path = format!("/v1/memberships/{}", membership.id());
    let champion = stage.champion().anyway();
    let reader = json!({ "roles": ["reader"] });
    champion.patch(&path, reader).await.expect(200);
    create().await.expect(403);
    let me = director.get("/v1/me").await.expect(200);
    assert_eq!(me["roles"], json!(["reader"]));
    assert_eq!(me["abilities"], json!([]));

    champion.delete(&path).await.expect(204);
    for path in ["/v1/me", "/v1/charters", "/v1/groups"] {
        assert_eq!(director.get(path).await.problem(401), "unauthenticated");
    }
    create().await.expect(401);
}

#[actix_web::test]
async fn a_revoked_member_opens_no_session_there() {
    let stage = Stage::new(app().await).await;
    let (agent, anonymous) = (&stage.shared_agent, stage.app.anonymous());
    let login = |siren: &str| json!({ "email": agent.email.as_str(), "password": PASSWORD, "collectivity": siren });
    let opened = anonymous
        .post("/v1/sessions", login(stage.owner.siren()))
        .await;
    let tokens = opened.expect(201);
    let membership = stage.membership_of(&agent.bearer).await;
    let path = format!("/v1/memberships/{}", membership.id());
    stage
        .champion()
        .matching(&membership)
        .delete(&path)
        .await
        .expect(204);

    let refused = anonymous
        .post("/v1/sessions", login(stage.owner.siren()))
        .await;
    assert_eq!(refused.problem(401), "invalid_credentials");
    let access = tokens["access_token"].as_str().unwrap();
    stage.app.bearing(access).get("/v1/me").await.expect(401);
    let refresh = json!({ "refresh_token": tokens["refresh_token"] });
    let refreshed = anonymous.post("/v1/sessions/refresh", refresh).await;
    assert_eq!(refreshed.problem(401), "invalid_refresh_token");
    // They still work for the fellow.
    anonymous
        .post("/v1/sessions", login(stage.fellow.siren()))
        .await
        .expect(201);
}
