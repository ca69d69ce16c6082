//! Lineage: what a resource comes from, and what was made from it.

use maillage_domain::access::act;
use maillage_domain::value::ResourceId;
use maillage_infra::commons as store;
use serde::Serialize;
use utoipa::ToSchema;

use super::bodies::Exposed;
use super::views::{CardView, SourceView, tag};
use crate::ctx::Ctx;
use crate::http::Answer;

/// How many visible adaptations are shown at most.
const SHOWN: i64 = 100;

/// Where a resource stands between others.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineageView {
    /// What it was made from; shown to its owner only.
    source: Option<SourceView>,
    /// The version of that source whose changes were taken in last; shown to its owner only.
    taken: Option<SourceView>,
    /// How many adaptations there are, whoever made them; told to its owner only.
    #[schema(example = 3)]
    adaptation_count: Option<i64>,
    /// Those adaptations whose makers let you see them, newest first, at most 100.
    adaptations: Vec<CardView>,
}

/// Gives the lineage of a resource of kind `K`.
pub(super) async fn read<K: Exposed>(ctx: Ctx, id: ResourceId) -> Answer {
    let (actor, (found, count, adaptations)) = ctx
        .read(async |db| {
            let (found, count, adaptations) = futures::join!(
                store::resource::<K>(db, id),
                store::count_adaptations(db, id),
                store::visible_adaptations::<K>(db, id, SHOWN)
            );
            Ok((found?, count?, adaptations?))
        })
        .await?;
    let resource = ctx
        .authorize::<act::Read, _>(&actor, found.0.resource)?
        .into_subject();
    let own = resource.granted.is_none();
    let view = LineageView {
        source: resource.source.filter(|_| own).map(SourceView::from),
        taken: resource.taken.map(SourceView::from),
        adaptation_count: own.then_some(count),
        adaptations: adaptations
            .into_iter()
            .map(|it| CardView::of(&actor, it))
            .collect(),
    };
    ctx.show(&view, tag(&resource))
}
