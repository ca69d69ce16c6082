//! The tests of identity: log-in, sessions, tokens, members.

mod directory;
mod invitations;
mod memberships;
mod people;
mod registration;
mod reoffers;
mod tokens;
mod tokens_claims;
mod tokens_forge;
mod tokens_form;
mod tokens_refresh;
mod tokens_throttle;
