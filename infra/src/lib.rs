//! How it is kept and sent: PostgreSQL, Redis, the private cluster.
#![doc = include_str!("../README.md")]

pub mod ambient;
pub mod commons;
pub mod demo;
pub mod embedded;
pub mod error;
pub mod evaluation;
pub mod groups;
pub mod health;
pub mod identity;
mod locks;
pub mod migrate;
pub mod outbound;
pub mod partners;
mod schema;
pub mod shared;
mod sql;
pub mod store;
#[cfg(feature = "testing")]
pub mod testing;
pub mod trail;
pub mod turns;
