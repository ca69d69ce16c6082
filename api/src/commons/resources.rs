//! Resources: create, list, read, describe, discard, withdraw.

use chrono::{DateTime, Utc};
use maillage_domain::access::act;
use maillage_domain::commons::{Card, KindName, ResourceState};
use maillage_domain::value::{CollectivityId, Line, ResourceId};
use maillage_infra::ambient;
use maillage_infra::commons::{self as store, Seen};
use maillage_infra::error::StoreError;
use maillage_infra::store::Tx;
use serde::Deserialize;
use utoipa::IntoParams;

use super::bodies::{Documented, Exposed};
use super::views::{CardInput, CardView, ResourceInput, ResourceStateSchema, ResourceView, tag};
use crate::ctx::Ctx;
use crate::http::page::Start;
use crate::http::sheet::Said;
use crate::http::{Answer, ListQuery, Moment, Problem, Reply, patch};

/// Which resources.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ResourceQuery {
    /// Only those in this state.
    #[param(value_type = Option<ResourceStateSchema>, example = "published")]
    state: Option<ResourceState>,
    /// Only those of this collectivity.
    #[param(value_type = Option<uuid::Uuid>)]
    owner: Option<CollectivityId>,
    /// Only those with this tag.
    #[param(value_type = Option<String>, max_length = 50, example = "charte")]
    tag: Option<Line<50>>,
    /// Only what changed at this moment or later.
    #[param(value_type = Option<DateTime<Utc>>)]
    updated_since: Option<Moment>,
    /// How many items at most: 1 to 100, 20 by default. A table without `limit` and `cursor` is whole.
    #[param(minimum = 1, maximum = 100, example = 20)]
    limit: Option<u32>,
    /// Where to go on: `next` or `prev` of another page.
    cursor: Option<String>,
    /// Whether a CSV starts with a byte order mark, as some spreadsheets need it: yes by default.
    #[param(example = true)]
    bom: Option<bool>,
}

/// The view of a resource that has just been changed by its owner.
pub(super) async fn owner_view<K: Exposed>(
    tx: &Tx,
    id: ResourceId,
) -> Result<(ResourceView<Documented<K>>, crate::http::Tag), Problem> {
    let (seen, body): (Seen<K>, _) = store::resource(tx.db(), id).await?;
    let tag = tag(&seen.resource);
    let card = CardView::of(tx.actor()?, seen);
    Ok((
        ResourceView {
            card,
            body: body.map(Documented::of),
        },
        tag,
    ))
}

/// Where a resource of kind `K` lives.
pub(super) fn location<K: Exposed>(id: ResourceId) -> String {
    format!("/v1/{}/{id}", K::NAME.plural())
}

/// Starts a resource of kind `K` with a first draft.
pub(super) async fn create<K: Exposed>(ctx: Ctx, input: ResourceInput<Documented<K>>) -> Answer {
    let ResourceInput {
        title,
        summary,
        tags,
        body,
    } = input;
    let card = Card {
        title,
        summary,
        tags,
    };
    begin::<K>(ctx, card, body.0).await
}

/// The same, wherever card and text come from.
pub(super) async fn begin<K: Exposed>(ctx: Ctx, card: Card, body: K::Body) -> Answer {
    ctx.write(async |tx| {
        let staff = ctx.authorize_staff::<act::Create>(tx.actor()?)?;
        let (id, now) = (ResourceId(ambient::id()), tx.now());
        let outcome = staff.create::<K>(id, card, body, now)?;
        tx.save(outcome).await?;
        let (view, tag) = owner_view::<K>(tx, id).await?;
        Ok(Reply::created(location::<K>(id), &view)?.tagged(tag))
    })
    .await
}

/// What the list of a kind is called.
const fn shelf(kind: KindName) -> Said {
    match kind {
        KindName::Charter => Said::of("Chartes", "Charters"),
        KindName::Template => Said::of("Modèles", "Templates"),
        KindName::Experiment => Said::of("Expérimentations", "Experiments"),
    }
}

