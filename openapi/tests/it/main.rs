//! The tests that keep the contract true, and those that keep every file in order.
#![cfg(test)]

mod compatible;
mod complete;
mod contract;
mod fresh;
mod tidy;
