//! How many round trips a read waits for, on a wire where each takes 40 ms.

use std::path::Path;
use std::time::{Duration, Instant};

use maillage_infra::ambient::Clock;
use maillage_infra::embedded::Cluster;
use maillage_infra::store::Store;

use crate::Failure;
use crate::measure::Question;
use crate::proxy::Proxy;
use crate::world::World;

/// Far longer than any answer takes to be made.
const DELAY: Duration = Duration::from_millis(40);
const CALLS: usize = 11;

/// Counts for every question, prints it, and gives back the text of the list as it was sent.
pub async fn count(dir: &Path, cluster: &Cluster, world: &World) -> Result<String, Failure> {
    let url = cluster.url("maillage_app", "x");
    let (server, database) = (socket_dir(&url)?, world.app_url.rsplit('/').next());
    let wire = dir.join("wire");
    let _ = std::fs::remove_dir_all(&wire);
    let proxy = Proxy::start(wire, server.join(".s.PGSQL.5432"))?;
    let host = proxy.dir.to_string_lossy().replace('/', "%2F");
    let url = format!(
        "postgres://maillage_app@{host}/{}",
        database.unwrap_or_default()
    );
    let store = Store::new(&url, 1, Clock::default())?;
    println!(
        "\nRound trips of a read, once prepared: what it takes longer when the wire holds every answer back for {DELAY:?}.\n"
    );
    println!(
        "| question | undelayed, ms | delayed, ms | round trips waited for | the client spoke |"
    );
    println!("|---|---|---|---|---|");
    let mut list = None;
    for question in Question::ALL {
        // The first calls prepare the statements, and plan them for good.
        median(question, &store, world).await?;
        if list.is_none() {
            list = proxy.seen(|seen| sent_query(&seen.sent, "from shares x"));
        }
        let quick = median(question, &store, world).await?;
        proxy.seen(|seen| (seen.delay, seen.turns) = (DELAY, 0));
        let slow = median(question, &store, world).await?;
        let turns = proxy.seen(|seen| {
            seen.delay = Duration::ZERO;
            seen.turns
        });
        println!(
            "| {} | {quick:.1} | {slow:.1} | **{:.2}** | {turns} times in {CALLS} calls |",
            question.title(),
            (slow - quick) / (DELAY.as_secs_f64() * 1e3)
        );
        // The last COMMIT is not waited for, but must not be counted with what follows.
        tokio::time::sleep(DELAY * 3).await;
    }
    list.ok_or_else(|| "the list was not seen on the wire".into())
}

/// What one call takes, in milliseconds.
async fn median(question: Question, store: &Store, world: &World) -> Result<f64, Failure> {
    let mut times = Vec::new();
    for caller in world.callers.iter().cycle().take(CALLS) {
        let started = Instant::now();
        question.ask(store, caller).await?;
        times.push(started.elapsed());
    }
    times.sort_unstable();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    Ok(median.as_secs_f64() * 1e3)
}

/// The directory in a URL of the cluster.
fn socket_dir(url: &str) -> Result<std::path::PathBuf, Failure> {
    let host = url.split(['@', '/']).rev().nth(1).unwrap_or_default();
    Ok(host.replace("%2F", "/").into())
}

/// The first text that was sent to be prepared and holds `part`.
fn sent_query(sent: &[u8], part: &str) -> Option<String> {
    let texts = sent.split(|byte| *byte == 0);
    let texts = texts.filter_map(|text| std::str::from_utf8(text).ok());
    texts
        .filter(|text| text.contains(part))
        .map(str::to_owned)
        .next()
}
