//! Comments: what the two parties of an amendment say of it.

use actix_web::{get, post};
use chrono::{DateTime, Utc};
use maillage_domain::access::act;
use maillage_domain::commons::AmendmentError;
use maillage_domain::value::{AmendmentId, CommentId, Prose};
use maillage_infra::ambient;
use maillage_infra::commons::{self as store, KeptComment};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ctx::Ctx;
use crate::http::page::{Start, limit};
use crate::http::{Answer, Body, Id, Page, PageQuery, Params, Problem, Reply, Tag};
use crate::identity::values::CollectivityRef;

/// Something to say of an amendment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentInput {
    /// What.
    #[schema(value_type = String, min_length = 1, max_length = 2000, example = "Pouvez-vous préciser qui note la relecture ?")]
    text: Prose<2000>,
}

/// Something said of an amendment.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommentView {
    /// Its id.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-00000000000a")]
    id: String,
    /// Which collectivity says it.
    author: CollectivityRef,
    /// What.
    #[schema(example = "Pouvez-vous préciser qui note la relecture ?")]
    text: String,
    /// When.
    at: DateTime<Utc>,
}

fn view(it: KeptComment) -> CommentView {
    CommentView {
        id: it.comment.id.to_string(),
        author: it.author.into(),
        text: it.comment.text.as_str().to_owned(),
        at: it.comment.at,
    }
}

/// Lists what is said of an amendment, oldest first.
#[utoipa::path(
    tag = "Amendments",
    params(("id" = uuid::Uuid, Path, description = "The amendment"), PageQuery),
    responses((status = 200, body = Page<CommentView>))
)]
#[get("/v1/amendments/{id}/comments")]
pub async fn list_comments(ctx: Ctx, id: Id<AmendmentId>, page: Params<PageQuery>) -> Answer {
    let (limit, cursors) = (limit(page.0.limit)?, ctx.cursors());
    let start: Option<Start<CommentId>> = cursors.open(page.0.cursor.as_deref())?;
    let (actor, (kept, rows)) = ctx
        .read_list(start.as_ref(), limit, async |db, page| {
            let (kept, rows) = futures::join!(
                store::amendment(db, id.0),
                store::comments(db, id.0, page.from, page.most)
            );
            Ok((kept?, rows?))
        })
        .await?;
    ctx.authorize::<act::ReadAmendment, _>(&actor, kept.amendment)?;
    ctx.list(cursors.forward(rows, limit, |it| it.comment.id, view)?)
}

/// Says something of an amendment, which cannot be changed afterwards.
///
/// The other party reads it, and so do the groups that may follow the amendment.
#[utoipa::path(
    tag = "Amendments",
    params(("id" = uuid::Uuid, Path, description = "The amendment")),
    request_body = CommentInput,
    responses((status = 201, body = CommentView))
)]
#[post("/v1/amendments/{id}/comments")]
pub async fn comment_amendment(ctx: Ctx, id: Id<AmendmentId>, input: Body<CommentInput>) -> Answer {
    ctx.write(async |tx| {
        let kept = store::amendment_for_update(tx, id.0).await?;
        let permitted = ctx.authorize::<act::CommentAmendment, _>(tx.actor()?, kept.amendment)?;
        let (fresh, now) = (CommentId(ambient::id()), tx.now());
        let there = store::count_comments(tx.db(), id.0).await?;
        let said = permitted.comment(fresh, input.0.text, there, now);
        let said = said.map_err(|error| match error {
            AmendmentError::Empty => Problem::field("/text", "text_empty"),
            error => error.into(),
        })?;
        tx.save(said).await?;
        let view = view(store::comment(tx.db(), id.0, fresh).await?);
        let location = format!("/v1/amendments/{}/comments", id.0);
        Ok(Reply::created(location, &view)?.tagged(Tag::Revision(1)))
    })
    .await
}
