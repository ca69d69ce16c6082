//! What every test speaks: an application that listens, and actors who ask it things.

mod actor;
mod app;
mod bodies;
mod partner;
mod raw;
mod shelf;
mod world;

pub use actor::{Actor, Response};
pub use app::{App, QUOTAS};
pub use bodies::{charter, clause, experiment};
pub use partner::Partner;
pub use shelf::Shelf;
pub use world::World;
