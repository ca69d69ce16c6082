//! Sessions and refresh tokens. Tokens are kept as digests; the session is their family.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Binary, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use maillage_domain::identity::{Opened, REFRESH_LIFETIME, Session};
use maillage_domain::value::{CollectivityId, Digest, EmailAddress, PersonId, SessionId};
use uuid::Uuid;

use crate::ambient::{Secret, SecretKind};
use crate::error::StoreError;
use crate::schema::{refresh_tokens as tokens, sessions as table};
use crate::sql::query;
use crate::store::{Keep, Tx};

/// An account as log-in needs it.
#[derive(Clone, Debug, Queryable)]
pub struct Account {
    /// Whose it is.
    #[diesel(deserialize_as = Uuid)]
    pub person: Uuid,
    /// Argon2id, in PHC form.
    pub password_hash: String,
    /// Whether the person runs the platform.
    pub operator: bool,
}

query! {
    FindAccount { email: String as Text } -> (SqlUuid, Text, Bool)
    "select p.id, c.password_hash, exists (select from operators o where o.person_id = p.id) \
     from persons p join credentials c on c.person_id = p.id where p.email = ?"
}

query! {
    /// A refresh token with its session, both locked.
    FindRefresh { digest: Vec<u8> as Binary } -> (
        (SqlUuid, SqlUuid, Nullable<SqlUuid>, Timestamptz, Nullable<Timestamptz>),
        Timestamptz, Nullable<Timestamptz>, Nullable<Binary>,
    )
    "select s.id, s.person_id, s.tenant_id, s.opened_at, s.closed_at, \
        t.expires_at, t.spent_at, t.successor \
     from refresh_tokens t join sessions s on s.id = t.session_id \
     where t.digest = ? for update of t, s"
}

query! {
    Waits { digest: Vec<u8> as Binary } -> (Bool,)
    "select spent_at is null from refresh_tokens where digest = ?"
}

/// The columns of a session.
#[derive(Queryable)]
struct SessionRow {
    id: Uuid,
    person_id: Uuid,
    tenant_id: Option<Uuid>,
    opened_at: DateTime<Utc>,
    closed_at: Option<DateTime<Utc>>,
}

impl SessionRow {
    fn read(self) -> Session {
        Session {
            id: SessionId(self.id),
            person: PersonId(self.person_id),
            collectivity: self.tenant_id.map(CollectivityId),
            opened_at: self.opened_at,
            closed_at: self.closed_at,
        }
    }
}

/// A presented refresh token and the session it belongs to.
#[derive(Clone, Debug)]
pub struct Refresh {
    /// The session.
    pub session: Session,
    /// When the token lapses.
    pub expires_at: DateTime<Utc>,
    /// When it was spent.
    pub spent_at: Option<DateTime<Utc>>,
    /// Whether the token that replaced it waits to be presented; no for a token without successor.
    pub successor_waits: bool,
}

/// The account behind an address, if any.
///
/// # Errors
/// When the database stands in the way.
pub async fn account(tx: &Tx, email: &EmailAddress) -> Result<Option<Account>, StoreError> {
    tx.db()
        .row(FindAccount {
            email: email.to_string(),
        })
        .await
}

/// Says who logs in, so that the audit record names them.
///
/// # Errors
/// When the database stands in the way.
pub async fn identify(tx: &mut Tx, person: PersonId) -> Result<(), StoreError> {
    tx.identify(person).await
}

/// The presented token with its session, locked until the end of the transaction.
///
/// # Errors
/// When the database stands in the way.
pub async fn find_refresh(tx: &mut Tx, digest: Digest) -> Result<Option<Refresh>, StoreError> {
    type Row = (
        SessionRow,
        DateTime<Utc>,
        Option<DateTime<Utc>>,
        Option<Vec<u8>>,
    );
    let find = FindRefresh {
        digest: digest.as_bytes().to_vec(),
    };
    let found: Option<Row> = tx.db().row(find).await?;
    let Some((session, expires_at, spent_at, successor)) = found else {
        return Ok(None);
    };
    let successor_waits = match successor {
        Some(digest) => {
            let waits: Option<(bool,)> = tx.db().row(Waits { digest }).await?;
            waits.is_some_and(|(waits,)| waits)
        }
        None => false,
    };
    let session = session.read();
    tx.identify(session.person).await?;
    Ok(Some(Refresh {
        session,
        expires_at,
        spent_at,
        successor_waits,
    }))
}

/// Issues the first refresh token of a session, or the successor of one that is spent now.
///
/// One token of a session lives at any moment: the presented one, or the successor that was never
/// used. It is spent here without a successor of its own, so it is forgiven no more.
///
/// # Errors
/// When the database stands in the way.
pub async fn issue(
    tx: &Tx,
    session: SessionId,
    replaces: Option<Digest>,
) -> Result<Secret, StoreError> {
    let (secret, now) = (Secret::draw(SecretKind::Refresh)?, tx.now());
    let digest = secret.digest().as_bytes().to_vec();
    if let Some(old) = replaces {
        let unspent = tokens::table
            .filter(tokens::session_id.eq(session.0))
            .filter(tokens::spent_at.is_null());
        tx.db()
            .run_one(diesel::update(unspent).set(tokens::spent_at.eq(now)))
            .await?;
        let chain = diesel::update(tokens::table.find(old.as_bytes().to_vec()))
            .set(tokens::successor.eq(digest.clone()));
        tx.db().run_one(chain).await?;
    }
    let insert = diesel::insert_into(tokens::table).values((
        tokens::digest.eq(digest),
        tokens::session_id.eq(session.0),
        tokens::issued_at.eq(now),
        tokens::expires_at.eq(now + REFRESH_LIFETIME),
    ));
    tx.db().run(insert).await?;
    Ok(secret)
}

/// The caller's own session.
///
/// # Errors
/// `Missing` when it is gone.
pub async fn find_session(tx: &Tx, id: SessionId) -> Result<Session, StoreError> {
    let found: Option<SessionRow> = tx.db().row(table::table.find(id.0)).await?;
    Ok(found.ok_or(StoreError::Missing)?.read())
}

impl Keep for Opened {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let session = &self.0;
        let insert = diesel::insert_into(table::table).values((
            table::id.eq(session.id.0),
            table::person_id.eq(session.person.0),
            table::tenant_id.eq(session.collectivity.map(|tenant| tenant.0)),
            table::opened_at.eq(session.opened_at),
            table::closed_at.eq(session.closed_at),
        ));
        tx.db().run_one(insert).await
    }

    fn tenant(&self) -> Option<CollectivityId> {
        self.0.collectivity
    }
}

impl Keep for Session {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let tenant = self.collectivity.map(|tenant| tenant.0);
        let changes = (
            table::tenant_id.eq(tenant),
            table::opened_at.eq(self.opened_at),
            table::closed_at.eq(self.closed_at),
        );
        let update = diesel::update(table::table.find(self.id.0)).set(changes);
        tx.db().run_one(update).await
    }

    fn tenant(&self) -> Option<CollectivityId> {
        self.collectivity
    }
}
