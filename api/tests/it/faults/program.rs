//! The `maillage` program as a child process, with a data directory of its own.

use std::cell::RefCell;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::time::{Duration, Instant};

use maillage_infra::demo;
use maillage_infra::testing::faults;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::support::QUOTAS;

/// Whatever comes slowly on a busy machine still comes within this time.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// How many files a program may have open when it starts.
pub const FILES: usize = 256;

/// What a developer may have set for a server of their own.
const ENVIRONMENT: [&str; 10] = [
    "DATABASE_URL",
    "MAILLAGE_ANONYMOUS_QUOTA",
    "MAILLAGE_OWNER_DATABASE_URL",
    "MAILLAGE_PROXY_HOPS",
    "MAILLAGE_PUBLIC_URL",
    "MAILLAGE_SIGNING_KEY_FILE",
    "MAILLAGE_STREAM_SECONDS",
    "MAILLAGE_TENANT_QUOTA",
    "REDIS_URL",
    "RUST_LOG",
];

/// A running program.
pub struct Program {
    child: Child,
    dir: PathBuf,
    started: Instant,
    pub address: SocketAddr,
    /// What it says, and what of it was heard.
    said: Receiver<String>,
    heard: RefCell<Vec<String>>,
    client: reqwest::Client,
}

/// An answer, whole.
pub struct Answered {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

/// Someone with a token for a program, wherever it listens.
#[derive(Clone)]
pub struct Person {
    pub token: String,
}

impl Program {
    /// Starts it on `dir`, and waits until it says where it listens.
    pub async fn start(dir: &Path) -> Self {
        Self::start_with(dir, &QUOTAS).await
    }

