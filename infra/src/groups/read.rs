//! Reading groups: what the caller's collectivity takes part in, was invited to or is suspended from.

use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use maillage_domain::access::GroupRole;
use maillage_domain::groups::{Group, GroupCharter, Participation, ParticipationState};
use maillage_domain::value::{CollectivityId, GroupId, Siren};
use uuid::Uuid;

use crate::error::StoreError;
use crate::sql::query;
use crate::store::{Db, Tx};

/// A participation with the collectivity it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fellow {
    /// The participation.
    pub participation: Participation,
    /// The collectivity's SIREN.
    pub siren: String,
    /// Its name.
    pub name: String,
}

/// Public bodies of one EPCI that could form a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The SIREN of the EPCI.
    pub epci: String,
    /// Its name.
    pub name: String,
    /// SIREN, name and tenant id of each body of it that has joined, the caller left out.
    pub joined: Vec<(String, String, CollectivityId)>,
    /// How many of its communes have not joined.
    pub not_joined: i64,
}

/// The caller's groups that fit `$condition`; those it has left or declined are not there any more.
macro_rules! own_groups {
    ($condition:literal) => {
        concat!(
            "select g.tenant_id, g.id, g.name, g.purpose, g.revision, g.formed_at, p.role, p.state \
             from participations p join groups g on g.id = p.group_id \
             where p.tenant_id = (select ctx_tenant()) \
                and p.state in ('invited', 'active', 'suspended') and ",
            $condition
        )
    };
}

/// The participations of a group that fit `$condition`, each with the caller's own beside it.
macro_rules! fellows {
    ($condition:literal) => {
        concat!(
            "select p.group_id, p.tenant_id, p.role, p.state, p.revision, p.since, c.siren, c.name, \
                me.role, me.state \
             from participations p join collectivities c on c.id = p.tenant_id \
             left join participations me \
                on me.group_id = p.group_id and me.tenant_id = (select ctx_tenant()) \
             where p.group_id = ? and ",
            $condition
        )
    };
}

query! {
    /// The caller's groups, newest first.
    Groups { before: Uuid as SqlUuid, limit: i64 as BigInt } -> (
        SqlUuid, SqlUuid, Text, Text, BigInt, Timestamptz, Text, Text,
    )
    own_groups!("g.id < ? order by g.id desc limit ?")
}

query! {
    /// One of them.
    OneGroup { id: Uuid as SqlUuid } -> (
        SqlUuid, SqlUuid, Text, Text, BigInt, Timestamptz, Text, Text,
    )
    own_groups!("g.id = ?")
}

query! {
    /// Locks the participations of a group, in one order, so that its changes follow one another.
    Lock { group: Uuid as SqlUuid } -> (SqlUuid,)
    "select tenant_id from participations where group_id = ? order by tenant_id for update"
}

query! {
    /// Participations of a group that the caller may see, in the order of their tenants; nobody is
    /// shown those that have ended or never began.
    Participants { group: Uuid as SqlUuid, after: Uuid as SqlUuid, limit: i64 as BigInt } -> (
        SqlUuid, SqlUuid, Text, Text, BigInt, Timestamptz, Text, Text,
        Nullable<Text>, Nullable<Text>,
    )
    fellows!("p.tenant_id > ? and p.state in ('invited', 'active', 'suspended') \
     order by p.tenant_id limit ?")
}

query! {
    /// One participation. One that has ended, or never began, is between that collectivity and the
    /// coordinators.
    OneParticipant { group: Uuid as SqlUuid, siren: String as Text } -> (
        SqlUuid, SqlUuid, Text, Text, BigInt, Timestamptz, Text, Text,
        Nullable<Text>, Nullable<Text>,
    )
    fellows!("c.siren = ? \
        and (p.state in ('invited', 'active', 'suspended') or p.tenant_id = (select ctx_tenant()) \
            or p.group_id = any ((select ctx_coordinated())::uuid[]))")
}

