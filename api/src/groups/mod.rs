//! Groups: form one, describe it, and who takes part.

pub mod group;
pub mod participants;
pub mod values;
