//! Settlements: an amendment is accepted, declined or withdrawn, once.

use actix_web::{get, post};
use maillage_domain::access::{Action, Actor, Permitted, act};
use maillage_domain::commons::merge::Choices;
use maillage_domain::commons::{
    Amendment, AmendmentError, AmendmentState, Charter, Clausal, KindName, Template, UpstreamError,
};
use maillage_domain::outcome::Outcome;
use maillage_domain::value::{AmendmentId, Prose};
use maillage_infra::commons::{self as store, AmendedTexts};
use maillage_infra::store::Tx;
use serde::Deserialize;
use utoipa::ToSchema;

use super::amendments::{AmendmentView, tag};
use super::bodies::Exposed;
use super::upstream::{ChoiceSchema, PlanView};
use crate::ctx::Ctx;
use crate::http::{Answer, Body, Code, Id, Problem, Reply};

/// How to take an amendment in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AmendmentAcceptanceInput {
    /// For each conflict between the amendment (`"theirs"`) and your text (`"mine"`), by its `at`:
    /// `"theirs"`, `"mine"` or `{"text": "…"}`.
    #[serde(default)]
    #[schema(value_type = std::collections::BTreeMap<String, ChoiceSchema>, required = false, example = json!({"controle-humain/text": "theirs"}))]
    choices: Choices,
    /// What you say to the proposer.
    #[serde(default)]
    #[schema(value_type = String, max_length = 2000, required = false, example = "Repris dans la prochaine version.")]
    reason: Prose<2000>,
}

/// Why an amendment is declined.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AmendmentRefusalInput {
    /// What you say to the proposer.
    #[schema(value_type = String, min_length = 1, max_length = 2000, example = "Ce point relève du règlement intérieur.")]
    reason: Prose<2000>,
}

/// Settles an amendment: find it, ask the policy, compare the ETag, turn it, keep it.
async fn settle<A: Action>(
    ctx: Ctx,
    id: AmendmentId,
    turn: impl AsyncFnOnce(&mut Tx, Permitted<A, Amendment>) -> Result<Amendment, Problem>,
) -> Answer {
    ctx.write(async |tx| {
        let kept = store::amendment_for_update(tx, id).await?;
        let permitted = ctx.authorize::<A, _>(tx.actor()?, kept.amendment)?;
        ctx.require(permitted.subject().seen_as())?;
        let amendment = turn(tx, permitted).await?;
        let tag = tag(&amendment);
        let actor: &Actor = tx.actor()?;
        let view = AmendmentView::of(actor, amendment, kept.proposer);
        Ok(Reply::ok(&view)?.tagged(tag))
    })
    .await
}

/// Keeps an amendment that was settled.
async fn keep(
    tx: &mut Tx,
    settled: Result<Outcome<Amendment>, AmendmentError>,
) -> Result<Amendment, Problem> {
    Ok(tx.save(settled?).await?)
}

/// Merges the proposed clauses into the draft of the source.
async fn accept<K>(
    tx: &mut Tx,
    permitted: Permitted<act::AcceptAmendment, Amendment>,
    input: AmendmentAcceptanceInput,
) -> Result<Amendment, Problem>
where
    K: Exposed<Body: Clausal>,
{
    let (source, id) = (permitted.subject().source, permitted.subject().id);
    let source = store::amended_for_update(tx, source, id).await?.of::<K>()?;
    let AmendmentAcceptanceInput { choices, reason } = input;
    let accepted = permitted.accept(source, &choices, reason, tx.now())?;
    Ok(tx.save(accepted).await?.amendment)
}

/// What an amendment to a text without clauses is told, which cannot be proposed.
fn without_clauses() -> Problem {
    Code::NotFound.into()
}

