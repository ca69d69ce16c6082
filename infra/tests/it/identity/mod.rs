//! Identity: who joins, who logs in, who is held up.

mod directory;
mod invitations;
mod keys;
mod memberships;
mod recovery;
mod sessions;
mod throttle;
