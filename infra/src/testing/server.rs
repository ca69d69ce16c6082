//! The one PostgreSQL of a test process, with the runtime in which it is prepared.

use std::future::Future;
use std::sync::{OnceLock, mpsc};
use std::thread;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::OnceCell;

use super::people::PASSWORD;
use super::{must, place, run};
use crate::embedded::{Cluster, Durability};
use crate::identity::Passwords;
use crate::migrate;

/// Migrated, with the directory; nobody connects to it, so that it can be copied.
pub(super) const TEMPLATE: &str = "maillage_template";

/// A running PostgreSQL; it ends with the process.
pub(super) struct Server {
    cluster: Cluster,
    /// Migrations need a multi-thread runtime, and tests run on others.
    runtime: Runtime,
    password_hash: OnceCell<String>,
}

impl Server {
    /// The server of this process, started by the first call.
    pub(super) fn get() -> &'static Self {
        static SERVER: OnceLock<Server> = OnceLock::new();
        SERVER.get_or_init(Self::start)
    }

    fn start() -> Self {
        let (sender, receiver) = mpsc::channel();
        // The kernel stops PostgreSQL when the thread that started it ends, and the thread of a
        // test ends with the test.
        let keep = move || {
            let dir = place::cluster(place::place());
            let started = Cluster::start(&dir, Durability::Disposable, &|_| ());
            let _ = sender.send(started);
            loop {
                thread::park();
            }
        };
        let thread = thread::Builder::new().name("postgres".to_owned());
        must(thread.spawn(keep), "starting a thread");
        let cluster = must(receiver.recv(), "waiting for PostgreSQL");
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build();
        let server = Self {
            cluster: must(cluster, "starting PostgreSQL"),
            runtime: must(runtime, "starting a runtime"),
            password_hash: OnceCell::new(),
        };
        server.prepare();
        server
    }

    /// Makes the template.
    fn prepare(&self) {
        let maintenance = self.url(Cluster::OWNER, "postgres");
        let template = self.url(Cluster::OWNER, TEMPLATE);
        self.wait(async move {
            run(&maintenance, &format!("create database {TEMPLATE}")).await;
            must(migrate::migrate(&template).await, "migrating");
            let loaded = migrate::load_shipped_directory(&template, false).await;
            must(loaded, "loading the directory");
        });
    }

    pub(super) fn url(&self, role: &str, database: &str) -> String {
        self.cluster.url(role, database)
    }

    /// Does `work` in the runtime of the server, and blocks until it is done.
    pub(super) fn wait<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> T {
        let (sender, receiver) = mpsc::channel();
        self.runtime.spawn(async move { sender.send(work.await) });
        must(receiver.recv(), "waiting for work that has panicked")
    }

    /// Does `work` in the runtime of the server. The work may hold what is not `Send`, as
    /// transactions do.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl AsyncFnOnce() -> T + Send + 'static,
    ) -> T {
        let handle = self.runtime.handle();
        let done = handle.spawn_blocking(move || Handle::current().block_on(work()));
        must(done.await, "waiting for work that has panicked")
    }

    /// The hash of the one password of all people of the tests, computed once: it costs 20 ms.
    pub(super) async fn password_hash(&self) -> String {
        let hash = async || {
            let passwords = must(Passwords::new(), "preparing passwords");
            must(passwords.hash(PASSWORD.to_owned()).await, "hashing")
        };
        self.password_hash.get_or_init(hash).await.clone()
    }
}
