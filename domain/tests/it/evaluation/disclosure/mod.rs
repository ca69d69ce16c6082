//! Disclosure: the rules one by one, and an attack that knows none of them.

mod attack;
mod rules;
