//! Identity: how directory, tenants, people, memberships, invitations and sessions are kept.

mod collectivities;
mod directory;
pub mod directory_file;
mod invitations;
mod keys;
mod memberships;
mod operators;
mod passwords;
mod recovery;
mod sessions;
mod signing_key;
mod throttle;

pub use collectivities::collectivity_by_siren;
pub(crate) use collectivities::has_others;
pub use directory::{
    DirectoryEntry, DirectoryFilter, directory_entries, directory_entry, load_directory,
};
pub use invitations::{
    Acceptor, find_invitation, invitation_by_secret, invitations, person_for_invitation,
};
pub use keys::{Keys, KeysError, Verified};
pub use memberships::{
    MemberView, OwnMembership, find_membership, member, members, own_memberships, own_person,
};
pub use operators::{OperatorError, create_operator};
pub use passwords::Passwords;
pub use recovery::{RecoveryError, set_password};
pub use sessions::{Account, Refresh, account, find_refresh, find_session, identify, issue};
pub(crate) use throttle::attempt_as;
pub use throttle::{Throttle, attempt, forget};
