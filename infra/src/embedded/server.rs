//! The `postgres` process: started, waited for, stopped.
//!
//! It is spawned directly and not by `pg_ctl`, so that it is our child: its end is seen at once,
//! its pid cannot become somebody else's, and the kernel ties its life to ours.

use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::binaries::Binaries;
use super::error::{Doing as _, EmbeddedError};
use super::identity::Identity;
use super::lock::Log;
use super::pid_file::{PidFile, Status};
use super::{Durability, Settings, parent_death, pause};

/// Time is counted in steps: short, because a start takes 50 to 150 ms.
const STEP: Duration = Duration::from_millis(10);

/// A start without a sign of life fails after 30 s.
const START: u32 = 3_000;
/// A repair after a crash may take minutes; to interrupt it would be to begin it again.
const REPAIR: u32 = 60_000;
/// A fast shutdown writes everything down: 60 s.
const STOP: u32 = 6_000;
/// An immediate shutdown writes nothing: 5 s.
const ABORT: u32 = 500;

const COMMON: &[&str] = &[
    "listen_addresses=",
    "unix_socket_permissions=0700",
    // The URL names no port.
    "port=5432",
    // Compiling a query costs more than running those of a web server.
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
    // The standard error, which we keep and lock.
    "log_destination=stderr",
    "logging_collector=off",
];

const DURABLE: &[&str] = &["max_connections=100", "shared_buffers=256MB"];

const DISPOSABLE: &[&str] = &[
    // Tests run many servers over one cluster.
    "max_connections=1000",
    "shared_buffers=128MB",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "autovacuum=off",
    "wal_level=minimal",
    "max_wal_senders=0",
];

/// A `postgres` process, stopped when this value is dropped.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    data: PathBuf,
    /// The directory of the socket.
    pub(super) run: PathBuf,
}

impl Server {
    /// Starts `postgres` on `data`, with its socket in `run`, without waiting.
    pub(super) fn spawn(
        binaries: &Binaries,
        identity: &Identity,
        data: &Path,
        run: PathBuf,
        settings: &Settings,
        log: &Log,
    ) -> Result<Self, EmbeddedError> {
        let mut sockets = OsString::from("unix_socket_directories=");
        sockets.push(&run);
        let choices = match settings.durability {
            Durability::Durable => DURABLE,
            Durability::Disposable => DISPOSABLE,
        };
        let mut command = binaries.command("postgres");
        command.arg("-D").arg(data).arg("-c").arg(sockets);
        for setting in COMMON.iter().chain(choices) {
            command.args(["-c", setting]);
        }
        for option in &settings.options {
            command.args(["-c", option]);
        }
        command
            .stdin(Stdio::null())
            .stdout(log.output()?)
            .stderr(log.output()?)
            // Ctrl-C in the terminal is for the program, which still needs its database to end.
            .process_group(0);
        identity.apply(&mut command);
        parent_death::follow(&mut command);
        let child = command.spawn().doing("Démarrage de PostgreSQL sur", data)?;
        Ok(Self {
            child,
            data: data.to_owned(),
            run,
        })
    }

    /// Waits until connections are accepted.
    pub(super) fn wait_ready(
        &mut self,
        log: &Log,
        progress: &dyn Fn(&str),
    ) -> Result<(), EmbeddedError> {
        for step in 0..REPAIR {
            if let Some(status) = self.exited()? {
                return Err(log.failure("postgres", status.to_string()));
            }
            let status = PidFile::read(&self.data)
                .filter(|file| file.pid == self.child.id())
                .map_or(Status::Other, |file| file.status);
            match status {
                Status::Ready => return Ok(()),
                Status::Other if step > START => break,
                Status::Starting if step == START => {
                    progress("PostgreSQL remet ses fichiers en état après un arrêt brutal…");
                }
                Status::Starting | Status::Other => {}
            }
            pause(STEP);
        }
        Err(log.failure("postgres", "pas prêt à temps".to_owned()))
    }

    /// Stops the server, gently then less so. Does nothing when it has already ended.
    pub(super) fn stop(&mut self) -> Result<(), EmbeddedError> {
        if self.exited()?.is_some() {
            return Ok(());
        }
        self.signal(Signal::INT)?;
        let mut status = self.wait(STOP)?;
        if status.is_none() {
            tracing::warn!("the embedded PostgreSQL does not stop: aborting it");
            self.signal(Signal::QUIT)?;
            status = self.wait(ABORT)?;
        }
        let status = match status {
            Some(status) => status,
            None => {
                self.child
                    .kill()
                    .doing("Arrêt de PostgreSQL sur", &self.data)?;
                self.child
                    .wait()
                    .doing("Arrêt de PostgreSQL sur", &self.data)?
            }
        };
        if status.success() {
            tracing::info!("embedded PostgreSQL stopped");
            Ok(())
        } else {
            Err(EmbeddedError::Stop {
                status: status.to_string(),
            })
        }
    }

    fn wait(&mut self, steps: u32) -> Result<Option<ExitStatus>, EmbeddedError> {
        for _ in 0..steps {
            if let Some(status) = self.exited()? {
                return Ok(Some(status));
            }
            pause(STEP);
        }
        Ok(None)
    }

    /// How the server ended, once it has.
    pub(super) fn exited(&mut self) -> Result<Option<ExitStatus>, EmbeddedError> {
        self.child
            .try_wait()
            .doing("Attente de PostgreSQL sur", &self.data)
    }

    fn signal(&self, signal: Signal) -> Result<(), EmbeddedError> {
        // Not reaped yet, so the pid is still this child's.
        kill_process(Pid::from_child(&self.child), signal)
            .doing("Arrêt de PostgreSQL sur", &self.data)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            tracing::error!(%error, "the embedded PostgreSQL did not stop cleanly");
        }
    }
}
