//! Adaptations: an own resource made from a published version, with its lineage.

use maillage_domain::access::act;
use maillage_domain::commons::Published;
use maillage_domain::value::ResourceId;
use maillage_infra::ambient;
use maillage_infra::commons as store;
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::Exposed;
use super::resources::{location, owner_view};
use crate::ctx::Ctx;
use crate::http::{Answer, Reply};

/// Which version to adapt.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdaptationInput {
    /// Its number; the newest otherwise.
    #[serde(default)]
    #[schema(minimum = 1, example = 1)]
    pub version: Option<i32>,
}

/// Makes an own draft of kind `K` from a published version.
pub(super) async fn adapt<K: Exposed>(ctx: Ctx, id: ResourceId, input: AdaptationInput) -> Answer {
    ctx.write(async |tx| {
        let (seen, version) = store::version::<K>(tx.db(), id, input.version).await?;
        let published = Published {
            resource: seen.resource,
            version,
        };
        let permitted = ctx.authorize::<act::Adapt, _>(tx.actor()?, published)?;
        let (id, now) = (ResourceId(ambient::id()), tx.now());
        tx.save(permitted.adapt(id, now)?).await?;
        let (view, tag) = owner_view::<K>(tx, id).await?;
        Ok(Reply::created(location::<K>(id), &view)?.tagged(tag))
    })
    .await
}
