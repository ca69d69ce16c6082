//! `postmaster.pid`: what the server says about itself.
//!
//! Reading it tells exactly when the server is ready, where a connection attempt or a pause would
//! guess. Its eighth line is the status, written since PostgreSQL 10 for this purpose.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::error::{Doing as _, EmbeddedError};

/// What the server says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PidFile {
    /// The process that wrote the file.
    pub(super) pid: u32,
    /// How far it is.
    pub(super) status: Status,
}

/// How far the server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// Connections are accepted.
    Ready,
    /// It reads its files, or repairs them after a crash, which may be long.
    Starting,
    /// Anything else, including a line not written yet.
    Other,
}

impl PidFile {
    /// Reads the file of the cluster in `data`, if it is there and complete enough.
    pub(super) fn read(data: &Path) -> Option<Self> {
        Self::parse(&fs::read_to_string(path(data)).ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let pid = lines.next()?.trim().parse().ok()?;
        let status = match lines.nth(6).map(str::trim) {
            Some("ready") => Status::Ready,
            Some("starting") => Status::Starting,
            _ => Status::Other,
        };
        Some(Self { pid, status })
    }
}

/// Removes what a server that died left in `data` and `run`, and refuses one that lives.
///
/// PostgreSQL only asks whether the pid exists. It does when it was given again, as every restart
/// of a container does, or when the dead process waits for a parent that never collects it. We
/// know more: the [lock](super::lock) is ours, so only a server started by hand may be alive, and
/// a postmaster stands in its data directory.
pub(super) fn forget_dead(data: &Path, run: &Path) -> Result<(), EmbeddedError> {
    match PidFile::read(data).map(|file| fs::read_link(format!("/proc/{}/cwd", file.pid))) {
        Some(Ok(place)) if place == data => {
            return Err(EmbeddedError::InUse {
                dir: data.to_owned(),
            });
        }
        // Without the right to look, or without /proc, PostgreSQL decides.
        Some(Err(error)) if error.kind() == ErrorKind::PermissionDenied => return Ok(()),
        Some(Err(_)) if !Path::new("/proc/self").exists() => return Ok(()),
        _ => {}
    }
    for path in [path(data), run.join(".s.PGSQL.5432.lock")] {
        match fs::remove_file(&path) {
            Ok(()) => tracing::warn!(path = %path.display(), "removed what a dead server left"),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error).doing("Suppression de", &path),
        }
    }
    Ok(())
}

fn path(data: &Path) -> PathBuf {
    data.join("postmaster.pid")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_is_the_eighth_line() {
        let head = "4242\n/srv/cluster\n1790000000\n5432\n/srv/run\n\n  5432001    7\n";
        let status = |text: &str| PidFile::parse(text).map(|it| it.status);
        assert_eq!(PidFile::parse(head).map(|it| it.pid), Some(4242));
        assert_eq!(status(head), Some(Status::Other));
        assert_eq!(status(&format!("{head}starting\n")), Some(Status::Starting));
        assert_eq!(status(&format!("{head}ready   \n")), Some(Status::Ready));
        assert_eq!(status(&format!("{head}stopping\n")), Some(Status::Other));
        assert_eq!(status(""), None);
    }
}
