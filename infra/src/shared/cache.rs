//! A cache of public answers, by name and generation.
//!
//! Only what everyone may see is cached (the directory): a cached answer needs no tenant.
//!
//! A generation is a name that is never used again: numbers would begin anew in a Redis that lost
//! everything, and bring back what was forgotten.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::Redis;
use crate::ambient;

/// How long an answer is kept; without Redis also how long another process may serve an old one.
const TTL: Duration = Duration::from_secs(60);
/// The greatest answer that is kept, in bytes.
const MAX_VALUE: usize = 64 * 1024;
/// All answers kept in the process, in bytes.
const MAX_TOTAL: u64 = 16 * 1024 * 1024;

/// The name of the generation in Redis.
const GENERATION: &str = "maillage:cache:generation";
/// Finds the generation, or begins one.
const FIND: &str = "\
    return redis.call('GET', KEYS[1]) or redis.call('SET', KEYS[1], ARGV[1]) and ARGV[1]";

/// Where an answer is kept that was looked for and not found.
#[derive(Debug)]
pub struct Place(String);

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
            let mut find = redis::cmd("EVAL");
            find.arg(FIND).arg(1).arg(GENERATION);
            find.arg(ambient::id().to_string());
            if let Some(generation) = redis.ask::<String>(find).await {
                return generation;
            }
        }
        format!("p{}", self.generation.load(Ordering::Relaxed))
    }

    /// The answer under `name`, from here or there; else the place to keep it in.
    ///
    /// # Errors
    /// The place is of this moment: an answer that was read before the cache was told to forget
    /// will not be found after.
    pub async fn get(&self, name: &str) -> Result<Arc<str>, Place> {
        let key = format!("maillage:cache:{}:{name}", self.generation().await);
        if let Some(value) = self.local.get(&key) {
            return Ok(value);
        }
        let Some(redis) = &self.redis else {
            return Err(Place(key));
        };
        let mut get = redis::cmd("GET");
        get.arg(&key);
        let Some(value) = redis.ask::<Option<String>>(get).await.flatten() else {
            return Err(Place(key));
        };
        let value: Arc<str> = value.into();
        self.local.insert(key, Arc::clone(&value));
        Ok(value)
    }

    /// Keeps an answer for a while, in the place it was looked for.
    pub async fn put(&self, Place(key): Place, value: &str) {
        if value.len() > MAX_VALUE {
            return;
        }
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
            let mut next = redis::cmd("SET");
            next.arg(GENERATION).arg(ambient::id().to_string());
            redis.ask::<()>(next).await;
        }
    }
}
