//! Groups: how groups and participations are kept, seen from one collectivity.

mod read;
mod write;

pub use read::{
    Counts, Fellow, Suggestion, find_group, find_participation, group, groups, lock_participation,
    own_participation, participants, suggestions,
};
