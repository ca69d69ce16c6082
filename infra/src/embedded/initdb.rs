//! Making the cluster, once.
//!
//! `initdb` works under the name `cluster.new`, renamed when it is done: killed in the middle, it
//! leaves something that is never taken for a cluster, and that the next start throws away.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::Stdio;

use super::binaries::Binaries;
use super::error::{Doing as _, EmbeddedError};
use super::identity::Identity;
use super::lock::Log;
use super::{Cluster, Durability, directory, parent_death};

/// Makes the cluster in `data` unless it exists.
pub(super) fn ensure(
    data: &Path,
    binaries: &Binaries,
    identity: &Identity,
    durability: Durability,
    log: &Log,
    progress: &dyn Fn(&str),
) -> Result<(), EmbeddedError> {
    if data.exists() {
        return Ok(());
    }
    progress("Première exécution : création de la base PostgreSQL privée, quelques secondes…");
    let new = data.with_extension("new");
    let run = |locale: &[&str]| run(&new, locale, binaries, identity, durability, log);
    // Bytes decide the order, as indexes like it and no update of the system changes it, but
    // letters are those of Unicode: with a plain C, lower('É') would be 'É'.
    match run(&["--locale=C", "--lc-ctype=C.UTF-8"]) {
        Err(EmbeddedError::Failed { tail, .. }) if tail.contains("invalid locale name") => {
            tracing::warn!("this system lacks C.UTF-8: the cluster only knows ASCII letters");
            run(&["--locale=C"])?;
        }
        other => other?,
    }
    fs::rename(&new, data).doing("Mise en place de", data)?;
    if durability == Durability::Durable
        && let Some(dir) = data.parent()
    {
        let dir_file = File::open(dir).doing("Ouverture du dossier", dir)?;
        dir_file
            .sync_all()
            .doing("Écriture sur le disque de", dir)?;
    }
    Ok(())
}

fn run(
    new: &Path,
    locale: &[&str],
    binaries: &Binaries,
    identity: &Identity,
    durability: Durability,
    log: &Log,
) -> Result<(), EmbeddedError> {
    match fs::remove_dir_all(new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(error).doing("Suppression de", new);
        }
        _ => {}
    }
    directory::claim(new, identity)?;
    let mut command = binaries.command("initdb");
    command
        .arg("--pgdata")
        .arg(new)
        .args(["--username", Cluster::OWNER])
        .args(["--auth=trust", "--encoding=UTF8", "--no-instructions"])
        .args(locale)
        .arg(match durability {
            Durability::Durable => "--data-checksums",
            Durability::Disposable => "--no-sync",
        })
        .stdin(Stdio::null())
        .stdout(log.output()?)
        .stderr(log.output()?);
    identity.apply(&mut command);
    parent_death::follow(&mut command);
    let status = command.status().doing("Exécution de initdb pour", new)?;
    if status.success() {
        Ok(())
    } else {
        Err(log.failure("initdb", status.to_string()))
    }
}
