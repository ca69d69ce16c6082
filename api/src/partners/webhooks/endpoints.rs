//! Endpoints: registered, changed, tried and removed by administrators.

use actix_web::{delete, get, patch, post};
use chrono::TimeDelta;
use maillage_domain::access::act;
use maillage_domain::partners::webhooks::{EndpointRegistered, EndpointTerms, Message, Tested};
use maillage_domain::value::{EventId, WebhookId};
use maillage_infra::ambient;
use maillage_infra::partners::webhooks as store;
use serde::Deserialize;
use utoipa::ToSchema;

use super::values::{Current, EndpointInput, EndpointPatch, EndpointView, Patched, SigningView};
use crate::ctx::Ctx;
use crate::http::page::{Start, limit};
use crate::http::{Answer, Body, Id, Page, PageQuery, Params, Problem, Reply, Tag, patch};

/// How long a replaced secret signs when nobody says.
const OVERLAP: u32 = 24 * 60 * 60;

/// How a secret is replaced.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretRotationInput {
    /// How long messages are signed with the secret before it too, in seconds: seven days at most.
    #[serde(default = "overlap")]
    #[schema(minimum = 0, maximum = 604_800, default = 86_400, example = 86_400)]
    overlap_seconds: u32,
}

fn overlap() -> u32 {
    OVERLAP
}

/// Refuses an address that would never be called.
fn callable(ctx: &Ctx, terms: &EndpointTerms) -> Result<(), Problem> {
    let admitted = ctx.state().egress.admits(terms.address.as_str());
    admitted.map_err(|_| Problem::field("/address", "webhook_address"))
}

/// Has your collectivity told, at an address of yours, what happens from now on.
///
/// Messages follow Standard Webhooks 1.0.0. They are thin: fetch what they name, with your own rights.
/// The secret is shown in this answer and never again.
#[utoipa::path(
    tag = "Webhooks",
    request_body = EndpointInput,
    responses((status = 201, body = SigningView))
)]
#[post("/v1/webhook-endpoints")]
pub async fn register_webhook_endpoint(ctx: Ctx, input: Body<EndpointInput>) -> Answer {
    let terms = input.0.terms();
    ctx.write(async |tx| {
        let staff = ctx.authorize_staff::<act::RegisterWebhook>(tx.actor()?)?;
        callable(&ctx, &terms)?;
        let (id, now) = (WebhookId(ambient::id()), tx.now());
        let (shown, signer) = ctx.state().keys.webhook_seal().draw(id)?;
        let known = store::count_endpoints(tx, ctx.home()).await?;
        let outcome = staff.register_webhook(known, id, terms, signer, now)?;
        let EndpointRegistered(endpoint) = tx.save(outcome).await?;
        let view = SigningView {
            endpoint: EndpointView::of(tx.actor()?, &endpoint, now),
            signing_secret: shown.0,
        };
        let tag = Tag::Revision(endpoint.revision);
        Ok(Reply::created(format!("/v1/webhook-endpoints/{id}"), &view)?.tagged(tag))
    })
    .await
}

/// Lists the endpoints of your collectivity, newest first.
#[utoipa::path(tag = "Webhooks", params(PageQuery), responses((status = 200, body = Page<EndpointView>)))]
#[get("/v1/webhook-endpoints")]
pub async fn list_webhook_endpoints(ctx: Ctx, page: Params<PageQuery>) -> Answer {
    let (limit, cursors) = (limit(page.0.limit)?, ctx.cursors());
    let start: Option<Start<WebhookId>> = cursors.open(page.0.cursor.as_deref())?;
    let tenant = ctx.home();
    let (actor, rows) = ctx
        .read_list(start.as_ref(), limit, async |db, page| {
            store::endpoints(db, tenant, page.from, page.most).await
        })
        .await?;
    ctx.authorize_staff::<act::ReadWebhooks>(&actor)?;
    let now = ctx.state().store.clock().now();
    let view = |it| EndpointView::of(&actor, &it, now);
    ctx.list(cursors.forward(rows, limit, |it| it.id, view)?)
}

/// Gives one endpoint.
#[utoipa::path(
    tag = "Webhooks",
    params(("id" = uuid::Uuid, Path, description = "The endpoint")),
    responses((status = 200, body = EndpointView))
)]
#[get("/v1/webhook-endpoints/{id}")]
pub async fn get_webhook_endpoint(ctx: Ctx, id: Id<WebhookId>) -> Answer {
    let tenant = ctx.home();
    let (actor, endpoint) = ctx
        .read(async |db| store::endpoint(db, tenant, id.0).await)
        .await?;
    let endpoint = ctx.authorize::<act::ReadWebhooks, _>(&actor, endpoint)?;
    let now = ctx.state().store.clock().now();
    let endpoint = endpoint.into_subject();
    let tag = Tag::Revision(endpoint.revision);
    ctx.show(&EndpointView::of(&actor, &endpoint, now), tag)
}

