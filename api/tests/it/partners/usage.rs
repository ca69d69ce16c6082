//! Usage: software and its administrators see what it called, and nobody else does.

use std::time::Duration;

use maillage_domain::access::{Role, Scopes, Verb};
use serde_json::Value;

use super::Home;
use crate::support::Actor;

/// What `path` shows once `holds`; what was called shows a moment later.
async fn until(actor: &Actor, path: &str, holds: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..200 {
        let shown = actor.get(path).await.expect(200).clone();
        if holds(&shown) {
            return shown;
        }
        actix_web::rt::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{path} does not show what was called");
}

#[actix_web::test]
async fn software_and_its_administrators_see_what_it_called() {
    let home = Home::new().await;
    let scopes = Scopes::of([Verb::Read]).unwrap();
    let bearer = home.software(scopes).await.bearer;
    let (software, id) = (home.app.software(&bearer), bearer.client);
    software.get("/v1/charters").await.expect(200);
    let missing = software.get("/v1/charters/not-an-id").await;
    assert!(missing.status.is_client_error());
    let forbidden = software.get("/v1/insights").await;
    assert_eq!(forbidden.status, 403);

    let log = |shown: &Value| shown["items"].as_array().unwrap().len() >= 3;
    let path = "/v1/usage/requests";
    let shown = until(&software, path, log).await;
    let last = &shown["items"].as_array().unwrap();
    let refused = last.iter().find(|it| it["problem"] == "forbidden").unwrap();
    assert_eq!(refused["route"], "/v1/insights");
    assert_eq!(refused["status"], 403);
    assert_eq!(refused["request_id"], forbidden.header("x-request-id"));
    let only = software.get(&format!("{path}?unsuccessful=true")).await;
    let only = only.expect(200)["items"].as_array().unwrap().clone();
    assert!(only.iter().all(|it| it["status"].as_i64().unwrap() >= 400));
    assert_eq!(only.len(), 2);

    let counted = |shown: &Value| shown["days"][0]["refused"] == 2;
    let own = until(&software, "/v1/usage", counted).await;
    assert_eq!(own["client"], id.to_string());
    let administrator = home.app.member(&home.tenant, &[Role::Administrator]).await;
    let theirs = until(&administrator, &format!("/v1/clients/{id}/usage"), counted).await;
    assert_eq!(theirs["days"][0]["refused"], 2);
    let director = home.app.member(&home.tenant, &[Role::Director]).await;
    for what in ["usage", "requests"] {
        let refused = director.get(&format!("/v1/clients/{id}/{what}")).await;
        assert_eq!(refused.status, 403, "{what}");
    }
    let other = home.software(scopes).await.bearer;
    let none = home.app.software(&other).get("/v1/usage/requests").await;
    assert_eq!(none.expect(200)["items"].as_array().unwrap().len(), 0);
}
