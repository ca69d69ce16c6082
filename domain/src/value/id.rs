//! Identifiers: UUIDv7 behind one type per thing, so that they cannot be swapped.
//!
//! They are made by the entropy of `infra`; this crate only carries them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// A tenant: one public body that has joined.
    CollectivityId,
    /// A human being, whatever the number of collectivities they work for.
    PersonId,
    /// The link between a person and a collectivity, which carries the roles.
    MembershipId,
    /// An offer of membership, not yet accepted.
    InvitationId,
    /// A log-in and all the tokens that descend from it (the refresh family).
    SessionId,
    /// Several collectivités working together.
    GroupId,
    /// A charter, a template or another kind kept in the commons.
    ResourceId,
    /// A grant of a resource to an audience.
    ShareId,
    /// A change proposed to a source by who adapted it.
    AmendmentId,
    /// Something said of an amendment.
    CommentId,
    /// What a trial reports of one indicator.
    ResultId,
    /// Software of a partner, acting for one collectivity.
    ClientId,
    /// A secret of such software.
    SecretId,
    /// Where a collectivity is told what happened.
    WebhookId,
    /// A message to such a place, with all attempts.
    DeliveryId,
    /// A piece of work that takes longer than a request.
    JobId,
    /// A fact that happened once.
    EventId,
}

/// The stable name of a clause within a body: `^[a-z][a-z0-9-]{0,63}$`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClauseId(String);

/// The text does not follow the form of a clause id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("clause_id_format")]
pub struct ClauseIdError;

impl ClauseId {
    /// Characters of an id.
    pub const MAX: usize = 64;

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ClauseId {
    type Err = ClauseIdError;

    fn from_str(text: &str) -> Result<Self, ClauseIdError> {
        let mut bytes = text.bytes();
        let starts_well = bytes.next().is_some_and(|first| first.is_ascii_lowercase());
        let goes_well =
            bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if starts_well && goes_well && text.len() <= Self::MAX {
            Ok(Self(text.to_owned()))
        } else {
            Err(ClauseIdError)
        }
    }
}

impl TryFrom<String> for ClauseId {
    type Error = ClauseIdError;

    fn try_from(text: String) -> Result<Self, ClauseIdError> {
        text.parse()
    }
}

impl From<ClauseId> for String {
    fn from(id: ClauseId) -> Self {
        id.0
    }
}

impl fmt::Display for ClauseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
