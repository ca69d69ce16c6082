//! Clients: who registers, changes, rotates and stops them.

use chrono::TimeDelta;
use maillage_domain::access::Role;
use maillage_infra::testing::PASSWORD;
use serde_json::{Value, json};

use super::Home;
use super::tokens::basic;
use crate::support::Response;

fn input(home: &Home) -> Value {
    json!({
        "name": "Intranet", "purpose": "Montrer les chartes", "legal_basis": "public_task",
        "scopes": ["read"], "expires_at": home.app.clock.now() + TimeDelta::days(30),
        "password": PASSWORD,
    })
}

async fn token(home: &Home, id: &str, secret: &str) -> Response {
    let actor = home
        .app
        .anonymous()
        .with("authorization", basic(id, secret));
    actor
        .submit("/oauth/token", "grant_type=client_credentials")
        .await
}

#[actix_web::test]
async fn a_secret_is_shown_once_and_rotated_with_overlap() {
    let home = Home::new().await;
    let made = home.creator.post("/v1/clients", input(&home)).await;
    let first = made.expect(201)["client_secret"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = made.header("location").to_owned();
    let id = path.rsplit('/').next().unwrap().to_owned();
    assert!(first.starts_with("mlg_cs_"));
    token(&home, &id, &first).await.expect(200);
    let mut secrets = vec![first];
    for overlap in [3_600, 3_600, 0] {
        let rotation = json!({ "password": PASSWORD, "overlap_seconds": overlap });
        let rotated = home
            .creator
            .anyway()
            .post(&format!("{path}/secrets"), rotation)
            .await;
        secrets.push(
            rotated.expect(200)["client_secret"]
                .as_str()
                .unwrap()
                .to_owned(),
        );
        let live = if overlap == 0 { 1 } else { 2 };
        let (dead, works) = secrets.split_at(secrets.len() - live);
        for secret in works {
            token(&home, &id, secret).await.expect(200);
        }
        for secret in dead {
            assert_eq!(
                token(&home, &id, secret).await.problem(401),
                "invalid_client"
            );
        }
        let shown = home.creator.get(&path).await;
        assert_eq!(shown.expect(200)["secrets"].as_array().unwrap().len(), live);
        let listed = home.creator.get("/v1/clients").await;
        let audit = home.creator.get("/v1/audit").await;
        for secret in &secrets {
            let told = [&shown, &listed, &audit]
                .iter()
                .any(|it| it.body.contains(secret));
            assert!(!told);
        }
    }
}

#[actix_web::test]
async fn it_takes_the_password_again_and_an_administrator() {
    let home = Home::new().await;
    let mut wrong = input(&home);
    wrong["password"] = json!("quatre lapins sous le hallier");
    let refused = home.creator.post("/v1/clients", wrong.clone()).await;
    assert_eq!(refused.problem(422), "invalid");
    assert_eq!(refused.json()["errors"][0]["pointer"], "/password");
    let made = home.creator.post("/v1/clients", input(&home)).await;
    let secrets = format!("{}/secrets", made.header("location"));
    let rotation = json!({ "password": wrong["password"] });
    let refused = home.creator.anyway().post(&secrets, rotation).await;
    assert_eq!(refused.json()["errors"][0]["code"], "password_wrong");
    // Throttled as log-in is, in parallel too.
    let attempts = (0..20).map(|_| home.creator.post("/v1/clients", wrong.clone()));
    let answers = futures::future::join_all(attempts).await;
    let throttled = answers.iter().filter(|it| it.status == 429).count();
    assert!(throttled >= 10, "{throttled}");
    let director = home.app.member(&home.tenant, &[Role::Director]).await;
    let refused = director.post("/v1/clients", input(&home)).await;
    assert_eq!(refused.problem(403), "forbidden");
}

#[actix_web::test]
async fn a_colleague_stops_it_and_changes_nothing() {
    let home = Home::new().await;
    let made = home.creator.post("/v1/clients", input(&home)).await;
    let path = made.header("location").to_owned();
    let roles = [Role::Administrator];
    let login = home
        .app
        .database
        .member_with_password(&home.tenant, &roles)
        .await;
    let colleague = home.app.actor(&login.bearer).anyway();
    let shown = colleague.get(&path).await.expect(200);
    assert_eq!(shown["abilities"], json!(["revoke_client"]));
    let changed = colleague
        .patch(&path, json!({ "scopes": ["create"] }))
        .await;
    assert_eq!(changed.problem(403), "forbidden");
    let rotation = json!({ "password": PASSWORD });
    let rotated = colleague
        .post(&format!("{path}/secrets"), rotation.clone())
        .await;
    assert_eq!(rotated.problem(403), "forbidden");
    colleague.delete(&path).await.expect(204);
    let creator = home.creator.anyway();
    assert_eq!(creator.delete(&path).await.problem(409), "client_revoked");
    let rotated = creator.post(&format!("{path}/secrets"), rotation).await;
    assert_eq!(rotated.problem(409), "client_revoked");
}

#[actix_web::test]
async fn terms_are_checked_where_they_stand() {
    let home = Home::new().await;
    for (name, value, code) in [
        ("scopes", json!([]), "scopes_empty"),
        ("scopes", json!(["publish"]), "scope_unknown"),
        ("networks", json!(["10.0.0.1/8"]), "network_invalid"),
        (
            "networks",
            json!(vec!["192.0.2.0/24"; 51]),
            "networks_too_many",
        ),
        ("expires_at", json!("2020-01-01T00:00:00Z"), "client_expiry"),
        (
            "keys",
            json!({ "keys": [{ "kty": "oct", "k": "x", "kid": "1" }] }),
            "client_keys_invalid",
        ),
    ] {
        let mut input = input(&home);
        input[name] = value;
        let refused = home.creator.post("/v1/clients", input).await;
        assert_eq!(refused.problem(422), "invalid", "{name}");
        let error = &refused.json()["errors"][0];
        assert_eq!(error["code"], code);
        assert!(
            error["pointer"]
                .as_str()
                .unwrap()
                .starts_with(&format!("/{name}")),
            "{error}"
        );
    }
}

#[actix_web::test]
async fn what_replaces_a_proof_is_checked_too() {
    let home = Home::new().await;
    let made = home.creator.post("/v1/clients", input(&home)).await;
    let path = format!("{}/secrets", made.header("location"));
    let keys = json!({ "keys": [{
        "kty": "OKP", "crv": "Ed25519", "kid": "1",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    }] });
    let day = 24 * 60 * 60;
    for (rotation, pointer, code) in [
        (
            json!({ "password": PASSWORD, "overlap_seconds": 7 * day + 1 }),
            "/overlap_seconds",
            "overlap_too_long",
        ),
        (
            json!({ "password": PASSWORD, "keys": keys }),
            "/keys",
            "client_proof",
        ),
    ] {
        let refused = home.creator.anyway().post(&path, rotation).await;
        assert_eq!(refused.problem(422), "invalid", "{code}");
        let error = &refused.json()["errors"][0];
        assert_eq!(
            (&error["pointer"], &error["code"]),
            (&json!(pointer), &json!(code))
        );
    }
}
