//! What experiments show, alone and together: effects from figures, pooled with honest uncertainty.

mod answer;
mod distribution;
mod doubt;
mod effect;
pub mod pool;
pub mod sentence;

pub use answer::{Answer, Subgroup, Subgroups, answer, subgroups};
pub use doubt::{Doubt, doubts};
pub use effect::{Count, Effect, EffectError, Figures, Group, Measure, effect};
