//! Groups: several collectivités working together, and each one's participation.

mod group;
mod participation;
mod use_case;

pub use group::{Founded, Group, GroupCharter};
pub use participation::{Participation, ParticipationError, ParticipationState};
pub use use_case::{CatalogueError, GroupUseCase};
