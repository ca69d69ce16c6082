//! Groups: form one, describe it, who takes part, and their use cases.

pub mod group;
pub mod participants;
pub mod use_cases;
pub mod values;
