//! Memberships: who works for the tenant, and for which tenants a person works.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text, Timestamptz, Uuid as SqlUuid};
use maillage_domain::access::{Role, Roles};
use maillage_domain::identity::{Membership, MembershipState};
use maillage_domain::value::{CollectivityId, MembershipId, PersonId};
use uuid::Uuid;

use crate::error::StoreError;
use crate::schema::memberships as table;
use crate::sql::query;
use crate::store::{Db, Keep, Tx};

/// A membership with the person it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberView {
    /// The membership.
    pub membership: Membership,
    /// The person's name.
    pub name: String,
    /// The person's address.
    pub email: String,
}

/// A membership as its own person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnMembership {
    /// Where.
    pub collectivity: CollectivityId,
    /// Its SIREN.
    pub siren: String,
    /// Its name.
    pub name: String,
    /// As what.
    pub roles: Roles,
    /// Since when.
    pub since: DateTime<Utc>,
}

query! {
    /// Members of the caller's collectivity, newest first.
    Members { before: Uuid as SqlUuid, limit: i64 as BigInt } -> (
        SqlUuid, SqlUuid, SqlUuid, Array<Text>, Text, BigInt, Timestamptz, Text, Text,
    )
    "select m.tenant_id, m.id, m.person_id, m.roles, m.state, m.revision, m.since, p.name, p.email \
     from memberships m join persons p on p.id = m.person_id \
     where m.tenant_id = (select ctx_tenant()) and m.id < ? order by m.id desc limit ?"
}

query! {
    /// One member of the caller's collectivity.
    Member { id: Uuid as SqlUuid } -> (
        SqlUuid, SqlUuid, SqlUuid, Array<Text>, Text, BigInt, Timestamptz, Text, Text,
    )
    "select m.tenant_id, m.id, m.person_id, m.roles, m.state, m.revision, m.since, p.name, p.email \
     from memberships m join persons p on p.id = m.person_id \
     where m.tenant_id = (select ctx_tenant()) and m.id = ?"
}

query! {
    /// Locks one membership.
    Lock { id: Uuid as SqlUuid } -> (SqlUuid,)
    "select id from memberships where tenant_id = (select ctx_tenant()) and id = ? for update"
}

query! {
    /// Locks the administrators of the tenant and counts those besides one. The one is left out of
    /// the count only: PostgreSQL would not lock what a condition excludes.
    OtherAdministrators { id: Uuid as SqlUuid } -> (BigInt,)
    "select count(*) filter (where id <> ?) from (select id from memberships \
        where tenant_id = (select ctx_tenant()) and state = 'active' \
            and 'administrator' = any (roles) order by id for update) as locked"
}

type Row = (
    Uuid,
    Uuid,
    Uuid,
    Vec<String>,
    String,
    i64,
    DateTime<Utc>,
    String,
    String,
);

pub(super) fn read_roles(roles: &[String]) -> Result<Roles, StoreError> {
    roles
        .iter()
        .map(|role| role.parse::<Role>())
        .collect::<Result<_, _>>()
        .map_err(StoreError::corrupt)
}

fn read(row: Row) -> Result<MemberView, StoreError> {
    let (tenant, id, person, roles, state, revision, since, name, email) = row;
    let state = match state.as_str() {
        "active" => MembershipState::Active,
        _ => MembershipState::Revoked,
    };
    let membership = Membership {
        id: MembershipId(id),
        person: PersonId(person),
        collectivity: CollectivityId(tenant),
        roles: read_roles(&roles)?,
        state,
        revision,
        since,
    };
    Ok(MemberView {
        membership,
        name,
        email,
    })
}

/// Members of the caller's collectivity, newest first.
///
/// # Errors
/// When the database stands in the way.
pub async fn members(
    db: Db<'_>,
    before: Option<MembershipId>,
    limit: i64,
) -> Result<Vec<MemberView>, StoreError> {
    let before = before.map_or(Uuid::max(), |id| id.0);
    let rows: Vec<Row> = db.list(Members { before, limit }).await?;
    rows.into_iter().map(read).collect()
}