query! {
    /// How many collectivités besides one coordinate a group now, and how many grants of that one
    /// to the group hold. The grants are locked: none ends by itself between count and departure.
    Count {
        group: Uuid as SqlUuid,
        tenant: Uuid as SqlUuid,
        granting: Uuid as SqlUuid,
        granted: Uuid as SqlUuid,
    } -> (BigInt, BigInt)
    "select (select count(*) from participations where group_id = ? and tenant_id <> ? \
            and state = 'active' and role = 'coordinator'), \
        (select count(*) from (select id from shares where tenant_id = ? and audience_id = ? \
            and (expires_at is null or expires_at > now()) for update) as held)"
}

query! {
    /// The EPCI the caller is or belongs to, and who of it has joined.
    Suggest {} -> (Text, Text, Array<Text>, Array<Text>, Array<SqlUuid>, BigInt)
    "with epci as ( \
        select e.siren, e.name from collectivities me \
        join directory_entries d on d.siren = me.siren \
        join directory_entries e on e.siren = coalesce(d.epci, d.siren) \
        where me.id = (select ctx_tenant()) \
            and e.type in ('cc', 'ca', 'cu', 'metropole', 'metropole_lyon')), \
     bodies as ( \
        select d.siren, d.name from directory_entries d join epci on d.epci = epci.siren \
        union select siren, name from epci) \
     select epci.siren, epci.name, \
        coalesce(array_agg(c.siren order by c.siren) filter (where c.id is not null), '{}'), \
        coalesce(array_agg(c.name order by c.siren) filter (where c.id is not null), '{}'), \
        coalesce(array_agg(c.id order by c.siren) filter (where c.id is not null), '{}'), \
        count(*) filter (where c.id is null and b.siren is distinct from me.siren \
            and b.siren is distinct from epci.siren) \
     from epci cross join bodies b \
     cross join (select siren from collectivities where id = (select ctx_tenant())) me \
     left join collectivities c on c.siren = b.siren and c.siren <> me.siren \
     group by 1, 2"
}

type GroupRow = (
    Uuid,
    Uuid,
    String,
    String,
    i64,
    DateTime<Utc>,
    String,
    String,
);
type FellowRow = (
    Uuid,
    Uuid,
    String,
    String,
    i64,
    DateTime<Utc>,
    String,
    String,
    Option<String>,
    Option<String>,
);

fn read_role(role: &str) -> Result<GroupRole, StoreError> {
    role.parse().map_err(StoreError::corrupt)
}

fn read_state(state: &str) -> Result<ParticipationState, StoreError> {
    serde_json::from_value(state.into()).map_err(StoreError::corrupt)
}

fn read_group(row: GroupRow) -> Result<Group, StoreError> {
    let (founder, id, name, purpose, revision, formed_at, role, state) = row;
    Ok(Group {
        id: GroupId(id),
        founder: CollectivityId(founder),
        charter: GroupCharter {
            name: name.try_into().map_err(StoreError::corrupt)?,
            purpose: purpose.try_into().map_err(StoreError::corrupt)?,
        },
        revision,
        formed_at,
        own: Some((read_role(&role)?, read_state(&state)?)),
    })
}

fn read_fellow(row: FellowRow) -> Result<Fellow, StoreError> {
    let (group, tenant, role, state, revision, since, siren, name, my_role, my_state) = row;
    let viewer = match my_role.zip(my_state) {
        Some((role, state)) => Some((read_role(&role)?, read_state(&state)?)),
        None => None,
    };
    let participation = Participation {
        group: GroupId(group),
        collectivity: CollectivityId(tenant),
        role: read_role(&role)?,
        state: read_state(&state)?,
        revision,
        since,
        viewer,
    };
    Ok(Fellow {
        participation,
        siren,
        name,
    })
}

/// The caller's groups, newest first.
///
/// # Errors
/// When the database stands in the way.
pub async fn groups(
    db: Db<'_>,
    before: Option<GroupId>,
    limit: i64,
) -> Result<Vec<Group>, StoreError> {
    let before = before.map_or(Uuid::max(), |id| id.0);
    let rows: Vec<GroupRow> = db.list(Groups { before, limit }).await?;
    rows.into_iter().map(read_group).collect()
}

/// One of the caller's groups.
///
/// # Errors
/// `Missing` when the caller's collectivity has nothing to do with it.
pub async fn group(db: Db<'_>, id: GroupId) -> Result<Group, StoreError> {
    let found: Option<GroupRow> = db.row(OneGroup { id: id.0 }).await?;
    read_group(found.ok_or(StoreError::Missing)?)
}

