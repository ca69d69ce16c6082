//! What experiments show.

mod disclosure;
