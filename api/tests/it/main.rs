//! The tests of the HTTP surface: one binary, its tree mirrors the addresses.
#![cfg(test)]

mod access;
mod commons;
mod faults;
mod identity;
mod readme;
mod smoke;
mod support;
