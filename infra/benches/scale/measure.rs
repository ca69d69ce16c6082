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

/// A slow question is asked less often.
const LONGEST: Duration = Duration::from_secs(30);

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

/// Calls to one database, by some callers in turn.
struct Series<'w> {
    order: usize,
    store: &'w Store,
    callers: &'w [Caller],
    times: Vec<Duration>,
    rows: usize,
    calls: usize,
}

impl<'w> Series<'w> {
    fn new(order: usize, store: &'w Store, callers: &'w [Caller]) -> Self {
        Self {
            order,
            store,
            callers,
            times: Vec::new(),
            rows: 0,
            calls: 0,
        }
    }

    async fn call(&mut self, question: Question, turn: usize) -> Result<(), Failure> {
        let caller = self.callers.get(turn % self.callers.len().max(1));
        let caller = caller.ok_or("nobody to ask")?;
        let started = Instant::now();
        self.rows += question.ask(self.store, caller).await?;
        self.times.push(started.elapsed());
        self.calls += 1;
        Ok(())
    }

    fn median(&mut self) -> f64 {
        self.times.sort_unstable();
        let middle = self.times.get(self.times.len() / 2);
        middle.map_or(f64::NAN, |time| time.as_secs_f64() * 1e6)
    }

    fn rows(&self) -> f64 {
        self.rows as f64 / self.calls as f64
    }
}

/// Asks everything of both, and prints what it took.
///
/// The big database is asked twice: by as many people as the small one has, whose rows stay in the
/// caches of the processor, and by many, whose rows do not. The first shows what the database
/// does, the second what memory adds to it.
pub async fn compare(flags: &Flags, small: &World, big: &World) -> Result<(), Failure> {
    // One connection each: what is measured is one call, not how many fit beside one another.
    let here = Store::new(&small.app_url, 1, Clock::default())?;
    let there = Store::new(&big.app_url, 1, Clock::default())?;
    let few = small.callers.len();
    println!(
        "\n{} calls each or {LONGEST:?}, turn by turn; medians in µs, as the caller waits.\n",
        flags.calls
    );
    println!(
        "| question | {} tenants, {} resources | {} tenants, {} resources; {few} callers | ratio \
         | {} callers | ratio | rows |",
        small.sizes.tenants,
        small.sizes.resources,
        big.sizes.tenants,
        big.sizes.resources,
        big.callers.len()
    );
    println!("|---|---|---|---|---|---|---|");
    let warm_up = flags.calls / 10;
    for question in Question::ALL {
        let mut series = [
            Series::new(0, &here, &small.callers),
            Series::new(1, &there, big.callers.get(..few).unwrap_or(&big.callers)),
            Series::new(2, &there, &big.callers),
        ];
        let begun = Instant::now();
        for turn in 0..flags.calls + warm_up {
            if begun.elapsed() > LONGEST {
                break;
            }
            if turn == warm_up {
                series.iter_mut().for_each(|it| it.times.clear());
            }
            // Who follows whom changes: the second may find the processor warmer.
            series.rotate_left(1);
            for one in &mut series {
                one.call(question, turn).await?;
            }
        }
        series.sort_by_key(|it| it.order);
        let [small, hot, cold] = series.each_mut().map(Series::median);
        let rows = series.each_ref().map(|it| format!("{:.1}", it.rows()));
        println!(
            "| {} | {small:.0} | {hot:.0} | **{:.2}** | {cold:.0} | **{:.2}** | {} |",
            question.title(),
            hot / small,
            cold / small,
            rows.join(" / ")
        );
    }
    Ok(())
}
