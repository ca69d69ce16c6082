//! The cache: shared while Redis answers, cold when it does not, never wrong after `forget`.

use maillage_infra::shared::{Cache, Redis};
use maillage_infra::testing::RedisServer;

fn cache(redis: &RedisServer) -> Cache {
    Cache::new(Some(Redis::new(&redis.url()).unwrap()))
}

async fn get(cache: &Cache, name: &str) -> Option<String> {
    cache.get(name).await.map(|value| value.to_string())
}

#[tokio::test]
async fn a_process_finds_what_another_kept() {
    let redis = RedisServer::start();
    let (one, other) = (cache(&redis), cache(&redis));
    assert_eq!(get(&one, "nom").await, None);
    one.put("nom", "réponse").await;
    assert_eq!(get(&one, "nom").await.as_deref(), Some("réponse"));
    assert_eq!(get(&other, "nom").await.as_deref(), Some("réponse"));
    assert_eq!(get(&other, "autre nom").await, None);
}

#[tokio::test]
async fn what_is_forgotten_is_forgotten_everywhere() {
    let redis = RedisServer::start();
    let (one, other) = (cache(&redis), cache(&redis));
    one.put("nom", "ancienne").await;
    assert!(get(&other, "nom").await.is_some());
    one.forget().await;
    assert_eq!(get(&one, "nom").await, None);
    assert_eq!(get(&other, "nom").await, None);
    other.put("nom", "nouvelle").await;
    assert_eq!(get(&one, "nom").await.as_deref(), Some("nouvelle"));
}

#[tokio::test]
async fn a_process_alone_keeps_and_forgets_too() {
    let cache = Cache::new(None);
    cache.put("nom", "réponse").await;
    assert_eq!(get(&cache, "nom").await.as_deref(), Some("réponse"));
    cache.forget().await;
    assert_eq!(get(&cache, "nom").await, None);
    // Too great to be kept.
    cache.put("nom", &"x".repeat(65 * 1024)).await;
    assert_eq!(get(&cache, "nom").await, None);
}

#[tokio::test]
async fn without_redis_the_cache_is_cold_and_never_stale() {
    let mut redis = RedisServer::start();
    let cache = cache(&redis);
    cache.put("nom", "ancienne").await;
    redis.kill();
    assert_eq!(get(&cache, "nom").await, None);
    // Kept by the process now; what it forgets does not come back with Redis.
    cache.put("nom", "locale").await;
    assert_eq!(get(&cache, "nom").await.as_deref(), Some("locale"));
    cache.forget().await;
    assert_eq!(get(&cache, "nom").await, None);
}
