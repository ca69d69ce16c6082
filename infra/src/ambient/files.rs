//! How many files this process may have open: every connection is one.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Raises the number of open files as far as the system allows this process.
///
/// Shells give 1,024 to begin with, for the sake of programs that still call `select`. We do not,
/// and some hundred connections more would wait at the door of a server with time on its hands.
pub fn allow_many_files() {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!(%error, "few files may be open: connections above that number wait");
    }
}
