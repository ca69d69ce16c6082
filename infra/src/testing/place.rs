//! Where a test process keeps its servers: a temporary directory, removed by a later process.
//!
//! Not by this one: it may be killed, and a static is never dropped. Who is dead is known by locks
//! of the kernel, which vanish with their holders; a pid may have become somebody else's.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::must;
use crate::ambient;

/// The file that a living process holds locked.
const ALIVE: &str = "alive";

/// A directory and the proof that its process lives.
struct Place {
    dir: PathBuf,
    _alive: File,
}

/// The directory of this process.
pub(super) fn place() -> &'static Path {
    static PLACE: OnceLock<Place> = OnceLock::new();
    let take = || {
        let user = rustix::process::geteuid().as_raw();
        let base = std::env::temp_dir().join(format!("maillage-tests-{user}"));
        must(Place::take(&base), "making a place for the test servers")
    };
    &PLACE.get_or_init(take).dir
}

impl Place {
    /// Sweeps what the dead left in `base`, then makes a directory there.
    fn take(base: &Path) -> io::Result<Self> {
        make(base)?;
        // Held until the new directory has its own lock: a sweeper must not find it without.
        let turn = File::open(base)?;
        turn.lock()?;
        for entry in fs::read_dir(base)? {
            let dir = entry?.path();
            if is_dead(&dir) {
                // What resists today may give way tomorrow.
                let _ = fs::remove_dir_all(dir);
            }
        }
        let dir = base.join(ambient::id().simple().to_string());
        make(&dir)?;
        let alive = File::create(dir.join(ALIVE))?;
        alive.lock()?;
        Ok(Self { dir, _alive: alive })
    }
}

/// Makes a directory that the user who runs PostgreSQL can traverse.
fn make(dir: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o711).create(dir) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

/// Whether neither the process of `dir` nor its PostgreSQL, which holds its log, lives any more.
fn is_dead(dir: &Path) -> bool {
    let log = cluster(dir).join("postgres.log");
    let held = |path| File::open(path).is_ok_and(|file| file.try_lock().is_err());
    !held(dir.join(ALIVE)) && !held(log)
}

/// Where the cluster of the place `dir` is.
pub(super) fn cluster(dir: &Path) -> PathBuf {
    dir.join("postgres")
}
