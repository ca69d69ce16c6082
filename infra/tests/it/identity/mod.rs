//! Identity: who joins, who logs in, who is held up.

mod directory;
mod invitations;
mod keys;
mod memberships;
mod sessions;
mod throttle;
