//! What experiments show, alone and together: effects from figures, pooled with honest uncertainty.

mod answer;
mod dimension;
pub mod disclosure;
mod distribution;
mod doubt;
mod effect;
mod figures;
mod left_out;
mod people;
pub mod pool;
mod reduction;
mod result;
pub mod sentence;
pub mod trial;
mod warning;
mod wire;

pub use answer::{Answer, Subgroup, Subgroups, answer, subgroups};
pub use dimension::{Body, Dimension};
pub use doubt::{Doubt, doubts};
pub use effect::{Effect, EffectError, Measure, effect};
pub use figures::{Count, Figures, Group};
pub use left_out::{LEFT_OUT_MOST, Leaving, Without, leaving};
pub use reduction::{Arm, Arms, LARGEST_VALUE, Reduction, Sample};
pub use result::{
    Evidence, Origin, RESPONDENTS, Recorded, Report, ResultError, ResultShared, Sharing,
    TrialResult, comparison_key,
};
pub use warning::{Warning, warnings};
pub use wire::FiguresError;
