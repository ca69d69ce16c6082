//! Evaluation: effects, doubts, pooling, and what is said of it.

mod answer;
mod diagnostics;
mod doubt;
mod effect;
mod extremes;
mod golden;
mod laws;
mod samples;
mod sentence;
