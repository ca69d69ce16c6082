//! The commons over HTTP: what holds for charters is asked of templates too.

mod describe;
mod lifecycle;
mod versions;
