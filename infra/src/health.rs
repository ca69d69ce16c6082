//! Whether the database is there, migrated, and who keeps house in it.

use diesel::sql_types::BigInt;

use crate::error::StoreError;
use crate::sql::query;
use crate::store::Store;

query! {
    /// How many migrations have run.
    Migrations {} -> (BigInt,)
    "select count(*) from __diesel_schema_migrations"
}

query! {
    /// Forgets what has served its time, and says how many rows went.
    Sweep {} -> (BigInt,)
    "select sweep()"
}

impl Store {
    /// Whether the database answers and has every migration of this program.
    ///
    /// # Errors
    /// When the database stands in the way.
    pub async fn is_ready(&self) -> Result<bool, StoreError> {
        let ran: Option<(i64,)> = self
            .read_public(async |db| db.row(Migrations {}).await)
            .await?;
        let wanted = i64::try_from(crate::migrate::migration_count()).unwrap_or(i64::MAX);
        Ok(ran.is_some_and(|(count,)| count >= wanted))
    }

    /// Forgets idempotency keys after 24 hours, lapsed tokens and old log-in attempts.
    ///
    /// # Errors
    /// When the database stands in the way.
    pub async fn sweep(&self) -> Result<i64, StoreError> {
        let swept: Option<(i64,)> = self
            .authenticate(async |tx| tx.db().row(Sweep {}).await)
            .await?;
        Ok(swept.map_or(0, |(rows,)| rows))
    }
}
