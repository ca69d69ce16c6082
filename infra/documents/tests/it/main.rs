//! Documents out and in, each read back by a reader of its format.

mod support;
mod make;
