//! Identity: the directory, memberships, invitations, passwords, sessions.

mod collectivity;
mod directory;
mod invitation;
mod membership;
mod password;
mod session;
