//! The kinds over HTTP: each has the same addresses, written once.
//!
//! A kind is one file here: its marker type, the name of its tag, and its operation ids. What every
//! kind has stands in `every.rs`, what only kinds made of clauses have in `clausal.rs`, so that what
//! holds for charters holds for every kind.

pub mod charters;
mod clausal;
mod every;
pub mod experiments;
pub mod templates;

use clausal::clausal_routes;
use every::kind_routes;
