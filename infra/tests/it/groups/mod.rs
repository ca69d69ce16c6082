//! Groups: how participations change, together and one after the other.

mod fixture;
mod participations;
