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
const CALLS: u32 = 10;

/// Counts for every question, prints it, and gives back the text of the list as it was sent.
pub async fn count(dir: &Path, cluster: &Cluster, world: &World) -> Result<String, Failure> {
    let url = cluster.url("maillage_app", "x");
    let (server, database) = (socket_dir(&url)?, world.app_url.rsplit('/').next());
    let wire = dir.join("wire");
    let _ = std::fs::remove_dir_all(&wire);
    let proxy = Proxy::start(wire, server.join(".s.PGSQL.5432"), DELAY)?;
    let host = proxy.dir.to_string_lossy().replace('/', "%2F");
    let url = format!(
        "postgres://maillage_app@{host}/{}",
        database.unwrap_or_default()
    );
    let store = Store::new(&url, 1, Clock::default())?;
    println!(
        "\nRound trips of a read that has been prepared, on a wire that holds every answer back for {DELAY:?}:\n"
    );
    println!("| question | median of {CALLS} | round trips waited for | times the client spoke |");
    println!("|---|---|---|---|");
    let mut list = None;
    for question in Question::ALL {
        let mut callers = world.callers.iter();
        let mut next = || callers.next().ok_or("nobody to ask");
        for _ in 0..2 {
            question.ask(&store, next()?).await?;
        }
        if list.is_none() {
            list = proxy.seen(|seen| sent_query(&seen.sent, "from shares x"));
        }
        // The COMMIT of the last read is not waited for, but answered by now.
        tokio::time::sleep(DELAY * 3).await;
        proxy.seen(|seen| seen.turns = 0);
        let mut times = Vec::new();
        for _ in 0..CALLS {
            let (caller, started) = (next()?, Instant::now());
            question.ask(&store, caller).await?;
            times.push(started.elapsed());
        }
        let turns = proxy.seen(|seen| seen.turns);
        times.sort_unstable();
        let median = times.get(times.len() / 2).copied().unwrap_or_default();
        println!(
            "| {} | {:.1} ms | **{:.2}** | {turns} in {CALLS} calls, each with its COMMIT |",
            question.title(),
            median.as_secs_f64() * 1e3,
            median.as_secs_f64() / DELAY.as_secs_f64()
        );
    }
    list.ok_or_else(|| "the list was not seen on the wire".into())
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
