//! Practice: what an amendment is taken from, and the source that it goes into.

use diesel::sql_types::{BigInt, Binary, Integer, Jsonb, Nullable, Text, Uuid as SqlUuid};
use maillage_domain::commons::{Amended, Kind, Practice, Source};
use maillage_domain::value::{AmendmentId, CollectivityId, ResourceId};
use uuid::Uuid;

use super::bench::{BenchRow, BenchSql, bench, bench_columns, bench_joins};
use super::read;
use super::seen::{SeenRow, SeenSql, best_share, body, digest, seen_columns};
use crate::error::StoreError;
use crate::sql::query;
use crate::store::{Db, Tx};

query! {
    /// The caller's adaptation of a source, newest first where none is named: what it publishes,
    /// and the version of the source that was taken in before it was.
    Practised {
        source: Uuid as SqlUuid,
        kind: String as Text,
        adaptation: Option<Uuid> as Nullable<SqlUuid>,
    } -> (SqlUuid, SqlUuid, SqlUuid, Integer, Binary, Jsonb, Jsonb, BigInt)
    "select r.tenant_id, r.id, r.source_tenant_id, b.version, b.digest, b.body, v.body, \
        (select count(*) from amendments a where a.tenant_id = r.tenant_id \
            and a.resource_id = r.source_resource_id and a.state = 'proposed') \
     from resources r \
     join versions v on v.tenant_id = r.tenant_id and v.resource_id = r.id \
        and v.number = r.head_number \
     cross join lateral (select t.version, t.digest, t.body from bases t \
        where t.tenant_id = r.tenant_id and t.resource_id = r.id \
            and t.source_resource_id = r.source_resource_id \
            and (t.onto_version is null or t.onto_version < r.head_number) \
        order by t.version desc limit 1) b \
     where r.tenant_id = (select ctx_tenant()) and r.source_resource_id = ? and r.kind = ? \
        and r.id = coalesce(?, r.id) order by r.id desc limit 1"
}

query! {
    /// The source of an amendment that was proposed to the caller, with its draft, what it said when
    /// the amendment was written, and what it says in its newest version.
    AmendedRow { amendment: Uuid as SqlUuid } -> (SeenSql, BenchSql, Jsonb, Jsonb)
    concat!(
        "select ", seen_columns!(), ", ", bench_columns!(), ", o.body, n.body \
         from amendments a join resources r on r.tenant_id = a.owner_id and r.id = a.resource_id \
         join collectivities c on c.id = r.tenant_id ", best_share!(), " ", bench_joins!(), " \
         join versions o on o.tenant_id = r.tenant_id and o.resource_id = r.id \
            and o.number = a.source_version \
         join versions n on n.tenant_id = r.tenant_id and n.resource_id = r.id \
            and n.number = r.head_number \
         where a.id = ? and a.owner_id = (select ctx_tenant()) and s.level is not null"
    )
}

/// What the caller's collectivity practises of a source: its newest adaptation with a published
/// version, or the one named.
///
/// # Errors
/// When the database stands in the way.
pub async fn practice<K: Kind>(
    db: Db<'_>,
    source: ResourceId,
    adaptation: Option<ResourceId>,
) -> Result<Option<Practice<K::Body>>, StoreError> {
    type Row = (
        Uuid,
        Uuid,
        Uuid,
        i32,
        Vec<u8>,
        serde_json::Value,
        serde_json::Value,
        i64,
    );
    let practised = Practised {
        source: source.0,
        kind: K::NAME.to_string(),
        adaptation: adaptation.map(|id| id.0),
    };
    let found: Option<Row> = db.row(practised).await?;
    let Some((tenant, id, owner, version, bytes, base, says, open)) = found else {
        return Ok(None);
    };
    Ok(Some(Practice {
        collectivity: CollectivityId(tenant),
        adaptation: ResourceId(id),
        source: Source {
            collectivity: CollectivityId(owner),
            resource: source,
            version,
            digest: digest(&bytes)?,
        },
        base: body::<K>(base)?,
        body: body::<K>(says)?,
        open: usize::try_from(open).map_err(StoreError::corrupt)?,
    }))
}

/// The source of an amendment, as long as nobody has asked of which kind it is.
pub struct AmendedTexts((SeenRow, BenchRow, serde_json::Value, serde_json::Value));

impl AmendedTexts {
    /// The source, of kind `K`.
    ///
    /// # Errors
    /// When what is kept is of another kind.
    pub fn of<K: Kind>(self) -> Result<Amended<K>, StoreError> {
        let (seen, work, base, published) = self.0;
        Ok(Amended {
            bench: bench(seen, work)?,
            base: body::<K>(base)?,
            published: body::<K>(published)?,
        })
    }
}

/// The source of an amendment that was proposed to the caller.
///
/// # Errors
/// `Missing` when there is none.
pub async fn amended(db: Db<'_>, amendment: AmendmentId) -> Result<AmendedTexts, StoreError> {
    let row = AmendedRow {
        amendment: amendment.0,
    };
    let found: Option<_> = db.row(row).await?;
    Ok(AmendedTexts(found.ok_or(StoreError::Missing)?))
}

/// The same for a change: the source is locked until the end of the transaction.
///
/// # Errors
/// `Missing` when there is none.
pub async fn amended_for_update(
    tx: &Tx,
    source: Source,
    amendment: AmendmentId,
) -> Result<AmendedTexts, StoreError> {
    read::lock(tx, source.resource).await?;
    amended(tx.db(), amendment).await
}
