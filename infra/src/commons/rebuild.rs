//! What follows from texts that were imported: that they are what their digests say, and what search
//! looks through. Derived again rather than taken along, so that an archive cannot say otherwise.

use diesel::QueryableByName;
use diesel::sql_types::{Array, Binary, Bool, Integer, Jsonb, Nullable, Text, Uuid as SqlUuid};
use maillage_domain::commons::{Charter, Experiment, Kind, KindName, Template, digest};
use maillage_domain::value::ResourceId;
use uuid::Uuid;

use super::seen::body;
use super::write::document;
use crate::error::StoreError;
use crate::sql::made;
use crate::store::Db;

/// Texts read at a time.
const PAGE: usize = 20;

/// A version that is not what its digest says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Misfit {
    /// Of which resource.
    pub(crate) resource: ResourceId,
    /// Which version.
    pub(crate) number: i32,
}

/// A version or, without a number, a draft.
#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    resource: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Text)]
    summary: String,
    #[diesel(sql_type = Array<Text>)]
    tags: Vec<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    number: Option<i32>,
    #[diesel(sql_type = Bool)]
    head: bool,
    #[diesel(sql_type = Text)]
    entitled: String,
    #[diesel(sql_type = Nullable<Binary>)]
    digest: Option<Vec<u8>>,
    #[diesel(sql_type = Jsonb)]
    body: serde_json::Value,
}

/// Checks every version of `tenant`, and writes what search looks through. The first version that does
/// not fit, if any.
pub(crate) async fn rebuild(db: Db<'_>, tenant: Uuid) -> Result<Option<Misfit>, StoreError> {
    db.batch(&format!(
        "declare texts no scroll cursor for \
         select r.id as resource, r.kind, r.title, r.summary, r.tags, v.number, \
            v.number = r.head_number as head, v.title as entitled, v.digest, v.body \
         from versions v join resources r on r.tenant_id = v.tenant_id and r.id = v.resource_id \
         where v.tenant_id = '{tenant}' \
         union all \
         select r.id, r.kind, r.title, r.summary, r.tags, null, true, r.title, null, d.body \
         from drafts d join resources r on r.tenant_id = d.tenant_id and r.id = d.resource_id \
         where d.tenant_id = '{tenant}'"
    ))
    .await?;
    loop {
        let fetch = made(format!("fetch {PAGE} from texts"));
        let rows: Vec<Row> = db.rows(fetch).await?;
        let fetched = rows.len();
        for row in rows {
            let fits = match row.kind.parse().map_err(StoreError::corrupt)? {
                KindName::Charter => text::<Charter>(db, tenant, row).await?,
                KindName::Template => text::<Template>(db, tenant, row).await?,
                KindName::Experiment => text::<Experiment>(db, tenant, row).await?,
            };
            if fits.is_some() {
                return Ok(fits);
            }
        }
        if fetched < PAGE {
            break;
        }
    }
    db.batch("close texts").await?;
    // As the trigger on the grants does, which found no document yet.
    db.batch(&format!(
        "update search_documents d set audience = array( \
            select s.audience_id from shares s \
            where s.tenant_id = d.tenant_id and s.resource_id = d.resource_id \
                and s.listed_at is not null order by 1) \
         where d.tenant_id = '{tenant}' and d.facet = 'published'"
    ))
    .await?;
    Ok(None)
}

async fn text<K: Kind>(db: Db<'_>, tenant: Uuid, row: Row) -> Result<Option<Misfit>, StoreError> {
    let body = body::<K>(row.body)?;
    if let (Some(number), Some(claimed)) = (row.number, row.digest) {
        let found = digest::<K>(&row.entitled, &body).map_err(StoreError::corrupt)?;
        if found.as_bytes() != claimed {
            let resource = ResourceId(row.resource);
            return Ok(Some(Misfit { resource, number }));
        }
    }
    if row.head {
        let facet = if row.number.is_some() {
            "published"
        } else {
            "draft"
        };
        let summary = std::iter::once(row.summary).chain(row.tags);
        let summary = summary.collect::<Vec<_>>().join(" ");
        let ids = (tenant, row.resource);
        db.run(document::<K>(ids, facet, &row.title, summary, &body))
            .await?;
    }
    Ok(None)
}
