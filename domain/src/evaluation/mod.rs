//! What experiments show, alone and together: effects from figures, pooled with honest uncertainty.

mod distribution;
mod doubt;
mod effect;

pub use doubt::{Doubt, doubts};
pub use effect::{Count, Effect, EffectError, Figures, Group, Measure, effect};
