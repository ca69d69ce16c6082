//! The wall between tenants: what the database lets through, whatever the server asks.

mod catalogue;
mod context;
mod policies;
mod storm;
