//! The commons: who sees what, and how it is kept.

mod lineage;
mod lists;
mod search;
mod visibility;
mod writing;
