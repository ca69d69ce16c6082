//! Values: parsed once at the edge, valid ever after.
//!
//! Their errors display as stable slugs (`siren_checksum`), not as sentences: the HTTP layer owns
//! the one table that turns a slug into French or English.

mod digest;
mod email;
mod id;
mod siren;
mod text;
mod violation;

pub use digest::Digest;
pub use email::{EmailAddress, EmailError};
pub use id::{
    AmendmentId, ClauseId, ClauseIdError, ClientId, CollectivityId, CommentId, DeliveryId, EventId,
    GroupId, InvitationId, JobId, MembershipId, PersonId, ResourceId, ResultId, SecretId,
    SessionId, ShareId, WebhookId,
};
pub use siren::{Siren, SirenError};
pub(crate) use text::has_control;
pub use text::{Line, Prose, TextError};
pub use violation::{Pointer, Violation};
