//! Reading resources and versions: each in one query, within what the caller may see.
//!
//! Every query carries its own visibility predicate; the row-level policies are the wall behind.

use std::marker::PhantomData;

use chrono::{DateTime, Utc};
use diesel::deserialize::Queryable;
use diesel::sql_types::{
    Array, BigInt, Binary, Integer, Jsonb, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid,
};
use maillage_domain::commons::{
    Card, Draft, Head, Kind, Level, Resource, ResourceState, Source, Version, Workbench,
};
use maillage_domain::value::{CollectivityId, Digest, PersonId, ResourceId};
use uuid::Uuid;

use crate::error::StoreError;
use crate::sql::query;
use crate::store::{Db, Tx};

/// The collectivity that owns a resource, as others see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Its id.
    pub id: CollectivityId,
    /// Its SIREN.
    pub siren: String,
    /// Its name.
    pub name: String,
}

/// A resource with its owner's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen<K> {
    /// The resource.
    pub resource: Resource<K>,
    /// Whose it is.
    pub owner: Owner,
}

/// Columns of a resource as `r`, of its owner as `c`, of the best row that shows it as `s`.
macro_rules! seen_columns {
    () => {
        "r.tenant_id, r.id, r.title, r.summary, r.tags, r.state, r.revision, \
         r.head_number, r.head_digest, r.head_draft_revision, r.head_published_at, \
         r.source_tenant_id, r.source_resource_id, r.source_version, r.source_digest, \
         s.level, s.listed_at, c.siren, c.name"
    };
}
pub(super) use seen_columns;

/// The best row of `shares` that shows resource `r` to the caller.
macro_rules! best_share {
    () => {
        "cross join lateral ( \
            select max(x.level) as level, max(x.listed_at) as listed_at from shares x \
            where x.tenant_id = r.tenant_id and x.resource_id = r.id \
                and x.audience_id = any ((select ctx_audiences())::uuid[]) \
                and x.listed_at is not null \
                and (x.expires_at is null or x.expires_at > now()) \
                and (x.audience_id = (select ctx_tenant()) \
                    or r.tenant_id <> (select ctx_tenant()))) s"
    };
}

/// SQL types of `seen_columns!`.
pub(super) type SeenSql = (
    SqlUuid,
    SqlUuid,
    Text,
    Text,
    Array<Text>,
    Text,
    BigInt,
    Nullable<Integer>,
    Nullable<Binary>,
    Nullable<BigInt>,
    Nullable<Timestamptz>,
    Nullable<SqlUuid>,
    Nullable<SqlUuid>,
    Nullable<Integer>,
    Nullable<Binary>,
    SmallInt,
    Timestamptz,
    Text,
    Text,
);

/// A row of `seen_columns!`.
#[derive(Queryable)]
pub(super) struct SeenRow {
    tenant_id: Uuid,
    id: Uuid,
    title: String,
    summary: String,
    tags: Vec<String>,
    state: String,
    revision: i64,
    head_number: Option<i32>,
    head_digest: Option<Vec<u8>>,
    head_draft_revision: Option<i64>,
    head_published_at: Option<DateTime<Utc>>,
    source_tenant_id: Option<Uuid>,
    source_resource_id: Option<Uuid>,
    source_version: Option<i32>,
    source_digest: Option<Vec<u8>>,
    level: i16,
    listed_at: DateTime<Utc>,
    siren: String,
    name: String,
}

pub(super) fn digest(bytes: &[u8]) -> Result<Digest, StoreError> {
    Digest::from_bytes(bytes).map_err(StoreError::corrupt)
}

fn text<T: TryFrom<String>>(text: String) -> Result<T, StoreError>
where
    T::Error: std::fmt::Display,
{
    text.try_into().map_err(StoreError::corrupt)
}

impl SeenRow {
    fn head(&self) -> Result<Option<Head>, StoreError> {
        let parts = (
            self.head_number,
            &self.head_digest,
            self.head_draft_revision,
            self.head_published_at,
        );
        let (Some(number), Some(bytes), Some(draft_revision), Some(published_at)) = parts else {
            return Ok(None);
        };
        Ok(Some(Head {
            number,
            digest: digest(bytes)?,
            draft_revision,
            published_at,
        }))
    }

    fn source(&self) -> Result<Option<Source>, StoreError> {
        let parts = (
            self.source_tenant_id,
            self.source_resource_id,
            self.source_version,
            &self.source_digest,
        );
        let (Some(tenant), Some(resource), Some(version), Some(bytes)) = parts else {
            return Ok(None);
        };
        let (collectivity, resource) = (CollectivityId(tenant), ResourceId(resource));
        Ok(Some(Source {
            collectivity,
            resource,
            version,
            digest: digest(bytes)?,
        }))
    }

