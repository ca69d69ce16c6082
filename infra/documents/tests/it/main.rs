//! Documents out and in, each read back by a reader of its format.

mod make;
mod support;
