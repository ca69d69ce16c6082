//! The same questions to both databases, turn by turn, so that a busy machine slows both.

use std::time::{Duration, Instant};

use maillage_domain::commons::Charter;
use maillage_infra::ambient::Clock;
use maillage_infra::commons::{self, Page};
use maillage_infra::error::StoreError;
use maillage_infra::identity::{DirectoryFilter, directory_entries};
use maillage_infra::store::Store;

use crate::Failure;
use crate::flags::Flags;
use crate::world::{Caller, World};

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub enum Question {
    List,
    Own,
    ThroughGroup,
    Rare,
    Frequent,
    Directory,
}

impl Question {
    pub const ALL: [Self; 6] = [
        Self::List,
        Self::Own,
        Self::ThroughGroup,
        Self::Rare,
        Self::Frequent,
        Self::Directory,
    ];

    pub fn title(self) -> &'static str {
        match self {
            Self::List => "list of 20",
            Self::Own => "read by id, own",
            Self::ThroughGroup => "read by id, group",
            Self::Rare => "search, rare word",
            Self::Frequent => "search, word of all",
            Self::Directory => "directory, by name",
        }
    }

    /// Asks once; how many rows came back.
    pub async fn ask(self, store: &Store, caller: &Caller) -> Result<usize, StoreError> {
        let bearer = &caller.bearer;
        let by_id = async |id| {
            let one = store.read(bearer, async |db| {
                commons::resource::<Charter>(db, id).await
            });
            one.await.map(|_| 1)
        };
        let search = async |text| {
            let found = store.read(bearer, async |db| {
                commons::search(db, text, None, None, 20).await
            });
            found.await.map(|(_, hits)| hits.len())
        };
        match self {
            Self::List => {
                let page = Page {
                    limit: 20,
                    ..Page::default()
                };
                let listed = store.read(bearer, async |db| {
                    commons::newest::<Charter>(db, &page).await
                });
                listed.await.map(|(_, rows)| rows.len())
            }
            Self::Own => by_id(caller.own).await,
            Self::ThroughGroup => by_id(caller.through_group).await,
            Self::Rare => search("sobriété").await,
            Self::Frequent => search("charte").await,
            Self::Directory => {
                let filter = DirectoryFilter {
                    text: Some("saint martin".to_owned()),
                    limit: 20,
                    ..DirectoryFilter::default()
                };
                let found = store.read_public(async |db| directory_entries(db, &filter).await);
                found.await.map(|rows| rows.len())
            }
        }
    }
}

/// What the calls to one database took and gave.
#[derive(Default)]
struct Taken {
    times: Vec<Duration>,
    rows: usize,
}

impl Taken {
    async fn call(
        &mut self,
        question: Question,
        store: &Store,
        caller: &Caller,
    ) -> Result<(), Failure> {
        let started = Instant::now();
        let rows = question.ask(store, caller).await?;
        self.times.push(started.elapsed());
        self.rows += rows;
        Ok(())
    }

    fn quantile(&mut self, part: f64) -> f64 {
        self.times.sort_unstable();
        let at = (self.times.len() as f64 * part) as usize;
        self.times
            .get(at)
            .map_or(f64::NAN, |time| time.as_secs_f64() * 1e6)
    }

    fn rows(&self) -> f64 {
        self.rows as f64 / self.times.len() as f64
    }
}

/// Asks everything of both, and prints what it took.
pub async fn compare(flags: &Flags, small: &World, big: &World) -> Result<(), Failure> {
    // One connection each: what is measured is one call, not how many fit beside one another.
    let stores = (
        Store::new(&small.app_url, 1, Clock::default())?,
        Store::new(&big.app_url, 1, Clock::default())?,
    );
    println!(
        "\n{} calls each, turn by turn, {} callers against {}; medians in µs, as the caller waits.\n",
        flags.calls,
        small.callers.len(),
        big.callers.len()
    );
    println!(
        "| question | {} tenants, {} resources | rows | {} tenants, {} resources | rows | p99 | ratio |",
        small.sizes.tenants, small.sizes.resources, big.sizes.tenants, big.sizes.resources
    );
    println!("|---|---|---|---|---|---|---|");
    let warm_up = flags.calls / 10;
    for question in Question::ALL {
        let (mut few, mut many) = (Taken::default(), Taken::default());
        let mut turns = small.callers.iter().cycle().zip(big.callers.iter().cycle());
        for turn in 0..flags.calls + warm_up {
            let Some((here, there)) = turns.next() else {
                return Err("nobody to ask".into());
            };
            if turn == warm_up {
                (few, many) = (Taken::default(), Taken::default());
            }
            // Who is second may find the processor warmer.
            if turn % 2 == 0 {
                few.call(question, &stores.0, here).await?;
                many.call(question, &stores.1, there).await?;
            } else {
                many.call(question, &stores.1, there).await?;
                few.call(question, &stores.0, here).await?;
            }
        }
        let medians = (few.quantile(0.5), many.quantile(0.5));
        println!(
            "| {} | {:.0} | {:.1} | {:.0} | {:.1} | {:.0} | **{:.2}** |",
            question.title(),
            medians.0,
            few.rows(),
            medians.1,
            many.rows(),
            many.quantile(0.99),
            medians.1 / medians.0
        );
    }
    Ok(())
}
