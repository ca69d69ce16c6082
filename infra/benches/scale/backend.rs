//! The process of PostgreSQL behind a connection, and the processor time it has had.
//!
//! A busy machine makes callers wait, but takes hardly any more of the database's own time.

use std::fs;
use std::time::Duration;

use crate::Failure;
use crate::world::{World, connect};

/// A process of PostgreSQL.
pub struct Backend(i32);

impl Backend {
    /// The one in which the server has connected to this database last.
    pub async fn newest(world: &World) -> Result<Self, Failure> {
        let owner = connect(&world.owner_url).await?;
        let sql = "select pid from pg_stat_activity \
            where datname = current_database() and usename = 'maillage_app' \
            order by backend_start desc limit 1";
        Ok(Self(owner.query_one(sql, &[]).await?.try_get(0)?))
    }

    /// The processor time it has had so far; nothing where the system does not tell.
    pub fn cpu(&self) -> Duration {
        let told = fs::read_to_string(format!("/proc/{}/schedstat", self.0)).unwrap_or_default();
        let nanos = told.split(' ').next().and_then(|nanos| nanos.parse().ok());
        Duration::from_nanos(nanos.unwrap_or_default())
    }
}
