//! What the list touches: its very text, taken from the wire, explained in both databases.

use crate::Failure;
use crate::world::{World, connect};

/// The most pages a list may touch, whatever there is.
const BUFFERS: u64 = 300;

/// Explains the list, `whole` or only counted, as the server's role runs it, once its plan is the one that is kept.
pub async fn show(world: &World, list: &str, whole: bool) -> Result<(), Failure> {
    let client = connect(&world.app_url).await?;
    let types = "text, bool, text, uuid, text, timestamptz, timestamptz, uuid, bigint";
    let asked = "'charter', false, null, null, null, null, \
        '2262-04-11', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 20";
    client
        .batch_execute(&format!("prepare newest ({types}) as {list}"))
        .await?;
    let mut touched = Vec::new();
    let mut shown = String::new();
    for caller in world.callers.iter().take(200) {
        let session = caller.bearer.session;
        let tenant = caller
            .bearer
            .collectivity
            .ok_or("a caller without tenant")?;
        client
            .batch_execute(&format!("begin; select enter('{session}', '{tenant}')"))
            .await?;
        let explain = format!("explain (analyze, buffers) execute newest ({asked})");
        let rows = client.query(&explain, &[]).await?;
        client.batch_execute("rollback").await?;
        let lines: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        // The second line is about the whole.
        let hit = lines
            .iter()
            .find_map(|line| line.split("shared hit=").nth(1));
        let pages = hit.and_then(|hit| hit.split(' ').next()?.parse().ok());
        touched.push(pages.unwrap_or(u64::MAX));
        shown = lines.join("\n");
    }
    touched.sort_unstable();
    let median = touched.get(touched.len() / 2).copied().unwrap_or_default();
    let most = touched.last().copied().unwrap_or_default();
    println!(
        "\nPages the list of 20 touches with {} tenants, over {} callers: median {median}, most {most} \
         ({} than {BUFFERS}).",
        world.sizes.tenants,
        touched.len(),
        if most < BUFFERS { "fewer" } else { "NOT fewer" }
    );
    if whole {
        println!("\nEXPLAIN (ANALYZE, BUFFERS) of the last one:\n\n{shown}");
    }
    Ok(())
}
