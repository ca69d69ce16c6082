//! Deliveries: how it went, and what is sent again.

use actix_web::{get, post};
use maillage_domain::access::act;
use maillage_domain::partners::webhooks::Replay;
use maillage_domain::value::{DeliveryId, WebhookId};
use maillage_infra::partners::webhooks as store;
use serde::Deserialize;
use utoipa::ToSchema;

use super::values::{AttemptView, DeliveryLogView, DeliveryView};
use crate::ctx::Ctx;
use crate::http::page::{Start, limit};
use crate::http::params;
use crate::http::{Answer, Body, Code, Id, Moment, Page, PageQuery, Params, Problem, Reply, Tag};

/// What is sent again: one delivery, or all since a moment.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayInput {
    /// One delivery.
    #[serde(default)]
    #[schema(value_type = Option<uuid::Uuid>, example = "019acb5e-0000-7000-8000-000000000010")]
    delivery: Option<DeliveryId>,
    /// Everything that was begun since then and has ended.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime, example = json!(null))]
    since: Option<Moment>,
}

/// Lists what an endpoint was sent, newest first.
///
/// What ended a month ago is forgotten.
#[utoipa::path(
    tag = "Webhooks",
    params(("id" = uuid::Uuid, Path, description = "The endpoint"), PageQuery),
    responses((status = 200, body = Page<DeliveryView>))
)]
#[get("/v1/webhook-endpoints/{id}/deliveries")]
pub async fn list_webhook_deliveries(
    ctx: Ctx,
    id: Id<WebhookId>,
    page: Params<PageQuery>,
) -> Answer {
    let (limit, cursors) = (limit(page.0.limit)?, ctx.cursors());
    let start: Option<Start<DeliveryId>> = cursors.open(page.0.cursor.as_deref())?;
    let tenant = ctx.home();
    let (actor, (endpoint, rows)) = ctx
        .read_list(start.as_ref(), limit, async |db, page| {
            let list = store::deliveries(db, tenant, id.0, page.from, page.most);
            let (endpoint, rows) = futures::join!(store::endpoint(db, tenant, id.0), list);
            Ok((endpoint?, rows?))
        })
        .await?;
    ctx.authorize::<act::ReadWebhooks, _>(&actor, endpoint)?;
    let view = |it| DeliveryView::from(&it);
    ctx.list(cursors.forward(rows, limit, |it| it.id, view)?)
}

/// Gives one delivery with every attempt.
#[utoipa::path(
    tag = "Webhooks",
    params(
        ("id" = uuid::Uuid, Path, description = "The endpoint"),
        ("delivery" = uuid::Uuid, Path, description = "The delivery")
    ),
    responses((status = 200, body = DeliveryLogView))
)]
#[get("/v1/webhook-endpoints/{id}/deliveries/{delivery}")]
pub async fn get_webhook_delivery(ctx: Ctx, id: Id<WebhookId>) -> Answer {
    let tenant = ctx.home();
    let delivery: DeliveryId = params::path(ctx.request(), "delivery")?;
    let (actor, (endpoint, delivery, attempts)) = ctx
        .read(async |db| {
            let (endpoint, found, attempts) = futures::join!(
                store::endpoint(db, tenant, id.0),
                store::delivery(db, tenant, id.0, delivery),
                store::attempts(db, tenant, delivery)
            );
            Ok((endpoint?, found?, attempts?))
        })
        .await?;
    ctx.authorize::<act::ReadWebhooks, _>(&actor, endpoint)?;
    let payload = serde_json::from_str(&delivery.body);
    let view = DeliveryLogView {
        delivery: DeliveryView::from(&delivery),
        payload: payload.map_err(|_| Problem::from(Code::Internal))?,
        log: attempts.into_iter().map(AttemptView::from).collect(),
    };
    ctx.show(&view, Tag::Content)
}

/// Sends an endpoint again what it was sent before.
///
/// One delivery, or all since a moment. Each has the `webhook-id` that it had. What you may not see any more is not sent.
#[utoipa::path(
    tag = "Webhooks",
    params(("id" = uuid::Uuid, Path, description = "The endpoint")),
    request_body = ReplayInput,
    responses((status = 204))
)]
#[post("/v1/webhook-endpoints/{id}/replays")]
pub async fn replay_webhook_deliveries(
    ctx: Ctx,
    id: Id<WebhookId>,
    input: Body<ReplayInput>,
) -> Answer {
    let what = match (input.0.delivery, input.0.since) {
        (Some(delivery), None) => Replay::One(delivery),
        (None, Some(since)) => Replay::Since(since.0),
        (Some(_), Some(_)) => return Err(Problem::field("/since", "invalid_value")),
        (None, None) => return Err(Problem::field("/delivery", "missing_field")),
    };
    ctx.write(async |tx| {
        let endpoint = store::endpoint_to_change(tx, ctx.home(), id.0).await?;
        let permitted = ctx.authorize::<act::ChangeWebhook, _>(tx.actor()?, endpoint)?;
        tx.save(permitted.replay(what)?).await?;
        Ok(Reply::no_content())
    })
    .await
}
