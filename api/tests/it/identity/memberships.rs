//! Memberships: roles that act on the next request, and a collectivity that keeps an administrator.

use futures::future::join_all;
use futures::join;
use insta::assert_json_snapshot;
use maillage_domain::access::Role;
use maillage_infra::testing::PASSWORD;
use serde_json::{Value, json};

use crate::support::{Actor, App, Response};

/// The address of the membership of `actor`, as `administrator` finds it.
async fn membership(administrator: &Actor, actor: &Actor) -> String {
    let me = actor.get("/v1/me").await.expect(200);
    let members = administrator
        .get("/v1/memberships?limit=100")
        .await
        .expect(200);
    let members = members["items"].as_array().unwrap();
    let member = members
        .iter()
        .find(|it| it["person"] == me["person"])
        .unwrap();
    format!("/v1/memberships/{}", member["id"].as_str().unwrap())
}

async fn rank(actor: &Actor, membership: &str, roles: Value) -> Response {
    let found = actor.get(membership).await;
    actor
        .matching(&found)
        .patch(membership, json!({ "roles": roles }))
        .await
}

/// A town with two administrators, where each finds their membership, and somebody who watches.
struct Town {
    auditor: Actor,
    a: Actor,
    b: Actor,
    a_at: String,
    b_at: String,
}

impl Town {
    async fn new() -> Self {
        let app = App::shared();
        let tenant = app.tenant().await;
        let a = app.actor(&tenant.administrator);
        let b = app
            .member(&tenant, &[Role::Administrator, Role::Director])
            .await;
        let auditor = app.member(&tenant, &[Role::Auditor]).await;
        let (a_at, b_at) = (membership(&a, &a).await, membership(&a, &b).await);
        Self {
            auditor,
            a,
            b,
            a_at,
            b_at,
        }
    }

