//! The commons: how resources, versions, drafts, shares and search are kept, for every kind.

mod amendments;
mod bench;
mod comments;
mod deviations;
mod imprint;
mod inbox;
mod inclusions;
mod list;
mod practice;
mod read;
mod rebuild;
mod search;
mod seen;
mod shares;
mod texts;
mod upstream;
mod versions;
mod write;

pub use amendments::{KeptAmendment, amendment, amendment_for_update, amendments};
pub use comments::{KeptComment, comment, comments, count_comments};
pub use deviations::{Received, ReceivedClause, received_deviations};
pub use imprint::{Imprint, Origin, imprint, origin};
pub use inbox::{inbox, notice};
pub use inclusions::{inclusions, inclusions_for_update};
pub use list::{Listed, Page, newest};
pub use practice::{AmendedTexts, amended, amended_for_update, practice};
pub use read::{count_adaptations, find_for_update, resource, visible_adaptations, workbench};
pub(crate) use rebuild::{Misfit, rebuild};
pub use search::{Hit, MARK_END, MARK_START, search};
pub use seen::{Owner, Seen};
pub use shares::{KeptShare, find_share, shares};
pub use texts::{Texts, Which, texts};
pub use upstream::{upstream, upstream_for_update};
pub use versions::{VersionCard, version, versions};
