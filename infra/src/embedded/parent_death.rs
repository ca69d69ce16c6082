//! The server ends with the program, however the program ends.
//!
//! `kill -9` leaves no time to stop anything, so the kernel is asked to do it. The request must
//! come from the child, after its change of user (which would cancel it) and before `exec`: this
//! is what `pre_exec` is for, and why this file holds the only unsafe block of the workspace.

use std::process::Command;

/// Asks that `command` be interrupted when the thread that spawns it ends.
#[cfg(target_os = "linux")]
#[expect(
    unsafe_code,
    reason = "pre_exec is the only way to act between fork and exec"
)]
pub(crate) fn follow(command: &mut Command) {
    use std::io;
    use std::os::unix::process::CommandExt as _;

    use rustix::process::{Signal, getpid, getppid, set_parent_process_death_signal};

    let parent = getpid();
    // SAFETY: the closure runs in the forked child, where only async-signal-safe work is allowed.
    // It makes two system calls on values that it owns; it neither allocates nor takes a lock.
    unsafe {
        command.pre_exec(move || {
            set_parent_process_death_signal(Some(Signal::INT))?;
            // The program may have died before the request: nobody would ever interrupt us.
            if getppid() == Some(parent) {
                Ok(())
            } else {
                Err(io::Error::from(io::ErrorKind::BrokenPipe))
            }
        });
    }
}

/// Does nothing: other systems offer no such request, and a killed program leaves its server.
#[cfg(not(target_os = "linux"))]
pub(crate) fn follow(_command: &mut Command) {}
