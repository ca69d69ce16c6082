//! Evaluation: trials, and what they show together.

mod trial;
