//! How Maillage is asked: HTTP, and the command line.
#![doc = include_str!("../README.md")]

pub mod cli;
pub mod commons;
pub mod ctx;
pub mod document;
pub mod evaluation;
pub mod groups;
pub mod health;
pub mod http;
pub mod identity;
pub mod pages;
pub mod partners;
pub mod routes;
pub mod server;
pub mod settings;
pub mod state;
pub mod trail;
