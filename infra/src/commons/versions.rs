//! Reading versions: what was published, as far as the caller may see.

use chrono::{DateTime, Utc};
use diesel::sql_types::{
    BigInt, Binary, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use maillage_domain::commons::{Justified, Kind, Version};
use maillage_domain::value::{Digest, PersonId, ResourceId};
use uuid::Uuid;

use super::seen::{Seen, SeenRow, SeenSql, best_share, body, digest, seen_columns, text};
use crate::error::StoreError;
use crate::sql::query;
use crate::store::Db;

query! {
    /// A version of a resource the caller may see; the newest where no number is given.
    OneVersion {
        id: Uuid as SqlUuid,
        kind: String as Text,
        number: Option<i32> as Nullable<Integer>,
    } -> (SeenSql, Integer, Text, Jsonb, Text, Nullable<Jsonb>, Binary, SqlUuid, Timestamptz)
    concat!(
        "select ", seen_columns!(), ", \
            v.number, v.title, v.body, v.note, \
            case when r.tenant_id = (select ctx_tenant()) then \
                (select p.deviations from published_deviations p where p.tenant_id = v.tenant_id \
                    and p.resource_id = v.resource_id and p.number = v.number) end, \
            v.digest, v.published_by, v.published_at \
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
        Option<serde_json::Value>,
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
    let (row, number, title, json, note, deviations, bytes, published_by, published_at) =
        found.ok_or(StoreError::Missing)?;
    let deviations = deviations.map(serde_json::from_value).transpose();
    let deviations: Option<Vec<Justified>> = deviations.map_err(StoreError::corrupt)?;
    let version = Version {
        number,
        title,
        body: body::<K>(json)?,
        note: text(note)?,
        deviations: deviations.unwrap_or_default(),
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
    type Row = (i32, String, String, Vec<u8>, DateTime<Utc>);
    let rows: Vec<Row> = db.list(query).await?;
    let read = |(number, title, note, bytes, published_at): Row| {
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
