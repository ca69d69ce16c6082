//! Two servers, one database, one Redis: what they share, and what happens when it is gone.

use std::time::Instant;

use maillage_domain::access::Role;
use maillage_infra::testing::{PASSWORD, RedisServer, TestDatabase};
use serde_json::{Value, json};

use super::program::{PATIENCE, sleep};
use crate::support::{Actor, App};

/// Two processes as a balancer would have them: the same database, keys and Redis.
async fn pair(redis: &RedisServer, quota: &str) -> (App, App) {
    let database = TestDatabase::shared().clone_fresh().await;
    let url = redis.url();
    let anonymous = "4000000";
    let flags = [
        "--redis-url",
        &url,
        "--tenant-quota",
        quota,
        "--anonymous-quota",
        anonymous,
    ];
    let one = App::listen(database.clone(), &flags);
    let other = App::listen_with(database, &flags, one.keys.clone());
    (one, other)
}

/// The same person, who asks another server.
fn at(app: &App, actor: &Actor) -> Actor {
    app.bearing(actor.token.clone().unwrap())
}

async fn state_of_redis(app: &App) -> Value {
    let ready = app.anonymous().get("/health/ready").await;
    ready.expect(200)["redis"].clone()
}

#[actix_web::test]
async fn quotas_are_counted_together() {
    let mut redis = RedisServer::start();
    let (one, other) = pair(&redis, "6").await;
    let tenant = one.tenant().await;
    let reader = one.member(&tenant, &[Role::Reader]).await;
    let ways = [reader.clone(), at(&other, &reader)];
    spend(&ways).await;

    // What was counted is lost with Redis; then it is counted together again.
    redis.restart();
    wait_for_redis(&[&one, &other]).await;
    spend(&ways).await;
}

/// Asks here and there in turn: six times in all, not six times each.
async fn spend(ways: &[Actor; 2]) {
    let started = Instant::now();
    let mut passed = 0;
    for turn in 0..7 {
        let response = ways[turn % 2].get("/v1/me").await;
        if response.status == 429 {
            assert_eq!(response.problem(429), "rate_limited");
            break;
        }
        response.expect(200);
        passed += 1;
    }
    // Ten seconds earn another request, on a machine that busy.
    assert!(
        passed == 6 || started.elapsed().as_secs() >= 10,
        "{passed} passed"
    );
}

async fn wait_for_redis(apps: &[&App]) {
    let since = Instant::now();
    for app in apps {
        while state_of_redis(app).await != "up" {
            assert!(since.elapsed() < PATIENCE, "it does not find Redis again");
            sleep(100).await;
        }
    }
}

#[actix_web::test]
async fn sessions_and_the_directory_are_the_same_everywhere() {
    let redis = RedisServer::start();
    let (one, other) = pair(&redis, "4000000").await;
    assert_eq!(state_of_redis(&one).await, "up");

    let login = one
        .database
        .member_with_password(&one.tenant().await, &[Role::Director])
        .await;
    let body = json!({ "email": login.email, "password": PASSWORD });
    let opened = one.anonymous().post("/v1/sessions", body).await.expect(201);
    let body = json!({ "refresh_token": opened["refresh_token"] });
    let turned = other
        .anonymous()
        .post("/v1/sessions/refresh", body)
        .await
        .expect(200);
    let token = turned["access_token"].as_str().unwrap();
    one.bearing(token).get("/v1/me").await.expect(200);
    other
        .bearing(token)
        .delete("/v1/sessions/current")
        .await
        .expect(204);
    assert_eq!(
        one.bearing(token).get("/v1/me").await.problem(401),
        "unauthenticated"
    );

    // Both have the empty answer at hand, then one of them learns more.
    let path = "/v1/directory?q=zzyzx";
    for app in [&one, &other, &one, &other] {
        let found = app.anonymous().get(path).await.expect(200);
        assert_eq!(found["items"], json!([]));
    }
    let siren = one.database.siren();
    let body = json!({ "siren": siren.as_str(), "name": "Zzyzx", "type": "other" });
    one.operator()
        .await
        .post("/v1/directory", body)
        .await
        .expect(201);
    for app in [&one, &other] {
        let found = app.anonymous().get(path).await.expect(200);
        assert_eq!(found["items"][0]["siren"], siren.as_str());
    }

    // From memory or not, an answer is the same answer.
    let path = "/v1/directory?q=saint&limit=2";
    let fresh = one.anonymous().get(path).await;
    for app in [&one, &other] {
        let kept = app.anonymous().get(path).await;
        assert_eq!(
            (kept.body.as_str(), kept.etag()),
            (fresh.body.as_str(), fresh.etag())
        );
        assert_eq!(kept.header("link"), fresh.header("link"));
    }
}

#[actix_web::test]
async fn without_redis_answers_are_right_all_the_same() {
    let mut redis = RedisServer::start();
    let (one, other) = pair(&redis, "4000000").await;
    let tenant = one.tenant().await;
    let director = one.member(&tenant, &[Role::Director]).await;
    let ways = [director.clone(), at(&other, &director)];
    let ask = async |turn: usize| {
        let (app, actor) = ([&one, &other][turn % 2], &ways[turn % 2]);
        actor.get("/v1/me").await.expect(200);
        let found = app
            .anonymous()
            .get("/v1/directory?q=venelles")
            .await
            .expect(200);
        assert_eq!(found["items"][0]["siren"], "211301130");
    };
    let load = async |turns: usize| {
        futures::future::join_all((0..turns).map(ask)).await;
    };
    let kill = async {
        sleep(30).await;
        redis.kill();
    };
    futures::join!(load(80), kill);
    assert_eq!(state_of_redis(&one).await, "down");
    assert_eq!(state_of_redis(&other).await, "down");
    load(20).await;
    redis.restart();
    load(20).await;
    wait_for_redis(&[&one, &other]).await;
    load(20).await;
}
