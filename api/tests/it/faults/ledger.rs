//! What was asked for, what was acknowledged, and whether the database says the same.

use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use maillage_infra::ambient::allow_many_files;
use maillage_infra::testing::faults;
use serde_json::json;

use super::program::{PATIENCE, Person, Program, sleep};
use crate::support::charter;

/// So many publications are asked for, all of them at once.
pub const PUBLICATIONS: usize = 1_000;
/// Who publishes: their chains of audit records are written side by side.
const DIRECTORS: [&str; 4] = [
    "director@agglo.demo.example",
    "director@cergy.demo.example",
    "director@pontoise.demo.example",
    "director@venelles.demo.example",
];

/// A data directory that holds the demo and the drafts, as a server left it that was stopped.
pub struct Drafted {
    pub dir: PathBuf,
    /// From the start on an empty directory to the first answer that says ready.
    pub first_start: Duration,
    /// Publications that the demo consists of.
    publications: i64,
    drafts: Vec<(usize, String)>,
    directors: Vec<Person>,
    etag: String,
}

impl Drafted {
    /// Made by the first test that needs it; the others copy it.
    pub fn once() -> &'static Self {
        static DRAFTED: OnceLock<Drafted> = OnceLock::new();
        // A runtime of its own: that of a test may not be blocked on, and ends with the test.
        let make = || {
            let made = std::thread::spawn(|| actix_web::rt::System::new().block_on(Self::make()));
            made.join().unwrap()
        };
        DRAFTED.get_or_init(make)
    }

    async fn make() -> Self {
        let dir = faults::scratch();
        let mut program = Program::start(&dir).await;
        let first_start = program.ready(None).await;
        let mut directors = Vec::new();
        for email in DIRECTORS {
            directors.push(program.log_in(email).await);
        }
        let draft = async |number: usize| {
            let director = number % DIRECTORS.len();
            let body = charter(&format!("Charte {number}"), "Contrôle humain.");
            let person = Some(&directors[director]);
            let answered = program.try_ask("POST", "/v1/charters", person, &[], Some(body));
            let answered = answered.await.unwrap();
            assert_eq!(answered.status, 201, "{}", answered.body);
            (director, answered.body["id"].as_str().unwrap().to_owned())
        };
        let drafts = futures::stream::iter(0..PUBLICATIONS).map(draft);
        let drafts: Vec<_> = drafts.buffer_unordered(16).collect().await;
        // What If-Match compares is the revision, and that is the first one everywhere.
        let (director, charter) = &drafts[0];
        let path = format!("/v1/charters/{charter}/draft");
        let draft = program.try_ask("GET", &path, Some(&directors[*director]), &[], None);
        let etag = draft.await.unwrap().headers["etag"]
            .to_str()
            .unwrap()
            .to_owned();
        let (publications, _) = faults::publications(&program.owner_url()).await;
        program.terminate();
        assert!(program.end().await.success());
        assert_eq!(program.postmaster(), None);
        Self {
            dir,
            first_start,
            publications,
            drafts,
            directors,
            etag,
        }
    }
}

/// A publication that is asked for, until it is acknowledged.
struct Entry {
    director: usize,
    charter: String,
    key: String,
    /// The digest that was acknowledged.
    acknowledged: RefCell<Option<String>>,
    replayed: Cell<bool>,
}

/// All publications that a test asks for.
pub struct Ledger {
    entries: Vec<Entry>,
    drafted: &'static Drafted,
}

impl Ledger {
    pub fn of(drafted: &'static Drafted) -> Self {
        // Every socket is a file.
        allow_many_files();
        let entry = |(director, charter): &(usize, String)| Entry {
            director: *director,
            charter: charter.clone(),
            key: format!("publication-{charter}"),
            acknowledged: RefCell::default(),
            replayed: Cell::default(),
        };
        Self {
            entries: drafted.drafts.iter().map(entry).collect(),
            drafted,
        }
    }

    /// How many are acknowledged.
    pub fn acknowledged(&self) -> usize {
        let known = |entry: &&Entry| entry.acknowledged.borrow().is_some();
        self.entries.iter().filter(known).count()
    }

    /// How many were acknowledged by the answer to an earlier attempt.
    pub fn replayed(&self) -> usize {
        self.entries.iter().filter(|it| it.replayed.get()).count()
    }

    /// Asks once for everything that is not acknowledged yet; some may find nobody there.
    pub async fn ask(&self, program: &Program) {
        let ask = |entry| self.publish(program, entry);
        let open = self.entries.iter();
        let open = open.filter(|entry| entry.acknowledged.borrow().is_none());
        futures::future::join_all(open.map(ask)).await;
    }

    /// Asks until everything is acknowledged.
    pub async fn insist(&self, program: &Program) {
        let since = Instant::now();
        while self.acknowledged() < self.entries.len() {
            self.ask(program).await;
            assert!(since.elapsed() < PATIENCE, "it does not converge");
            sleep(20).await;
        }
    }

    async fn publish(&self, program: &Program, entry: &Entry) {
        let path = format!("/v1/charters/{}/publications", entry.charter);
        let person = &self.drafted.directors[entry.director];
        let headers = [
            ("if-match", self.drafted.etag.as_str()),
            ("idempotency-key", entry.key.as_str()),
        ];
        let body = Some(json!({ "note": "" }));
        let asked = program.try_ask("POST", &path, Some(person), &headers, body);
        let Ok(answered) = asked.await else {
            return;
        };
        match (answered.status, answered.body["code"].as_str()) {
            (201, _) => {
                let digest = answered.body["digest"].as_str().unwrap().to_owned();
                entry.acknowledged.replace(Some(digest));
                let replayed = answered.headers.contains_key("idempotent-replayed");
                entry.replayed.set(replayed);
            }
            (503, Some("unavailable" | "outcome_unknown"))
            | (409, Some("idempotency_in_flight")) => {
                assert!(answered.headers.contains_key("retry-after"));
            }
            (status, _) => panic!("{status}: {}", answered.body),
        }
    }

    /// Everything acknowledged is there exactly once, and nothing is there twice.
    pub async fn agrees(&self, program: &Program) {
        let look = async |entry: &Entry| {
            let path = format!("/v1/charters/{}/versions", entry.charter);
            let person = &self.drafted.directors[entry.director];
            let versions = program.get(&path, person).await;
            let versions = versions["items"].as_array().unwrap();
            match entry.acknowledged.borrow().as_deref() {
                Some(digest) => {
                    assert_eq!(versions.len(), 1, "{versions:?}");
                    assert_eq!(versions[0]["number"], 1);
                    assert_eq!(versions[0]["digest"], digest);
                }
                None => assert!(versions.len() <= 1, "{versions:?}"),
            }
            i64::try_from(versions.len()).unwrap()
        };
        let looked = futures::stream::iter(self.entries.iter().map(look));
        let looked: Vec<i64> = looked.buffer_unordered(16).collect().await;

        for email in DIRECTORS {
            let email = email.replace("director", "administrator");
            let person = program.log_in(&email).await;
            let verified = program.get("/v1/audit/verification", &person).await;
            assert_eq!(verified["intact"], true, "{email}: {verified}");
        }
        let url = program.owner_url();
        assert_eq!(faults::out_of_step(&url).await, 0);
        let (told, resources) = faults::publications(&url).await;
        assert_eq!(told, resources, "a publication is told of twice");
        assert_eq!(told - self.drafted.publications, looked.iter().sum::<i64>());
    }
}
