//! How it is kept, tested on a real PostgreSQL and a real Redis: one binary, its folders mirror
//! `infra/src`. The wall between tenants has a folder of its own.
#![cfg(test)]

mod commons;
mod demo;
mod fixture;
mod groups;
mod health;
mod identity;
mod library;
mod outbound;
mod partners;
mod schema;
mod shared;
mod store;
mod trail;
mod wall;
