//! Two processes of the real program over one database and one Redis, as behind a balancer.
//!
//! What they share must outlive either of them, and nothing may become wrong without Redis.

use std::path::Path;
use std::time::{Duration, Instant};

use maillage_domain::access::Role;
use maillage_infra::ambient::Clock;
use maillage_infra::identity::Keys;
use maillage_infra::testing::{RedisServer, TestDatabase, faults};
use serde_json::{Value, json};

use super::program::{PATIENCE, Person, Program, sleep};

/// One request a minute: what was spent stays spent for as long as the test looks.
const QUOTA: &str = "1";
const EARNS: Duration = Duration::from_secs(60);

const ISSUER: &str = "https://maillage.test";

async fn start(database: &TestDatabase, redis: &RedisServer, key: &Path) -> Program {
    let (database_url, redis_url) = (database.app_url(), redis.url());
    let flags = [
        ["--database-url", &database_url],
        ["--redis-url", &redis_url],
        ["--signing-key-file", key.to_str().unwrap()],
        ["--public-url", ISSUER],
        ["--tenant-quota", QUOTA],
        ["--anonymous-quota", "4000000"],
    ];
    Program::start_with(&faults::scratch(), &flags.concat()).await
}

async fn status(program: &Program, person: &Person) -> u16 {
    let asked = program.try_ask("GET", "/v1/me", Some(person), &[], None);
    let answered = asked.await.unwrap();
    match answered.status {
        200 => assert!(answered.body["memberships"].is_array()),
        status => assert_eq!(
            (status, answered.body["code"].as_str()),
            (429, Some("rate_limited"))
        ),
    }
    answered.status
}

/// The first name that the directory finds.
async fn found(program: &Program, name: &str) -> Value {
    let path = format!("/v1/directory?q={name}");
    let answered = program.try_ask("GET", &path, None, &[], None).await;
    let answered = answered.unwrap();
    assert_eq!(answered.status, 200, "{}", answered.body);
    answered.body["items"][0]["name"].clone()
}

async fn wait_until_redis_is(program: &Program, state: &str) {
    let since = Instant::now();
    loop {
        let ready = program.try_ask("GET", "/health/ready", None, &[], None);
        let ready = ready.await.unwrap();
        assert_eq!(ready.status, 200, "{}", ready.body);
        if ready.body["redis"] == state {
            return;
        }
        assert!(since.elapsed() < PATIENCE, "Redis is not {state}");
        sleep(50).await;
    }
}

#[actix_web::test]
async fn processes_share_what_they_count_and_remember() {
    let mut redis = RedisServer::start();
    let database = TestDatabase::shared().clone_fresh().await;
    let key = faults::scratch().with_extension("pem");
    let (keys, now) = (
        Keys::load(&key, true, ISSUER).unwrap(),
        Clock::default().now(),
    );
    let reader = database
        .member(&database.tenant().await, &[Role::Reader])
        .await;
    let token = keys.sign(&reader, now).unwrap();
    let reader = Person { token };
    let token = keys.sign(&database.operator().await.bearer, now).unwrap();
    let operator = Person { token };

    let one = start(&database, &redis, &key).await;
    let other = start(&database, &redis, &key).await;
    let since = Instant::now();
    assert_eq!(status(&one, &reader).await, 200);
    assert!(status(&other, &reader).await == 429 || since.elapsed() >= EARNS);

    // Both remember that there is nothing, until one of them learns better.
    for program in [&one, &other, &one, &other] {
        assert_eq!(found(program, "zzyzx").await, Value::Null);
    }
    let body = json!({ "siren": database.siren().as_str(), "name": "Zzyzx", "type": "other" });
    let added = one.try_ask("POST", "/v1/directory", Some(&operator), &[], Some(body));
    assert_eq!(added.await.unwrap().status, 201);
    for program in [&other, &one] {
        assert_eq!(found(program, "zzyzx").await, "Zzyzx");
    }

    // One is killed, another takes its place: what was spent is spent.
    one.kill();
    drop(one);
    let third = start(&database, &redis, &key).await;
    for program in [&other, &third] {
        assert!(status(program, &reader).await == 429 || since.elapsed() >= EARNS);
    }

    // Without Redis each counts by itself, and all they say is right.
    redis.kill();
    for program in [&other, &third] {
        wait_until_redis_is(program, "down").await;
        let since = Instant::now();
        let statuses = [
            status(program, &reader).await,
            status(program, &reader).await,
        ];
        assert!(statuses == [200, 429] || since.elapsed() >= EARNS);
        assert_eq!(found(program, "zzyzx").await, "Zzyzx");
        assert_eq!(found(program, "venelles").await, "Venelles");
    }

    redis.restart();
    for program in [&other, &third] {
        wait_until_redis_is(program, "up").await;
        assert_eq!(found(program, "venelles").await, "Venelles");
    }
    for mut program in [other, third] {
        program.terminate();
        assert!(program.end().await.success());
    }
}
