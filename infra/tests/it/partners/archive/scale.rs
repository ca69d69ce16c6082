//! A collectivity with much: some resources in the suite, as many as asked by hand.

use std::time::Instant;

use maillage_infra::testing::TestDatabase;

use super::{empty, take_away};
use crate::fixture::{Town, connect};

/// How many resources the collectivity has: `MAILLAGE_ARCHIVE_RESOURCES=5000` for the large one.
#[expect(
    clippy::disallowed_methods,
    reason = "a test has no command line, and the large one takes minutes"
)]
fn resources() -> usize {
    let asked = std::env::var("MAILLAGE_ARCHIVE_RESOURCES").ok();
    asked.and_then(|asked| asked.parse().ok()).unwrap_or(120)
}

/// The most memory this process has had, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_large_collectivity_leaves_and_arrives() {
    let there = TestDatabase::shared();
    let town = Town::new(&there.store()).await;
    let text = "Un agent relit toute production avant usage et en répond. ".repeat(40);
    for number in 0..resources() {
        let title = format!("Charte « {number} » & annexe");
        let id = town.publish(&title, &format!("{text}{number}")).await;
        if number % 2 == 0 {
            town.republish(id, &format!("{number}{text}")).await;
        }
        if number % 3 == 0 {
            town.draft(id, &format!("\"{number}\"\n{text}")).await;
            town.share(id, maillage_domain::commons::Audience::Network)
                .await;
        }
    }
    let siren = town.tenant.siren.to_string();
    let before = peak();
    let begun = Instant::now();
    let (held, exported) = take_away(there, &siren).await;
    println!(
        "{} resources: {} lines, {} bytes exported in {:?}, peak {} -> {} KiB",
        resources(),
        exported.lines,
        exported.bytes,
        begun.elapsed(),
        before,
        peak()
    );
    let (here, begun) = (empty().await, Instant::now());
    let imported = held.bring(&here).await.unwrap();
    println!("imported in {:?}, peak {} KiB", begun.elapsed(), peak());
    assert_eq!(imported.lines, exported.lines);
    assert_eq!(imported.broken_at, None);
    let (again, _) = take_away(&here, &siren).await;
    assert!(held.bytes == again.bytes);
    let client = connect(&here.owner_url()).await;
    let count = format!(
        "select count(*) from resources where tenant_id = '{}'",
        town.id()
    );
    let count: i64 = client.query_one(&count, &[]).await.unwrap().get(0);
    assert_eq!(usize::try_from(count).unwrap(), resources());
}
