//! Identity: directory, collectivities, sessions, invitations, memberships, `me`.

pub mod collectivities;
pub mod directory;
pub mod invitations;
pub mod me;
pub mod memberships;
pub mod sessions;
pub mod values;
