//! Passwords that the owner of the database gives: to people who came with an archive, without theirs,
//! and to whoever has lost it. No request can do this.

use diesel::sql_types::{Text, Uuid as SqlUuid};
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use maillage_domain::event::Fact;
use maillage_domain::identity::{Password, PasswordError};
use maillage_domain::value::{EmailAddress, PersonId};
use uuid::Uuid;

use crate::ambient::Clock;
use crate::error::StoreError;
use crate::identity::Passwords;
use crate::sql::query;
use crate::store::Db;
use crate::trail;

/// Why nobody got a password.
#[derive(Debug, thiserror::Error)]
pub enum RecoveryError {
    /// The database cannot be reached.
    #[error("base de données injoignable : {0}")]
    Unreachable(#[from] diesel::ConnectionError),
    /// The statement failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nobody has this address.
    #[error("personne n'a l'adresse {0} dans cette instance")]
    Nobody(EmailAddress),
    /// It is no password for this person.
    #[error(transparent)]
    Password(#[from] PasswordError),
}

query! {
    /// Whose address it is.
    Whose { email: String as Text } -> (SqlUuid, Text)
    "select id, name from persons where email = ?"
}

query! {
    /// Keeps the secret, and ends what was opened with the one before.
    Replace { person: Uuid as SqlUuid, password_hash: String as Text } -> (SqlUuid,)
    "with secret as ( \
        insert into credentials (person_id, password_hash, changed_at) values (?, ?, now()) \
        on conflict (person_id) do update \
            set password_hash = excluded.password_hash, changed_at = excluded.changed_at \
        returning person_id), \
     ended as ( \
        update sessions s set closed_at = now() from secret \
        where s.person_id = secret.person_id and s.closed_at is null) \
     select person_id from secret"
}

/// Gives the person behind `email` this password; their sessions end.
///
/// # Errors
/// See `RecoveryError`.
pub async fn set_password(
    owner_url: &str,
    email: &EmailAddress,
    password: String,
    passwords: &Passwords,
) -> Result<PersonId, RecoveryError> {
    let conn = AsyncPgConnection::establish(owner_url).await?;
    let db = Db::of_owner(&conn);
    db.batch("begin; set local row_security = off").await?;
    let whose = Whose {
        email: email.to_string(),
    };
    let found: Option<(Uuid, String)> = db.row(whose).await?;
    let (id, name) = found.ok_or_else(|| RecoveryError::Nobody(email.clone()))?;
    let password = Password::choose(password, email, &name)?;
    let replace = Replace {
        person: id,
        password_hash: passwords.hash(password.expose().to_owned()).await?,
    };
    let replaced: Option<(Uuid,)> = db.row(replace).await?;
    let person = PersonId(replaced.ok_or(StoreError::Missing)?.0);
    let fact = Fact::PasswordSet { person };
    trail::record_of_owner(db, Uuid::nil(), Clock::default().now(), &fact).await?;
    db.batch("commit").await?;
    Ok(person)
}
