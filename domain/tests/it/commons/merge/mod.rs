//! Merging: its laws on generated histories, and what it makes of particular ones.

mod cases;
pub mod edits;
mod laws;
mod long;
