//! The commons over HTTP: what holds for charters is asked of templates too.

mod adaptations;
mod describe;
mod lifecycle;
mod shares;
mod versions;
