//! Documents: what the collectivity has published last, as people read it.

use chrono::NaiveDate;
use maillage_domain::commons::document::{Annexes, Cover, Document, Owner};
use maillage_domain::commons::{CharterBody, Clausal, KindName, TemplateBody};
use maillage_domain::partners::archive::{Party, place};
use maillage_domain::value::{Digest, ResourceId};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{ArchiveError, lines};
use crate::error::StoreError;
use crate::store::Db;

/// What makes a file of a document: how it looks is not told here.
pub type Render<'r> = &'r (dyn Fn(&Document) -> Result<Vec<u8>, String> + Sync);

/// The last published version of a resource.
#[derive(Deserialize)]
struct Latest {
    kind: KindName,
    id: ResourceId,
    number: i32,
    title: String,
    digest: String,
    /// In Paris.
    published_on: NaiveDate,
    body: Value,
}

/// Gives `take` the name and the document of each charter and template of `party` that was published, in
/// the order of their names.
///
/// The population is the directory's, which is another one elsewhere: where a text names it, it stays
/// the name of a variable.
pub(super) async fn each(
    db: Db<'_>,
    party: &Party,
    mut take: impl FnMut(String, &Document) -> Result<(), ArchiveError>,
) -> Result<(), ArchiveError> {
    let query = format!(
        "select jsonb_build_object('kind', r.kind, 'id', r.id, 'number', v.number, \
            'title', v.title, 'digest', encode(v.digest, 'hex'), 'body', v.body, \
            'published_on', (v.published_at at time zone 'Europe/Paris')::date) as line \
         from resources r join versions v on v.tenant_id = r.tenant_id and v.resource_id = r.id \
            and v.number = r.head_number \
         where r.tenant_id = '{}' and r.kind in ('charter', 'template') order by r.kind, r.id",
        party.id
    );
    lines::each(db, true, &query, |line| {
        let latest: Latest = serde_json::from_value(line).map_err(StoreError::corrupt)?;
        let path = place::document(latest.kind, latest.id, latest.number);
        let document = match latest.kind {
            KindName::Charter => document::<CharterBody>(party, latest),
            KindName::Template => document::<TemplateBody>(party, latest),
            KindName::Experiment => return Ok(()),
        };
        take(path, &document?)
    })
    .await
}

fn document<B: Clausal + DeserializeOwned>(
    party: &Party,
    latest: Latest,
) -> Result<Document, StoreError> {
    let body: B = serde_json::from_value(latest.body).map_err(StoreError::corrupt)?;
    let digest: Digest = latest.digest.parse().map_err(StoreError::corrupt)?;
    let cover = Cover {
        title: latest.title,
        owner: Owner {
            name: party.name.clone(),
            siren: party.siren.parse().map_err(StoreError::corrupt)?,
        },
        kind: latest.kind,
        version: latest.number,
        digest,
        published_on: latest.published_on,
        adoption: None,
    };
    Ok(Document::of_version(cover, None, &body, Annexes::default()))
}
