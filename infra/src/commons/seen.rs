//! A resource as a query gives it: the columns, the row that shows it, and how it reads back.

use std::marker::PhantomData;

use chrono::{DateTime, Utc};
use diesel::deserialize::Queryable;
use diesel::sql_types::{
    Array, BigInt, Binary, Bool, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid,
};
use maillage_domain::commons::{Card, Head, Kind, Level, Resource, ResourceState, Source};
use maillage_domain::value::{CollectivityId, Digest, ResourceId};
use uuid::Uuid;

use crate::error::StoreError;

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

/// Columns of a resource as `r`, of its owner as `c`, of the best row that shows it as `s`; last,
/// for its owner only, whether it has a draft (what was never published always has one) and how many
/// grants.
macro_rules! seen_columns {
    () => {
        "r.tenant_id, r.id, r.title, r.summary, r.tags, r.state, r.revision, \
         r.head_number, r.head_digest, r.head_draft_revision, r.head_published_at, \
         r.source_tenant_id, r.source_resource_id, r.source_version, r.source_digest, \
         r.taken_version, r.taken_digest, r.reports_deviations, \
         s.level, s.listed_at, c.siren, c.name, \
         r.tenant_id = (select ctx_tenant()) and (r.head_number is null or exists ( \
            select from drafts b where b.tenant_id = r.tenant_id and b.resource_id = r.id)), \
         case when r.tenant_id = (select ctx_tenant()) then (select count(*) from shares g \
            where g.tenant_id = r.tenant_id and g.resource_id = r.id \
                and g.audience_id <> r.tenant_id) else 0 end"
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

pub(super) use best_share;

/// Whether some grant of at least `$level` (0 to read, 1 to reuse) shows a resource to the caller now.
macro_rules! granted {
    ($tenant:literal, $id:literal, $level:literal) => {
        concat!(
            "exists (select from shares x where x.tenant_id = ",
            $tenant,
            " and x.resource_id = ",
            $id,
            " and x.audience_id = any ((select ctx_audiences())::uuid[]) and x.level >= ",
            $level,
            " and x.listed_at is not null and (x.expires_at is null or x.expires_at > now()))"
        )
    };
}

pub(super) use granted;

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
    Nullable<Integer>,
    Nullable<Binary>,
    Bool,
    SmallInt,
    Timestamptz,
    Text,
    Text,
    Bool,
    BigInt,
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
    taken_version: Option<i32>,
    taken_digest: Option<Vec<u8>>,
    reports_deviations: bool,
    level: i16,
    listed_at: DateTime<Utc>,
    siren: String,
    name: String,
    drafted: bool,
    grants: i64,
}

pub(super) fn digest(bytes: &[u8]) -> Result<Digest, StoreError> {
    Digest::from_bytes(bytes).map_err(StoreError::corrupt)
}

pub(super) fn text<T: TryFrom<String>>(text: String) -> Result<T, StoreError>
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

    /// A version of the source, if there is a source and the version is known.
    fn of_source(
        &self,
        version: Option<i32>,
        bytes: Option<&Vec<u8>>,
    ) -> Result<Option<Source>, StoreError> {
        let parts = (
            self.source_tenant_id,
            self.source_resource_id,
            version,
            bytes,
        );
        let (Some(tenant), Some(resource), Some(version), Some(bytes)) = parts else {
            return Ok(None);
        };
        Ok(Some(Source {
            collectivity: CollectivityId(tenant),
            resource: ResourceId(resource),
            version,
            digest: digest(bytes)?,
        }))
    }

    pub(super) fn seen<K>(self) -> Result<Seen<K>, StoreError> {
        let head = self.head()?;
        let source = self.of_source(self.source_version, self.source_digest.as_ref())?;
        let taken = self.of_source(self.taken_version, self.taken_digest.as_ref())?;
        let granted = read_level(self.level);
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
            drafted: self.drafted,
            grants: usize::try_from(self.grants).unwrap_or(usize::MAX),
            source,
            // How far one follows one's source is nobody else's business.
            taken: taken.filter(|_| granted.is_none()),
            reports_deviations: self.reports_deviations && granted.is_none(),
            granted,
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

pub(super) fn body<K: Kind>(json: serde_json::Value) -> Result<K::Body, StoreError> {
    serde_json::from_value(json).map_err(StoreError::corrupt)
}