/// Lists what the caller may see of kind `K`, newest first.
pub(super) async fn list<K: Exposed>(ctx: Ctx, query: ResourceQuery) -> Answer {
    let wanted = ListQuery {
        limit: query.limit,
        cursor: query.cursor,
        bom: query.bom,
    };
    let (limit, cursors) = (ctx.span(&wanted)?, ctx.cursors());
    let start: Option<Start<(DateTime<Utc>, ResourceId)>> =
        cursors.open(wanted.cursor.as_deref())?;
    let asked = store::Page {
        state: query.state,
        owner: query.owner,
        tag: query.tag.map(String::from),
        updated_since: query.updated_since.map(|since| since.0),
        ..store::Page::default()
    };
    let (actor, rows) = ctx
        .read_list(start.as_ref(), limit, async |db, page| {
            let page = store::Page {
                from: page.from,
                backwards: page.back,
                limit: page.most,
                ..asked.clone()
            };
            store::newest::<K>(db, &page).await
        })
        .await?;
    ctx.within_scope::<act::Read>(&actor)?;
    let position = |it: &Seen<K>| (it.resource.updated_at, it.resource.id);
    let page = cursors.page(rows, limit, start.as_ref(), position, |it| it)?;
    let view = move |it| CardView::of(&actor, it);
    ctx.tabled(page, &wanted, shelf(K::NAME), view).await
}

/// Gives a resource with the text of its newest version.
pub(super) async fn read<K: Exposed>(ctx: Ctx, id: ResourceId) -> Answer {
    let (actor, (seen, body)) = ctx
        .read(async |db| store::resource::<K>(db, id).await)
        .await?;
    let tag = tag(&seen.resource);
    let Seen { resource, owner } = seen;
    let resource = ctx
        .authorize::<act::Read, _>(&actor, resource)?
        .into_subject();
    let card = CardView::of(&actor, Seen { resource, owner });
    ctx.show(
        &ResourceView::<Documented<K>> {
            card,
            body: body.map(Documented::of),
        },
        tag,
    )
}

/// Changes title, summary and tags.
pub(super) async fn describe<K: Exposed>(
    ctx: Ctx,
    id: ResourceId,
    changes: patch::Patch,
) -> Answer {
    ctx.write(async |tx| {
        let resource = store::find_for_update::<K>(tx, id).await?.resource;
        let permitted = ctx.authorize::<act::Describe, _>(tx.actor()?, resource)?;
        ctx.require(permitted.subject().revision)?;
        let Card {
            title,
            summary,
            tags,
        } = permitted.subject().card.clone();
        let CardInput {
            title,
            summary,
            tags,
        } = patch::patched(
            &CardInput {
                title,
                summary,
                tags,
            },
            changes,
        )?;
        let now = tx.now();
        let outcome = permitted.describe(
            Card {
                title,
                summary,
                tags,
            },
            now,
        )?;
        tx.save(outcome).await?;
        let (view, tag) = owner_view::<K>(tx, id).await?;
        Ok(Reply::ok(&view)?.tagged(tag))
    })
    .await
}

/// Deletes a resource that was never published.
pub(super) async fn discard<K: Exposed>(ctx: Ctx, id: ResourceId) -> Answer {
    ctx.write(async |tx| {
        let resource = store::find_for_update::<K>(tx, id).await?.resource;
        let permitted = ctx.authorize::<act::Discard, _>(tx.actor()?, resource)?;
        ctx.require(permitted.subject().revision)?;
        tx.save(permitted.discard()?).await?;
        Ok(Reply::no_content())
    })
    .await
}

/// Stops offering a resource to others.
pub(super) async fn withdraw<K: Exposed>(ctx: Ctx, id: ResourceId) -> Answer {
    ctx.write(async |tx| {
        let resource = store::find_for_update::<K>(tx, id).await?.resource;
        let permitted = ctx.authorize::<act::Withdraw, _>(tx.actor()?, resource)?;
        ctx.require(permitted.subject().revision)?;
        let now = tx.now();
        tx.save(permitted.withdraw(now)?).await?;
        let (view, tag) = owner_view::<K>(tx, id).await?;
        Ok(Reply::ok(&view)?.tagged(tag))
    })
    .await
}

/// Says that nothing is there, when a list of something hidden would be empty.
pub(super) async fn seen<K: Exposed>(
    db: maillage_infra::store::Db<'_>,
    id: ResourceId,
) -> Result<Seen<K>, StoreError> {
    store::resource::<K>(db, id).await.map(|(seen, _)| seen)
}
