//! Operators: who runs the platform. Only the owner of the database appoints them.
//!
//! No request can do this: the role that serves may not write the table, so that nobody makes
//! themselves an operator through the API.

use diesel::sql_types::{Text, Uuid as SqlUuid};
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use maillage_domain::event::Fact;
use maillage_domain::value::{EmailAddress, Line, PersonId};
use uuid::Uuid;

use crate::ambient::{self, Clock};
use crate::error::StoreError;
use crate::sql::query;
use crate::store::Db;
use crate::trail;

/// Why nobody was appointed.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    /// The database cannot be reached.
    #[error("base de données injoignable : {0}")]
    Unreachable(#[from] diesel::ConnectionError),
    /// The statement failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

query! {
    /// Person, secret and appointment in one statement.
    Appoint {
        id: Uuid as SqlUuid,
        email: String as Text,
        name: String as Text,
        password_hash: String as Text,
    } -> (SqlUuid,)
    "with person as ( \
        insert into persons (id, email, name, created_at) values (?, ?, ?, now()) \
        on conflict (email) do update set name = persons.name returning id), \
     secret as ( \
        insert into credentials (person_id, password_hash, changed_at) \
        select id, ?, now() from person \
        on conflict (person_id) do update \
            set password_hash = excluded.password_hash, changed_at = excluded.changed_at), \
     appointment as ( \
        insert into operators (person_id) select id from person on conflict do nothing) \
     select id from person"
}

/// Makes the person behind `email` an operator, with a new account if they have none.
///
/// Calling it again appoints nobody twice, and is told all the same: the password given is theirs from then on, whether the
/// account is new or not: for an operator who has lost it, this is the way back in.
///
/// # Errors
/// When the database stands in the way, or its owner is bound by row-level security.
pub async fn create_operator(
    owner_url: &str,
    email: &EmailAddress,
    name: &Line<200>,
    password_hash: &str,
) -> Result<PersonId, OperatorError> {
    let conn = AsyncPgConnection::establish(owner_url).await?;
    let db = Db::of_owner(&conn);
    // An owner whom the policies bind gets a clear error instead of a row that vanishes.
    db.batch("begin; set local row_security = off").await?;
    let appoint = Appoint {
        id: ambient::id(),
        email: email.to_string(),
        name: name.as_str().to_owned(),
        password_hash: password_hash.to_owned(),
    };
    let appointed: Option<(Uuid,)> = db.row(appoint).await?;
    let (id,) = appointed.ok_or(StoreError::Missing)?;
    let person = PersonId(id);
    let fact = Fact::OperatorAppointed { person };
    trail::record_of_owner(db, Uuid::nil(), Clock::default().now(), &fact).await?;
    db.batch("commit").await?;
    Ok(person)
}
