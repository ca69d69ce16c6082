//! Publications: the draft becomes the next version.

use maillage_domain::access::act;
use maillage_domain::value::{Prose, ResourceId};
use maillage_infra::commons as store;
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::{Documented, Exposed};
use super::resources::location;
use super::versions::VersionView;
use crate::ctx::Ctx;
use crate::http::{Answer, Code, Reply, Tag, condition};

/// What the publisher says of the version.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublicationInput {
    /// What is new in it.
    #[serde(default)]
    #[schema(value_type = String, max_length = 2000, example = "Première version.")]
    pub note: Prose<2000>,
}

/// Publishes the draft as the next version of a resource of kind `K`.
pub(super) async fn publish<K: Exposed>(
    ctx: Ctx,
    id: ResourceId,
    input: PublicationInput,
) -> Answer {
    ctx.write(async |tx| {
        let bench = store::find_for_update::<K>(tx, id).await?;
        let permitted = ctx.authorize::<act::Publish, _>(tx.actor()?, bench)?;
        match &permitted.subject().draft {
            Some(draft) => ctx.require(draft.revision)?,
            // Whoever names a draft has read one: somebody else has published it meanwhile.
            None if condition::is_given(ctx.request()) => return Err(Code::Stale.into()),
            None => return Err(Code::DraftMissing.into()),
        }
        let now = tx.now();
        let published = tx.save(permitted.publish(input.note, now)?).await?;
        let version = published.version;
        let tag = Tag::Digest(version.digest);
        let location = format!("{}/versions/{}", location::<K>(id), version.number);
        Ok(Reply::created(location, &VersionView::<Documented<K>>::of(version))?.tagged(tag))
    })
    .await
}
