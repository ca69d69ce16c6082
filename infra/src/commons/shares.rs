//! Shares: grants as their owner sees them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use maillage_domain::commons::{Audience, KindName, Share, Unshared};
use maillage_domain::value::{CollectivityId, ResourceId, ShareId};
use uuid::Uuid;

use super::seen::read_level;
use crate::error::StoreError;
use crate::schema::{collectivities, groups, resources, shares as table};
use crate::store::{Db, Keep, Tx};

/// A grant with the name of whom it is for, where that is one collectivity or group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptShare {
    /// The grant.
    pub share: Share,
    /// The name of the collectivity or group.
    pub audience_name: Option<String>,
}

#[derive(Queryable)]
struct Row {
    tenant_id: Uuid,
    resource_id: Uuid,
    _audience_id: Uuid,
    id: Uuid,
    kind: String,
    audience: Option<serde_json::Value>,
    level: i16,
    _listed_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
    granted_at: DateTime<Utc>,
}

fn read(row: Row) -> Result<Share, StoreError> {
    let audience = row
        .audience
        .ok_or_else(|| StoreError::corrupt("grant without audience"))?;
    let kind: KindName = row.kind.parse().map_err(StoreError::corrupt)?;
    Ok(Share {
        id: ShareId(row.id),
        collectivity: CollectivityId(row.tenant_id),
        resource: ResourceId(row.resource_id),
        kind,
        audience: serde_json::from_value::<Audience>(audience).map_err(StoreError::corrupt)?,
        level: read_level(row.level).ok_or_else(|| StoreError::corrupt("grant to its owner"))?,
        expires_at: row.expires_at,
        granted_at: row.granted_at,
    })
}

/// The grants of a resource of `tenant`, oldest first.
///
/// # Errors
/// When the database stands in the way.
pub async fn shares(
    db: Db<'_>,
    tenant: CollectivityId,
    resource: ResourceId,
    after: Option<ShareId>,
    limit: i64,
) -> Result<Vec<KeptShare>, StoreError> {
    let query = table::table
        .left_join(collectivities::table.on(collectivities::id.eq(table::audience_id)))
        .left_join(groups::table.on(groups::id.eq(table::audience_id)))
        .filter(table::tenant_id.eq(tenant.0))
        .filter(table::resource_id.eq(resource.0))
        .filter(table::audience.is_not_null())
        .filter(table::id.gt(after.map_or(Uuid::nil(), |id| id.0)))
        .order(table::id)
        .limit(limit)
        .select((
            table::all_columns,
            collectivities::name.nullable(),
            groups::name.nullable(),
        ));
    let rows: Vec<(Row, Option<String>, Option<String>)> = db.list(query).await?;
    let read = |(row, collectivity, group): (_, Option<_>, _)| {
        Ok(KeptShare {
            share: read(row)?,
            audience_name: collectivity.or(group),
        })
    };
    rows.into_iter().map(read).collect()
}

/// One grant of a resource of `tenant`, locked until the end of the transaction.
///
/// # Errors
/// `Missing` when there is none.
pub async fn find_share(
    tx: &Tx,
    tenant: CollectivityId,
    resource: ResourceId,
    id: ShareId,
) -> Result<Share, StoreError> {
    let query = table::table
        .filter(table::tenant_id.eq(tenant.0))
        .filter(table::resource_id.eq(resource.0))
        .filter(table::id.eq(id.0))
        .filter(table::audience.is_not_null())
        .for_update();
    read(tx.db().row(query).await?.ok_or(StoreError::Missing)?)
}

impl Keep for Share {
    /// Lists the grant at once if the resource is offered: its audience sees it as of its last
    /// change, not as of the grant.
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let listed = resources::table
            .find((self.collectivity.0, self.resource.0))
            .select(resources::offered_at);
        let listed_at: Option<Option<DateTime<Utc>>> = tx.db().row(listed).await?;
        let audience = serde_json::to_value(self.audience).map_err(StoreError::corrupt)?;
        // A grant that has lapsed makes room for a new one; one that holds does not.
        let key = (self.collectivity.0, self.resource.0, self.audience.id());
        let lapsed = diesel::delete(table::table.find(key)).filter(table::expires_at.le(tx.now()));
        tx.db().run(lapsed).await?;
        let insert = diesel::insert_into(table::table).values((
            table::tenant_id.eq(self.collectivity.0),
            table::resource_id.eq(self.resource.0),
            table::audience_id.eq(self.audience.id()),
            table::id.eq(self.id.0),
            table::kind.eq(self.kind.as_str()),
            table::audience.eq(audience),
            table::level.eq(self.level as i16),
            table::listed_at.eq(listed_at.flatten()),
            table::expires_at.eq(self.expires_at),
            table::granted_at.eq(self.granted_at),
        ));
        tx.db().run(insert).await.map(|_| ())
    }
}

impl Keep for Unshared {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let share = &self.0;
        let key = (share.collectivity.0, share.resource.0, share.audience.id());
        // By its id too: the same audience may have got another grant meanwhile.
        let grant = table::table.find(key).filter(table::id.eq(share.id.0));
        tx.db().run_one(diesel::delete(grant)).await
    }
}
