//! What every request and answer has in common, whatever it asks for.

mod bodies;
mod connections;
mod edge;
mod headers;
mod health;
mod hostile;
mod idempotency;
mod languages;
mod pages;
mod parameters;
mod problems;
mod quotas;
mod replays;
mod sheets;
mod slugs;
mod storm;
mod totals;
