//! Upstream: an adaptation beside its source, and what was taken in from it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Binary, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use maillage_domain::commons::{Adapted, Kind, Merged, Resource, Source, Upstream, Version};
use maillage_domain::value::{PersonId, ResourceId};
use uuid::Uuid;

use super::bench::{BenchRow, BenchSql, bench, bench_columns, bench_joins};
use super::seen::{SeenRow, SeenSql, best_share, body, digest, granted, seen_columns, text};
use super::write;
use crate::error::StoreError;
use crate::schema::{bases, resources};
use crate::sql::query;
use crate::store::{Db, Keep, Tx};

query! {
    /// A resource with its draft, its newest version, what was taken in from its source last, and
    /// the source's newest version where the caller may reuse that.
    Beside { id: Uuid as SqlUuid, kind: String as Text } -> (
        SeenSql,
        BenchSql,
        (
            Nullable<Integer>, Nullable<Text>, Nullable<Jsonb>, Nullable<Text>, Nullable<Binary>,
            Nullable<SqlUuid>, Nullable<Timestamptz>,
        ),
    )
    concat!(
        "select ", seen_columns!(), ", ", bench_columns!(), ", \
            n.number, n.title, n.body, n.note, n.digest, n.published_by, n.published_at \
         from resources r join collectivities c on c.id = r.tenant_id ", best_share!(), " ", bench_joins!(), " \
         left join resources u on u.tenant_id = r.source_tenant_id and u.id = r.source_resource_id \
            and u.state = 'published' and r.tenant_id = (select ctx_tenant()) and ", granted!("u.tenant_id", "u.id", 1), " \
         left join versions n on n.tenant_id = u.tenant_id and n.resource_id = u.id \
            and n.number = u.head_number \
         where r.id = ? and r.kind = ? and s.level is not null"
    )
}

type Newest = (
    Option<i32>,
    Option<String>,
    Option<serde_json::Value>,
    Option<String>,
    Option<Vec<u8>>,
    Option<Uuid>,
    Option<DateTime<Utc>>,
);

fn newest<K: Kind>(row: Newest) -> Result<Option<Version<K::Body>>, StoreError> {
    let (
        Some(number),
        Some(title),
        Some(json),
        Some(note),
        Some(bytes),
        Some(published_by),
        Some(published_at),
    ) = row
    else {
        return Ok(None);
    };
    Ok(Some(Version {
        number,
        title,
        body: body::<K>(json)?,
        note: text(note)?,
        // Why the source departs from its own source is its own affair.
        deviations: Vec::new(),
        digest: digest(&bytes)?,
        published_by: PersonId(published_by),
        published_at,
    }))
}

/// An adaptation beside its source, as far as the caller may reuse that.
///
/// # Errors
/// `Missing` when there is no such resource that the caller may see.
pub async fn upstream<K: Kind>(db: Db<'_>, id: ResourceId) -> Result<Upstream<K>, StoreError> {
    let beside = Beside {
        id: id.0,
        kind: K::NAME.to_string(),
    };
    let found: Option<(SeenRow, BenchRow, Newest)> = db.row(beside).await?;
    let (row, work, version) = found.ok_or(StoreError::Missing)?;
    Ok(Upstream {
        bench: bench(row, work)?,
        newest: newest::<K>(version)?,
    })
}

/// The same for a change: the adaptation is locked until the end of the transaction.
///
/// # Errors
/// `Missing` when there is no such resource that the caller may see.
pub async fn upstream_for_update<K: Kind>(
    tx: &Tx,
    id: ResourceId,
) -> Result<Upstream<K>, StoreError> {
    super::read::lock(tx, id).await?;
    upstream(tx.db(), id).await
}

/// Remembers what the source said in a version that was taken in.
async fn keep_base<K: Kind>(
    tx: &Tx,
    resource: &Resource<K>,
    taken: Source,
    theirs: &K::Body,
) -> Result<(), StoreError> {
    let insert = diesel::insert_into(bases::table).values((
        bases::tenant_id.eq(resource.collectivity.0),
        bases::resource_id.eq(resource.id.0),
        bases::source_resource_id.eq(taken.resource.0),
        bases::version.eq(taken.version),
        bases::digest.eq(taken.digest.as_bytes().to_vec()),
        bases::body.eq(serde_json::to_value(theirs).map_err(StoreError::corrupt)?),
        bases::onto_version.eq(resource.head.map(|head| head.number)),
        bases::taken_at.eq(tx.now()),
    ));
    tx.db().run_one(insert).await
}

impl<K: Kind> Keep for Adapted<K> {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        self.0.keep(tx).await?;
        match self.0.resource.taken {
            Some(taken) => keep_base(tx, &self.0.resource, taken, &self.0.draft.body).await,
            None => Ok(()),
        }
    }
}

impl<K: Kind> Keep for Merged<K> {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let resource = &self.drafted.resource;
        let row = resources::table.find((resource.collectivity.0, resource.id.0));
        let follow = diesel::update(row).set((
            resources::taken_version.eq(self.taken.version),
            resources::taken_digest.eq(self.taken.digest.as_bytes().to_vec()),
        ));
        tx.db().run_one(follow).await?;
        keep_base(tx, resource, self.taken, &self.theirs).await?;
        write::drafted(tx, &self.drafted).await
    }
}
