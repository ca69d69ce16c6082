//! Evaluation: trials, effects, doubts, reduction, pooling, what is said of it, and what may be released.

mod answer;
mod diagnostics;
mod disclosure;
mod doubt;
mod effect;
mod extremes;
mod golden;
mod insight;
mod laws;
mod reduction;
mod result;
mod samples;
mod sentence;
mod trial;
mod trial_ends;
