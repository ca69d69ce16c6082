//! Rate limits: counted together while Redis answers, by each process when it does not.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use maillage_infra::ambient;
use maillage_infra::shared::{Limit, Limiter, Redis};
use maillage_infra::testing::RedisServer;

fn limiter(per_minute: u32, redis: Option<&RedisServer>) -> Limiter {
    let limit = Limit {
        name: "test",
        per_minute: NonZeroU32::new(per_minute).unwrap(),
    };
    let redis = redis.map(|server| Redis::new(&server.url()).unwrap());
    Limiter::new(limit, redis)
}

fn key() -> String {
    ambient::id().to_string()
}

/// How many requests pass before one is refused, trying `limiters` in turn.
async fn burst(limiters: &[&Limiter], key: &str) -> u32 {
    for (passed, limiter) in (0..).zip(limiters.iter().cycle()) {
        let verdict = limiter.count(key).await;
        if !verdict.passes {
            assert_eq!(verdict.remaining, 0);
            assert!(verdict.reset > Duration::ZERO);
            return passed;
        }
    }
    unreachable!("the limiters go round and round")
}

#[tokio::test]
async fn a_burst_passes_then_one_has_to_wait() {
    let redis = RedisServer::start();
    for limiter in [limiter(5, None), limiter(5, Some(&redis))] {
        let key = key();
        let first = limiter.count(&key).await;
        assert!(first.passes);
        assert_eq!(first.remaining, 4);
        assert!(first.reset <= Duration::from_secs(12) && first.reset > Duration::from_secs(11));
        assert_eq!(burst(&[&limiter], &key).await, 4);
        let refused = limiter.count(&key).await;
        assert!(refused.reset <= Duration::from_secs(12));
        // Others are not concerned.
        assert!(limiter.count("another").await.passes);
    }
}

#[tokio::test]
async fn room_comes_back_with_time() {
    let redis = RedisServer::start();
    // One every 20 ms.
    for limiter in [limiter(3_000, None), limiter(3_000, Some(&redis))] {
        let key = key();
        let started = Instant::now();
        let passed = burst(&[&limiter], &key).await;
        let earned = started.elapsed().as_millis() / 20 + 1;
        assert!(
            passed >= 3_000 && u128::from(passed) <= 3_000 + earned,
            "{passed}"
        );
        let wait = limiter.count(&key).await.reset;
        tokio::time::sleep(wait + Duration::from_millis(1)).await;
        assert!(limiter.count(&key).await.passes);
    }
}

#[tokio::test]
async fn processes_count_together_in_redis_and_apart_without() {
    let redis = RedisServer::start();
    let together = [limiter(6, Some(&redis)), limiter(6, Some(&redis))];
    assert_eq!(burst(&[&together[0], &together[1]], &key()).await, 6);
    let apart = [limiter(6, None), limiter(6, None)];
    assert_eq!(burst(&[&apart[0], &apart[1]], &key()).await, 12);
}

#[tokio::test]
async fn without_redis_each_process_counts_by_itself_at_once_and_without_error() {
    let mut redis = RedisServer::start();
    let limiters = [limiter(6, Some(&redis)), limiter(6, Some(&redis))];
    let key = key();
    assert!(limiters[0].count(&key).await.passes);
    redis.kill();
    let started = Instant::now();
    assert_eq!(burst(&[&limiters[0], &limiters[1]], &key).await, 12);
    // Three failures a process, each bounded; the breaker spares the others the wait.
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "{:?}",
        started.elapsed()
    );
    let started = Instant::now();
    assert!(!limiters[0].count(&key).await.passes);
    assert!(started.elapsed() < Duration::from_millis(50));
}

#[tokio::test]
async fn redis_is_found_again_when_it_is_back() {
    let mut server = RedisServer::start();
    let redis = Redis::new(&server.url()).unwrap();
    assert!(redis.answers().await);
    server.kill();
    for _ in 0..3 {
        assert!(!redis.answers().await);
    }
    server.restart();
    // The breaker is open: nobody asks yet, and nobody waits.
    let started = Instant::now();
    assert!(!redis.answers().await);
    assert!(started.elapsed() < Duration::from_millis(50));
    let back = async {
        while !redis.answers().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), back)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_redis_that_never_was_there_disturbs_nobody() {
    let redis = Redis::new("redis+unix:///nonexistent/redis.sock").unwrap();
    assert!(!redis.answers().await);
    let limit = limiter(3, None).limit();
    let limiter = Limiter::new(limit, Some(redis));
    assert_eq!(burst(&[&limiter], &key()).await, 3);
}
