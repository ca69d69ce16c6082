//! An independent check: the same data sets through metafor (Viechtbauer 2010), to 1e-6.
//!
//! `cargo test` alone leaves it out, for it needs R (Debian: `r-cran-metafor`). `.ci/run` asks for
//! it by name: `cargo test -p maillage-domain --test metafor`.

#[cfg(test)]
mod compare;
#[cfg(test)]
mod data;
