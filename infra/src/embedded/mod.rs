//! The private PostgreSQL that runs when no `DATABASE_URL` is given.
//!
//! A clone must run with `cargo run` alone, so the server starts the PostgreSQL already installed
//! on the machine, in its own data directory, and stops it on exit. It is an ordinary PostgreSQL
//! with durable settings, never an emulation: what works here works in production.
//!
//! Invariants:
//! - no TCP port: only a unix socket in a directory that nobody else may enter, hence no password;
//! - never root: PostgreSQL refuses it, so root hands the cluster to another user (`identity`);
//! - a directory that exists under the name `cluster` is complete (`initdb`);
//! - one program per directory, and no new server before the last process of the old one ended
//!   (`lock`);
//! - the server does not outlive the program, even killed with `kill -9` (`parent_death`);
//! - while the program runs so does the server: one that ends by itself is started again (`watch`).
//!
//! We do not use the crates that do this (`postgresql_embedded`, `pgtemp`, `pg-embed`): they
//! download at build time, turn `fsync` off, leave the server behind or refuse root.
//!
//! In the data directory: `cluster` (PostgreSQL's own), `run` (the socket), `postgres.log`.

mod binaries;
mod directory;
mod error;
mod identity;
mod initdb;
mod lock;
pub(crate) mod parent_death;
mod pid_file;
mod server;
#[cfg(test)]
mod tests;
mod watch;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use self::binaries::Binaries;
pub use self::directory::usable_dir;
pub use self::error::EmbeddedError;
use self::identity::Identity;
use self::lock::{Log, ProgramLock};
use self::server::Server;

/// Whether what is written must survive a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// As in production: what was committed is on the disk.
    Durable,
    /// For tests: nothing is flushed and nothing is vacuumed, a power cut may lose everything.
    Disposable,
}

/// What a caller may choose about a cluster.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether what is written must survive a power cut.
    pub durability: Durability,
    /// Where `initdb` and `postgres` are, when the search must not be trusted to find them.
    pub bin_dir: Option<PathBuf>,
    /// Settings of the server that win over ours, such as `shared_buffers=1GB`.
    pub options: Vec<String>,
}

/// A running private PostgreSQL. It stops when this value is dropped.
#[derive(Debug)]
pub struct Cluster {
    // Before the lock: fields are dropped in order, and the directory is free once nothing runs.
    server: Server,
    dir: PathBuf,
    settings: Settings,
    _lock: ProgramLock,
}

impl Cluster {
    /// The superuser that `initdb` creates. The application connects with lesser roles.
    pub const OWNER: &'static str = "maillage";

    /// Starts the cluster kept in `dir`, creating it if need be, with the installed PostgreSQL.
    ///
    /// Blocks until the server accepts connections. Call it from a thread that outlives the
    /// cluster, so from `main` before any runtime: the kernel stops the server when the *thread*
    /// that started it ends. `progress` receives sentences for the person who waits.
    pub fn start(
        dir: &Path,
        durability: Durability,
        progress: &dyn Fn(&str),
    ) -> Result<Self, EmbeddedError> {
        let settings = Settings {
            durability,
            bin_dir: None,
            options: Vec::new(),
        };
        Self::start_with(dir, &settings, progress)
    }

    /// As [`Cluster::start`], with every choice open.
    pub fn start_with(
        dir: &Path,
        settings: &Settings,
        progress: &dyn Fn(&str),
    ) -> Result<Self, EmbeddedError> {
        let dir = directory::create(dir)?;
        Identity::for_cluster(&dir.join("cluster"))?.check_reach(&dir)?;
        let lock = ProgramLock::take(&dir)?;
        let server = launch(&dir, settings, progress)?;
        Ok(Self {
            server,
            dir,
            settings: settings.clone(),
            _lock: lock,
        })
    }

    /// The URL with which `role` reaches `database` over the unix socket.
    ///
    /// Any role is let in: whoever may enter the socket's directory owns the cluster anyway.
    pub fn url(&self, role: &str, database: &str) -> String {
        let host = self.server.run.to_string_lossy();
        format!(
            "postgres://{}@{}/{}",
            encoded(role),
            encoded(&host),
            encoded(database)
        )
    }

    /// Disconnects everybody, writes everything down and waits for the end of the server.
    ///
    /// Blocks, as dropping the value does: end the runtimes first.
    pub fn stop(mut self) -> Result<(), EmbeddedError> {
        self.server.stop()
    }
}

/// Starts the server kept in `dir`, whose lock is ours, once the one before has ended.
fn launch(
    dir: &Path,
    settings: &Settings,
    progress: &dyn Fn(&str),
) -> Result<Server, EmbeddedError> {
    let data = dir.join("cluster");
    let identity = Identity::for_cluster(&data)?;
    let mut log = Log::open(dir, &identity, progress)?;
    let binaries = Binaries::find(settings.bin_dir.as_deref(), &data, &identity)?;
    initdb::ensure(
        &data,
        &binaries,
        &identity,
        settings.durability,
        &log,
        progress,
    )?;
    let run = directory::socket_dir(dir, &identity)?;
    pid_file::forget_dead(&data, &run)?;
    // From here on the log holds what this server says, and nothing of what came before.
    log.mark()?;
    progress("Démarrage de la base PostgreSQL privée…");
    let mut server = Server::spawn(&binaries, &identity, &data, run, settings, &log)?;
    server.wait_ready(&log, progress)?;
    tracing::info!(dir = %dir.display(), version = %binaries.version, "embedded PostgreSQL ready");
    Ok(server)
}

/// Waits, on a thread that has nothing else to do.
#[expect(
    clippy::disallowed_methods,
    reason = "starting, watching and stopping happen on the main thread, outside the runtimes"
)]
fn pause(step: Duration) {
    std::thread::sleep(step);
}

/// `text` as one component of a URL: `/` and the like become `%2F`.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
