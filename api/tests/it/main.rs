//! The tests of the HTTP surface: one binary, its tree mirrors the addresses.
#![cfg(test)]

mod access;
mod commons;
mod demo;
mod evaluation;
mod faults;
mod groups;
mod http;
mod identity;
mod partners;
mod readme;
mod support;
mod trail;
