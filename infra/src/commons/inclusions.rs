//! Inclusions: the clauses of a text that come from elsewhere, and what their sources say now.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Binary, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use maillage_domain::commons::{Included, Inclusion, Inclusions, Kind, Newest, Source};
use maillage_domain::value::{CollectivityId, ResourceId};
use uuid::Uuid;

use super::seen::{digest, granted, text};
use super::{read, write};
use crate::error::StoreError;
use crate::schema::inclusions as table;
use crate::sql::query;
use crate::store::{Db, Keep, Tx};

query! {
    /// What was included in a resource of the caller.
    IncludedClauses { id: Uuid as SqlUuid } -> (
        Text, SqlUuid, SqlUuid, Text, Text, Integer, Binary, Jsonb, Timestamptz,
    )
    "select clause_id, source_tenant_id, source_resource_id, source_kind, source_clause_id, \
        version, digest, said, taken_at from inclusions \
     where tenant_id = (select ctx_tenant()) and resource_id = ? order by clause_id"
}

query! {
    /// The newest version of each source of such clauses that the caller may reuse: its text where
    /// one of them has not taken it in.
    NewestVersions { id: Uuid as SqlUuid } -> (
        SqlUuid, SqlUuid, Integer, Binary, Text, Text, Timestamptz, Nullable<Jsonb>,
    )
    concat!(
        "select n.tenant_id, n.resource_id, n.number, n.digest, n.title, n.note, n.published_at, \
        case when n.number > i.taken then n.body end \
     from (select source_tenant_id, source_resource_id, min(version) as taken from inclusions \
        where tenant_id = (select ctx_tenant()) and resource_id = ? group by 1, 2) i \
     join resources u on u.tenant_id = i.source_tenant_id and u.id = i.source_resource_id \
        and u.state = 'published' and ", granted!("u.tenant_id", "u.id", 1), " \
     join versions n on n.tenant_id = u.tenant_id and n.resource_id = u.id \
        and n.number = u.head_number"
    )
}

type IncludedRow = (
    String,
    Uuid,
    Uuid,
    String,
    String,
    i32,
    Vec<u8>,
    serde_json::Value,
    DateTime<Utc>,
);

type NewestRow = (
    Uuid,
    Uuid,
    i32,
    Vec<u8>,
    String,
    String,
    DateTime<Utc>,
    Option<serde_json::Value>,
);

fn source(tenant: Uuid, id: Uuid, version: i32, bytes: &[u8]) -> Result<Source, StoreError> {
    Ok(Source {
        collectivity: CollectivityId(tenant),
        resource: ResourceId(id),
        version,
        digest: digest(bytes)?,
    })
}

fn included(row: IncludedRow) -> Result<Inclusion, StoreError> {
    let (clause, tenant, id, kind, of, version, bytes, said, taken_at) = row;
    Ok(Inclusion {
        clause: text(clause)?,
        source: source(tenant, id, version, &bytes)?,
        kind: kind.parse().map_err(StoreError::corrupt)?,
        of: text(of)?,
        said: serde_json::from_value(said).map_err(StoreError::corrupt)?,
        taken_at,
    })
}

fn newest(row: NewestRow) -> Result<Newest, StoreError> {
    let (tenant, id, version, bytes, title, note, published_at, json) = row;
    let excerpt = json.map(serde_json::from_value).transpose();
    Ok(Newest {
        source: source(tenant, id, version, &bytes)?,
        title,
        note: text(note)?,
        published_at,
        excerpt: excerpt.map_err(StoreError::corrupt)?,
    })
}

/// A resource with what was included in it, and what the sources of that say now, as far as the
/// caller may reuse them.
///
/// # Errors
/// `Missing` when there is no such resource that the caller may see.
pub async fn inclusions<K: Kind>(db: Db<'_>, id: ResourceId) -> Result<Inclusions<K>, StoreError> {
    let (clauses, versions) = (IncludedClauses { id: id.0 }, NewestVersions { id: id.0 });
    let (bench, clauses, versions) = futures::join!(
        read::workbench::<K>(db, id),
        db.rows::<IncludedRow>(clauses),
        db.rows::<NewestRow>(versions)
    );
    let (clauses, versions) = (clauses?.into_iter(), versions?.into_iter());
    Ok(Inclusions {
        bench: bench?,
        inclusions: clauses.map(included).collect::<Result<_, _>>()?,
        newest: versions.map(newest).collect::<Result<_, _>>()?,
    })
}

/// The same for a change: the resource is locked until the end of the transaction.
///
/// # Errors
/// `Missing` when there is no such resource that the caller may see.
pub async fn inclusions_for_update<K: Kind>(
    tx: &Tx,
    id: ResourceId,
) -> Result<Inclusions<K>, StoreError> {
    read::lock(tx, id).await?;
    inclusions(tx.db(), id).await
}

impl<K: Kind> Keep for Included<K> {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let resource = &self.drafted.resource;
        let (tenant, id) = (resource.collectivity.0, resource.id.0);
        let before =
            table::table.filter(table::tenant_id.eq(tenant).and(table::resource_id.eq(id)));
        tx.db().run(diesel::delete(before)).await?;
        let row = |it: &Inclusion| {
            Ok((
                table::tenant_id.eq(tenant),
                table::resource_id.eq(id),
                table::clause_id.eq(it.clause.as_str().to_owned()),
                table::source_tenant_id.eq(it.source.collectivity.0),
                table::source_resource_id.eq(it.source.resource.0),
                table::source_kind.eq(it.kind.as_str()),
                table::source_clause_id.eq(it.of.as_str().to_owned()),
                table::version.eq(it.source.version),
                table::digest.eq(it.source.digest.as_bytes().to_vec()),
                table::said.eq(serde_json::to_value(&it.said).map_err(StoreError::corrupt)?),
                table::taken_at.eq(it.taken_at),
            ))
        };
        let rows = self.inclusions.iter().map(row);
        let rows: Vec<_> = rows.collect::<Result<_, StoreError>>()?;
        if !rows.is_empty() {
            tx.db()
                .run(diesel::insert_into(table::table).values(rows))
                .await?;
        }
        write::drafted(tx, &self.drafted).await
    }
}
