//! Events: facts are given their order, and read in that order by whom they concern.
//!
//! `relay` moves what was committed from the outbox into the feed; it runs in every server process,
//! in one at a time, and no write ever waits for it. `events_after` reads the feed as the tenant
//! that was entered, whichever door it came through. `news_after` tells who has something to read.

mod feed;
mod relay;

pub use feed::{WINDOW, audiences, events_after, feed_head};
pub use relay::{BATCH, News, Relayed, news_after, relay};
