//! Streams: who holds one open, what wakes them, and the relay that gives them news.
//!
//! A stream waits without a connection to the database. One task of the process relays what was
//! committed, then looks whose heads moved, by whichever process, and wakes the streams of those.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::rt;
use maillage_infra::error::StoreError;
use maillage_infra::partners::events::{News, news_after, relay};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use uuid::Uuid;

use crate::state::State;

/// How often committed facts are relayed.
const TURN: Duration = Duration::from_millis(200);
/// How long the relay rests when the database is away.
const REST: Duration = Duration::from_secs(2);
/// Streams that one caller holds open in one process at most.
pub const PER_CALLER: usize = 4;
/// Streams that all callers hold open in one process at most.
pub const PER_PROCESS: usize = 2_000;

/// The streams of this process.
#[derive(Clone)]
pub struct Streams {
    shared: Arc<Inner>,
}

struct Inner {
    lifetime: Duration,
    /// How far each audience was told.
    heads: Mutex<HashMap<Uuid, i64>>,
    head: watch::Sender<i64>,
    stopping: watch::Sender<bool>,
    /// How many streams each caller holds.
    seats: Mutex<HashMap<Uuid, usize>>,
}

/// A place among the streams, given back when it is dropped.
pub struct Seat {
    streams: Streams,
    caller: Uuid,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Streams {
    /// No stream yet; each lasts so long at most.
    pub fn new(lifetime: Duration) -> Self {
        Self {
            shared: Arc::new(Inner {
                lifetime,
                heads: Mutex::default(),
                head: watch::Sender::new(0),
                stopping: watch::Sender::new(false),
                seats: Mutex::default(),
            }),
        }
    }

    /// How long a stream lasts at most.
    pub fn lifetime(&self) -> Duration {
        self.shared.lifetime
    }

    /// A place for one more stream of `caller`; none while there are as many as there may be.
    pub fn sit(&self, caller: Uuid) -> Option<Seat> {
        let mut seats = held(&self.shared.seats);
        if seats.values().sum::<usize>() >= PER_PROCESS {
            return None;
        }
        let own = seats.entry(caller).or_default();
        if *own >= PER_CALLER {
            return None;
        }
        *own += 1;
        Some(Seat {
            streams: self.clone(),
            caller,
        })
    }

    /// What tells that somebody has news.
    pub fn news(&self) -> watch::Receiver<i64> {
        self.shared.head.subscribe()
    }

    /// What tells that the process is about to end.
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.shared.stopping.subscribe()
    }

    /// Whether one of `audiences` was told something beyond `position`.
    pub fn has_news(&self, audiences: &[Uuid], position: i64) -> bool {
        let heads = held(&self.shared.heads);
        let mut heads = audiences.iter().filter_map(|audience| heads.get(audience));
        heads.any(|head| *head > position)
    }

    fn tell(&self, news: News) {
        held(&self.shared.heads).extend(news.audiences);
        self.shared.head.send_replace(news.head);
    }

    fn stop(&self) {
        self.shared.stopping.send_replace(true);
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = held(&self.streams.shared.seats);
        let left = seats
            .get(&self.caller)
            .map_or(0, |own| own.saturating_sub(1));
        match left {
            0 => seats.remove(&self.caller),
            left => seats.insert(self.caller, left),
        };
    }
}

/// Relays everything there is to relay, then tells the streams beyond which position there is news.
async fn turn(state: &State, head: i64) -> Result<i64, StoreError> {
    while relay(&state.store).await?.more {}
    let news = news_after(&state.store, head).await?;
    let after = news.head;
    if after > head {
        state.streams.tell(news);
    }
    Ok(after)
}

/// Relays events for as long as the process runs, and ends the streams when it is told to stop: the
/// server waits for them otherwise.
pub fn run(state: State) {
    let streams = state.streams.clone();
    rt::spawn(async move {
        let mut head = 0;
        loop {
            let rest = match turn(&state, head).await {
                Ok(after) => {
                    head = after;
                    TURN
                }
                Err(error) => {
                    tracing::warn!(%error, "could not relay events");
                    REST
                }
            };
            rt::time::sleep(rest).await;
        }
    });
    for kind in [
        SignalKind::terminate(),
        SignalKind::interrupt(),
        SignalKind::quit(),
    ] {
        let streams = streams.clone();
        let Ok(mut told) = signal(kind) else {
            tracing::warn!("cannot watch for signals: streams end when the server gives them up");
            continue;
        };
        rt::spawn(async move {
            if told.recv().await.is_some() {
                streams.stop();
            }
        });
    }
}
