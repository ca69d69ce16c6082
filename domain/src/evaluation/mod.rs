//! What experiments show, alone and together: effects from figures, pooled with honest uncertainty.

mod answer;
pub mod disclosure;
mod distribution;
mod doubt;
mod effect;
mod people;
pub mod pool;
mod result;
pub mod sentence;
pub mod trial;
mod wire;

pub use answer::{Answer, Subgroup, Subgroups, answer, subgroups};
pub use doubt::{Doubt, doubts};
pub use effect::{Count, Effect, EffectError, Figures, Group, Measure, effect};
pub use result::{
    Evidence, Origin, Recorded, Report, ResultError, ResultShared, Sharing, TrialResult,
    comparison_key,
};
pub use wire::FiguresError;
