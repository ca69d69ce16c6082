//! Reading resources: each in one query, within what the caller may see.
//!
//! Every query carries its own visibility predicate; the row-level policies are the wall behind.

use diesel::sql_types::{BigInt, Jsonb, Nullable, Text, Uuid as SqlUuid};
use maillage_domain::commons::{Kind, Workbench};
use maillage_domain::value::ResourceId;
use uuid::Uuid;

use super::bench::{BenchRow, BenchSql, bench, bench_columns, bench_joins};
use super::seen::{Seen, SeenRow, SeenSql, best_share, body, seen_columns};
use crate::error::StoreError;
use crate::sql::query;
use crate::store::{Db, Tx};

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
    /// A resource with its draft and what is imposed on it.
    Bench { id: Uuid as SqlUuid, kind: String as Text } -> (SeenSql, BenchSql)
    concat!(
        "select ", seen_columns!(), ", ", bench_columns!(), " from resources r \
         join collectivities c on c.id = r.tenant_id ", best_share!(), " ", bench_joins!(), " \
         where r.id = ? and r.kind = ? and s.level is not null"
    )
}

query! {
    /// Locks a resource of the caller's own; others are only read, so they are not locked.
    Lock { id: Uuid as SqlUuid } -> (SqlUuid,)
    "select id from resources where tenant_id = (select ctx_tenant()) and id = ? for update"
}

query! {
    /// Adaptations of a resource that the caller may see: those made from their own, and their own.
    /// Where others found their text is theirs to tell, and its source's to know.
    Adaptations { source: Uuid as SqlUuid, limit: i64 as BigInt } -> (SeenSql,)
    concat!(
        "select ", seen_columns!(), " from resources r \
         join collectivities c on c.id = r.tenant_id ", best_share!(), " \
         where (r.source_tenant_id, r.source_resource_id) \
            in (select o.tenant_id, o.id from resources o where o.id = ?) \
            and (r.source_tenant_id = (select ctx_tenant()) or r.tenant_id = (select ctx_tenant())) \
            and s.level is not null order by r.id desc limit ?"
    )
}

query! {
    /// How many adaptations a resource of the caller has, whoever made them.
    CountAdaptations { id: Uuid as SqlUuid } -> (BigInt,)
    "select count_adaptations(?)"
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
    let asked = Bench {
        id: id.0,
        kind: K::NAME.to_string(),
    };
    let found: Option<(SeenRow, BenchRow)> = db.row(asked).await?;
    let (row, work) = found.ok_or(StoreError::Missing)?;
    bench(row, work)
}

/// The same for a change: a resource of one's own is locked until the end of the transaction.
///
/// # Errors
/// `Missing` when there is none that the caller may see.
pub async fn find_for_update<K: Kind>(tx: &Tx, id: ResourceId) -> Result<Workbench<K>, StoreError> {
    lock(tx, id).await?;
    workbench(tx.db(), id).await
}

/// Locks a resource of one's own until the end of the transaction.
pub(super) async fn lock(tx: &Tx, id: ResourceId) -> Result<(), StoreError> {
    let _locked: Option<(Uuid,)> = tx.db().row(Lock { id: id.0 }).await?;
    Ok(())
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
