//! What tests stand on: a private PostgreSQL, a Redis, and tenants made in a moment.
//!
//! One disposable cluster per test process, migrated once, with the shipped directory in it. Tests
//! share one database, each with tenants of its own: isolation is the product's first feature, so
//! tests rely on it like everybody else. Only tests that change what all tenants see (policies,
//! directory, migrations) ask for a clone.
//!
//! Everything here panics when it fails, because a test cannot go on without it.

mod events;
pub mod faults;
mod partners;
mod people;
mod place;
mod redis;
mod server;
mod witness;

use std::fmt::Display;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use diesel_async::{AsyncConnection as _, AsyncPgConnection, SimpleAsyncConnection as _};
use tokio::sync::{Mutex, OnceCell};

pub use self::partners::{Software, forge, terms};
pub use self::people::{Login, PASSWORD, Tenant};
pub use self::redis::RedisServer;
use self::server::Server;
pub use self::witness::{Footprint, Tampering, Told};
use crate::ambient::Clock;
use crate::embedded::Cluster;
use crate::store::Store;

/// The role the server logs in with.
const APP: &str = "maillage_app";

/// A migrated database with the directory in it, in the cluster of this process.
#[derive(Clone)]
pub struct TestDatabase {
    name: String,
    /// The builders' own connections, which live in the runtime of the cluster: those of a test
    /// would end with the runtime of that test.
    builders: Store,
    /// Who registers tenants.
    operator: Arc<OnceCell<Login>>,
}

impl TestDatabase {
    /// The database that all tests of this process share. The first call takes some seconds.
    ///
    /// Blocks, and may be called from within any runtime.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<TestDatabase> = OnceLock::new();
        SHARED.get_or_init(|| Server::get().wait(Self::create(server::TEMPLATE.to_owned())))
    }

    /// A database of its own, as it was before the first test.
    pub async fn clone_fresh(&self) -> Self {
        let create = async || Self::create(server::TEMPLATE.to_owned()).await;
        Server::get().run(create).await
    }

    /// A database that holds what this one holds now.
    ///
    /// PostgreSQL copies only what nobody is connected to: whoever is connected here is cut off.
    pub async fn copy(&self) -> Self {
        // Two who copy the same database would open it to others under each other's hands.
        static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());
        let name = self.name.clone();
        let copy = async move || {
            let _alone = ONE_AT_A_TIME.lock().await;
            let url = Server::get().url(Cluster::OWNER, "postgres");
            let open = async |open: bool| {
                run(
                    &url,
                    &format!("alter database {name} allow_connections {open}"),
                )
                .await
            };
            // Nobody comes back meanwhile, as what runs beside the workers does at once.
            open(false).await;
            let cut_off = format!(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"
            );
            run(&url, &cut_off).await;
            let copied = Self::create(name.clone()).await;
            open(true).await;
            copied
        };
        Server::get().run(copy).await
    }

    async fn create(template: String) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("maillage_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let create = format!("create database {name} template {template}");
        run(&Server::get().url(Cluster::OWNER, "postgres"), &create).await;
        let url = Server::get().url(APP, &name);
        let builders = must(Store::new(&url, 4, Clock::default()), "preparing a pool");
        Self {
            name,
            builders,
            operator: Arc::default(),
        }
    }

    /// Where the server connects, as the role that row-level security holds.
    pub fn app_url(&self) -> String {
        Server::get().url(APP, &self.name)
    }

    /// Where the owner connects, who is above row-level security.
    pub fn owner_url(&self) -> String {
        Server::get().url(Cluster::OWNER, &self.name)
    }

    /// A pool of four connections, for the runtime of the caller.
    pub fn store(&self) -> Store {
        let store = Store::new(&self.app_url(), 4, Clock::default());
        must(store, "preparing a pool")
    }

    /// Runs statements as the owner, for what no caller of the store can bring about.
    pub async fn as_owner(&self, sql: &str) {
        run(&self.owner_url(), sql).await;
    }
}

/// Runs statements on a connection of their own.
async fn run(url: &str, sql: &str) {
    let mut conn = must(AsyncPgConnection::establish(url).await, "connecting");
    must(conn.batch_execute(sql).await, sql);
}

/// The value, or the end of the test.
#[expect(
    clippy::panic,
    reason = "a test that has no ground to stand on must fail, and say why"
)]
fn must<T, E: Display>(result: Result<T, E>, doing: &str) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{doing}: {error}"),
    }
}
