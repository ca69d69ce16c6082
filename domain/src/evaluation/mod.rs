//! Evaluation: what experiments show, alone and together.

pub mod disclosure;
