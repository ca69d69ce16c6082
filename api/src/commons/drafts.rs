//! Drafts: at most one per resource, seen and written by its owner only.

use chrono::{DateTime, Utc};
use maillage_domain::access::act;
use maillage_domain::commons::{Body as _, Draft, Drafted};
use maillage_domain::value::ResourceId;
use maillage_infra::commons as store;
use serde::Serialize;
use utoipa::ToSchema;

use super::bodies::{Documented, Exposed};
use super::resources::location;
use crate::ctx::Ctx;
use crate::http::{Answer, Code, Problem, Reply, Tag};

/// A draft.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftView<B> {
    /// What is being written.
    body: B,
    /// The variables that its texts use and that have no value: a charter is not published with any.
    #[schema(example = json!([]))]
    unresolved: Vec<String>,
    /// When it was last written.
    written_at: DateTime<Utc>,
}

fn view<K: Exposed>(draft: Draft<K::Body>) -> DraftView<Documented<K>> {
    DraftView {
        unresolved: draft.body.unresolved(),
        body: Documented::of(draft.body),
        written_at: draft.written_at,
    }
}

/// Gives the draft.
pub(super) async fn read<K: Exposed>(ctx: Ctx, id: ResourceId) -> Answer {
    let (actor, bench) = ctx
        .read(async |db| store::workbench::<K>(db, id).await)
        .await?;
    ctx.authorize::<act::ReadDraft, _>(&actor, bench.resource)?;
    let draft = bench.draft.ok_or(Problem::from(Code::DraftMissing))?;
    let tag = Tag::Revision(draft.revision);
    ctx.show(&view::<K>(draft), tag)
}

/// Replaces the draft (`If-Match`), or begins one where there is none (`If-None-Match: *`).
pub(super) async fn write<K: Exposed>(ctx: Ctx, id: ResourceId, body: Documented<K>) -> Answer {
    ctx.write(async |tx| {
        let bench = store::find_for_update::<K>(tx, id).await?;
        let permitted = ctx.authorize::<act::Write, _>(tx.actor()?, bench)?;
        require(&ctx, permitted.subject().draft.as_ref())?;
        let now = tx.now();
        let drafted = tx.save(permitted.write(body.0, now)?).await?;
        reply::<K>(id, drafted)
    })
    .await
}

/// Refuses a write that says neither which draft it has read nor that it expects none.
pub(super) fn require<B>(ctx: &Ctx, draft: Option<&Draft<B>>) -> Result<(), Problem> {
    ctx.require_at(draft.map(|draft| draft.revision))
}

/// The draft that was written: a new one where there was none.
pub(super) fn reply<K: Exposed>(id: ResourceId, drafted: Drafted<K>) -> Result<Reply, Problem> {
    let tag = Tag::Revision(drafted.draft.revision);
    let view = view::<K>(drafted.draft);
    let reply = if drafted.fresh {
        Reply::created(format!("{}/draft", location::<K>(id)), &view)?
    } else {
        Reply::ok(&view)?
    };
    Ok(reply.tagged(tag))
}
