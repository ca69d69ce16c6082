//! States of a trial (domain reference §6.3), and which follows which.

use serde::{Deserialize, Serialize};

/// Where a trial stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrialState {
    /// It was thought of.
    Idea,
    /// Its place in the AI Act, the RGPD and the social dialogue was looked into.
    Qualified,
    /// It may begin.
    Authorised,
    /// It is under way.
    Running,
    /// It is held, and may go on.
    Suspended,
    /// It is over.
    Finished,
    /// Its results were put together.
    Evaluated,
    /// What was tried becomes the rule.
    Generalised,
    /// It goes on for longer.
    Prolonged,
    /// It was given up.
    Abandoned,
    /// What came of it was made known.
    Published,
}

impl TrialState {
    /// All of them, in the order of a life.
    pub const ALL: [Self; 11] = [
        Self::Idea,
        Self::Qualified,
        Self::Authorised,
        Self::Running,
        Self::Suspended,
        Self::Finished,
        Self::Evaluated,
        Self::Generalised,
        Self::Prolonged,
        Self::Abandoned,
        Self::Published,
    ];

    /// As the API and the database write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Idea => "idea",
            Self::Qualified => "qualified",
            Self::Authorised => "authorised",
            Self::Running => "running",
            Self::Suspended => "suspended",
            Self::Finished => "finished",
            Self::Evaluated => "evaluated",
            Self::Generalised => "generalised",
            Self::Prolonged => "prolonged",
            Self::Abandoned => "abandoned",
            Self::Published => "published",
        }
    }

    /// Whether a trial may go from here to there. What was looked into may be looked into again, as
    /// long as it has not begun.
    pub const fn leads_to(self, to: Self) -> bool {
        matches!(
            (self, to),
            (
                Self::Idea | Self::Qualified | Self::Authorised,
                Self::Qualified
            ) | (Self::Qualified, Self::Authorised)
                | (
                    Self::Authorised | Self::Suspended | Self::Prolonged,
                    Self::Running
                )
                | (Self::Running, Self::Suspended)
                | (Self::Running | Self::Suspended, Self::Finished)
                | (Self::Finished, Self::Evaluated)
                | (
                    Self::Evaluated,
                    Self::Generalised | Self::Prolonged | Self::Abandoned
                )
                | (
                    Self::Idea
                        | Self::Qualified
                        | Self::Authorised
                        | Self::Running
                        | Self::Suspended
                        // Where nothing could be measured, there is nothing to evaluate.
                        | Self::Finished,
                    Self::Abandoned
                )
                | (
                    Self::Generalised | Self::Prolonged | Self::Abandoned,
                    Self::Published
                )
        )
    }

    /// Whether getting there binds the collectivity.
    pub const fn is_decision(self) -> bool {
        matches!(
            self,
            Self::Authorised
                | Self::Generalised
                | Self::Prolonged
                | Self::Abandoned
                | Self::Published
        )
    }

    /// Whether getting there takes a reason in words.
    pub const fn needs_reason(self) -> bool {
        matches!(
            self,
            Self::Suspended | Self::Generalised | Self::Prolonged | Self::Abandoned
        )
    }

    /// Whether getting there ends what was running, or holds it: a stop criterion may be why.
    pub const fn is_stop(self) -> bool {
        matches!(self, Self::Suspended | Self::Finished | Self::Abandoned)
    }
}
