//! Storage errors, and the one place where constraint names get a meaning.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// Why the store could not do as told.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Nothing there that this caller may see.
    #[error("nothing visible")]
    Missing,
    /// Session or membership does not hold at this moment.
    #[error("not entered")]
    NotEntered,
    /// A uniqueness rule stands in the way.
    #[error("conflict: {0:?}")]
    Conflict(Constraint),
    /// The database cannot be reached, is too slow or too busy. Trying again later may help.
    #[error("unavailable")]
    Unavailable,
    /// The connection was lost at COMMIT: nobody knows whether the change was kept.
    #[error("outcome unknown")]
    Unknown,
    /// What was read does not parse, or a statement is wrong: a bug, never the caller's fault.
    #[error("corrupt: {0}")]
    Corrupt(String),
}

/// A uniqueness rule that callers can run into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constraint {
    /// The collectivity has joined already.
    CollectivityJoined,
    /// The body is in the directory already.
    DirectoryEntryExists,
    /// The person has an active membership already.
    AlreadyMember,
    /// An invitation to that address stands already.
    AlreadyInvited,
    /// The resource is granted to that audience already.
    AlreadyShared,
    /// The token was presented before.
    TokenSpent,
    /// Another writer was faster.
    Concurrent,
}

impl Constraint {
    fn named(name: Option<&str>) -> Self {
        match name {
            Some("collectivities_siren_key") => Self::CollectivityJoined,
            Some("directory_entries_siren_key" | "directory_entries_pkey") => {
                Self::DirectoryEntryExists
            }
            Some("membership_unique") => Self::AlreadyMember,
            Some("invitation_unique") => Self::AlreadyInvited,
            Some("shares_pkey") => Self::AlreadyShared,
            Some("token_spent") => Self::TokenSpent,
            _ => Self::Concurrent,
        }
    }
}

impl StoreError {
    /// What was kept cannot be read back.
    pub fn corrupt(what: impl std::fmt::Display) -> Self {
        Self::Corrupt(what.to_string())
    }
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        use DatabaseErrorKind as Kind;
        match error {
            DieselError::NotFound => Self::Missing,
            DieselError::DatabaseError(Kind::UniqueViolation, info) => {
                Self::Conflict(Constraint::named(info.constraint_name()))
            }
            DieselError::DatabaseError(Kind::SerializationFailure, _) => {
                Self::Conflict(Constraint::Concurrent)
            }
            DieselError::DatabaseError(Kind::UnableToSendCommand | Kind::ClosedConnection, _)
            | DieselError::BrokenTransactionManager => Self::Unavailable,
            DieselError::DatabaseError(_, info) => match info.message() {
                "not entered" => Self::NotEntered,
                // Time-outs, deadlocks and shutdowns have no kind of their own in Diesel.
                message
                    if message.starts_with("canceling statement")
                        || message.starts_with("deadlock detected")
                        || message.starts_with("terminating connection")
                        || message.starts_with("the database system is") =>
                {
                    Self::Unavailable
                }
                message => Self::corrupt(message),
            },
            error => Self::corrupt(error),
        }
    }
}
