//! Who may do what: the golden table, and the laws that every line of it obeys.

mod abilities;
mod matrix;
mod policy;
mod role;
