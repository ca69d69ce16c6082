//! Tenants: one row each, with the audiences that reach it whatever its groups.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use maillage_domain::commons::Audience;
use maillage_domain::identity::{Collectivity, Registered};
use maillage_domain::value::{CollectivityId, Siren};
use uuid::Uuid;

use crate::error::StoreError;
use crate::schema::collectivities as table;
use crate::store::{Db, Keep, Tx};

type Row = (Uuid, String, String, String, DateTime<Utc>);

fn read((id, siren, name, body_type, joined_at): Row) -> Result<Collectivity, StoreError> {
    Ok(Collectivity {
        id: CollectivityId(id),
        siren: siren.parse().map_err(StoreError::corrupt)?,
        name,
        body_type: body_type.parse().map_err(StoreError::corrupt)?,
        joined_at,
    })
}

/// A tenant by its SIREN, if that body has joined. That it has is no secret among those who have.
///
/// # Errors
/// When the database stands in the way.
pub async fn collectivity_by_siren(
    db: Db<'_>,
    siren: &Siren,
) -> Result<Option<Collectivity>, StoreError> {
    let query = table::table
        .filter(table::siren.eq(siren.to_string()))
        .select((
            table::id,
            table::siren,
            table::name,
            table::body_type,
            table::joined_at,
        ));
    db.row(query).await?.map(read).transpose()
}

/// Whether anyone but these bodies has joined.
///
/// # Errors
/// When the database stands in the way.
pub(crate) async fn has_others(db: Db<'_>, sirens: &[Siren]) -> Result<bool, StoreError> {
    let known: Vec<_> = sirens.iter().map(Siren::to_string).collect();
    let others = table::table
        .filter(table::siren.ne_all(known))
        .select(table::id)
        .limit(1);
    let found: Option<Uuid> = db.row(others).await?;
    Ok(found.is_some())
}

impl Keep for Registered {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let it = &self.collectivity;
        let audiences = vec![
            it.id.0,
            Audience::CollectivityType {
                value: it.body_type,
            }
            .id(),
            Audience::Network.id(),
            Audience::Public.id(),
        ];
        let insert = diesel::insert_into(table::table).values((
            table::id.eq(it.id.0),
            table::siren.eq(it.siren.to_string()),
            table::name.eq(it.name.clone()),
            table::body_type.eq(it.body_type.as_str()),
            table::audiences.eq(audiences),
            table::joined_at.eq(it.joined_at),
        ));
        tx.db().run(insert).await?;
        self.invitation.keep(tx).await
    }

    fn tenant(&self) -> Option<CollectivityId> {
        Some(self.collectivity.id)
    }
}
