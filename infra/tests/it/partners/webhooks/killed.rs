//! A courier killed again and again: everything arrives, and nothing at those who may not see it.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use maillage_domain::commons::Audience;
use maillage_infra::ambient::Clock;
use maillage_infra::identity::Keys;
use maillage_infra::outbound::{Egress, Rules};
use maillage_infra::partners::webhooks::Courier;
use maillage_infra::store::Store;

use super::receiver::{Kept, Received};
use super::{PACE, Post, Receiver};
use crate::fixture::card;
use crate::outbound::hostile::Told;

/// Where the database of a worker is, and its key.
const DATABASE: &str = "MAILLAGE_TEST_COURIER_DATABASE";
const KEY: &str = "MAILLAGE_TEST_COURIER_KEY";
/// How many events are told, to ten endpoints each; two hundred if nobody says.
const EVENTS: &str = "MAILLAGE_TEST_COURIER_EVENTS";
const ENDPOINTS: usize = 10;

#[expect(
    clippy::disallowed_methods,
    reason = "a worker is told by its parent; there is no command line in between"
)]
fn told(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The worker itself, in a process of its own that the test below starts: delivers until it is killed.
#[tokio::test]
async fn worker() {
    let (Some(database), Some(key)) = (told(DATABASE), told(KEY)) else {
        return;
    };
    let store = Store::new(&database, 8, Clock::default()).unwrap();
    let keys = Keys::load(Path::new(&key), false, "https://maillage.test").unwrap();
    let egress = Egress::with(Rules {
        networks: vec!["127.0.0.0/8".parse().unwrap()],
        ports: Vec::new(),
        names: Arc::new(Told(Vec::new())),
        patience: Duration::from_secs(2),
    });
    let seal = keys.webhook_seal();
    Courier::new(store, egress.unwrap(), seal, PACE).run().await;
}

/// A worker process, which does not outlive the test.
struct Worker(Child);

impl Worker {
    fn start(post: &Post, key: &Path) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        let name = "partners::webhooks::killed::worker";
        command.args([name, "--exact"]);
        command.env(DATABASE, post.database.app_url()).env(KEY, key);
        let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
        Self(quiet.spawn().unwrap())
    }
}

impl Drop for Worker {
    /// SIGKILL: nothing of it has a chance to finish.
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[tokio::test]
async fn a_killed_courier_loses_nothing_and_tells_no_stranger() {
    let dir = std::env::temp_dir().join(format!("maillage-courier-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let key = dir.join("key.pem");
    let mut post = Post::new().await;
    post.keys = Keys::load(&key, true, "https://maillage.test").unwrap();
    let events = told(EVENTS).map_or(200, |it| it.parse::<usize>().unwrap());
    let receiver = Receiver::new().await;
    let (giver, friend) = (post.town().await, post.town().await);
    for n in 0..ENDPOINTS / 2 {
        for (town, name) in [(&giver, "giver"), (&friend, "friend")] {
            let address = format!("{}/{name}/{n}", receiver.address);
            post.endpoint(town, address, &["resource.described"]).await;
        }
    }
    let charter = giver.publish("Charte", "Un texte.").await;
    let audience = Audience::Collectivity { id: friend.id() };
    let share = giver.share(charter, audience).await;
    for n in 0..events {
        giver
            .describe(charter, card(&format!("Charte {n}"), &[]))
            .await;
    }
    post.relay().await;

    let (begun, all) = (Instant::now(), events * ENDPOINTS);
    // Killed twice on the way, in the midst of turns.
    for part in [all / 8, all / 4] {
        let _worker = Worker::start(&post, &key);
        receiver.until(|it| it.len() >= part).await;
    }
    // While nobody delivers, the friend loses the right to see it.
    let killed_at = post.store.clock().now().timestamp();
    giver.unshare(charter, share).await;
    while post.store.clock().now().timestamp() <= killed_at {
        tokio::task::yield_now().await;
    }
    let whole = |it: &Kept| {
        let own = it
            .distinct
            .iter()
            .filter(|(path, _)| path.starts_with("/giver"));
        own.filter(|(_, ids)| ids.len() == events).count() == ENDPOINTS / 2
    };
    for part in [all * 3 / 8, all] {
        let _worker = Worker::start(&post, &key);
        let received = receiver.until(|it| it.len() >= part || whole(it)).await;
        let late = |it: &&Received| {
            let sent: i64 = it.headers["webhook-timestamp"].parse().unwrap();
            it.path.starts_with("/friend") && sent > killed_at
        };
        assert_eq!(received.iter().filter(late).count(), 0);
    }
    let worker = Worker::start(&post, &key);
    let received = receiver.until(whole).await;
    drop(worker);
    println!(
        "{} messages received, {} distinct, in {:?}",
        received.len(),
        received.distinct.values().map(BTreeSet::len).sum::<usize>(),
        begun.elapsed()
    );
    std::fs::remove_dir_all(&dir).unwrap();
}
