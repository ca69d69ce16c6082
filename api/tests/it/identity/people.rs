//! People: one account, several collectivités, and roles that belong to each membership.

use insta::assert_json_snapshot;
use maillage_domain::access::Role;
use maillage_infra::testing::{Login, PASSWORD, Tenant};
use serde_json::{Value, json};

use crate::support::{Actor, App, Response};

async fn log_in(app: &App, login: &Login, siren: Option<&str>) -> Response {
    let mut input = json!({ "email": login.email.as_str(), "password": PASSWORD });
    if let Some(siren) = siren {
        input["collectivity"] = json!(siren);
    }
    app.anonymous().post("/v1/sessions", input).await
}

async fn refresh(app: &App, tokens: &Value, siren: Option<&str>) -> Response {
    let mut input = json!({ "refresh_token": tokens["refresh_token"] });
    if let Some(siren) = siren {
        input["collectivity"] = json!(siren);
    }
    app.anonymous().post("/v1/sessions/refresh", input).await
}

fn bearing(app: &App, tokens: &Value) -> Actor {
    app.bearing(tokens["access_token"].as_str().unwrap())
}

/// Someone who administers the first town and reads in the second.
async fn shared_agent(app: &App) -> (Tenant, Tenant, Login) {
    let (first, second) = (app.tenant().await, app.tenant().await);
    let login = app
        .database
        .member_with_password(&first, &[Role::Director])
        .await;
    app.database
        .colleague(&second, &login, &[Role::Reader])
        .await;
    (first, second, login)
}

#[actix_web::test]
async fn a_person_acts_for_one_collectivity_at_a_time() {
    let app = App::shared();
    let (first, second, login) = shared_agent(app).await;
    let (one, two) = (first.siren.as_str(), second.siren.as_str());
    for (asked, tenant, roles) in [
        (None, &first, json!(["director"])),
        (Some(one), &first, json!(["director"])),
        (Some(two), &second, json!(["reader"])),
    ] {
        let tokens = log_in(app, &login, asked).await.expect(201);
        assert_eq!(tokens["membership"]["roles"], roles);
        let me = bearing(app, &tokens).get("/v1/me").await.expect(200);
        assert_eq!(
            (&me["collectivity"], &me["roles"]),
            (&json!(tenant.id.to_string()), &roles)
        );
        let sirens: Vec<_> = me["memberships"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["collectivity"]["siren"].as_str().unwrap())
            .collect();
        assert_eq!(sirens, [one, two]);
    }
    let third = app.tenant().await;
    for siren in [third.siren.as_str(), "130025265"] {
        let refused = log_in(app, &login, Some(siren)).await;
        assert_eq!(refused.problem(401), "invalid_credentials");
    }
}

#[actix_web::test]
async fn me_says_who_acts_for_whom() {
    let app = App::shared();
    let (_, second, login) = shared_agent(app).await;
    let tokens = log_in(app, &login, Some(second.siren.as_str()))
        .await
        .expect(201);
    let me = bearing(app, &tokens).get("/v1/me").await;
    assert_json_snapshot!(me.expect(200), {
        ".person" => "[id]",
        ".name" => "[name]",
        ".email" => "[email]",
        ".collectivity" => "[id]",
        ".memberships[].collectivity.id" => "[id]",
        ".memberships[].collectivity.siren" => "[siren]",
        ".memberships[].collectivity.name" => "[name]",
    });
    assert_eq!(me.header("cache-control"), "private, no-cache");
}

#[actix_web::test]
async fn switching_moves_the_session_and_all_its_tokens() {
    let app = App::shared();
    let (first, second, login) = shared_agent(app).await;
    let opened = log_in(app, &login, Some(first.siren.as_str()))
        .await
        .expect(201);
    let before = bearing(app, &opened);
    let charter = crate::support::charter("Charte", "Texte.");
    let created = before.post("/v1/charters", charter.clone()).await;
    created.expect(201);

    let switched = refresh(app, &opened, Some(second.siren.as_str()))
        .await
        .expect(200);
    assert_eq!(
        switched["membership"]["collectivity"]["siren"],
        second.siren.as_str()
    );
    let after = bearing(app, &switched);
    assert_eq!(
        after.get("/v1/me").await.expect(200)["collectivity"],
        second.id.to_string()
    );
    // The old access token names a collectivity that the session no longer acts for.
    assert_eq!(before.get("/v1/me").await.problem(401), "unauthenticated");
    let hidden = after.get(created.header("location")).await;
    assert_eq!(hidden.problem(404), "not_found");
    assert_eq!(
        after.post("/v1/charters", charter).await.problem(403),
        "forbidden"
    );

    // Without a wish the session stays where it is; it may also go back.
    let stayed = refresh(app, &switched, None).await.expect(200);
    assert_eq!(
        stayed["membership"]["collectivity"]["siren"],
        second.siren.as_str()
    );
    let back = refresh(app, &stayed, Some(first.siren.as_str()))
        .await
        .expect(200);
    bearing(app, &back)
        .get(created.header("location"))
        .await
        .expect(200);
    let third = app.tenant().await;
    let refused = refresh(app, &back, Some(third.siren.as_str())).await;
    assert_eq!(refused.problem(401), "invalid_refresh_token");
}

