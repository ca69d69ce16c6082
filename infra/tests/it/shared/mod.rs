//! Rate limits and cache, with a real Redis that comes and goes.

mod cache;
mod limit;
