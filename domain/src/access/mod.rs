//! Who may do what: the actor, the action, the relation between actor and subject, the policy.
//!
//! `authorize` is the only maker of `Permitted`, and transitions are methods of `Permitted`:
//! what has not been authorized cannot change.

mod action;
mod actor;
mod permitted;
mod policy;
mod role;
mod scope;

pub use action::{Action, Verb, act};
pub use actor::{Actor, Member, ServiceAccount};
pub use permitted::{Permitted, Subject, abilities, authorize};
pub use policy::{Refusal, Relation, decide, is_for_people, roles_for};
pub use role::{GroupRole, Role, Roles, UnknownRole};
pub use scope::{Scopes, UnknownScope};
