//! Groups: each transition by itself, and all of them in any order.

mod group;
mod history;
mod participation;
mod use_case;

pub use use_case::coordinated;
