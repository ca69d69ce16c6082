//! Imprints: what the cover of a version says, and what its built-in variables stand for.

use chrono::NaiveDate;
use diesel::sql_types::{Date, Integer, Nullable, Text, Uuid as SqlUuid};
use maillage_domain::commons::Kind;
use maillage_domain::value::ResourceId;
use uuid::Uuid;

use super::seen::best_share;
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
