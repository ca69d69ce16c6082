//! Quotas: so many requests a minute of one tenant, of one address without a token.

use maillage_domain::access::{Role, Scopes, Verb};
use maillage_infra::testing::terms;
use serde_json::json;

use crate::support::{Actor, App, Response, charter};

fn small() -> App {
    let quotas = ["--tenant-quota", "3", "--anonymous-quota", "2"];
    App::listen(App::shared().database.clone(), &quotas)
}

/// Quota, how many are left, and seconds until it is whole again.
fn announced(answer: &Response) -> (String, u32, u32) {
    let fields = answer.header("ratelimit").split_once(";r=").unwrap();
    let (rest, reset) = fields.1.split_once(";t=").unwrap();
    let policy = answer.header("ratelimit-policy");
    assert_eq!(policy.split(';').next().unwrap(), fields.0, "{policy}");
    (
        policy.to_owned(),
        rest.parse().unwrap(),
        reset.parse().unwrap(),
    )
}

fn is_limited(answer: &Response, seconds: u32) {
    assert_eq!(answer.problem(429), "rate_limited");
    let wait: u32 = answer.header("retry-after").parse().unwrap();
    assert!((1..=seconds).contains(&wait), "{wait}");
    let (_, rest, reset) = announced(answer);
    assert_eq!((rest, reset), (0, wait));
}

#[actix_web::test]
async fn a_tenant_has_its_quota_whoever_asks_for_it() {
    let app = small();
    let tenant = app.tenant().await;
    let (a, b) = (
        app.member(&tenant, &[Role::Director]).await,
        app.member(&tenant, &[Role::Reader]).await,
    );
    for (actor, left) in [(&a, 2), (&b, 1), (&a, 0)] {
        let answer = actor.get("/v1/me").await;
        answer.expect(200);
        let (policy, rest, reset) = announced(&answer);
        assert_eq!((policy.as_str(), rest), ("\"tenant\";q=3;w=60", left));
        assert!(reset <= 60, "{reset}");
    }
    for actor in [&a, &b] {
        is_limited(&actor.get("/v1/me").await, 20);
    }
    // It is logged and counted all the same.
    a.get("/v1/groups/suggestions").await.problem(429);
    let metrics = app.anonymous().get("/metrics").await.body;
    let counted = "{method=\"GET\",route=\"/v1/groups/suggestions\",status=\"429\"} 1";
    assert!(metrics.contains(counted), "{metrics}");
    // What is refused so has no effect, and nobody else is concerned.
    let before = app.database.footprint(tenant.id.0).await;
    is_limited(
        &a.post("/v1/charters", charter("Charte", "Texte.")).await,
        20,
    );
    assert_eq!(app.database.footprint(tenant.id.0).await, before);
    let other = app.tenant().await;
    app.member(&other, &[Role::Reader])
        .await
        .get("/v1/me")
        .await
        .expect(200);
}

#[actix_web::test]
async fn who_has_no_good_token_shares_the_quota_of_the_address() {
    let app = small();
    let nobody = app.anonymous();
    let answer = nobody.get("/v1/directory/219501277").await;
    answer.expect(200);
    let (policy, rest, _) = announced(&answer);
    assert_eq!((policy.as_str(), rest), ("\"anonymous\";q=2;w=60", 1));
    let forged = app.bearing("eyJhbGciOiJub25lIn0.e30.").get("/v1/me").await;
    assert_eq!(forged.problem(401), "unauthenticated");
    let (policy, rest, _) = announced(&forged);
    assert_eq!((policy.as_str(), rest), ("\"anonymous\";q=2;w=60", 0));
    // Nobody escapes by inventing an address or a token.
    for actor in [
        nobody.clone(),
        nobody.with("x-forwarded-for", "192.0.2.7"),
        app.bearing("x"),
    ] {
        is_limited(&actor.get("/v1/nulle-part").await, 30);
    }
    let limited = nobody.with("accept-language", "en").get("/v1/me").await;
    assert_eq!(limited.json()["title"], "Too many requests");
    // A token that is good counts for its tenant.
    let tenant = app.tenant().await;
    app.member(&tenant, &[Role::Reader])
        .await
        .get("/v1/me")
        .await
        .expect(200);
}

#[actix_web::test]
async fn health_and_metrics_are_never_limited() {
    let app = small();
    let nobody: Actor = app.anonymous();
    for _ in 0..5 {
        for path in ["/health/live", "/health/ready", "/metrics"] {
            let answer = nobody.get(path).await;
            assert_eq!(answer.status, 200, "{path}");
            assert_eq!(answer.header("ratelimit"), "");
        }
    }
    nobody.get("/v1/directory/219501277").await.expect(200);
}

#[actix_web::test]
async fn a_registered_platform_has_a_quota_per_operator() {
    let app = small();
    let (one, two) = (app.operator().await, app.operator().await);
    for _ in 0..3 {
        one.get("/v1/me").await.expect(200);
    }
    is_limited(&one.post("/v1/directory", json!({})).await, 20);
    two.get("/v1/me").await.expect(200);
}

#[actix_web::test]
async fn a_client_has_a_quota_of_its_own_within_that_of_its_tenant() {
    let quotas = ["--tenant-quota", "5", "--client-quota", "2"];
    let app = App::listen(App::shared().database.clone(), &quotas);
    let tenant = app.tenant().await;
    let creator = app.database.member(&tenant, Role::ALL).await;
    let scopes = Scopes::of([Verb::Read]).unwrap();
    let mut clients = Vec::new();
    for _ in 0..2 {
        let made = app
            .database
            .client(tenant.id, &creator, terms(scopes), None);
        clients.push(app.software(&made.await.bearer));
    }
    let [one, other] = [&clients[0], &clients[1]];
    let (own, shared) = ("\"client\";q=2;w=60", "\"tenant\";q=5;w=60");
    for left in [1, 0] {
        let answer = one.get("/v1/charters").await;
        answer.expect(200);
        let (policy, rest, _) = announced(&answer);
        assert_eq!((policy.as_str(), rest), (own, left));
    }
    is_limited(&one.get("/v1/charters").await, 30);
    // What it was refused takes nothing from the others.
    let person = app.actor(&creator);
    for (actor, policy, left) in [(other, own, 1), (&person, shared, 1), (&person, shared, 0)] {
        let answer = actor.get("/v1/charters").await;
        answer.expect(200);
        let announced = announced(&answer);
        assert_eq!((announced.0.as_str(), announced.1), (policy, left));
    }
    // And what the others have used up is not there for it either.
    let refused = other.get("/v1/charters").await;
    is_limited(&refused, 12);
    assert_eq!(announced(&refused).0, shared);
}
