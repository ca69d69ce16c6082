//! Documents out and in, each read back by a reader of its format.

mod hostile;
mod import;
mod office;
mod pdf;
mod round;
mod shown;
mod support;
