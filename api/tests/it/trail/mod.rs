//! The trail over HTTP: what every write leaves behind, and whether it can be trusted.

mod amendments;
mod chain;
mod departures;
mod evaluation;
mod experiments;
mod facts;
mod groups;
mod imports;
mod inclusions;
mod ledger;
mod partners;
mod refusals;
