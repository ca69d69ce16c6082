//! Health, metrics and keys: for those who run the platform.

use insta::assert_json_snapshot;
use serde_json::json;

use crate::support::{App, World};

#[actix_web::test]
async fn a_server_that_serves_says_so() {
    let nobody = App::shared().anonymous();
    let live = nobody.get("/health/live").await;
    assert_eq!(live.expect(200), json!({ "status": "live" }));
    let ready = nobody.get("/health/ready").await;
    assert_eq!(
        ready.expect(200),
        json!({ "status": "ready", "redis": "none" })
    );
    for answer in [&live, &ready] {
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("content-type"), "application/json");
    }
    assert_eq!(nobody.get("/health").await.problem(404), "not_found");
}

#[actix_web::test]
async fn metrics_count_requests_by_route_and_name_nobody() {
    let world = World::new().await;
    let id = world
        .published(&world.agglo_director, "Hirondelle", "Texte.")
        .await;
    let here = format!("/v1/charters/{id}");
    world.agglo_director.get(&here).await.expect(200);
    world.stranger_director.get(&here).await.problem(404);
    world
        .app
        .anonymous()
        .get("/nulle-part/secret")
        .await
        .problem(404);
    let metrics = world.app.anonymous().get("/metrics").await;
    assert_eq!(metrics.header("content-type"), "text/plain; version=0.0.4");
    assert_eq!(metrics.header("cache-control"), "no-store");
    let counted = |method: &str, route: &str, status: u16| {
        let labels = format!("{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}}");
        let name = format!("http_requests_total{labels} ");
        let line = metrics
            .body
            .lines()
            .find_map(|line| line.strip_prefix(&name));
        line.unwrap_or_else(|| panic!("{name} in {}", metrics.body))
            .parse::<u64>()
            .unwrap()
    };
    for (method, route, status) in [
        ("GET", "/v1/charters/{id}", 200),
        ("GET", "/v1/charters/{id}", 404),
        ("POST", "/v1/charters/{id}/publications", 201),
        ("GET", "unmatched", 404),
    ] {
        assert!(counted(method, route, status) >= 1);
    }
    assert!(metrics.body.contains("http_request_duration_seconds"));
    for canary in [
        id.as_str(),
        "Hirondelle",
        "secret",
        world.agglo.siren.as_str(),
        &world.agglo.id.to_string(),
    ] {
        assert!(!metrics.body.contains(canary), "{canary}");
    }
}

#[actix_web::test]
async fn the_key_that_verifies_tokens_is_public() {
    let app = App::shared();
    let keys = app.anonymous().get("/.well-known/jwks.json").await;
    assert_eq!(keys.header("cache-control"), "public, max-age=300");
    assert_json_snapshot!(keys.expect(200), {
        ".keys[].x" => "[public key]",
        ".keys[].kid" => "[thumbprint]",
    });
    assert!(
        !keys.body.contains("\"d\""),
        "the private half is nobody's business"
    );
}