    pub(super) fn seen<K>(self) -> Result<Seen<K>, StoreError> {
        let (head, source) = (self.head()?, self.source()?);
        let tags = self.tags.into_iter().map(text).collect::<Result<_, _>>()?;
        let card = Card {
            title: text(self.title)?,
            summary: text(self.summary)?,
            tags,
        };
        let collectivity = CollectivityId(self.tenant_id);
        let resource = Resource {
            id: ResourceId(self.id),
            collectivity,
            card,
            state: read_state(&self.state)?,
            head,
            revision: self.revision,
            source,
            granted: read_level(self.level),
            updated_at: self.listed_at,
            kind: PhantomData,
        };
        let owner = Owner {
            id: collectivity,
            siren: self.siren,
            name: self.name,
        };
        Ok(Seen { resource, owner })
    }
}

fn read_state(state: &str) -> Result<ResourceState, StoreError> {
    serde_json::from_value(state.into()).map_err(StoreError::corrupt)
}

/// The level of a grant; none is the owner's own row.
pub(super) fn read_level(level: i16) -> Option<Level> {
    match level {
        0 => Some(Level::Read),
        1 => Some(Level::Reuse),
        _ => None,
    }
}

query! {
    /// A resource the caller may see, with the body of its newest version.
    One { id: Uuid as SqlUuid, kind: String as Text } -> (SeenSql, Nullable<Jsonb>)
    concat!(
        "select ", seen_columns!(), ", v.body from resources r \
         join collectivities c on c.id = r.tenant_id ", best_share!(), " \
         left join versions v on v.tenant_id = r.tenant_id and v.resource_id = r.id \
            and v.number = r.head_number \
         where r.id = ? and r.kind = ? and s.level is not null"
    )
}

query! {
    /// A resource with its draft.
    Bench { id: Uuid as SqlUuid, kind: String as Text } -> (
        SeenSql, Nullable<Jsonb>, Nullable<BigInt>, Nullable<Timestamptz>,
    )
    concat!(
        "select ", seen_columns!(), ", d.body, d.revision, d.written_at from resources r \
         join collectivities c on c.id = r.tenant_id ", best_share!(), " \
         left join drafts d on d.tenant_id = r.tenant_id and d.resource_id = r.id \
         where r.id = ? and r.kind = ? and s.level is not null"
    )
}

query! {
    /// Locks a resource of the caller's own; others are only read, so they are not locked.
    Lock { id: Uuid as SqlUuid } -> (SqlUuid,)
    "select id from resources where tenant_id = (select ctx_tenant()) and id = ? for update"
}

query! {
    /// A version of a resource the caller may see; the newest where no number is given.
    OneVersion {
        id: Uuid as SqlUuid,
        kind: String as Text,
        number: Option<i32> as Nullable<Integer>,
    } -> (SeenSql, Integer, Text, Jsonb, Text, Binary, SqlUuid, Timestamptz)
    concat!(
        "select ", seen_columns!(), ", \
            v.number, v.title, v.body, v.note, v.digest, v.published_by, v.published_at \
         from resources r join collectivities c on c.id = r.tenant_id ", best_share!(), " \
         join versions v on v.tenant_id = r.tenant_id and v.resource_id = r.id \
         where r.id = ? and r.kind = ? and v.number = coalesce(?, r.head_number) \
            and s.level is not null"
    )
}

query! {
    /// Versions of a resource without their bodies, newest first.
    Versions {
        id: Uuid as SqlUuid,
        kind: String as Text,
        before: i32 as Integer,
        limit: i64 as BigInt,
    } -> (Integer, Text, Text, Binary, Timestamptz)
    concat!(
        "select v.number, v.title, v.note, v.digest, v.published_at from resources r ",
        best_share!(), " \
         join versions v on v.tenant_id = r.tenant_id and v.resource_id = r.id \
         where r.id = ? and r.kind = ? and v.number < ? and s.level is not null \
         order by v.number desc limit ?"
    )
}

query! {
    /// Adaptations of a resource that the caller may see.
    Adaptations { source: Uuid as SqlUuid, limit: i64 as BigInt } -> (SeenSql,)
    concat!(
        "select ", seen_columns!(), " from resources r \
         join collectivities c on c.id = r.tenant_id ", best_share!(), " \
         where r.source_resource_id = ? and s.level is not null order by r.id desc limit ?"
    )
}

query! {
    /// How many adaptations a resource of the caller has, whoever made them.
    CountAdaptations { id: Uuid as SqlUuid } -> (BigInt,)
    "select count_adaptations(?)"
}

fn body<K: Kind>(json: serde_json::Value) -> Result<K::Body, StoreError> {
    serde_json::from_value(json).map_err(StoreError::corrupt)
}

