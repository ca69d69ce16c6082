//! The commons over HTTP: what holds for charters is asked of templates too; experiments have tests
//! of their own.

mod adaptations;
mod amendments;
mod bad_input;
mod comparison;
mod concurrency;
mod describe;
mod deviations;
mod documents;
mod experiments;
mod imports;
mod inbox;
mod inclusions;
mod lifecycle;
mod lists;
mod pages;
mod schemas;
mod search;
mod shares;
mod upstream;
mod versions;
