//! The commons: how resources, versions, drafts, shares and search are kept, for every kind.

mod list;
mod read;
mod search;
mod shares;
mod write;

pub use list::{Listed, Page, newest};
pub use read::{
    Owner, Seen, VersionCard, count_adaptations, find_for_update, resource, version, versions,
    visible_adaptations, workbench,
};
pub use search::{Hit, MARK_END, MARK_START, search};
pub use shares::{KeptShare, count_shares, find_share, shares};