/// Changes an endpoint, disables it or enables it again.
///
/// What happens while it is disabled waits, and is delivered once it is enabled.
#[utoipa::path(
    tag = "Webhooks",
    params(("id" = uuid::Uuid, Path, description = "The endpoint"), ("If-Match" = String, Header, description = "Its ETag")),
    request_body(content = EndpointPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, body = EndpointView))
)]
#[patch("/v1/webhook-endpoints/{id}")]
pub async fn change_webhook_endpoint(
    ctx: Ctx,
    id: Id<WebhookId>,
    changes: Body<patch::Patch>,
) -> Answer {
    ctx.write(async |tx| {
        let endpoint = store::endpoint_to_change(tx, ctx.home(), id.0).await?;
        let permitted = ctx.authorize::<act::ChangeWebhook, _>(tx.actor()?, endpoint)?;
        let before = permitted.subject();
        ctx.require(before.revision)?;
        let patched: Patched = patch::patched(&Current::from(before), changes.0)?;
        let (enabled, now) = (patched.enabled, tx.now());
        let terms = EndpointTerms::from(patched);
        callable(&ctx, &terms)?;
        let endpoint = tx.save(permitted.change(terms, enabled, now)?).await?;
        let tag = Tag::Revision(endpoint.revision);
        Ok(Reply::ok(&EndpointView::of(tx.actor()?, &endpoint, now))?.tagged(tag))
    })
    .await
}

/// Removes an endpoint, with all that it was sent.
#[utoipa::path(
    tag = "Webhooks",
    params(("id" = uuid::Uuid, Path, description = "The endpoint"), ("If-Match" = String, Header, description = "Its ETag")),
    responses((status = 204))
)]
#[delete("/v1/webhook-endpoints/{id}")]
pub async fn remove_webhook_endpoint(ctx: Ctx, id: Id<WebhookId>) -> Answer {
    ctx.write(async |tx| {
        let endpoint = store::endpoint_to_change(tx, ctx.home(), id.0).await?;
        let permitted = ctx.authorize::<act::ChangeWebhook, _>(tx.actor()?, endpoint)?;
        ctx.require(permitted.subject().revision)?;
        tx.save(permitted.remove()).await?;
        Ok(Reply::no_content())
    })
    .await
}

/// Gives an endpoint a new secret and a new key; those before sign too for a while.
#[utoipa::path(
    tag = "Webhooks",
    params(("id" = uuid::Uuid, Path, description = "The endpoint"), ("If-Match" = String, Header, description = "Its ETag")),
    request_body = SecretRotationInput,
    responses((status = 200, body = SigningView))
)]
#[post("/v1/webhook-endpoints/{id}/secrets")]
pub async fn rotate_webhook_secret(
    ctx: Ctx,
    id: Id<WebhookId>,
    input: Body<SecretRotationInput>,
) -> Answer {
    ctx.write(async |tx| {
        let endpoint = store::endpoint_to_change(tx, ctx.home(), id.0).await?;
        let permitted = ctx.authorize::<act::ChangeWebhook, _>(tx.actor()?, endpoint)?;
        ctx.require(permitted.subject().revision)?;
        let now = tx.now();
        let (shown, signer) = ctx.state().keys.webhook_seal().draw(id.0)?;
        let overlap = TimeDelta::seconds(input.0.overlap_seconds.into());
        let endpoint = tx.save(permitted.rotate(signer, overlap, now)?).await?;
        let view = SigningView {
            endpoint: EndpointView::of(tx.actor()?, &endpoint, now),
            signing_secret: shown.0,
        };
        Ok(Reply::ok(&view)?.tagged(Tag::Revision(endpoint.revision)))
    })
    .await
}

/// Sends an endpoint a message of type `webhook.test`.
///
/// How that went stands among its deliveries.
#[utoipa::path(
    tag = "Webhooks",
    params(("id" = uuid::Uuid, Path, description = "The endpoint")),
    responses((status = 204))
)]
#[post("/v1/webhook-endpoints/{id}/tests")]
pub async fn test_webhook_endpoint(ctx: Ctx, id: Id<WebhookId>) -> Answer {
    ctx.write(async |tx| {
        let endpoint = store::endpoint_to_change(tx, ctx.home(), id.0).await?;
        let permitted = ctx.authorize::<act::ChangeWebhook, _>(tx.actor()?, endpoint)?;
        let event = EventId(ambient::id());
        let message = Message::test(event, ctx.home(), id.0, tx.now());
        let Tested { .. } = tx.save(permitted.test(message)?).await?;
        Ok(Reply::no_content())
    })
    .await
}
