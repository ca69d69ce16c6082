//! A wire to PostgreSQL that is slow and counts: it proves what a read waits for.
//!
//! What the client sends passes at once, what the server answers is held back for a while. A call
//! then lasts as many delays as it has round trips, and each time the client speaks after it has
//! been answered is counted.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// What has been seen on the wire.
#[derive(Default)]
pub struct Seen {
    /// How often the client spoke after it had been answered, or for the first time.
    pub turns: usize,
    /// Whether the client was the last to speak.
    asking: bool,
    /// Everything the client sent.
    pub sent: Vec<u8>,
    /// How long answers are held back.
    pub delay: Duration,
}

/// A listening wire; it ends with the process.
pub struct Proxy {
    /// The directory to connect to.
    pub dir: PathBuf,
    seen: Shared,
}

type Shared = Arc<Mutex<Seen>>;

impl Proxy {
    /// Listens in `dir`, and leads to the server behind `socket`.
    pub fn start(dir: PathBuf, socket: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&dir)?;
        let listener = UnixListener::bind(dir.join(".s.PGSQL.5432"))?;
        let seen = Shared::default();
        let its_seen = Arc::clone(&seen);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if let Err(error) = lead(client, &socket, &its_seen) {
                    eprintln!("scale: the wire broke: {error}");
                }
            }
        });
        Ok(Self { dir, seen })
    }

    /// Looks at what has been seen, or resets it.
    pub fn seen<T>(&self, look: impl FnOnce(&mut Seen) -> T) -> T {
        with(&self.seen, look)
    }
}

fn with<T>(seen: &Mutex<Seen>, look: impl FnOnce(&mut Seen) -> T) -> T {
    look(&mut seen.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Leads one connection through.
fn lead(client: UnixStream, socket: &Path, seen: &Shared) -> io::Result<()> {
    let server = UnixStream::connect(socket)?;
    let (sender, receiver) = channel();
    let (from_client, to_server) = (client.try_clone()?, server.try_clone()?);
    let (asked, held, answered) = (Arc::clone(seen), Arc::clone(seen), Arc::clone(seen));
    thread::spawn(move || forward(from_client, to_server, &asked));
    thread::spawn(move || hold(server, &held, &sender));
    thread::spawn(move || release(&receiver, client, &answered));
    Ok(())
}

fn forward(mut client: UnixStream, mut server: UnixStream, seen: &Mutex<Seen>) {
    let mut chunk = vec![0; 65_536];
    while let Ok(length @ 1..) = client.read(&mut chunk) {
        let sent = chunk.get(..length).unwrap_or_default();
        with(seen, |seen| {
            seen.turns += usize::from(!seen.asking);
            seen.asking = true;
            seen.sent.extend_from_slice(sent);
        });
        if server.write_all(sent).is_err() {
            break;
        }
    }
    let _ = server.shutdown(std::net::Shutdown::Both);
}

fn hold(mut server: UnixStream, seen: &Mutex<Seen>, sender: &Sender<(Instant, Vec<u8>)>) {
    let mut chunk = vec![0; 65_536];
    while let Ok(length @ 1..) = server.read(&mut chunk) {
        let answer = chunk.get(..length).unwrap_or_default().to_vec();
        let due = Instant::now() + with(seen, |seen| seen.delay);
        if sender.send((due, answer)).is_err() {
            break;
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a thread of its own, which has nothing else to do"
)]
fn release(answers: &Receiver<(Instant, Vec<u8>)>, mut client: UnixStream, seen: &Mutex<Seen>) {
    while let Ok((due, answer)) = answers.recv() {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        with(seen, |seen| seen.asking = false);
        if client.write_all(&answer).is_err() {
            break;
        }
    }
}
