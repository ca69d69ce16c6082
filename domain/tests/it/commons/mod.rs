//! The commons: bodies and their limits, versions, lineage, grants.

mod amendment;
mod body;
mod compare;
mod deviation;
mod document;
pub mod fixture;
mod imposed;
mod inclusion;
mod kind;
mod limits;
mod lineage;
mod markdown;
mod merge;
mod protocol;
mod reread;
mod resource;
mod share;
mod tree;
mod upstream;
mod variable;
mod version;
