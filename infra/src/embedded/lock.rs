//! Who uses the data directory: the program that runs, and what is left of the one before.
//!
//! Both are locks of the kernel (`flock`) and not files with a pid: they vanish with their
//! holders, even killed, and a pid may have become somebody else's, as in every container.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::{OpenOptionsExt as _, fchown};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::fs::OFlags;

use super::error::{Doing as _, EmbeddedError};
use super::identity::Identity;
use super::pause;

const STEP: Duration = Duration::from_millis(20);
/// A program that is being killed or replaced has 1 s to go.
const PROGRAM: u32 = 50;
/// The server of a killed program has 10 s to write everything down.
const SERVER: u32 = 500;

/// Past this size the log starts afresh.
const LOG_LIMIT: u64 = 16 * 1024 * 1024;

/// How much of the log an error shows.
const TAIL_LINES: usize = 15;
const TAIL_BYTES: u64 = 4096;

/// Held by one program at a time, for as long as it lives.
#[derive(Debug)]
pub(super) struct ProgramLock(#[expect(dead_code, reason = "the open file is the lock")] File);

impl ProgramLock {
    /// Takes the directory, or says that another program has it.
    pub(super) fn take(dir: &Path) -> Result<Self, EmbeddedError> {
        let file = File::open(dir).doing("Ouverture du dossier", dir)?;
        if obtained(&file, PROGRAM, &|| ()).doing("Verrouillage de", dir)? {
            return Ok(Self(file));
        }
        Err(EmbeddedError::InUse {
            dir: dir.to_owned(),
        })
    }
}

/// The log of `initdb` and of the server, locked for as long as one of their processes lives.
///
/// They all inherit it as their standard output, and the lock belongs to the open file that they
/// share: a free lock proves that no process of an earlier server is left.
#[derive(Debug)]
pub(super) struct Log {
    file: File,
    path: PathBuf,
    from: u64,
}

impl Log {
    /// Opens the log once the processes of an earlier run have ended.
    pub(super) fn open(
        dir: &Path,
        identity: &Identity,
        progress: &dyn Fn(&str),
    ) -> Result<Self, EmbeddedError> {
        let path = dir.join("postgres.log");
        let file = OpenOptions::new()
            .create(true)
            .read(true)
            .append(true)
            .mode(0o600)
            .custom_flags(OFlags::NOFOLLOW.bits().cast_signed())
            .open(&path)
            .doing("Ouverture du journal", &path)?;
        if identity.is_other() {
            fchown(&file, Some(identity.uid), Some(identity.gid))
                .doing("Changement de propriétaire de", &path)?;
        }
        let wait = || progress("Attente de la fin du serveur PostgreSQL précédent…");
        if !obtained(&file, SERVER, &wait).doing("Verrouillage de", &path)? {
            return Err(EmbeddedError::StillStopping {
                dir: dir.to_owned(),
            });
        }
        let mut log = Self {
            file,
            path,
            from: 0,
        };
        log.mark()?;
        if log.from > LOG_LIMIT {
            log.file.set_len(0).doing("Remise à zéro de", &log.path)?;
            log.from = 0;
        }
        Ok(log)
    }

    /// Forgets what was written so far: errors show what comes next.
    pub(super) fn mark(&mut self) -> Result<(), EmbeddedError> {
        let metadata = self.file.metadata().doing("Lecture de", &self.path)?;
        self.from = metadata.len();
        Ok(())
    }

    /// The log as an output of a child, which thereby holds the lock.
    pub(super) fn output(&self) -> Result<Stdio, EmbeddedError> {
        let file = self
            .file
            .try_clone()
            .doing("Ouverture du journal", &self.path)?;
        Ok(Stdio::from(file))
    }

    /// What a child that ended too early had to say.
    pub(super) fn failure(&self, program: &'static str, reason: String) -> EmbeddedError {
        EmbeddedError::Failed {
            program,
            reason,
            log: self.path.clone(),
            tail: self.tail().unwrap_or_else(|error| error.to_string()),
        }
    }

    /// The last lines since the mark.
    fn tail(&self) -> io::Result<String> {
        let mut file = File::open(&self.path)?;
        let end = file.metadata()?.len();
        file.seek(SeekFrom::Start(
            self.from.max(end.saturating_sub(TAIL_BYTES)),
        ))?;
        let mut bytes = Vec::new();
        file.take(TAIL_BYTES).read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.lines().collect();
        let skipped = lines.len().saturating_sub(TAIL_LINES);
        Ok(lines
            .into_iter()
            .skip(skipped)
            .collect::<Vec<_>>()
            .join("\n"))
    }
}

/// Whether the lock came within `steps`. `wait` is called once, if it did not come at once.
fn obtained(file: &File, steps: u32, wait: &dyn Fn()) -> io::Result<bool> {
    for step in 0..steps {
        match file.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) => {}
        }
        if step == 0 {
            wait();
        }
        pause(STEP);
    }
    Ok(false)
}