/// A resource the caller may see, with the body of its newest version.
///
/// # Errors
/// `Missing` when there is none.
pub async fn resource<K: Kind>(
    db: Db<'_>,
    id: ResourceId,
) -> Result<(Seen<K>, Option<K::Body>), StoreError> {
    let one = One {
        id: id.0,
        kind: K::NAME.to_string(),
    };
    let found: Option<(SeenRow, Option<serde_json::Value>)> = db.row(one).await?;
    let (row, json) = found.ok_or(StoreError::Missing)?;
    Ok((row.seen()?, json.map(body::<K>).transpose()?))
}

/// A resource with its draft, as its owner works on it.
///
/// # Errors
/// `Missing` when there is none that the caller may see.
pub async fn workbench<K: Kind>(db: Db<'_>, id: ResourceId) -> Result<Workbench<K>, StoreError> {
    type Row = (
        SeenRow,
        Option<serde_json::Value>,
        Option<i64>,
        Option<DateTime<Utc>>,
    );
    let bench = Bench {
        id: id.0,
        kind: K::NAME.to_string(),
    };
    let found: Option<Row> = db.row(bench).await?;
    let (row, json, revision, written_at) = found.ok_or(StoreError::Missing)?;
    let draft = match (json, revision, written_at) {
        (Some(json), Some(revision), Some(written_at)) => Some(Draft {
            body: body::<K>(json)?,
            revision,
            written_at,
        }),
        _ => None,
    };
    Ok(Workbench {
        resource: row.seen::<K>()?.resource,
        draft,
    })
}

/// The same for a change: a resource of one's own is locked until the end of the transaction.
///
/// # Errors
/// `Missing` when there is none that the caller may see.
pub async fn find_for_update<K: Kind>(tx: &Tx, id: ResourceId) -> Result<Workbench<K>, StoreError> {
    let _locked: Option<(Uuid,)> = tx.db().row(Lock { id: id.0 }).await?;
    workbench(tx.db(), id).await
}

/// A published version, the newest where no number is given, with its resource.
///
/// # Errors
/// `Missing` when there is none that the caller may see.
pub async fn version<K: Kind>(
    db: Db<'_>,
    id: ResourceId,
    number: Option<i32>,
) -> Result<(Seen<K>, Version<K::Body>), StoreError> {
    type Row = (
        SeenRow,
        i32,
        String,
        serde_json::Value,
        String,
        Vec<u8>,
        Uuid,
        DateTime<Utc>,
    );
    let one = OneVersion {
        id: id.0,
        kind: K::NAME.to_string(),
        number,
    };
    let found: Option<Row> = db.row(one).await?;
    let (row, number, title, json, note, bytes, published_by, published_at) =
        found.ok_or(StoreError::Missing)?;
    let version = Version {
        number,
        title,
        body: body::<K>(json)?,
        note: text(note)?,
        digest: digest(&bytes)?,
        published_by: PersonId(published_by),
        published_at,
    };
    Ok((row.seen()?, version))
}

/// A version as the list of versions shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionCard {
    /// Its number.
    pub number: i32,
    /// The title the resource had then.
    pub title: String,
    /// What the publisher said of it.
    pub note: String,
    /// Its digest.
    pub digest: Digest,
    /// When it was published.
    pub published_at: DateTime<Utc>,
}

/// Versions of a resource, newest first, without their bodies.
///
/// # Errors
/// When the database stands in the way; a resource that is hidden has no versions.
pub async fn versions<K: Kind>(
    db: Db<'_>,
    id: ResourceId,
    before: Option<i32>,
    limit: i64,
) -> Result<Vec<VersionCard>, StoreError> {
    let before = before.unwrap_or(i32::MAX);
    let query = Versions {
        id: id.0,
        kind: K::NAME.to_string(),
        before,
        limit,
    };
    let rows: Vec<(i32, String, String, Vec<u8>, DateTime<Utc>)> = db.rows(query).await?;
    let read = |(number, title, note, bytes, published_at): (_, _, _, Vec<u8>, _)| {
        Ok(VersionCard {
            number,
            title,
            note,
            digest: digest(&bytes)?,
            published_at,
        })
    };
    rows.into_iter().map(read).collect()
}

/// Adaptations of a resource that their makers show to the caller, newest first.
///
/// # Errors
/// When the database stands in the way.
pub async fn visible_adaptations<K: Kind>(
    db: Db<'_>,
    id: ResourceId,
    limit: i64,
) -> Result<Vec<Seen<K>>, StoreError> {
    let rows: Vec<(SeenRow,)> = db
        .rows(Adaptations {
            source: id.0,
            limit,
        })
        .await?;
    rows.into_iter().map(|(row,)| row.seen()).collect()
}

/// How many adaptations a resource of the caller has; none if it is not theirs.
///
/// # Errors
/// When the database stands in the way.
pub async fn count_adaptations(db: Db<'_>, id: ResourceId) -> Result<i64, StoreError> {
    let counted: Option<(i64,)> = db.row(CountAdaptations { id: id.0 }).await?;
    Ok(counted.map_or(0, |(count,)| count))
}
