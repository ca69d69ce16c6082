//! Groups: form one, describe it, and who takes part.

pub mod groups;
pub mod participants;
pub mod values;
