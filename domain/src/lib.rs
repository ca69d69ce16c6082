//! What is true: the rules, without I/O.
#![doc = include_str!("../README.md")]

pub mod access;
pub mod audit;
pub mod commons;
pub mod evaluation;
pub mod event;
pub mod groups;
pub mod identity;
pub mod outcome;
pub mod partners;
pub mod value;
