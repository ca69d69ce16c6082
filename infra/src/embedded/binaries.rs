//! Where the installed PostgreSQL is.
//!
//! Nothing is downloaded: a platform that holds health data runs what its administrator installed
//! and updates. A cluster only opens with the major version that made it, so the version counts.

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::error::EmbeddedError;
use super::identity::Identity;

/// Where Debian and its kin keep each major version, outside of `PATH`.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The programs of one installed PostgreSQL.
#[derive(Debug, Clone)]
pub(super) struct Binaries {
    dir: PathBuf,
    /// The major version, such as `15`.
    pub(super) version: String,
}

impl Binaries {
    /// Finds the programs that can run the cluster in `data`, or make it if it does not exist.
    ///
    /// A directory named by the caller is the only one tried. Otherwise `PATH` comes first, then
    /// the newest version of [`DEBIAN`].
    pub(super) fn find(
        named: Option<&Path>,
        data: &Path,
        identity: &Identity,
    ) -> Result<Self, EmbeddedError> {
        let candidates = match named {
            Some(dir) => vec![complete(dir).ok_or_else(|| no_binaries(dir))?],
            None => on_path()
                .into_iter()
                .chain(debian(Path::new(DEBIAN)))
                .collect(),
        };
        let wanted = cluster_version(data);
        let mut closed = None;
        let mut found = Vec::new();
        for dir in candidates {
            if let Err(error) = identity.check_reach(&dir) {
                closed.get_or_insert(error);
                continue;
            }
            let Some(version) = version(&dir) else {
                tracing::warn!(dir = %dir.display(), "these PostgreSQL programs do not run");
                continue;
            };
            if wanted.as_ref().is_none_or(|wanted| *wanted == version) {
                return Ok(Self { dir, version });
            }
            if !found.contains(&version) {
                found.push(version);
            }
        }
        Err(match (closed, wanted) {
            (_, Some(cluster)) if !found.is_empty() => EmbeddedError::WrongVersion {
                dir: data.to_owned(),
                cluster,
                found: found.join(", "),
            },
            (Some(closed), _) => closed,
            (None, _) => named.map_or_else(not_installed, no_binaries),
        })
    }

    /// One of the programs, ready to receive arguments.
    ///
    /// Messages are in English, so that they can be searched for, and no `PG…` variable of the
    /// person's shell, meant for `psql`, changes what the server does.
    pub(super) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.dir.join(program));
        command
            .current_dir("/")
            .env("LC_ALL", "C")
            .env_remove("PGDATA")
            .env_remove("PGPORT")
            .env_remove("PGOPTIONS");
        command
    }
}

/// `dir` without links, if it holds both programs.
fn complete(dir: &Path) -> Option<PathBuf> {
    let initdb = fs::canonicalize(dir.join("initdb")).ok()?;
    let dir = initdb.parent()?;
    dir.join("postgres").is_file().then(|| dir.to_owned())
}

/// Asks the shell, because only the start of the program reads the environment.
fn on_path() -> Option<PathBuf> {
    let answer = Command::new("sh")
        .args(["-c", "command -v initdb"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let path = PathBuf::from(OsString::from_vec(answer.stdout.trim_ascii().to_vec()));
    path.is_absolute()
        .then(|| complete(path.parent()?))
        .flatten()
}

/// The versions installed by Debian, newest first.
fn debian(root: &Path) -> Vec<PathBuf> {
    let mut versions: Vec<u32> = fs::read_dir(root)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect();
    versions.sort_unstable_by(|a, b| b.cmp(a));
    versions
        .into_iter()
        .filter_map(|version| complete(&root.join(version.to_string()).join("bin")))
        .collect()
}

/// The major version of the programs in `dir`, if they run at all.
fn version(dir: &Path) -> Option<String> {
    let answer = Command::new(dir.join("postgres"))
        .arg("--version")
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let version = major(&String::from_utf8_lossy(&answer.stdout));
    (!version.is_empty()).then_some(version)
}

/// `15` from `postgres (PostgreSQL) 15.18 (Debian 15.18-1)`, `19` from `… 19beta1`.
fn major(answer: &str) -> String {
    let number = answer.split_once(") ").map_or("", |(_, number)| number);
    number.chars().take_while(char::is_ascii_digit).collect()
}

/// The major version that made the cluster, if there is one.
fn cluster_version(data: &Path) -> Option<String> {
    let version = fs::read_to_string(data.join("PG_VERSION")).ok()?;
    Some(version.trim().to_owned())
}

fn no_binaries(dir: &Path) -> EmbeddedError {
    EmbeddedError::NoBinaries {
        dir: dir.to_owned(),
    }
}

/// Names the npm package that carries PostgreSQL for this machine.
fn not_installed() -> EmbeddedError {
    let arch = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    let os = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    EmbeddedError::NotInstalled {
        platform: format!("{os}-{arch}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_the_leading_number() {
        assert_eq!(
            major("postgres (PostgreSQL) 15.18 (Debian 15.18-1)\n"),
            "15"
        );
        assert_eq!(major("postgres (PostgreSQL) 19beta1\n"), "19");
        assert_eq!(major("something else"), "");
    }

    #[test]
    fn a_directory_without_programs_is_refused_by_name() {
        let error = Identity::for_cluster(Path::new("/nonexistent"))
            .and_then(|it| Binaries::find(Some(Path::new("/etc")), Path::new("/nonexistent"), &it));
        assert!(matches!(error, Err(EmbeddedError::NoBinaries { .. })));
    }
}
