//! A cache of public answers, by name and generation.
//!
//! Only what everyone may see is cached (the directory): a cached answer needs no tenant.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::Redis;

/// How long an answer is kept; without Redis also how long another process may serve an old one.
const TTL: Duration = Duration::from_secs(60);
/// The greatest answer that is kept, in bytes.
const MAX_VALUE: usize = 64 * 1024;
/// All answers kept in the process, in bytes.
const MAX_TOTAL: u64 = 16 * 1024 * 1024;

/// Answers by name, forgotten together when the generation moves on.
#[derive(Clone)]
pub struct Cache {
    local: moka::sync::Cache<String, Arc<str>>,
    generation: Arc<AtomicU64>,
    redis: Option<Redis>,
}

impl Cache {
    /// A cache shared with the other processes on `redis`, if there is one.
    pub fn new(redis: Option<Redis>) -> Self {
        let local = moka::sync::Cache::builder()
            .max_capacity(MAX_TOTAL)
            .weigher(|name: &String, value: &Arc<str>| {
                u32::try_from(name.len() + value.len()).unwrap_or(u32::MAX)
            })
            .time_to_live(TTL)
            .build();
        Self {
            local,
            generation: Arc::default(),
            redis,
        }
    }

    /// The generation in force: in Redis if it answers, else of this process.
    async fn generation(&self) -> String {
        if let Some(redis) = &self.redis {
            let mut get = redis::cmd("GET");
            get.arg("maillage:cache:generation");
            if let Some(generation) = redis.ask::<Option<u64>>(get).await {
                return format!("r{}", generation.unwrap_or_default());
            }
        }
        format!("p{}", self.generation.load(Ordering::Relaxed))
    }

    /// The answer under `name`, from here or there.
    pub async fn get(&self, name: &str) -> Option<Arc<str>> {
        let key = format!("maillage:cache:{}:{name}", self.generation().await);
        if let Some(value) = self.local.get(&key) {
            return Some(value);
        }
        let redis = self.redis.as_ref()?;
        let mut get = redis::cmd("GET");
        get.arg(&key);
        let value: Arc<str> = redis.ask::<Option<String>>(get).await??.into();
        self.local.insert(key, Arc::clone(&value));
        Some(value)
    }

    /// Keeps an answer under `name` for a while.
    pub async fn put(&self, name: &str, value: &str) {
        if value.len() > MAX_VALUE {
            return;
        }
        let key = format!("maillage:cache:{}:{name}", self.generation().await);
        if let Some(redis) = &self.redis {
            let mut set = redis::cmd("SET");
            set.arg(&key).arg(value).arg("EX").arg(TTL.as_secs());
            redis.ask::<()>(set).await;
        }
        self.local.insert(key, value.into());
    }

    /// Forgets everything: what it was made from has changed.
    pub async fn forget(&self) {
        self.generation.fetch_add(1, Ordering::Relaxed);
        if let Some(redis) = &self.redis {
            let mut next = redis::cmd("INCR");
            next.arg("maillage:cache:generation");
            redis.ask::<u64>(next).await;
        }
    }
}
