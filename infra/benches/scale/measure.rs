//! The same questions to both databases, turn by turn, so that a busy machine slows both.

use std::time::{Duration, Instant};

use maillage_domain::commons::Charter;
use maillage_infra::ambient::Clock;
use maillage_infra::commons::{self, Page};
use maillage_infra::error::StoreError;
use maillage_infra::identity::{DirectoryFilter, directory_entries};
use maillage_infra::partners::events::events_after;
use maillage_infra::store::Store;

use crate::Failure;
use crate::backend::Backend;
use crate::flags::Flags;
use crate::world::{Caller, Sizes, World};

/// A slow question is asked less often.
const LONGEST: Duration = Duration::from_secs(20);

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub enum Question {
    List,
    Own,
    ThroughGroup,
    Rare,
    Frequent,
    Directory,
    Inbox,
    Feed,
    FeedIdle,
}

impl Question {
    pub const ALL: [Self; 9] = [
        Self::List,
        Self::Own,
        Self::ThroughGroup,
        Self::Rare,
        Self::Frequent,
        Self::Directory,
        Self::Inbox,
        Self::Feed,
        Self::FeedIdle,
    ];

    pub fn title(self) -> &'static str {
        match self {
            Self::List => "list of 20",
            Self::Own => "read by id, own",
            Self::ThroughGroup => "read by id, group",
            Self::Rare => "search, rare word",
            Self::Frequent => "search, word of all",
            Self::Directory => "directory, by name",
            Self::Inbox => "inbox",
            Self::Feed => "feed, from its start",
            Self::FeedIdle => "feed, nothing new",
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
        let feed = async |after| {
            let told = store.read(bearer, async |db| events_after(db, after, 20).await);
            told.await.map(|(_, told)| told.len())
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
            Self::Inbox => {
                let entries =
                    store.read(bearer, async |db| commons::inbox(db, None, None, 20).await);
                entries.await.map(|(_, rows)| rows.len())
            }
            Self::Feed => feed(0).await,
            Self::FeedIdle => feed(i64::MAX).await,
        }
    }
}

/// Calls to one database, by its callers in turn.
struct Series<'w> {
    world: &'w World,
    store: Store,
    backend: Backend,
    times: Vec<Duration>,
    rows: usize,
    spent: Duration,
}

impl<'w> Series<'w> {
    /// One connection: what is measured is one call, not how many fit beside one another.
    async fn new(world: &'w World) -> Result<Self, Failure> {
        let store = Store::new(&world.app_url, 1, Clock::default())?;
        let caller = world.callers.first().ok_or("nobody to ask")?;
        Question::Own.ask(&store, caller).await?;
        Ok(Self {
            backend: Backend::newest(world).await?,
            world,
            store,
            times: Vec::new(),
            rows: 0,
            spent: Duration::ZERO,
        })
    }

    fn begin(&mut self) {
        self.times.clear();
        self.rows = 0;
        self.spent = self.backend.cpu();
    }

    async fn call(&mut self, question: Question, turn: usize) -> Result<(), Failure> {
        let caller = turn % self.world.callers.len();
        let caller = self.world.callers.get(caller).ok_or("nobody to ask")?;
        let started = Instant::now();
        self.rows += question.ask(&self.store, caller).await?;
        self.times.push(started.elapsed());
        Ok(())
    }

    /// Median wait, and what the database computed for a call, in µs; rows of a call.
    fn result(&mut self) -> (f64, f64, f64) {
        self.times.sort_unstable();
        let calls = self.times.len();
        let median = self.times.get(calls / 2).copied().unwrap_or_default();
        let cpu = self.backend.cpu().saturating_sub(self.spent);
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        let calls = calls as f64;
        (
            micros(median),
            micros(cpu) / calls,
            self.rows as f64 / calls,
        )
    }
}

/// Asks everything of both, and prints what it took.
pub async fn compare(flags: &Flags, small: &World, big: &World) -> Result<(), Failure> {
    let mut small = Series::new(small).await?;
    let mut big = Series::new(big).await?;
    println!(
        "\n{} calls each or {LONGEST:?}, turn by turn, by {} and {} callers. The median of what a \
         caller waits, and the processor time of the database per call, in µs.\n",
        flags.calls,
        small.world.callers.len(),
        big.world.callers.len()
    );
    let title = |sizes: &Sizes| {
        let Sizes {
            tenants, resources, ..
        } = sizes;
        format!("{tenants} tenants, {resources} resources: wait, CPU, rows")
    };
    println!(
        "| question | {} | {} | ratio of waits | of CPU |",
        title(&small.world.sizes),
        title(&big.world.sizes)
    );
    println!("|---|---|---|---|---|");
    let warm_up = (flags.calls / 10).min(100);
    for question in Question::ALL {
        let mut begun = Instant::now();
        for turn in 0..flags.calls + warm_up {
            if turn == warm_up {
                small.begin();
                big.begin();
                begun = Instant::now();
            }
            if turn > warm_up && begun.elapsed() > LONGEST {
                break;
            }
            // Who comes second may find the processor warmer.
            if turn % 2 == 0 {
                small.call(question, turn).await?;
                big.call(question, turn).await?;
            } else {
                big.call(question, turn).await?;
                small.call(question, turn).await?;
            }
        }
        let (here, there) = (small.result(), big.result());
        println!(
            "| {} | {:.0}, {:.0}, {:.1} | {:.0}, {:.0}, {:.1} | **{:.2}** | **{:.2}** |",
            question.title(),
            here.0,
            here.1,
            here.2,
            there.0,
            there.1,
            there.2,
            there.0 / here.0,
            there.1 / here.1
        );
    }
    Ok(())
}