/// One member of the caller's collectivity.
///
/// # Errors
/// `Missing` when there is none.
pub async fn member(db: Db<'_>, id: MembershipId) -> Result<MemberView, StoreError> {
    let found: Option<Row> = db.row(Member { id: id.0 }).await?;
    read(found.ok_or(StoreError::Missing)?)
}

/// The same for a change: locked, with the number of other administrators.
///
/// # Errors
/// `Missing` when there is none.
pub async fn find_membership(tx: &Tx, id: MembershipId) -> Result<(MemberView, u32), StoreError> {
    // Administrators first, in one order: two who revoke each other must not both succeed.
    let others: Option<(i64,)> = tx.db().row(OtherAdministrators { id: id.0 }).await?;
    let _locked: Option<(Uuid,)> = tx.db().row(Lock { id: id.0 }).await?;
    let others = others.map_or(0, |(count,)| u32::try_from(count).unwrap_or(u32::MAX));
    Ok((member(tx.db(), id).await?, others))
}

query! {
    /// Name and address of the caller.
    Person { id: Uuid as SqlUuid } -> (Text, Text)
    "select name, email from persons where id = ?"
}

query! {
    /// The collectivités somebody works for now, with the roles held there, oldest first.
    OwnMemberships { person: Uuid as SqlUuid } -> (SqlUuid, Text, Text, Array<Text>, Timestamptz)
    "select c.id, c.siren, c.name, m.roles, m.since from memberships m \
     join collectivities c on c.id = m.tenant_id \
     where m.person_id = ? and m.state = 'active' order by m.since, m.id"
}

/// Name and address of the caller.
///
/// # Errors
/// `Missing` when the account is gone.
pub async fn own_person(db: Db<'_>, id: PersonId) -> Result<(String, String), StoreError> {
    db.row(Person { id: id.0 })
        .await?
        .ok_or(StoreError::Missing)
}

/// For whom `person` works now, oldest first. The policies show all of it at the door of log-in and
/// to the person themselves; of anyone else's, what is of the collectivity acted for.
///
/// # Errors
/// When the database stands in the way.
pub async fn own_memberships(
    db: Db<'_>,
    person: PersonId,
) -> Result<Vec<OwnMembership>, StoreError> {
    type Row = (Uuid, String, String, Vec<String>, DateTime<Utc>);
    let rows: Vec<Row> = db.rows(OwnMemberships { person: person.0 }).await?;
    let read = |(id, siren, name, roles, since): Row| {
        Ok(OwnMembership {
            collectivity: CollectivityId(id),
            siren,
            name,
            roles: read_roles(&roles)?,
            since,
        })
    };
    rows.into_iter().map(read).collect()
}

/// The state of a membership, as the database writes it.
fn state(state: MembershipState) -> &'static str {
    match state {
        MembershipState::Active => "active",
        MembershipState::Revoked => "revoked",
    }
}

/// Whether anyone has ever joined `tenant`.
pub(super) async fn has_any(db: Db<'_>, tenant: CollectivityId) -> Result<bool, StoreError> {
    let members = table::table.filter(table::tenant_id.eq(tenant.0));
    let found: Option<Uuid> = db.row(members.select(table::id).limit(1)).await?;
    Ok(found.is_some())
}

/// Adds a new membership, as part of an acceptance.
pub(super) async fn insert(membership: &Membership, tx: &Tx) -> Result<(), StoreError> {
    let insert = diesel::insert_into(table::table).values((
        table::tenant_id.eq(membership.collectivity.0),
        table::id.eq(membership.id.0),
        table::person_id.eq(membership.person.0),
        table::roles.eq(membership.roles.slugs()),
        table::state.eq(state(membership.state)),
        table::revision.eq(membership.revision),
        table::since.eq(membership.since),
    ));
    tx.db().run(insert).await.map(|_| ())
}

impl Keep for Membership {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let update = diesel::update(table::table.find((self.collectivity.0, self.id.0))).set((
            table::roles.eq(self.roles.slugs()),
            table::state.eq(state(self.state)),
            table::revision.eq(self.revision),
        ));
        tx.db().run_one(update).await
    }
}
