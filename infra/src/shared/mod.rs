//! What server processes share besides the database: rate limits and a cache, in Redis when it is
//! given, else in the process.
//!
//! Neither is ever the truth. When Redis is down both fall back to the process: limits are counted
//! per process, the cache is cold, no answer is wrong.

mod breaker;
mod cache;
mod limit;

use std::sync::Arc;
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};

use self::breaker::Breaker;
pub use self::cache::{Cache, Place};
pub use self::limit::{Limit, Limiter, Verdict};

/// A connection to Redis that opens when first used, behind a circuit breaker.
#[derive(Clone)]
pub struct Redis {
    connection: ConnectionManager,
    breaker: Arc<Breaker>,
}

impl Redis {
    /// Prepares the connection; must be called within a runtime.
    ///
    /// # Errors
    /// When the address is none of Redis.
    pub fn new(url: &str) -> Result<Self, redis::RedisError> {
        // A lost answer is cheaper than a slow one: everything kept there can be done without.
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(Duration::from_millis(200)))
            .set_response_timeout(Some(Duration::from_millis(100)))
            .set_number_of_retries(1);
        let client = redis::Client::open(url)?;
        let connection = ConnectionManager::new_lazy_with_config(client, config)?;
        Ok(Self {
            connection,
            breaker: Arc::new(Breaker::default()),
        })
    }

    /// Whether Redis answers now.
    pub async fn answers(&self) -> bool {
        let mut ping = redis::cmd("PING");
        self.ask::<String>(ping.take()).await.is_some()
    }

    /// Sends a command; nothing comes back when Redis is away or slow.
    async fn ask<T: redis::FromRedisValue>(&self, command: redis::Cmd) -> Option<T> {
        if !self.breaker.lets_pass() {
            return None;
        }
        let mut connection = self.connection.clone();
        match command.query_async(&mut connection).await {
            Ok(value) => {
                self.breaker.succeeded();
                Some(value)
            }
            Err(error) => {
                self.breaker.failed();
                tracing::debug!(%error, "Redis does not answer");
                None
            }
        }
    }
}
