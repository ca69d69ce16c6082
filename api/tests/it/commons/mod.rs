//! The commons over HTTP: what holds for charters is asked of templates too.

mod adaptations;
mod bad_input;
mod concurrency;
mod describe;
mod deviations;
mod lifecycle;
mod lists;
mod pages;
mod schemas;
mod search;
mod shares;
mod versions;
