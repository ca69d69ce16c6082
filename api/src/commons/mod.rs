//! The commons: what charters, templates and every other kind have in common over HTTP.
//!
//! The handlers here are written once, generic over the kind; `kinds` gives each kind its addresses.

pub mod adaptations;
pub mod amendments;
pub mod bodies;
pub mod bulk;
pub mod catalogues;
pub mod comments;
pub mod comparison;
pub mod deviations;
pub mod documents;
pub mod drafts;
pub mod imports;
pub mod inbox;
pub mod inclusions;
pub mod kinds;
pub mod lineage;
pub mod publications;
pub mod resources;
pub mod search;
pub mod settlements;
pub mod shares;
pub mod upstream;
pub mod versions;
pub mod views;
