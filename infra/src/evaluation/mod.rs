//! Evaluation: how trials, their journals and their results are kept, and what the network shows.

mod network;
mod results;
mod trials;

pub use network::{NetworkResult, Topic, network_results, topics};
pub use results::{result, results};
pub use trials::{journal, trial, trial_for_update};
