//! What experiments show, alone and together: effects from figures, pooled with honest uncertainty.

mod distribution;
mod doubt;
mod effect;
mod result;
pub mod trial;

pub use doubt::{Doubt, doubts};
pub use effect::{Count, Effect, EffectError, Figures, Group, Measure, effect};
pub use result::{
    Evidence, Origin, Recorded, Report, ResultError, ResultShared, Sharing, TrialResult,
    comparison_key,
};
