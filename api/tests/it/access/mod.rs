//! Who gets what from every operation, and that nobody gets anything else.
//!
//! Everything here is driven by the OpenAPI document: an operation that has no recipe in `recipes`
//! fails `coverage`, and from its recipe follow its line of `matrix.txt`, its probes with foreign ids
//! and with fields that are not the caller's to write.
//!
//! To add an operation: write how to ask it (`recipes`), read its new line in `matrix.txt.new`, then
//! rename that file to `matrix.txt`.

mod ask;
mod borrowed;
mod cast;
mod coverage;
mod gate;
mod interference;
mod isolation;
mod named;
mod operations;
mod properties;
mod recipes;
mod revocation;
mod schema;
mod stage;
mod texts;
mod totals;
mod windows;
