//! Migrations, and what must hold before the server serves.

use diesel::migration::MigrationSource;
use diesel::sql_types::{Bool, Text};
use diesel_async::{
    AsyncConnection as _, AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl as _,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};

use crate::error::StoreError;
use crate::health::Migrations;
use crate::identity::{directory_file, load_directory};
use crate::locks;
use crate::sql::query;
use crate::store::Db;

/// The migrations, in the binary.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// Why a database is not fit to serve.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// It cannot be reached.
    #[error("base de données injoignable : {0}")]
    Unreachable(#[from] diesel::ConnectionError),
    /// A migration failed.
    #[error("migration : {0}")]
    Failed(String),
    /// The role that serves must not be able to bypass row-level security.
    #[error("le rôle {0} est superutilisateur, BYPASSRLS ou propriétaire des tables : refusé")]
    Privileged(String),
    /// Statements failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for MigrateError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

query! {
    /// Whether the present role could see through row-level security, or lacks it somewhere.
    Privileges {} -> (Text, Bool, Bool)
    "select current_user::text, \
        r.rolsuper or r.rolbypassrls or exists (select from pg_class c \
            where c.relowner = r.oid and c.relkind = 'r'), \
        exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace \
            where n.nspname = 'public' and c.relkind = 'r' \
                and c.relname <> '__diesel_schema_migrations' \
                and not (c.relrowsecurity and c.relforcerowsecurity)) \
     from pg_roles r where r.rolname = current_user"
}

query! {
    /// Whether the directory has been loaded.
    HasDirectory {} -> (Bool,)
    "select exists (select from directory_entries where insee is not null)"
}

/// Brings the database behind `owner_url` up to date, as its owner. Needs a multi-thread runtime.
///
/// # Errors
/// See `MigrateError`.
pub async fn migrate(owner_url: &str) -> Result<(), MigrateError> {
    let mut conn = AsyncPgConnection::establish(owner_url).await?;
    diesel_async::SimpleAsyncConnection::batch_execute(&mut conn, locks::MIGRATING).await?;
    let mut harness = AsyncMigrationHarness::new(conn);
    harness
        .run_pending_migrations(MIGRATIONS)
        .map(|_| ())
        .map_err(|error| MigrateError::Failed(error.to_string()))
}

/// Loads the shipped directory unless there is one; `always` reloads it.
///
/// # Errors
/// When the file or the database stands in the way.
pub async fn load_shipped_directory(owner_url: &str, always: bool) -> Result<usize, MigrateError> {
    let conn = AsyncPgConnection::establish(owner_url).await?;
    let loaded: Vec<(bool,)> = HasDirectory {}.load(&mut &conn).await?;
    if loaded == [(true,)] && !always {
        return Ok(0);
    }
    let rows =
        directory_file::shipped().map_err(|error| MigrateError::Failed(error.to_string()))?;
    let db = Db::of_owner(&conn);
    db.batch("begin; set local row_security = off").await?;
    let count = load_directory(db, rows).await?;
    db.batch("commit; analyze directory_entries").await?;
    Ok(count)
}

/// Gives the role that serves a password, where the database asks for one.
///
/// # Errors
/// When the database stands in the way.
pub async fn set_app_password(owner_url: &str, password: &str) -> Result<(), MigrateError> {
    let mut conn = AsyncPgConnection::establish(owner_url).await?;
    let quoted = password.replace('\'', "''");
    let statement = format!(
        "alter role maillage_app with login password E'{}'",
        quoted.replace('\\', "\\\\")
    );
    diesel_async::SimpleAsyncConnection::batch_execute(&mut conn, &statement).await?;
    Ok(())
}

/// Refuses a database that is not migrated, or a role that could bypass the policies.
///
/// # Errors
/// See `MigrateError`.
pub async fn check(app_url: &str) -> Result<(), MigrateError> {
    let conn = AsyncPgConnection::establish(app_url).await?;
    let rows: Vec<(String, bool, bool)> = Privileges {}.load(&mut &conn).await?;
    let (ran, wanted) = (ran(&conn).await, migration_count());
    match rows.into_iter().next() {
        Some((role, true, _)) => Err(MigrateError::Privileged(role)),
        Some((_, _, true)) => Err(MigrateError::Failed("row-level security is missing".into())),
        Some((_, false, false)) if ran == wanted => Ok(()),
        Some((_, false, false)) => Err(MigrateError::Failed(format!(
            "{ran} sur {wanted} appliquées : lancez « maillage migrate »"
        ))),
        None => Err(MigrateError::Failed("the role is gone".into())),
    }
}

/// How many migrations have run; none where there never was one.
async fn ran(conn: &AsyncPgConnection) -> usize {
    let mut conn = conn;
    let rows: Result<Vec<(i64,)>, _> = Migrations {}.load(&mut conn).await;
    let count = rows.ok().and_then(|rows| rows.into_iter().next());
    count.map_or(0, |(count,)| usize::try_from(count).unwrap_or_default())
}

/// How many migrations there are, for readiness.
pub fn migration_count() -> usize {
    let migrations = MigrationSource::<diesel::pg::Pg>::migrations(&MIGRATIONS);
    migrations.map_or(0, |migrations| migrations.len())
}
