//! Tokens: issued for a secret or an assertion, for less if asked, given back, looked into.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maillage_api::http::MAX_FORM;
use maillage_domain::access::{Scopes, Verb};
use maillage_infra::testing::Software;
use serde_json::json;

use super::Home;
use crate::support::{Actor, App, Response, charter};

pub fn basic(id: impl std::fmt::Display, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

/// Asks for a token with the secret of `software`, and with these parameters too.
pub async fn ask(app: &App, software: &Software, more: &str) -> Response {
    ask_as(app, (software.bearer.client, &software.secret), more).await
}

/// Asks for a token as the client of that id with that secret.
pub async fn ask_as(
    app: &App,
    (id, secret): (impl std::fmt::Display, &str),
    more: &str,
) -> Response {
    let proof = basic(id, secret);
    let form = format!("grant_type=client_credentials{more}");
    let actor = app.anonymous().with("authorization", proof);
    actor.submit("/oauth/token", &form).await
}

pub fn bearing(app: &App, answer: &Response) -> Actor {
    app.bearing(answer.expect(200)["access_token"].as_str().unwrap())
}

#[actix_web::test]
async fn a_client_gets_a_token_and_acts_within_it() {
    let home = Home::new().await;
    let app = &home.app;
    let software = home
        .software(Scopes::of([Verb::Read, Verb::Create]).unwrap())
        .await;
    let answer = ask(app, &software, "").await;
    let token = answer.expect(200);
    assert_eq!(
        (&token["token_type"], &token["expires_in"]),
        (&json!("Bearer"), &json!(600))
    );
    assert_eq!(token["scope"], "create read");
    assert_eq!(answer.header("cache-control"), "no-store");
    let client = bearing(app, &answer);
    let made = client
        .post("/v1/charters", charter("Titre", "Texte."))
        .await;
    made.expect(201);
    let path = format!("/v1/charters/{}", made.id());
    client.get(&path).await.expect(200);
    client.get("/v1/charters").await.expect(200);
    // Not what it has no scope for, nor what only a person does.
    for refused in [
        client.get(&format!("{path}/draft")).await,
        client
            .anyway()
            .post(&format!("{path}/publications"), json!({}))
            .await,
        client.get("/v1/groups").await,
        client.get("/v1/me").await,
        client.get("/v1/clients").await,
        client.get("/v1/audit").await,
        client.delete("/v1/sessions/current").await,
    ] {
        assert_eq!(refused.problem(403), "forbidden", "{refused:?}");
    }
    // A token for less is good for less.
    let less = bearing(app, &ask(app, &software, "&scope=create").await);
    assert_eq!(less.get(&path).await.problem(403), "forbidden");
    for scope in ["publish", "read+write", "+", "everything", "read_audit"] {
        let refused = ask(app, &software, &format!("&scope={scope}")).await;
        assert_eq!(refused.problem(400), "invalid_scope", "{scope}");
        assert_eq!(refused.json()["error"], "invalid_scope");
    }
    let audit = home.creator.get("/v1/audit?limit=5").await.expect(200);
    let records = audit["items"].as_array().unwrap();
    let made = records
        .iter()
        .find(|it| it["fact"]["type"] == "resource.created")
        .unwrap();
    assert_eq!(made["client"], json!(software.bearer.client));
    assert_eq!(made["actor"], json!(null));
    let told = records
        .iter()
        .any(|it| it["fact"] == json!({ "type": "action.refused", "verb": "publish" }));
    assert!(told, "{records:#?}");
}

#[actix_web::test]
async fn a_draft_is_found_by_who_has_the_scope_for_it() {
    let home = Home::new().await;
    let word = format!("loutre{}", home.tenant.siren);
    home.creator
        .post("/v1/charters", charter("Titre", &word))
        .await
        .expect(201);
    for (scopes, found) in [(Scopes::all(), 1), (Scopes::of([Verb::Read]).unwrap(), 0)] {
        let software = home.software(scopes).await;
        let client = bearing(&home.app, &ask(&home.app, &software, "").await);
        let hits = client
            .get(&format!("/v1/search?q={word}"))
            .await
            .expect(200);
        assert_eq!(hits["items"].as_array().unwrap().len(), found);
    }
}

#[actix_web::test]
async fn an_assertion_is_good_once() {
    let home = Home::new().await;
    let partner = home.partner().await;
    let assertion = partner.sign(&partner.header(), &partner.claims());
    let answer = partner.present(&assertion).await;
    bearing(&home.app, &answer)
        .get("/v1/charters")
        .await
        .expect(200);
    let again = partner.present(&assertion).await;
    assert_eq!(again.problem(401), "invalid_client");
    // In parallel too: one of many.
    let assertion = partner.sign(&partner.header(), &partner.claims());
    let all = futures::future::join_all((0..8).map(|_| partner.present(&assertion))).await;
    let accepted = all.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(accepted, 1);
    assert!(
        all.iter().all(|it| it.status == 200 || it.status == 401),
        "{all:?}"
    );
}

#[actix_web::test]
async fn a_token_is_looked_into_and_given_back_by_its_client_alone() {
    let home = Home::new().await;
    let (app, software) = (&home.app, home.software(Scopes::all()).await);
    let other = home.software(Scopes::all()).await;
    let answer = ask(app, &software, "&scope=read").await;
    let (client, token) = (bearing(app, &answer), answer.json()["access_token"].clone());
    let form = format!("token={}", token.as_str().unwrap());
    let by = |it: &Software| {
        let proof = basic(it.bearer.client, &it.secret);
        app.anonymous().with("authorization", proof)
    };
    let own = by(&software)
        .submit("/oauth/introspect", &form)
        .await
        .expect(200);
    assert_eq!(
        (&own["active"], &own["scope"]),
        (&json!(true), &json!("read"))
    );
    assert_eq!(own["client_id"], json!(software.bearer.client));
    let foreign = by(&other)
        .submit("/oauth/introspect", &form)
        .await
        .expect(200);
    assert_eq!(foreign, json!({ "active": false }));
    assert_eq!(by(&other).submit("/oauth/revoke", &form).await.status, 200);
    client.get("/v1/charters").await.expect(200);
    for _ in 0..2 {
        assert_eq!(
            by(&software).submit("/oauth/revoke", &form).await.status,
            200
        );
        assert_eq!(
            client.get("/v1/charters").await.problem(401),
            "unauthenticated"
        );
    }
    let gone = by(&software)
        .submit("/oauth/introspect", &form)
        .await
        .expect(200);
    assert_eq!(gone, json!({ "active": false }));
    // Another token of the same client works on.
    bearing(app, &ask(app, &software, "").await)
        .get("/v1/charters")
        .await
        .expect(200);
}

#[actix_web::test]
async fn where_to_ask_is_told() {
    let told = App::shared()
        .anonymous()
        .get("/.well-known/oauth-authorization-server")
        .await;
    let told = told.expect(200);
    assert_eq!(told["issuer"], "https://maillage.test");
    assert_eq!(told["token_endpoint"], "https://maillage.test/oauth/token");
    assert_eq!(told["scopes_supported"], json!(Scopes::all().slugs()));
}

#[actix_web::test]
async fn a_form_says_each_thing_once() {
    let home = Home::new().await;
    let software = home.software(Scopes::of([Verb::Read]).unwrap()).await;
    let proof = basic(software.bearer.client, &software.secret);
    let client = home.app.anonymous().with("authorization", proof);
    for (form, name, code) in [
        ("scope=read", "grant_type", "parameter_missing"),
        ("grant_type=", "grant_type", "parameter_missing"),
        (
            "grant_type=client_credentials&scope=read&scope=read",
            "scope",
            "parameter_repeated",
        ),
    ] {
        let refused = client.submit("/oauth/token", form).await;
        assert_eq!(refused.problem(400), "invalid_request", "{form}");
        let problem = refused.json();
        assert_eq!(problem["error"], "invalid_request");
        let error = &problem["errors"][0];
        assert_eq!(
            (&error["parameter"], &error["code"]),
            (&json!(name), &json!(code))
        );
    }
}

#[actix_web::test]
async fn a_form_is_bounded() {
    let home = Home::new().await;
    let software = home.software(Scopes::of([Verb::Read]).unwrap()).await;
    let more = format!("&unknown={}", "x".repeat(MAX_FORM));
    let refused = ask(&home.app, &software, &more).await;
    assert_eq!(refused.problem(413), "form_too_large");
}
