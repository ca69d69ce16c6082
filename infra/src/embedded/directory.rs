//! The directories of the cluster: where they may be, and whose they are.
//!
//! Two limits shape this file: as root, PostgreSQL runs as somebody who cannot enter every place,
//! `/root` first; and the path of a unix socket holds in 107 bytes.

use std::fmt::Write as _;
use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{Gid, Mode, OFlags, Uid, fchmod, fchown, fstat, open};
use rustix::process::geteuid;
use sha2::{Digest as _, Sha256};

use super::error::{Doing as _, EmbeddedError};
use super::identity::Identity;

/// Where clusters go when the wanted place is closed to the user that runs PostgreSQL.
const FALLBACK: &str = "/var/lib/maillage";

/// A path of 107 bytes, less `/.s.PGSQL.5432`.
const LONGEST_SOCKET_DIR: usize = 93;

/// The directory to give to [`Cluster::start`](super::Cluster::start) when `wanted` is a default.
///
/// It is `wanted`, except for root in a place that the user who runs PostgreSQL cannot enter, such
/// as a clone under `/root`: then it is a directory of its own under `/var/lib/maillage`, and
/// `progress` says so. Do not call it for a directory that a person chose: there, a refusal is
/// better than a surprise. Where a cluster already exists, it stays.
pub fn usable_dir(wanted: &Path, progress: &dyn Fn(&str)) -> Result<PathBuf, EmbeddedError> {
    let wanted = create(wanted)?;
    let data = wanted.join("cluster");
    if !geteuid().is_root() || data.exists() {
        return Ok(wanted);
    }
    let identity = Identity::for_cluster(&data)?;
    let closed = identity.closed_on_the_way(&wanted);
    let fallback = Path::new(FALLBACK).join(hash(&wanted));
    if closed.is_none() && !fallback.join("cluster").exists() {
        return Ok(wanted);
    }
    let why = match closed {
        Some(closed) => format!(
            "l'utilisateur « {} », sous lequel tourne PostgreSQL, ne peut pas traverser {}",
            identity.name,
            closed.display()
        ),
        None => "elle y a été créée lors d'une exécution précédente".to_owned(),
    };
    progress(&format!(
        "La base est dans {} au lieu de {} : {why}.",
        fallback.display(),
        wanted.display()
    ));
    create(Path::new(FALLBACK))?;
    create(&fallback)
}

/// Creates the data directory if need be, and returns its absolute path without links.
pub(super) fn create(dir: &Path) -> Result<PathBuf, EmbeddedError> {
    // Root's own can be entered, not listed, by the user that runs PostgreSQL.
    let mode = if geteuid().is_root() { 0o711 } else { 0o700 };
    if !dir.exists() {
        DirBuilder::new()
            .recursive(true)
            .mode(mode)
            .create(dir)
            .doing("Création du dossier", dir)?;
        // The umask may have taken something away.
        fs::set_permissions(dir, Permissions::from_mode(mode))
            .doing("Changement des droits de", dir)?;
    }
    fs::canonicalize(dir).doing("Lecture du dossier", dir)
}

/// A private directory for the socket: `run` in the data directory, else a short name in `/tmp`.
pub(super) fn socket_dir(dir: &Path, identity: &Identity) -> Result<PathBuf, EmbeddedError> {
    let mut run = dir.join("run");
    if !fits_a_socket(&run) {
        // Stable, so that a shell or a second tool finds the socket again.
        run = Path::new("/tmp").join(format!("maillage-{}", hash(dir)));
    }
    claim(&run, identity)?;
    Ok(run)
}

/// Creates `path`, or takes what is there, so that only this user may enter it.
///
/// Links are not followed and a stranger's directory is refused: under `/tmp`, anybody may have
/// put something at this name before us.
pub(super) fn claim(path: &Path, identity: &Identity) -> Result<(), EmbeddedError> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            return Err(error).doing("Création du dossier", path);
        }
        _ => {}
    }
    let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::RDONLY | OFlags::CLOEXEC;
    let handle = open(path, flags, Mode::empty()).doing("Ouverture du dossier", path)?;
    let owner = fstat(&handle).doing("Lecture du dossier", path)?.st_uid;
    if owner != identity.uid && owner != geteuid().as_raw() {
        return Err(EmbeddedError::NotOurs {
            dir: path.to_owned(),
            owner,
        });
    }
    if identity.is_other() {
        let (uid, gid) = (Uid::from_raw(identity.uid), Gid::from_raw(identity.gid));
        fchown(&handle, Some(uid), Some(gid)).doing("Changement de propriétaire de", path)?;
    }
    fchmod(&handle, Mode::RWXU).doing("Changement des droits de", path)
}

/// PostgreSQL reads a list of socket directories: commas, quotes and spaces would need care.
fn fits_a_socket(dir: &Path) -> bool {
    let bytes = dir.as_os_str().as_bytes();
    bytes.len() <= LONGEST_SOCKET_DIR
        && bytes
            .iter()
            .all(|it| it.is_ascii_alphanumeric() || b"/._-".contains(it))
}

/// A short name that stands for a path.
fn hash(path: &Path) -> String {
    let digest = Sha256::digest(path.as_os_str().as_bytes());
    digest.iter().take(8).fold(String::new(), |mut name, byte| {
        // Writing to a String cannot fail.
        let _ = write!(name, "{byte:02x}");
        name
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_directory_is_short_and_plain() {
        assert!(fits_a_socket(Path::new("/srv/maillage/data/run")));
        assert!(!fits_a_socket(Path::new("/srv/my data/run")));
        assert!(!fits_a_socket(Path::new("/srv/santé/run")));
        assert!(fits_a_socket(&Path::new("/").join("a".repeat(92))));
        assert!(!fits_a_socket(&Path::new("/").join("a".repeat(93))));
    }

    #[test]
    fn a_name_for_a_path_is_stable_and_short() {
        assert_eq!(hash(Path::new("/root/maillage/data")).len(), 16);
        assert_eq!(hash(Path::new("/a")), hash(Path::new("/a")));
        assert_ne!(hash(Path::new("/a")), hash(Path::new("/b")));
    }
}