/// One of the caller's groups, its changes held up until the end of the transaction.
///
/// # Errors
/// `Missing` when the caller's collectivity has nothing to do with it.
pub async fn find_group(tx: &Tx, id: GroupId) -> Result<Group, StoreError> {
    let _locked: Vec<(Uuid,)> = tx.db().rows(Lock { group: id.0 }).await?;
    group(tx.db(), id).await
}

/// Who takes part in a group, as far as the caller may see.
///
/// # Errors
/// When the database stands in the way.
pub async fn participants(
    db: Db<'_>,
    group: GroupId,
    after: Option<CollectivityId>,
    limit: i64,
) -> Result<Vec<Fellow>, StoreError> {
    let after = after.map_or(Uuid::nil(), |id| id.0);
    let rows: Vec<FellowRow> = db
        .list(Participants {
            group: group.0,
            after,
            limit,
        })
        .await?;
    rows.into_iter().map(read_fellow).collect()
}

/// One participation that the caller may see; its own and, for coordinators, anyone's in any state.
///
/// # Errors
/// `Missing` when there is none.
pub async fn find_participation(
    db: Db<'_>,
    group: GroupId,
    siren: &Siren,
) -> Result<Fellow, StoreError> {
    let one = OneParticipant {
        group: group.0,
        siren: siren.to_string(),
    };
    let found: Option<FellowRow> = db.row(one).await?;
    read_fellow(found.ok_or(StoreError::Missing)?)
}

/// What a change of a participation depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// How many others coordinate the group now.
    pub other_coordinators: u32,
    /// How many grants of the collectivity to the group hold; others' are not known.
    pub grants: u32,
}

/// The same for a change: the group's changes are held up, and what they depend on is counted.
///
/// # Errors
/// `Missing` when there is none.
pub async fn lock_participation(
    tx: &Tx,
    group: GroupId,
    siren: &Siren,
) -> Result<(Fellow, Counts), StoreError> {
    let _locked: Vec<(Uuid,)> = tx.db().rows(Lock { group: group.0 }).await?;
    let fellow = find_participation(tx.db(), group, siren).await?;
    let tenant = fellow.participation.collectivity.0;
    let count = Count {
        group: group.0,
        tenant,
        granting: tenant,
        granted: group.0,
    };
    let counted: Option<(i64, i64)> = tx.db().row(count).await?;
    let (others, grants) = counted.unwrap_or_default();
    let counts = Counts {
        other_coordinators: u32::try_from(others).unwrap_or(u32::MAX),
        grants: u32::try_from(grants).unwrap_or(u32::MAX),
    };
    Ok((fellow, counts))
}

query! {
    /// The caller's own role and state in a group, held as it is until the end of the transaction:
    /// who is leaving must not leave behind a grant made meanwhile.
    OwnParticipation { group: Uuid as SqlUuid } -> (Text, Text)
    "select role, state from participations \
     where tenant_id = (select ctx_tenant()) and group_id = ? for share"
}

/// The caller's own role and state in a group, if it ever had one.
///
/// # Errors
/// When the database stands in the way.
pub async fn own_participation(
    db: Db<'_>,
    group: GroupId,
) -> Result<Option<(GroupRole, ParticipationState)>, StoreError> {
    let found: Option<(String, String)> = db.row(OwnParticipation { group: group.0 }).await?;
    match found {
        Some((role, state)) => Ok(Some((read_role(&role)?, read_state(&state)?))),
        None => Ok(None),
    }
}

/// The EPCI the caller is or belongs to, with its communes, as a group to form.
///
/// # Errors
/// When the database stands in the way.
pub async fn suggestions(db: Db<'_>) -> Result<Vec<Suggestion>, StoreError> {
    type Row = (String, String, Vec<String>, Vec<String>, Vec<Uuid>, i64);
    let rows: Vec<Row> = db.rows(Suggest {}).await?;
    let read = |(epci, name, sirens, names, ids, not_joined): Row| Suggestion {
        epci,
        name,
        joined: sirens
            .into_iter()
            .zip(names)
            .zip(ids)
            .map(|((siren, name), id)| (siren, name, CollectivityId(id)))
            .collect(),
        not_joined,
    };
    Ok(rows.into_iter().map(read).collect())
}