/// Says what taking an amendment in would do to the draft of its source.
#[utoipa::path(
    tag = "Amendments",
    params(("id" = uuid::Uuid, Path, description = "The amendment")),
    responses((status = 200, body = PlanView))
)]
#[get("/v1/amendments/{id}/plan")]
pub async fn plan_amendment(ctx: Ctx, id: Id<AmendmentId>) -> Answer {
    let (actor, (kept, source)) = ctx
        .read(async |db| {
            let (kept, source) =
                futures::join!(store::amendment(db, id.0), store::amended(db, id.0));
            Ok((kept?, source?))
        })
        .await?;
    let permitted = ctx.authorize::<act::ReadAmendment, _>(&actor, kept.amendment)?;
    let amendment = permitted.into_subject();
    match amendment.kind {
        KindName::Charter => plan::<Charter>(&ctx, &actor, amendment, source),
        KindName::Template => plan::<Template>(&ctx, &actor, amendment, source),
        KindName::Experiment => Err(without_clauses()),
    }
}

/// What the draft of a source of kind `K`, which its own insiders read, would come to.
fn plan<K>(ctx: &Ctx, actor: &Actor, amendment: Amendment, source: AmendedTexts) -> Answer
where
    K: Exposed<Body: Clausal>,
{
    let mut source = source.of::<K>()?;
    let permitted = ctx.authorize::<act::ReadDraft, _>(actor, source.bench.resource)?;
    source.bench.resource = permitted.into_subject();
    if amendment.state != AmendmentState::Proposed {
        return Err(Code::AmendmentSettled.into());
    }
    let plan = PlanView::of(source.plan(&amendment.changes, &Choices::new()));
    ctx.show(&plan, tag(&amendment))
}

/// Takes an amendment into the draft of its source, or begins one with it.
///
/// The amendment is merged three ways with what the draft says now; where both have changed the same
/// passage and no choice settles it, the conflicts are answered with their names. Nothing is
/// published.
#[utoipa::path(
    tag = "Amendments",
    params(("id" = uuid::Uuid, Path, description = "The amendment"), ("If-Match" = String, Header, description = "Its ETag")),
    request_body = AmendmentAcceptanceInput,
    responses((status = 200, body = AmendmentView))
)]
#[post("/v1/amendments/{id}/acceptance")]
pub async fn accept_amendment(
    ctx: Ctx,
    id: Id<AmendmentId>,
    input: Body<AmendmentAcceptanceInput>,
) -> Answer {
    settle::<act::AcceptAmendment>(ctx, id.0, async |tx, permitted| {
        match permitted.subject().kind {
            KindName::Charter => accept::<Charter>(tx, permitted, input.0).await,
            KindName::Template => accept::<Template>(tx, permitted, input.0).await,
            KindName::Experiment => Err(without_clauses()),
        }
    })
    .await
}

/// Declines an amendment, with a reason.
#[utoipa::path(
    tag = "Amendments",
    params(("id" = uuid::Uuid, Path, description = "The amendment"), ("If-Match" = String, Header, description = "Its ETag")),
    request_body = AmendmentRefusalInput,
    responses((status = 200, body = AmendmentView))
)]
#[post("/v1/amendments/{id}/refusal")]
pub async fn decline_amendment(
    ctx: Ctx,
    id: Id<AmendmentId>,
    input: Body<AmendmentRefusalInput>,
) -> Answer {
    settle::<act::DeclineAmendment>(ctx, id.0, async |tx, permitted| {
        let declined = permitted.decline(input.0.reason, tx.now());
        keep(tx, declined).await
    })
    .await
}

/// Takes back an amendment that your collectivity has proposed.
#[utoipa::path(
    tag = "Amendments",
    params(("id" = uuid::Uuid, Path, description = "The amendment"), ("If-Match" = String, Header, description = "Its ETag")),
    responses((status = 200, body = AmendmentView))
)]
#[post("/v1/amendments/{id}/withdrawal")]
pub async fn withdraw_amendment(ctx: Ctx, id: Id<AmendmentId>) -> Answer {
    settle::<act::WithdrawAmendment>(ctx, id.0, async |tx, permitted| {
        let withdrawn = permitted.withdraw(tx.now());
        keep(tx, withdrawn).await
    })
    .await
}

impl From<AmendmentError> for Problem {
    fn from(error: AmendmentError) -> Self {
        match error {
            AmendmentError::Settled => Code::AmendmentSettled.into(),
            AmendmentError::Empty => Self::field("/reason", "text_empty"),
            AmendmentError::TooManyComments => Code::CommentsTooMany.into(),
            AmendmentError::Merge(error) => UpstreamError::Merge(error).into(),
        }
    }
}
