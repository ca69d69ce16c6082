//! Evaluation: how trials, their journals and their results are kept, and what the network shows.

mod network;
mod releases;
mod results;
mod trials;

pub use network::{
    NetworkResult, NetworkResults, OWN_RESULTS, SHOWN_RESULTS, Topic, network_results, topics,
};
pub use releases::{ReleasedCell, history, make_batches};
pub use results::{result, results};
pub use trials::{journal, trial, trial_for_update};
