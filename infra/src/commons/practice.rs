//! Practice: what an amendment is taken from, and the texts of the source that it goes into.

use diesel::sql_types::{Binary, Integer, Jsonb, Nullable, Text, Uuid as SqlUuid};
use maillage_domain::commons::{Kind, Practice, Source, Workbench};
use maillage_domain::value::{CollectivityId, ResourceId};
use uuid::Uuid;

use super::read;
use super::seen::{body, digest};
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
    } -> (SqlUuid, SqlUuid, SqlUuid, Integer, Binary, Jsonb, Jsonb)
    "select r.tenant_id, r.id, r.source_tenant_id, b.version, b.digest, b.body, v.body \
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
    /// What a resource of the caller said in one version, and what it says in the newest.
    SourceSays { id: Uuid as SqlUuid, number: i32 as Integer } -> (Jsonb, Jsonb)
    "select b.body, h.body from resources r \
     join versions b on b.tenant_id = r.tenant_id and b.resource_id = r.id \
     join versions h on h.tenant_id = r.tenant_id and h.resource_id = r.id \
        and h.number = r.head_number \
     where r.tenant_id = (select ctx_tenant()) and r.id = ? and b.number = ?"
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
    );
    let practised = Practised {
        source: source.0,
        kind: K::NAME.to_string(),
        adaptation: adaptation.map(|id| id.0),
    };
    let found: Option<Row> = db.row(practised).await?;
    let Some((tenant, id, owner, version, bytes, base, says)) = found else {
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
    }))
}

/// The source of an amendment, for who takes it in.
#[derive(Clone, Debug)]
pub struct SourceTexts<K: Kind> {
    /// The source with its draft.
    pub bench: Workbench<K>,
    /// What it said in the version that the amendment was written against.
    pub base: K::Body,
    /// What it says in its newest version.
    pub published: K::Body,
}

/// A source of the caller's own, locked until the end of the transaction.
///
/// # Errors
/// `Missing` when it is not the caller's.
pub async fn source_texts<K: Kind>(tx: &Tx, source: Source) -> Result<SourceTexts<K>, StoreError> {
    let bench = read::find_for_update::<K>(tx, source.resource).await?;
    let says = SourceSays {
        id: source.resource.0,
        number: source.version,
    };
    let found: Option<(serde_json::Value, serde_json::Value)> = tx.db().row(says).await?;
    let (base, published) = found.ok_or(StoreError::Missing)?;
    Ok(SourceTexts {
        bench,
        base: body::<K>(base)?,
        published: body::<K>(published)?,
    })
}