#[actix_web::test]
async fn leaving_one_collectivity_is_no_matter_to_the_other() {
    let app = App::shared();
    let (first, second, login) = shared_agent(app).await;
    let here = bearing(
        app,
        &log_in(app, &login, Some(first.siren.as_str()))
            .await
            .expect(201),
    );
    let there = log_in(app, &login, Some(second.siren.as_str()))
        .await
        .expect(201);
    let administrator = app.actor(&second.administrator);
    let members = administrator.get("/v1/memberships").await.expect(200);
    let members = members["items"].as_array().unwrap();
    let mine = members
        .iter()
        .find(|it| it["email"] == login.email.as_str())
        .unwrap();
    let membership = format!("/v1/memberships/{}", mine["id"].as_str().unwrap());
    administrator.anyway().delete(&membership).await.expect(204);

    assert_eq!(
        bearing(app, &there).get("/v1/me").await.problem(401),
        "unauthenticated"
    );
    assert_eq!(
        refresh(app, &there, None).await.problem(401),
        "invalid_refresh_token"
    );
    let me = here.get("/v1/me").await.expect(200);
    assert_eq!(me["memberships"].as_array().unwrap().len(), 1);
    let refused = log_in(app, &login, Some(second.siren.as_str())).await;
    assert_eq!(refused.problem(401), "invalid_credentials");
    log_in(app, &login, None).await.expect(201);
}

#[actix_web::test]
async fn logging_out_ends_one_session_only() {
    let app = App::shared();
    let (first, _, login) = shared_agent(app).await;
    let siren = Some(first.siren.as_str());
    let (a, b) = (
        log_in(app, &login, siren).await.expect(201),
        log_in(app, &login, siren).await.expect(201),
    );
    let closed = bearing(app, &a).delete("/v1/sessions/current").await;
    assert_eq!(
        (closed.expect(204), closed.body.as_str()),
        (Value::Null, "")
    );
    assert_eq!(
        bearing(app, &a).get("/v1/me").await.problem(401),
        "unauthenticated"
    );
    assert_eq!(
        bearing(app, &a)
            .delete("/v1/sessions/current")
            .await
            .problem(401),
        "unauthenticated"
    );
    assert_eq!(
        refresh(app, &a, None).await.problem(401),
        "invalid_refresh_token"
    );
    bearing(app, &b).get("/v1/me").await.expect(200);
}

#[actix_web::test]
async fn an_operator_who_works_for_a_town_acts_as_one_or_the_other() {
    let app = App::shared();
    let tenant = app.tenant().await;
    let login = app.database.operator().await;
    app.database
        .colleague(&tenant, &login, &[Role::Director])
        .await;
    let tokens = log_in(app, &login, None).await.expect(201);
    assert_eq!(tokens["membership"], Value::Null);
    let operator = bearing(app, &tokens);
    assert_eq!(operator.get("/v1/me").await.expect(200)["operator"], true);
    let charter = crate::support::charter("Charte", "Texte.");
    assert_eq!(
        operator
            .post("/v1/charters", charter.clone())
            .await
            .problem(403),
        "forbidden"
    );

    let tokens = log_in(app, &login, Some(tenant.siren.as_str()))
        .await
        .expect(201);
    let director = bearing(app, &tokens);
    assert_eq!(director.get("/v1/me").await.expect(200)["operator"], false);
    director.post("/v1/charters", charter).await.expect(201);
    let body = json!({ "siren": app.database.siren().as_str(), "name": "S", "type": "syndicat" });
    assert_eq!(
        director.post("/v1/directory", body).await.problem(403),
        "forbidden"
    );
}
