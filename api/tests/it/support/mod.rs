//! What every test speaks: an application that listens, and actors who ask it things.

mod actor;
mod app;
mod bodies;
mod raw;
mod shelf;
mod world;

pub use actor::{Actor, Response};
pub use app::App;
pub use bodies::{charter, clause, template};
pub use shelf::Shelf;
pub use world::World;
