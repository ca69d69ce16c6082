//! Sessions: how long tokens live, and what redeeming a refresh token means.

use chrono::{DateTime, TimeDelta, Utc};

use crate::event::Fact;
use crate::outcome::Outcome;
use crate::value::{CollectivityId, PersonId, SessionId};

/// How long an access token is good for. Rights are read live all the same.
pub const ACCESS_LIFETIME: TimeDelta = TimeDelta::minutes(10);
/// How long a session lasts without being refreshed.
pub const REFRESH_LIFETIME: TimeDelta = TimeDelta::days(14);
/// How long a spent refresh token may be presented again, because the answer may have been lost.
pub const REFRESH_GRACE: TimeDelta = TimeDelta::seconds(30);

/// What redeeming a refresh token leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redemption {
    /// It is fresh: spend it, issue its successor.
    Rotate,
    /// It was spent a moment ago and its successor still waits: the answer was lost.
    Reissue,
    /// It was spent before: somebody else has it too. Close the whole session.
    Reuse,
    /// It has lapsed.
    Lapsed,
}

/// Judges a refresh token (RFC 9700 §4.14.2: rotation with reuse detection).
///
/// `successor_waits` says that the token was replaced by one that nobody has presented. A token
/// spent without successor was itself the answer that got lost: whoever presents it beside the one
/// that took its place is a second holder, however short the moment.
pub fn redeem(
    expires_at: DateTime<Utc>,
    spent_at: Option<DateTime<Utc>>,
    successor_waits: bool,
    now: DateTime<Utc>,
) -> Redemption {
    match spent_at {
        _ if now >= expires_at => Redemption::Lapsed,
        None => Redemption::Rotate,
        Some(spent_at) if successor_waits && now - spent_at <= REFRESH_GRACE => Redemption::Reissue,
        Some(_) => Redemption::Reuse,
    }
}

/// A log-in, bound to one membership, or to none for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id: the refresh family too.
    pub id: SessionId,
    /// Who logged in.
    pub person: PersonId,
    /// For which collectivity they act.
    pub collectivity: Option<CollectivityId>,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
}

/// A session that has just begun.
#[derive(Clone, Debug)]
pub struct Opened(pub Session);

impl Session {
    /// Opens a session for someone who has proven who they are, so no policy is asked.
    pub fn open(
        id: SessionId,
        person: PersonId,
        collectivity: Option<CollectivityId>,
        now: DateTime<Utc>,
    ) -> Outcome<Opened> {
        let session = Self {
            id,
            person,
            collectivity,
            opened_at: now,
            closed_at: None,
        };
        Outcome::new(Opened(session), Fact::SessionOpened { session: id })
    }

    /// Whether a membership that began at `since` is one this session stands for: a session ends
    /// with its membership, even if the person is invited again.
    pub fn stands_for(&self, since: DateTime<Utc>) -> bool {
        since <= self.opened_at
    }

    /// Moves the session to another collectivity of the same person.
    pub fn switch(self, collectivity: CollectivityId, now: DateTime<Utc>) -> Outcome<Self> {
        let fact = Fact::SessionOpened { session: self.id };
        Outcome::new(
            Self {
                collectivity: Some(collectivity),
                opened_at: now,
                ..self
            },
            fact,
        )
    }

    /// Closes it: its tokens stop working with the next request.
    pub fn close(self, now: DateTime<Utc>) -> Outcome<Self> {
        let fact = Fact::SessionClosed { session: self.id };
        Outcome::new(
            Self {
                closed_at: Some(now),
                ..self
            },
            fact,
        )
    }

    /// Closes it because a spent refresh token came back: somebody else has it.
    pub fn shut(self, now: DateTime<Utc>) -> Outcome<Self> {
        let fact = Fact::ReuseDetected { session: self.id };
        Outcome::new(
            Self {
                closed_at: Some(now),
                ..self
            },
            fact,
        )
    }
}
