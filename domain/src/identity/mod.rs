//! Identity: public bodies, the people who work for them, memberships, invitations, passwords.

mod collectivity;
mod directory;
mod invitation;
mod membership;
mod password;
mod session;

pub use collectivity::{Collectivity, Platform, Registered, Reoffered};
pub use directory::{BodyType, DirectoryCode, DirectoryCodeError, NewBody, UnknownBodyType, fold};
pub use invitation::{Accepted, Invitation, InvitationError, InvitationSecret, Invitee};
pub use membership::{Membership, MembershipError, MembershipState, Staff};
pub use password::{MAX_PASSWORD, MIN_PASSWORD, Password, PasswordError};
pub use session::{
    ACCESS_LIFETIME, Opened, REFRESH_GRACE, REFRESH_LIFETIME, Redemption, Session, redeem,
};
