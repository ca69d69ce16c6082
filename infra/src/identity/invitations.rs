//! Invitations: kept with the digest of their secret only.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use maillage_domain::identity::{Accepted, Invitation, Invitee, Reoffered};
use maillage_domain::value::{CollectivityId, Digest, InvitationId, PersonId};
use uuid::Uuid;

use crate::error::{Constraint, StoreError};
use crate::identity::memberships::{self, read_roles};
use crate::schema::{credentials, invitations as table, persons};
use crate::store::{Db, Keep, Tx};

#[derive(Queryable)]
struct Row {
    tenant_id: Uuid,
    id: Uuid,
    email: String,
    name: String,
    roles: Vec<String>,
    secret: Vec<u8>,
    offered_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    settled_at: Option<DateTime<Utc>>,
}

fn read(row: Row) -> Result<Invitation, StoreError> {
    Ok(Invitation {
        id: InvitationId(row.id),
        collectivity: CollectivityId(row.tenant_id),
        invitee: Invitee {
            email: row.email.parse().map_err(StoreError::corrupt)?,
            name: row.name.try_into().map_err(StoreError::corrupt)?,
            roles: read_roles(&row.roles)?,
        },
        secret: Digest::from_bytes(&row.secret).map_err(StoreError::corrupt)?,
        offered_at: row.offered_at,
        expires_at: row.expires_at,
        settled_at: row.settled_at,
    })
}

/// The offers of the caller's collectivity that nobody has accepted or revoked, newest first.
///
/// # Errors
/// When the database stands in the way.
pub async fn invitations(
    db: Db<'_>,
    tenant: CollectivityId,
    before: Option<InvitationId>,
    limit: i64,
) -> Result<Vec<Invitation>, StoreError> {
    let query = table::table
        .filter(table::tenant_id.eq(tenant.0))
        .filter(table::settled_at.is_null())
        .filter(table::id.lt(before.map_or(Uuid::max(), |id| id.0)))
        .order(table::id.desc())
        .limit(limit);
    let rows: Vec<Row> = db.list(query).await?;
    rows.into_iter().map(read).collect()
}

/// An offer of `tenant`, locked until the end of the transaction.
///
/// # Errors
/// `Missing` when there is none.
pub async fn find_invitation(
    tx: &Tx,
    tenant: CollectivityId,
    id: InvitationId,
) -> Result<Invitation, StoreError> {
    let query = table::table.find((tenant.0, id.0)).for_update();
    read(tx.db().row(query).await?.ok_or(StoreError::Missing)?)
}

/// The offer that a presented secret opens, locked until the end of the transaction.
///
/// # Errors
/// `Missing` when it opens none.
pub async fn invitation_by_secret(tx: &Tx, secret: Digest) -> Result<Invitation, StoreError> {
    let query = table::table
        .filter(table::secret.eq(secret.as_bytes().to_vec()))
        .for_update();
    read(tx.db().row(query).await?.ok_or(StoreError::Missing)?)
}

/// Who accepts an invitation, as far as that is proven.
///
/// The secret proves that its bearer was sent the invitation, not that they own the address: who
/// invites may name anyone. An account is therefore joined only by who knows its password.
#[derive(Clone, Debug)]
pub enum Acceptor {
    /// The address has no account yet.
    New {
        /// The id the account gets.
        id: PersonId,
        /// Argon2id of the password they chose, in PHC form.
        password_hash: String,
    },
    /// The address has this account, and they have proven its password.
    Known(PersonId),
}

/// The account that accepts `invitation`, made if it is a new one.
///
/// # Errors
/// `Concurrent` when the address got an account meanwhile, `Missing` when the account is another's.
pub async fn person_for_invitation(
    tx: &mut Tx,
    invitation: &Invitation,
    acceptor: Acceptor,
) -> Result<PersonId, StoreError> {
    let email = invitation.invitee.email.to_string();
    let person = match acceptor {
        Acceptor::New { id, password_hash } => {
            let insert = diesel::insert_into(persons::table).values((
                persons::id.eq(id.0),
                persons::email.eq(email),
                persons::name.eq(invitation.invitee.name.as_str().to_owned()),
                persons::created_at.eq(tx.now()),
            ));
            tx.db().run(insert).await?;
            let insert = diesel::insert_into(credentials::table).values((
                credentials::person_id.eq(id.0),
                credentials::password_hash.eq(password_hash),
                credentials::changed_at.eq(tx.now()),
            ));
            tx.db().run(insert).await?;
            id
        }
        Acceptor::Known(id) => {
            let own = persons::table
                .filter(persons::id.eq(id.0))
                .filter(persons::email.eq(email));
            let found: Option<Uuid> = tx.db().row(own.select(persons::id)).await?;
            PersonId(found.ok_or(StoreError::Missing)?)
        }
    };
    tx.identify(person).await?;
    Ok(person)
}

impl Keep for Invitation {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        if self.settled_at.is_some() {
            return settle(self, tx).await;
        }
        // An offer that has lapsed makes room for a new one; one that stands does not.
        let lapsed = table::table
            .filter(table::tenant_id.eq(self.collectivity.0))
            .filter(table::email.eq(self.invitee.email.to_string()))
            .filter(table::settled_at.is_null())
            .filter(table::expires_at.le(self.offered_at));
        let settle = diesel::update(lapsed).set(table::settled_at.eq(self.offered_at));
        tx.db().run(settle).await?;
        let insert = diesel::insert_into(table::table).values((
            table::tenant_id.eq(self.collectivity.0),
            table::id.eq(self.id.0),
            table::email.eq(self.invitee.email.to_string()),
            table::name.eq(self.invitee.name.as_str().to_owned()),
            table::roles.eq(self.invitee.roles.slugs()),
            table::secret.eq(self.secret.as_bytes().to_vec()),
            table::offered_at.eq(self.offered_at),
            table::expires_at.eq(self.expires_at),
            table::settled_at.eq(self.settled_at),
        ));
        tx.db().run_one(insert).await
    }
}

/// Writes that an offer is settled, once: who accepts it and who revokes it do not both succeed.
async fn settle(invitation: &Invitation, tx: &Tx) -> Result<(), StoreError> {
    let open = table::table
        .find((invitation.collectivity.0, invitation.id.0))
        .filter(table::settled_at.is_null());
    let update = diesel::update(open).set(table::settled_at.eq(invitation.settled_at));
    tx.db().run_one(update).await
}

impl Keep for Reoffered {
    /// Refused as soon as anyone has joined: from then on it is the collectivity that invites.
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let invitation = &self.0;
        let tenant = invitation.collectivity.0;
        // The offers that are locked next do not do: who waits for one of them does not see what has
        // taken its place.
        tx.db().alone(format!("offering {tenant} anew")).await?;
        let open = table::table
            .filter(table::tenant_id.eq(tenant))
            .filter(table::settled_at.is_null());
        let settle = diesel::update(open).set(table::settled_at.eq(invitation.offered_at));
        tx.db().run(settle).await?;
        // Asked after the offers are locked: who accepts one at this moment comes first or too late.
        if memberships::has_any(tx.db(), invitation.collectivity).await? {
            return Err(StoreError::Conflict(Constraint::CollectivityJoined));
        }
        invitation.keep(tx).await
    }

    fn tenant(&self) -> Option<CollectivityId> {
        Some(self.0.collectivity)
    }
}

impl Keep for Accepted {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        settle(&self.invitation, tx).await?;
        memberships::insert(&self.membership, tx).await
    }

    fn tenant(&self) -> Option<CollectivityId> {
        Some(self.membership.collectivity)
    }
}
