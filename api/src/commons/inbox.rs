//! The inbox: what others have done that concerns your collectivity, and what you have read of it.

use actix_web::{HttpRequest, get, put};
use chrono::{DateTime, Utc};
use maillage_domain::access::act;
use maillage_domain::commons::{About, Notice, NoticeKind};
use maillage_infra::commons as store;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::ctx::Ctx;
use crate::http::page::{Start, limit};
use crate::http::{Answer, Body, Page, Params, Reply, Tag, params};

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct InboxQuery {
    /// Only those you have not read, or only those you have.
    #[param(example = true)]
    unread: Option<bool>,
    /// How many items at most: 1 to 100, 20 by default.
    #[param(minimum = 1, maximum = 100, example = 20)]
    limit: Option<u32>,
    /// Where to go on: `next` or `prev` of another page.
    cursor: Option<String>,
}

/// What has happened.
#[derive(ToSchema)]
#[schema(as = NoticeKind, rename_all = "snake_case")]
pub enum NoticeKindSchema {
    /// The source of your adaptation, or of clauses that you included, has published a version that
    /// you have not taken in.
    SourcePublished,
    /// An amendment to a resource of yours is open.
    AmendmentProposed,
    /// An amendment of yours was accepted or declined.
    AmendmentSettled,
    /// The other party said something of an amendment.
    AmendmentCommented,
    /// An endpoint of your webhooks was disabled by itself. Those who may read it are told.
    WebhookDisabled,
}

/// An entry of the inbox.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticeView {
    /// Its id, which stays.
    #[schema(example = "source_published.019acb5e-0000-7000-8000-000000000008.2")]
    id: String,
    /// What has happened.
    #[schema(value_type = NoticeKindSchema)]
    what: NoticeKind,
    /// The kind of the resource; null where it is about none.
    #[schema(example = "charter")]
    kind: Option<&'static str>,
    /// Which resource of yours it concerns.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000008")]
    resource: Option<String>,
    /// Which endpoint of your webhooks it concerns.
    #[schema(format = Uuid, example = json!(null))]
    webhook_endpoint: Option<String>,
    /// The title of what was published, or else of that resource; the name of the endpoint.
    #[schema(example = "Charte d'usage de l'IA (démo)")]
    title: String,
    /// The version that was published; null unless the source has published.
    #[schema(example = 2)]
    version: Option<i32>,
    /// The amendment; null when the source has published.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000009")]
    amendment: Option<String>,
    /// When.
    at: DateTime<Utc>,
    /// Whether you have read it.
    #[schema(example = false)]
    read: bool,
}

/// Whether an entry counts as read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkInput {
    /// True once you have read it; false to see it as unread again.
    #[schema(example = true)]
    read: bool,
}

impl From<Notice> for NoticeView {
    fn from(it: Notice) -> Self {
        let (resource, webhook) = match it.about {
            About::Resource(kind, id) => (Some((kind, id)), None),
            About::Webhook(id) => (None, Some(id)),
        };
        Self {
            id: it.id,
            what: it.what,
            kind: resource.map(|(kind, _)| kind.as_str()),
            resource: resource.map(|(_, id)| id.to_string()),
            webhook_endpoint: webhook.map(|id| id.to_string()),
            title: it.title,
            version: it.version,
            amendment: it.amendment.map(|id| id.to_string()),
            at: it.at,
            read: it.read,
        }
    }
}

/// Lists what concerns your collectivity, of the last year, newest first.
///
/// What was read is kept per person and collectivity. Of a source there is one entry at most, for
/// its newest version, until you have taken that in.
#[utoipa::path(
    tag = "Inbox",
    params(InboxQuery),
    responses((status = 200, body = Page<NoticeView>))
)]
#[get("/v1/inbox")]
pub async fn list_inbox(ctx: Ctx, query: Params<InboxQuery>) -> Answer {
    let (limit, cursors) = (limit(query.0.limit)?, ctx.cursors());
    let start: Option<Start<(DateTime<Utc>, String)>> = cursors.open(query.0.cursor.as_deref())?;
    let unread = query.0.unread;
    let (actor, rows) = ctx
        .read_list(start.as_ref(), limit, async |db, page| {
            store::inbox(db, unread, page.from, page.most).await
        })
        .await?;
    ctx.authorize_staff::<act::ReadInbox>(&actor)?;
    let position = |it: &Notice| (it.at, it.id.clone());
    ctx.list(cursors.forward(rows, limit, position, NoticeView::from)?)
}

/// Marks an entry as read, or as unread again, for you alone.
#[utoipa::path(
    tag = "Inbox",
    params(("id" = String, Path, description = "The entry", example = "source_published.019acb5e-0000-7000-8000-000000000008.2"), ("If-Match" = String, Header, description = "`*`: whoever marks last is right", example = "*")),
    request_body = MarkInput,
    responses((status = 200, body = NoticeView))
)]
#[put("/v1/inbox/{id}")]
pub async fn mark_notice(ctx: Ctx, request: HttpRequest, input: Body<MarkInput>) -> Answer {
    let id: String = params::path(&request, "id")?;
    ctx.write(async |tx| {
        let notice = store::notice(tx.db(), &id).await?;
        let staff = ctx.authorize_staff::<act::ReadInbox>(tx.actor()?)?;
        ctx.require(i64::from(notice.read))?;
        let marked = tx.save(staff.mark(notice, input.0.read)).await?;
        let tag = Tag::Revision(i64::from(marked.notice.read));
        Ok(Reply::ok(&NoticeView::from(marked.notice))?.tagged(tag))
    })
    .await
}
