//! A Redis of a test's own, on a unix socket: nothing of it is shared, and it may be killed.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use super::{must, place};
use crate::ambient;
use crate::embedded::parent_death;

/// A running `redis-server`, killed when this value is dropped.
pub struct RedisServer {
    socket: PathBuf,
    child: Child,
}

impl RedisServer {
    /// Starts one, and blocks until it answers.
    pub fn start() -> Self {
        let name = format!("redis-{}.sock", ambient::id().simple());
        let socket = place::place().join(name);
        let child = spawn(&socket);
        Self { socket, child }
    }

    /// Where it is, for `Redis::new`.
    pub fn url(&self) -> String {
        format!("redis+unix://{}", self.socket.display())
    }

    /// Ends it at once, as a crash does; what it held is lost.
    pub fn kill(&mut self) {
        must(self.child.kill(), "killing redis-server");
        must(self.child.wait(), "waiting for redis-server");
    }

    /// Starts it again at the same place, empty.
    pub fn restart(&mut self) {
        self.kill();
        self.child = spawn(&self.socket);
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(socket: &PathBuf) -> Child {
    let mut command = Command::new("redis-server");
    command
        .args(["--port", "0", "--save", "", "--appendonly", "no"])
        .arg("--unixsocket")
        .arg(socket)
        .current_dir(place::place())
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    parent_death::follow(&mut command);
    let mut child = must(
        command.spawn(),
        "starting redis-server (if it is missing: apt-get install redis-server)",
    );
    let mut lines = child.stdout.take().map(BufReader::new).into_iter();
    let ready = lines
        .by_ref()
        .flat_map(|out| out.lines())
        .any(|line| line.is_ok_and(|line| line.contains("accept connections")));
    must(
        if ready { Ok(()) } else { Err("it ended") },
        "waiting for redis-server",
    );
    child
}
