//! The cache: shared while Redis answers, cold when it does not, never wrong after `forget`.

use maillage_infra::shared::{Cache, Redis};
use maillage_infra::testing::RedisServer;

fn cache(redis: &RedisServer) -> Cache {
    Cache::new(Some(Redis::new(&redis.url()).unwrap()))
}

async fn get(cache: &Cache, name: &str) -> Option<String> {
    let found = cache.get(name).await;
    found.ok().map(|value| value.to_string())
}

async fn put(cache: &Cache, name: &str, value: &str) {
    let place = cache.get(name).await.expect_err("it is kept already");
    cache.put(place, value).await;
}

#[tokio::test]
async fn a_process_finds_what_another_kept() {
    let redis = RedisServer::start();
    let (one, other) = (cache(&redis), cache(&redis));
    assert_eq!(get(&one, "nom").await, None);
    put(&one, "nom", "réponse").await;
    assert_eq!(get(&one, "nom").await.as_deref(), Some("réponse"));
    assert_eq!(get(&other, "nom").await.as_deref(), Some("réponse"));
    assert_eq!(get(&other, "autre nom").await, None);
}

#[tokio::test]
async fn what_is_forgotten_is_forgotten_everywhere() {
    let redis = RedisServer::start();
    let (one, other) = (cache(&redis), cache(&redis));
    put(&one, "nom", "ancienne").await;
    assert!(get(&other, "nom").await.is_some());
    one.forget().await;
    assert_eq!(get(&one, "nom").await, None);
    assert_eq!(get(&other, "nom").await, None);
    put(&other, "nom", "nouvelle").await;
    assert_eq!(get(&one, "nom").await.as_deref(), Some("nouvelle"));
}

#[tokio::test]
async fn a_process_alone_keeps_and_forgets_too() {
    let cache = Cache::new(None);
    put(&cache, "nom", "réponse").await;
    assert_eq!(get(&cache, "nom").await.as_deref(), Some("réponse"));
    cache.forget().await;
    assert_eq!(get(&cache, "nom").await, None);
    // Too great to be kept.
    put(&cache, "nom", &"x".repeat(65 * 1024)).await;
    assert_eq!(get(&cache, "nom").await, None);
}

#[tokio::test]
async fn without_redis_the_cache_is_cold_and_never_stale() {
    let mut redis = RedisServer::start();
    let cache = cache(&redis);
    put(&cache, "nom", "ancienne").await;
    redis.kill();
    assert_eq!(get(&cache, "nom").await, None);
    // Kept by the process now; what it forgets does not come back with Redis.
    put(&cache, "nom", "locale").await;
    assert_eq!(get(&cache, "nom").await.as_deref(), Some("locale"));
    cache.forget().await;
    assert_eq!(get(&cache, "nom").await, None);
}

#[tokio::test]
async fn what_was_read_before_forgetting_is_not_found_after() {
    let redis = RedisServer::start();
    let (one, other) = (cache(&redis), cache(&redis));
    let place = one.get("nom").await.expect_err("nothing is kept yet");
    other.forget().await;
    one.put(place, "ancienne").await;
    assert_eq!(get(&one, "nom").await, None);
    assert_eq!(get(&other, "nom").await, None);
}

#[tokio::test]
async fn a_redis_that_lost_everything_brings_nothing_back() {
    let mut redis = RedisServer::start();
    let cache = cache(&redis);
    put(&cache, "nom", "ancienne").await;
    redis.restart();
    // The first commands may meet the connection that was lost.
    while get(&cache, "autre nom").await.is_none() {
        put(&cache, "autre nom", "réponse").await;
    }
    assert_eq!(get(&cache, "nom").await, None);
}
