//! The commons: what is kept and shared. Identity, versions, shares and lineage are written once,
//! for every kind.

mod amendment;
mod body;
mod card;
mod clause;
pub mod compare;
pub mod deviation;
pub mod document;
mod draft;
mod imposed;
mod inclusion;
mod kind;
pub mod limits;
mod lineage;
mod markdown;
pub mod merge;
mod notice;
mod order;
mod proposal;
mod protocol;
mod reread;
mod resource;
mod share;
mod tree;
mod upstream;
mod variable;
mod version;
mod words;

pub use amendment::{
    AcceptedInto, Amended, Amendment, AmendmentError, AmendmentState, Comment, Settlement,
};
pub use body::{Body, CharterBody, Clausal, Outline, TemplateBody, TemplateUse};
pub use card::Card;
pub use clause::{Clause, Lock};
pub use draft::{Draft, Drafted, Workbench};
pub use imposed::{Imposed, Justification, Justified, Reason, Reporting};
pub use inclusion::{Excerpt, Followed, Included, Inclusion, Inclusions, Newest, Slot};
pub use kind::{Charter, Experiment, Kind, KindName, Template, UnknownKind};
pub use lineage::{Adapted, Source};
pub use markdown::{DIALECT, check_links};
pub use notice::{About, Marked, Notice, NoticeKind};
pub use proposal::{Change, Practice, ProposalError, Words, put_in};
pub use protocol::{
    Better, Cost, DataUsed, Design, INDICATORS, Indicator, IndicatorCode, IndicatorCodeError,
    IndicatorEntry, Overseer, Population, ProtocolBody, Sensitivity, StopCriterion, Tool,
    USE_CASES, UseCase, UseCaseError,
};
pub use reread::reread;
pub use resource::{
    Begun, Described, Discarded, Resource, ResourceError, ResourceState, Withdrawn,
};
pub use share::{Audience, Level, Share, ShareError, Shareable, Unshared};
pub use upstream::{Merged, Standing, Upstream, UpstreamError};
pub use variable::{
    BUILT_IN, Value, ValueError, Values, Variable, VariableType, fill, written_date,
};
pub use version::{Head, Published, Version, digest};
