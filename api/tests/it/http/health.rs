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
        .get("/nulle-part/rouge-gorge")
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
        "rouge-gorge",
        world.agglo.siren.as_str(),
        &world.agglo.id.to_string(),
    ] {
        assert!(!metrics.body.contains(canary), "{canary}");
    }
}

#[actix_web::test]
async fn nobody_makes_more_series_than_there_are_routes() {
    let app = App::shared();
    let nobody = app.anonymous();
    for n in 0..3 {
        let method = format!("BREW{n}").parse::<reqwest::Method>().unwrap();
        for path in ["/v1/charters".to_owned(), format!("/tisane{n}")] {
            nobody.ask(method.clone(), &path, None).await;
            nobody.get(&path).await;
        }
        nobody.get(&format!("/v1/charters/tisane{n}")).await;
        nobody.get(&format!("/problems/tisane{n}")).await;
        nobody.get(&format!("/docs/tisane{n}.js")).await;
    }
    let metrics = nobody.get("/metrics").await.body;
    for made_up in ["BREW", "tisane"] {
        assert!(!metrics.contains(made_up), "{made_up} in {metrics}");
    }
    assert!(metrics.contains("{method=\"other\",route=\"unmatched\""));
}

#[actix_web::test]
async fn metrics_are_not_for_who_comes_through_the_proxy() {
    let database = App::shared().database.clone();
    let app = App::listen(database, &["--proxy-hops", "1"]);
    let inside = app.anonymous().with("x-request-id", "same");
    assert_eq!(inside.get("/metrics").await.status, 200);
    for forwarded in ["192.0.2.7", "", "127.0.0.1, 127.0.0.1"] {
        let outside = inside.with("x-forwarded-for", forwarded);
        let (hidden, nothing) = (outside.get("/metrics").await, outside.get("/metrix").await);
        assert_eq!(hidden.problem(404), "not_found");
        assert_eq!(hidden.bytes(), nothing.bytes());
    }
    // Without a proxy the header means nothing.
    let direct = App::shared().anonymous();
    let direct = direct.with("x-forwarded-for", "192.0.2.7");
    assert_eq!(direct.get("/metrics").await.status, 200);
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