    /// The same with these flags instead of high quotas.
    pub async fn start_with(dir: &Path, flags: &[&str]) -> Self {
        let log = dir.with_extension("log");
        let log = fs::File::options().create(true).append(true).open(log);
        let mut command = Command::new("sh");
        // Few files to begin with, as in many a shell: it must help itself.
        let few_files = format!("ulimit -S -n {FILES}; exec \"$0\" \"$@\"");
        command
            .args(["-c", &few_files])
            .arg(env!("CARGO_BIN_EXE_maillage"));
        for name in ENVIRONMENT {
            command.env_remove(name);
        }
        command
            .arg("--data-dir")
            .arg(dir)
            .args(["--bind", "127.0.0.1:0"])
            .args(flags)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log.unwrap());
        faults::follow(&mut command);
        let started = Instant::now();
        let mut child = command.spawn().unwrap();
        let (sender, said) = channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                // Nobody listens any more once the test is over.
                let _ = sender.send(line);
            }
        });
        let mut program = Self {
            child,
            dir: dir.to_owned(),
            started,
            address: ([127, 0, 0, 1], 0).into(),
            said,
            heard: RefCell::default(),
            client: reqwest::Client::builder()
                // A connection for each request: a dead server is met at once.
                .pool_max_idle_per_host(0)
                .timeout(PATIENCE)
                .build()
                .unwrap(),
        };
        let line = program.hears("Maillage écoute sur http://").await;
        let (_, address) = line.split_once("http://").unwrap();
        program.address = address.parse().unwrap();
        program
    }

    /// Waits for a line of the standard output that holds `text`.
    pub async fn hears(&self, text: &str) -> String {
        let since = Instant::now();
        while since.elapsed() < PATIENCE {
            match self.said.try_recv() {
                Ok(line) => {
                    self.heard.borrow_mut().push(line.clone());
                    if line.contains(text) {
                        return line;
                    }
                }
                Err(TryRecvError::Empty) => sleep(10).await,
                Err(TryRecvError::Disconnected) => break,
            }
        }
        panic!("it never said {text:?}\n{}", self.log());
    }

    /// Whether a line that was heard holds `text`.
    pub fn said(&self, text: &str) -> bool {
        self.heard.borrow().iter().any(|line| line.contains(text))
    }

    /// What it wrote to its standard error, in this life and those before.
    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.with_extension("log")).unwrap()
    }

    /// Waits until it is ready; how long that took since `since`, or since its start.
    pub async fn ready(&self, since: Option<Instant>) -> Duration {
        let since = since.unwrap_or(self.started);
        loop {
            let ready = self.try_ask("GET", "/health/ready", None, &[], None).await;
            if ready.is_ok_and(|answered| answered.status == 200) {
                return since.elapsed();
            }
            assert!(since.elapsed() < PATIENCE, "not ready\n{}", self.log());
            sleep(20).await;
        }
    }

    /// Kills it at once.
    pub fn kill(&self) {
        signal("KILL", self.child.id());
    }

    /// Asks it to end.
    pub fn terminate(&self) {
        signal("TERM", self.child.id());
    }

    /// How it ended, once it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// Waits for its end.
    pub async fn end(&mut self) -> ExitStatus {
        let since = Instant::now();
        loop {
            if let Some(status) = self.ended() {
                return status;
            }
            assert!(since.elapsed() < PATIENCE, "it does not end");
            sleep(10).await;
        }
    }

    /// The process of its PostgreSQL, while it lives.
    pub fn postmaster(&self) -> Option<u32> {
        let data = self.dir.join("cluster");
        let file = fs::read_to_string(data.join("postmaster.pid")).ok()?;
        let pid = file.lines().next()?.trim().parse().ok()?;
        // The number may have become somebody else's; a postmaster stands in its directory.
        let place = fs::read_link(format!("/proc/{pid}/cwd")).ok()?;
        (place == data).then_some(pid)
    }

    /// Sends its PostgreSQL a signal, if it lives.
    pub fn signal_postmaster(&self, name: &str) {
        if let Some(pid) = self.postmaster() {
            signal(name, pid);
        }
    }

    /// Where the owner of its database connects.
    pub fn owner_url(&self) -> String {
        let run = self.dir.join("run");
        let host = run.to_str().unwrap().replace('/', "%2F");
        format!("postgres://maillage@{host}/postgres")
    }

    /// Asks, and may find nobody there.
    pub async fn try_ask(
        &self,
        method: &str,
        path: &str,
        person: Option<&Person>,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Result<Answered, reqwest::Error> {
        let url = format!("http://{}{path}", self.address);
        let mut request = self.client.request(method.parse().unwrap(), url);
        if let Some(person) = person {
            request = request.bearer_auth(&person.token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await?;
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ok(Answered {
            status,
            headers,
            body,
        })
    }

    /// Begins to read what does not end by itself.
    pub async fn listen(&self, path: &str, person: &Person) -> reqwest::Response {
        let request = self.client.get(format!("http://{}{path}", self.address));
        request.bearer_auth(&person.token).send().await.unwrap()
    }

    /// Gets, and finds.
    pub async fn get(&self, path: &str, person: &Person) -> Value {
        let answered = self.try_ask("GET", path, Some(person), &[], None).await;
        let answered = answered.unwrap();
        assert_eq!(answered.status, 200, "{path}: {}", answered.body);
        answered.body
    }

    /// Logs somebody of the demo in.
    pub async fn log_in(&self, email: &str) -> Person {
        let body = json!({ "email": email, "password": demo::PASSWORD });
        let answered = self.try_ask("POST", "/v1/sessions", None, &[], Some(body));
        let answered = answered.await.unwrap();
        assert_eq!(answered.status, 201, "{}", answered.body);
        let token = answered.body["access_token"].as_str().unwrap().to_owned();
        Person { token }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<_> = log.lines().collect();
            let tail = &lines[lines.len().saturating_sub(20)..];
            println!("the program's log ends:\n{}", tail.join("\n"));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal to a process that is ours, and may just have ended.
fn signal(name: &str, pid: u32) {
    let kill = format!("kill -{name} {pid} 2>/dev/null");
    Command::new("sh").args(["-c", &kill]).status().unwrap();
}

/// Waits for so many milliseconds.
pub async fn sleep(millis: u64) {
    actix_web::rt::time::sleep(Duration::from_millis(millis)).await;
}

/// A data directory of one test, which goes with it.
pub struct DataDir(PathBuf);

impl DataDir {
    /// A copy of one whose server has stopped.
    pub fn copy(from: &Path) -> Self {
        let to = faults::scratch();
        let done = Command::new("cp").arg("-a").arg(from).arg(&to).status();
        assert!(done.unwrap().success());
        Self(to)
    }
}

impl Deref for DataDir {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for DataDir {
    fn drop(&mut self) {
        // What resists is swept away by a later test process.
        let _ = fs::remove_dir_all(&self.0);
    }
}
