//! The scale benchmark.

fn main() {}
