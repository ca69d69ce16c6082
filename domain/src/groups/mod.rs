//! Groups: several collectivités working together, and each one's participation.

mod group;
mod participation;

pub use group::{Founded, Group, GroupCharter};
pub use participation::{Participation, ParticipationError, ParticipationState};
