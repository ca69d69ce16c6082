//! Imprints: what the cover of a version says, what its built-in variables stand for, and which
//! version of its source it was held to.

use chrono::NaiveDate;
use diesel::sql_types::{Date, Integer, Nullable, Text, Uuid as SqlUuid};
use maillage_domain::commons::Kind;
use maillage_domain::value::ResourceId;
use uuid::Uuid;

use super::seen::{best_share, granted};
use crate::error::StoreError;
use crate::sql::query;
use crate::store::Db;

/// What is known of a version beside what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Imprint {
    /// The population of its owner, where the directory knows it.
    pub population: Option<u32>,
    /// The day it was published, in Paris.
    pub published_on: NaiveDate,
}

query! {
    /// Population and day of a version the caller may see.
    OneImprint { id: Uuid as SqlUuid, kind: String as Text, number: i32 as Integer } -> (
        Nullable<Integer>, Date,
    )
    concat!(
        "select e.population, (v.published_at at time zone 'Europe/Paris')::date \
         from resources r join collectivities c on c.id = r.tenant_id ", best_share!(), " \
         join versions v on v.tenant_id = r.tenant_id and v.resource_id = r.id \
         left join directory_entries e on e.siren = c.siren \
         where r.id = ? and r.kind = ? and v.number = ? and s.level is not null"
    )
}

/// The version of a source that an own version was held to when it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The title it had, while its owner lets the caller see it.
    pub title: Option<String>,
    /// The name of its owner.
    pub owner: String,
    /// Its number.
    pub version: i32,
}

query! {
    /// What was taken in last before a version of the caller's own was published.
    OneOrigin { id: Uuid as SqlUuid, kind: String as Text, number: i32 as Integer } -> (
        Nullable<Text>, Text, Integer,
    )
    concat!(
        "select n.title, o.name, b.version from resources r \
     join versions v on v.tenant_id = r.tenant_id and v.resource_id = r.id \
     join collectivities o on o.id = r.source_tenant_id \
     join bases b on b.tenant_id = r.tenant_id and b.resource_id = r.id \
        and b.source_resource_id = r.source_resource_id and b.taken_at <= v.published_at \
     left join versions n on n.tenant_id = r.source_tenant_id \
        and n.resource_id = r.source_resource_id and n.number = b.version and ", granted!("n.tenant_id", "n.resource_id", 0), " \
     where r.tenant_id = (select ctx_tenant()) and r.id = ? and r.kind = ? and v.number = ? \
     order by b.version desc limit 1"
    )
}

/// What a version of the caller's own was held to; nothing for what is no adaptation of theirs.
///
/// # Errors
/// When the database stands in the way.
pub async fn origin<K: Kind>(
    db: Db<'_>,
    id: ResourceId,
    number: i32,
) -> Result<Option<Origin>, StoreError> {
    let one = OneOrigin {
        id: id.0,
        kind: K::NAME.to_string(),
        number,
    };
    let found: Option<(Option<String>, String, i32)> = db.row(one).await?;
    Ok(found.map(|(title, owner, version)| Origin {
        title,
        owner,
        version,
    }))
}

/// The imprint of a version.
///
/// # Errors
/// `Missing` when there is none that the caller may see.
pub async fn imprint<K: Kind>(
    db: Db<'_>,
    id: ResourceId,
    number: i32,
) -> Result<Imprint, StoreError> {
    let one = OneImprint {
        id: id.0,
        kind: K::NAME.to_string(),
        number,
    };
    let found: Option<(Option<i32>, NaiveDate)> = db.row(one).await?;
    let (population, published_on) = found.ok_or(StoreError::Missing)?;
    Ok(Imprint {
        population: population.and_then(|count| u32::try_from(count).ok()),
        published_on,
    })
}
