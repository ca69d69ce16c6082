//! Does a read cost the same with 4 tenants and with 36,000 tenants and 1,000,000 resources?
//!
//! Builds both databases in a disposable cluster of its own, asks both the same questions through
//! the real `Store::read`, turn by turn, and prints what each costs and the ratio of the two. Then
//! it counts round trips, and shows what the list touches.
//!
//! ```sh
//! cargo bench -p maillage-infra --bench scale
//! cargo bench -p maillage-infra --bench scale -- --tenants 1000 --resources 30000 --calls 500
//! ```

mod backend;
mod flags;
mod measure;
mod plan;
mod proxy;
mod trips;
mod world;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use maillage_infra::embedded::{Cluster, Durability, Settings};

use crate::flags::Flags;
use crate::world::{Sizes, World};

type Failure = Box<dyn Error>;

fn main() -> ExitCode {
    let done = Flags::read().and_then(|flags| match flags {
        Some(flags) => run(&flags),
        None => Ok(()),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let cause = failure.source().map(ToString::to_string);
            eprintln!("scale: {failure} {}", cause.unwrap_or_default());
            ExitCode::FAILURE
        }
    }
}

fn run(flags: &Flags) -> Result<(), Failure> {
    let place = flags.place();
    let settings = Settings {
        durability: Durability::Disposable,
        bin_dir: None,
        options: [
            format!("shared_buffers={}", flags.shared_buffers),
            "max_wal_size=8GB".to_owned(),
            "maintenance_work_mem=256MB".to_owned(),
        ]
        .into(),
    };
    // From this thread, which lives as long as the cluster.
    let cluster = Cluster::start_with(&place.dir, &settings, &|text| println!("{text}"))?;
    let ran = compare(flags, &place.dir, &cluster);
    cluster.stop()?;
    ran
}

fn compare(flags: &Flags, dir: &Path, cluster: &Cluster) -> Result<(), Failure> {
    let small = Sizes::small(flags);
    let big = Sizes::big(flags);
    // Migrations need a runtime of several threads.
    let several = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let worlds = several.block_on(async {
        let small = World::ready(cluster, "scale_small", small).await?;
        Ok::<_, Failure>((small, World::ready(cluster, "scale_big", big).await?))
    });
    let (small, big) = worlds?;
    drop(several);
    // The questions are asked one after another: one thread, as in a worker of the server.
    let one = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    one.block_on(async {
        println!("\n# Nothing is public");
        small.publish(0).await?;
        big.publish(0).await?;
        measure::compare(flags, &small, &big).await?;
        let list = trips::count(dir, cluster, &big).await?;
        plan::show(&small, &list, false).await?;
        plan::show(&big, &list, false).await?;
        println!(
            "\n# {} per mille of what is published is public\n",
            flags.public
        );
        println!("Each caller sees it all: a search ranks every document that fits among those.");
        small.publish(flags.public).await?;
        big.publish(flags.public).await?;
        measure::compare(flags, &small, &big).await?;
        plan::show(&big, &list, true).await
    })
}