    /// How many administrators there are now.
    async fn administrators(&self) -> usize {
        let members = self.auditor.get("/v1/memberships").await.expect(200);
        let administers = |it: &&Value| {
            it["state"] == "active"
                && it["roles"]
                    .as_array()
                    .unwrap()
                    .contains(&json!("administrator"))
        };
        members["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(administers)
            .count()
    }
}

fn sorted(answers: &[Response]) -> Vec<u16> {
    let mut statuses: Vec<_> = answers.iter().map(|it| it.status.as_u16()).collect();
    statuses.sort_unstable();
    statuses
}

#[actix_web::test]
async fn members_are_listed_newest_first_to_who_may_know() {
    let app = App::shared();
    let tenant = app.tenant().await;
    let administrator = app.actor(&tenant.administrator);
    for role in Role::ALL {
        let actor = app.member(&tenant, &[*role]).await;
        let may = matches!(role, Role::Administrator | Role::Auditor);
        let listed = actor.get("/v1/memberships").await;
        assert_eq!(
            listed.status.as_u16(),
            if may { 200 } else { 403 },
            "{role}"
        );
        let here = membership(&administrator, &actor).await;
        assert_eq!(actor.get(&here).await.status, listed.status);
    }
    let listed = administrator.get("/v1/memberships?limit=2").await;
    assert_json_snapshot!(listed.expect(200), {
        ".items[].id" => "[id]",
        ".items[].person" => "[id]",
        ".items[].name" => "[name]",
        ".items[].email" => "[email]",
        ".items[].since" => "[at]",
        ".next" => "[cursor]",
    });
    let (mut ids, mut next) = (listed.ids(), listed.json()["next"].clone());
    while let Some(cursor) = next.as_str() {
        let page = administrator
            .get(&format!("/v1/memberships?limit=2&cursor={cursor}"))
            .await;
        ids.extend(page.ids());
        next = page.json()["next"].clone();
    }
    assert_eq!(ids, administrator.get("/v1/memberships").await.ids());
    assert_eq!(ids.len(), Role::ALL.len() + 1);

    let elsewhere = app.actor(&app.tenant().await.administrator);
    let here = membership(&administrator, &administrator).await;
    for asked in [
        elsewhere.get(&here).await,
        elsewhere.anyway().delete(&here).await,
    ] {
        assert_eq!(asked.problem(404), "not_found");
    }
}

#[actix_web::test]
async fn roles_act_on_the_next_request() {
    let app = App::shared();
    let tenant = app.tenant().await;
    let administrator = app.actor(&tenant.administrator);
    let actor = app.member(&tenant, &[Role::Reader]).await;
    let here = membership(&administrator, &actor).await;
    let group = || json!({ "name": "Groupe" });
    assert_eq!(
        actor.post("/v1/groups", group()).await.problem(403),
        "forbidden"
    );
    let found = administrator.get(&here).await;
    let ranked = rank(
        &administrator,
        &here,
        json!(["director", "auditor", "director"]),
    )
    .await;
    assert_eq!(ranked.expect(200)["roles"], json!(["director", "auditor"]));
    assert_ne!(ranked.etag(), found.etag());
    actor.post("/v1/groups", group()).await.expect(201);
    assert_eq!(
        actor.get("/v1/me").await.expect(200)["roles"],
        json!(["director", "auditor"])
    );
    rank(&administrator, &here, json!(["reader"]))
        .await
        .expect(200);
    assert_eq!(
        actor.post("/v1/groups", group()).await.problem(403),
        "forbidden"
    );

    for (patch, status, broken) in [
        (json!({ "roles": [] }), 422, "/roles roles_empty"),
        (json!({ "roles": null }), 400, "/roles missing_field"),
        (json!({ "roles": "reader" }), 400, "/roles invalid_value"),
        (
            json!({ "roles": ["reader", "operator"] }),
            400,
            "/roles/1 invalid_value",
        ),
        (
            json!({ "roles": ["reader"], "person": "x" }),
            400,
            "/person unknown_field",
        ),
    ] {
        let refused = administrator.anyway().patch(&here, patch).await;
        refused.problem(status);
        assert_eq!(refused.broken(), [broken]);
    }
    assert_eq!(
        actor
            .anyway()
            .patch(&here, json!({ "roles": ["director"] }))
            .await
            .problem(403),
        "forbidden"
    );
}

#[actix_web::test]
async fn a_revoked_membership_is_over_for_ever() {
    let app = App::shared();
    let tenant = app.tenant().await;
    let administrator = app.actor(&tenant.administrator);
    let login = app
        .database
        .member_with_password(&tenant, &[Role::Director])
        .await;
    let actor = app.actor(&login.bearer);
    let credentials = json!({ "email": login.email.as_str(), "password": PASSWORD });
    let nobody = app.anonymous();
    let opened = nobody.post("/v1/sessions", credentials.clone()).await;
    let opened = opened.expect(201);
    let here = membership(&administrator, &actor).await;
    assert_eq!(
        administrator.delete(&here).await.problem(428),
        "precondition_required"
    );
    let revoked = administrator
        .matching(&administrator.get(&here).await)
        .delete(&here)
        .await;
    revoked.expect(204);
    for asked in [
        actor.get("/v1/me").await,
        actor.post("/v1/groups", json!({ "name": "G" })).await,
    ] {
        assert_eq!(asked.problem(401), "unauthenticated");
    }
    let seen = administrator.get(&here).await.expect(200);
    assert_eq!(
        (&seen["state"], &seen["abilities"]),
        (&json!("revoked"), &json!([]))
    );
    let late = rank(&administrator, &here, json!(["reader"])).await;
    assert_eq!(late.problem(409), "membership_revoked");
    let late = administrator.anyway().delete(&here).await;
    assert_eq!(late.problem(409), "membership_revoked");

    // The person may be invited again: a new membership, with its own id.
    let invitation = json!({ "email": seen["email"], "name": "Encore", "roles": ["reader"] });
    let offered = administrator
        .post("/v1/invitations", invitation)
        .await
        .expect(201);
    let acceptance = json!({ "token": offered["token"], "password": PASSWORD });
    let joined = nobody
        .post("/v1/invitations/acceptances", acceptance)
        .await
        .expect(201);
    assert!(!here.ends_with(joined["membership"].as_str().unwrap()));
    // The old session ended with the old membership: they log in again.
    assert_eq!(actor.get("/v1/me").await.problem(401), "unauthenticated");
    let token = &opened["refresh_token"];
    for collectivity in [Value::Null, json!(tenant.siren.as_str())] {
        let input = json!({ "refresh_token": token, "collectivity": collectivity });
        let refused = nobody.post("/v1/sessions/refresh", input).await;
        assert_eq!(refused.problem(401), "invalid_refresh_token");
    }
    let tokens = nobody.post("/v1/sessions", credentials).await.expect(201);
    assert_eq!(tokens["membership"]["roles"], json!(["reader"]));
    // The new one is refreshed like any other.
    let input = json!({ "refresh_token": tokens["refresh_token"] });
    let refreshed = nobody.post("/v1/sessions/refresh", input).await;
    let bearer = refreshed.expect(200)["access_token"].clone();
    let me = app.bearing(bearer.as_str().unwrap()).get("/v1/me").await;
    assert_eq!(me.expect(200)["roles"], json!(["reader"]));
}

#[actix_web::test]
async fn the_last_administrator_stays() {
    let app = App::shared();
    let tenant = app.tenant().await;
    let administrator = app.actor(&tenant.administrator);
    let here = membership(&administrator, &administrator).await;
    let demoted = rank(&administrator, &here, json!(["director"])).await;
    assert_eq!(demoted.problem(409), "last_administrator");
    let gone = administrator.anyway().delete(&here).await;
    assert_eq!(gone.problem(409), "last_administrator");
    // More roles are no matter; an auditor is no administrator.
    rank(&administrator, &here, json!(["administrator", "auditor"]))
        .await
        .expect(200);
    app.member(&tenant, &[Role::Auditor]).await;
    assert_eq!(
        administrator.anyway().delete(&here).await.problem(409),
        "last_administrator"
    );

    let heir = app.member(&tenant, &[Role::Administrator]).await;
    rank(&administrator, &here, json!(["reader"]))
        .await
        .expect(200);
    assert_eq!(
        administrator.get("/v1/memberships").await.problem(403),
        "forbidden"
    );
    let heirs = membership(&heir, &heir).await;
    assert_eq!(
        heir.anyway().delete(&heirs).await.problem(409),
        "last_administrator"
    );
}

#[actix_web::test]
async fn two_administrators_who_revoke_each_other_do_not_both_succeed() {
    for _ in 0..6 {
        let town = Town::new().await;
        let (a, b) = (town.a.anyway(), town.b.anyway());
        let (first, second) = join!(a.delete(&town.b_at), b.delete(&town.a_at));
        let answers = [first, second];
        assert_eq!(
            answers.iter().filter(|it| it.status == 204).count(),
            1,
            "{answers:?}"
        );
        let refused = answers.iter().find(|it| it.status != 204).unwrap();
        // Whoever comes later is either the last one's enemy, or nobody any more.
        assert!(matches!(refused.status.as_u16(), 401 | 409), "{refused:?}");
        assert_eq!(town.administrators().await, 1);
    }
}

#[actix_web::test]
async fn two_administrators_who_resign_at_once_do_not_both_go() {
    for round in 0..6 {
        let town = Town::new().await;
        let (a, b) = (town.a.anyway(), town.b.anyway());
        let director = || json!({ "roles": ["director"] });
        let answers = if round % 2 == 0 {
            join_all([
                a.patch(&town.a_at, director()),
                b.patch(&town.b_at, director()),
            ])
            .await
        } else {
            let (first, second) = join!(a.delete(&town.a_at), b.patch(&town.b_at, director()));
            vec![first, second]
        };
        let refused = answers.iter().find(|it| it.status == 409);
        assert_eq!(
            refused.map(|it| it.problem(409)),
            Some("last_administrator".to_owned())
        );
        assert_eq!(sorted(&answers)[1], 409);
        assert_eq!(town.administrators().await, 1);
    }
}

#[actix_web::test]
async fn of_two_rankings_with_the_same_tag_exactly_one_wins() {
    let town = Town::new().await;
    let writer = town.a.matching(&town.a.get(&town.b_at).await);
    let roles = [
        json!(["reader"]),
        json!(["dpo"]),
        json!(["elected"]),
        json!(["auditor"]),
    ];
    let answers = join_all(roles.map(|roles| {
        let (writer, at) = (&writer, &town.b_at);
        async move { writer.patch(at, json!({ "roles": roles })).await }
    }))
    .await;
    assert_eq!(sorted(&answers), [200, 412, 412, 412]);
    let won = answers.iter().find(|it| it.status == 200).unwrap();
    assert_eq!(town.a.get(&town.b_at).await.bytes(), won.bytes());
    assert_eq!(writer.delete(&town.b_at).await.problem(412), "stale");
}
