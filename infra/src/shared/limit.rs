//! Rate limits by the generic cell rate algorithm (GCRA): a burst, then a steady rate.
//!
//! In the process `governor` counts; in Redis a script does the same, so that several server
//! processes count together.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use super::Redis;

/// So many requests a minute, in a burst or spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Its name, as `RateLimit-Policy` shows it.
    pub name: &'static str,
    /// Requests a minute.
    pub per_minute: NonZeroU32,
}

/// Whether one more request may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// It may.
    pub passes: bool,
    /// How many more may at once.
    pub remaining: u32,
    /// Until when to wait for the next, or until the whole burst is there again.
    pub reset: Duration,
}

type Local =
    RateLimiter<String, DefaultKeyedStateStore<String>, DefaultClock, StateInformationMiddleware>;

/// Counts requests by key.
#[derive(Clone)]
pub struct Limiter {
    limit: Limit,
    local: Arc<Local>,
    redis: Option<Redis>,
}

/// GCRA on Redis's own clock, in microseconds. Answers: passes, remaining, reset.
const SCRIPT: &str = "\
    local t = redis.call('TIME') \
    local now = t[1] * 1000000 + t[2] \
    local interval = tonumber(ARGV[1]) \
    local burst = tonumber(ARGV[2]) \
    local tat = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now) \
    local new = tat + interval \
    local room = now + burst * interval - new \
    if room < 0 then return {0, 0, -room} end \
    redis.call('SET', KEYS[1], string.format('%.0f', new), 'PX', math.ceil((new - now) / 1000) + 1) \
    return {1, math.floor(room / interval), new - now}";

impl Limiter {
    /// A limiter that counts together with the other processes on `redis`, if there is one.
    pub fn new(limit: Limit, redis: Option<Redis>) -> Self {
        let quota = Quota::per_minute(limit.per_minute);
        let local = RateLimiter::keyed(quota).with_middleware::<StateInformationMiddleware>();
        Self {
            limit,
            local: Arc::new(local),
            redis,
        }
    }

    /// What is counted.
    pub fn limit(&self) -> Limit {
        self.limit
    }

    /// Counts one request of `key`.
    pub async fn count(&self, key: &str) -> Verdict {
        if let Some(redis) = &self.redis
            && let Some(verdict) = self.count_in(redis, key).await
        {
            return verdict;
        }
        match self.local.check_key(&key.to_owned()) {
            Ok(state) => Verdict {
                passes: true,
                remaining: state.remaining_burst_capacity(),
                reset: self.interval()
                    * (self.limit.per_minute.get() - state.remaining_burst_capacity()),
            },
            Err(wait) => Verdict {
                passes: false,
                remaining: 0,
                reset: wait.wait_time_from(DefaultClock::default().now()),
            },
        }
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(60) / self.limit.per_minute.get()
    }

    async fn count_in(&self, redis: &Redis, key: &str) -> Option<Verdict> {
        let mut command = redis::cmd("EVAL");
        command
            .arg(SCRIPT)
            .arg(1)
            .arg(format!("maillage:limit:{}:{key}", self.limit.name))
            .arg(u64::try_from(self.interval().as_micros()).unwrap_or(u64::MAX))
            .arg(self.limit.per_minute.get());
        let (passes, remaining, reset): (u8, u32, u64) = redis.ask(command).await?;
        Some(Verdict {
            passes: passes == 1,
            remaining,
            reset: Duration::from_micros(reset),
        })
    }

    /// Forgets keys that have their whole burst again; called from time to time.
    pub fn shrink(&self) {
        self.local.retain_recent();
    }
}
