//! Groups: how groups and participations are kept, seen from one collectivity.

mod read;
mod use_cases;
mod write;

pub use read::{
    Counts, Fellow, Suggestion, find_group, find_participation, group, groups, lock_participation,
    own_participation, participants, suggestions,
};
pub(crate) use use_cases::use_case_name;
pub use use_cases::{group_use_cases, own_use_cases};
