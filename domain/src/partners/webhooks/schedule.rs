//! When a delivery is tried again, and what an answer means.

use chrono::{DateTime, TimeDelta, Utc};

/// The waits before each attempt, the first at once. After the last there is none.
pub const SCHEDULE: [TimeDelta; 10] = [
    TimeDelta::zero(),
    TimeDelta::seconds(5),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(5),
    TimeDelta::hours(10),
    TimeDelta::hours(14),
    TimeDelta::hours(20),
    TimeDelta::hours(24),
];

/// When to try again after `failed` attempts, if at all: the wait that is due, and up to a fifth of
/// it more, so that receivers that fell ill together are not all visited together.
///
/// `jitter` is drawn by the caller: 0 adds nothing, `u16::MAX` the most.
pub fn next_attempt(failed: usize, jitter: u16, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let wait = SCHEDULE.get(failed)?;
    let more = wait.num_milliseconds() / 5 * i64::from(jitter) / i64::from(u16::MAX);
    Some(now + *wait + TimeDelta::milliseconds(more))
}

/// What an attempt means for its delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was received.
    Delivered,
    /// It was not; redirects are failures too.
    Failed,
    /// The receiver wants nothing any more.
    Gone,
}

impl Verdict {
    /// What this status means, or no answer at all.
    pub fn of(status: Option<u16>) -> Self {
        match status {
            Some(200..=299) => Self::Delivered,
            Some(410) => Self::Gone,
            _ => Self::Failed,
        }
    }
}
