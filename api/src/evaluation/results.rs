//! Results: what a trial reports of each indicator, and how that is shared with the network.

use actix_web::{HttpRequest, get, put};
use chrono::{DateTime, NaiveDate, Utc};
use maillage_domain::access::{Actor, act};
use maillage_domain::evaluation::{
    Doubt, Evidence, Figures, Origin, Report, ResultError, Sharing, TrialResult, doubts,
};
use maillage_domain::value::{ClauseId, ResourceId, ResultId};
use maillage_infra::{ambient, evaluation as store};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::figures::FiguresSchema;
use super::trials::FollowedProtocolView;
use crate::ctx::{Ctx, able};
use crate::http::language::chosen;
use crate::http::{Answer, Body, Code, Id, Language, Problem, Reply, Tag, fields, params};

/// How figures were come by.
#[derive(ToSchema)]
#[schema(as = Evidence, rename_all = "snake_case")]
pub enum EvidenceSchema {
    /// Measured: logs, timing, blind rating.
    Measured,
    /// Said by those who took part.
    SelfReported,
}

/// Whose figures they are.
#[derive(ToSchema)]
#[schema(as = Origin, rename_all = "snake_case")]
pub enum ResultOriginSchema {
    /// The collectivity's own staff.
    Staff,
    /// Whoever supplies the tool.
    Vendor,
    /// A study that is cited.
    Study,
}

/// How a result is shared with the network.
#[derive(ToSchema)]
#[schema(as = Sharing, rename_all = "snake_case")]
pub enum SharingSchema {
    /// Figures and name.
    Open,
    /// Figures, and no name.
    Pseudonymous,
    /// Only as a part of pooled figures, never by itself.
    AggregateOnly,
}

/// What is reported of one indicator.
#[derive(ToSchema)]
#[schema(as = Report)]
#[expect(dead_code, reason = "only documents `Report`")]
pub struct ReportSchema {
    /// The figures.
    #[schema(example = json!({"type": "paired", "n": 18, "mean": -4.5, "sd": 3.1}))]
    figures: FiguresSchema,
    /// How they were come by.
    evidence: EvidenceSchema,
    /// Whose they are.
    origin: ResultOriginSchema,
    /// The first day they are about.
    #[schema(example = "2026-03-02")]
    from: NaiveDate,
    /// The last day.
    #[schema(example = "2026-06-26")]
    until: NaiveDate,
    /// What is to be kept in mind.
    #[schema(
        required = false,
        max_length = 2000,
        example = "Pas de groupe témoin ; effet d'apprentissage possible."
    )]
    caveats: String,
}

/// Why figures deserve a second look; never a reason to refuse them.
#[derive(Debug, Serialize, ToSchema)]
pub struct DoubtView {
    /// Its stable name.
    #[schema(example = "n_small")]
    code: String,
    /// In words.
    #[schema(
        example = "Moins de onze observations dans un groupe : le hasard pèse, et chacun peut se reconnaître."
    )]
    detail: &'static str,
}

/// A result.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResultView {
    /// The indicator of the protocol.
    #[schema(example = "temps-par-courrier")]
    indicator: String,
    /// What people call it.
    #[schema(example = "Temps par courrier")]
    name: String,
    /// In which unit.
    #[schema(example = "min")]
    unit: String,
    /// The protocol that was followed.
    protocol: FollowedProtocolView,
    /// The figures.
    #[schema(value_type = FiguresSchema)]
    figures: Figures,
    /// How they were come by.
    #[schema(value_type = EvidenceSchema)]
    evidence: Evidence,
    /// Whose they are.
    #[schema(value_type = ResultOriginSchema)]
    origin: Origin,
    /// The first day they are about.
    #[schema(example = "2026-03-02")]
    from: NaiveDate,
    /// The last day.
    #[schema(example = "2026-06-26")]
    until: NaiveDate,
    /// What is to be kept in mind.
    #[schema(example = "Pas de groupe témoin ; effet d'apprentissage possible.")]
    caveats: String,
    /// What is worth a second look in the figures.
    doubts: Vec<DoubtView>,
    /// How it is shared; null while it is yours alone.
    #[schema(value_type = Option<SharingSchema>)]
    sharing: Option<Sharing>,
    /// When it was reported or corrected last.
    recorded_at: DateTime<Utc>,
    /// What you may do with it now.
    #[schema(example = json!(["share_result"]))]
    abilities: Vec<String>,
}

/// The results of a trial.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResultsView {
    /// One per indicator that was reported.
    results: Vec<ResultView>,
}

/// How to share a result.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SharingInput {
    /// How; null to keep it to yourselves. What others have read is read.
    #[schema(value_type = Option<SharingSchema>, example = "pseudonymous")]
    sharing: Option<Sharing>,
}

impl DoubtView {
    /// All that is doubtful about figures.
    pub(super) fn all(figures: &Figures, language: Language) -> Vec<Self> {
        let doubt = |doubt: Doubt| {
            let code = doubt.to_string();
            Self {
                detail: fields::message(&code, language),
                code,
            }
        };
        doubts(figures).into_iter().map(doubt).collect()
    }
}

impl ResultView {
    fn of(ctx: &Ctx, actor: &Actor, it: TrialResult) -> Self {
        Self {
            doubts: DoubtView::all(&it.report.figures, chosen(ctx.request())),
            abilities: able(actor, &it),
            indicator: it.indicator.id.to_string(),
            name: it.indicator.name,
            unit: it.indicator.unit,
            protocol: FollowedProtocolView {
                version: it.protocol.version,
                digest: it.protocol.digest.to_string(),
            },
            figures: it.report.figures,
            evidence: it.report.evidence,
            origin: it.report.origin,
            from: it.report.from,
            until: it.report.until,
            caveats: it.report.caveats.as_str().to_owned(),
            sharing: it.sharing,
            recorded_at: it.recorded_at,
        }
    }
}

/// Lists the results of a trial of your collectivity.
#[utoipa::path(
    tag = "Trials",
    params(("id" = uuid::Uuid, Path, description = "The experiment")),
    responses((status = 200, body = ResultsView))
)]
#[get("/{id}/results")]
pub async fn list_results(ctx: Ctx, id: Id<ResourceId>) -> Answer {
    let (actor, (trial, results)) = ctx
        .read(async |db| {
            let (trial, results) = futures::join!(store::trial(db, id.0), store::results(db, id.0));
            Ok((trial?.0, results?))
        })
        .await?;
    let trial = ctx.authorize::<act::ReadTrial, _>(&actor, trial)?;
    let revisions: i64 = results.iter().map(|it| it.revision).sum();
    let tag = Tag::Revision(trial.subject().revision + revisions);
    let results = results
        .into_iter()
        .map(|it| ResultView::of(&ctx, &actor, it));
    let results = results.collect();
    ctx.show(&ResultsView { results }, tag)
}

/// Gives the result of one indicator.
#[utoipa::path(
    tag = "Trials",
    params(("id" = uuid::Uuid, Path, description = "The experiment"), ("indicator" = String, Path, description = "The indicator of its protocol", example = "temps-par-courrier")),
    responses((status = 200, body = ResultView))
)]
#[get("/{id}/results/{indicator}")]
pub async fn get_result(ctx: Ctx, request: HttpRequest, id: Id<ResourceId>) -> Answer {
    let indicator: ClauseId = params::path(&request, "indicator")?;
    let (actor, (trial, result)) = ctx
        .read(async |db| {
            let (trial, result) =
                futures::join!(store::trial(db, id.0), store::result(db, id.0, &indicator));
            Ok((trial?.0, result?))
        })
        .await?;
    ctx.authorize::<act::ReadTrial, _>(&actor, trial)?;
    let result = result.ok_or(Problem::from(Code::NotFound))?;
    let tag = Tag::Revision(result.revision);
    ctx.show(&ResultView::of(&ctx, &actor, result), tag)
}

/// Reports the result of one indicator, or corrects it.
///
/// What is corrected stays shared as it was. `If-None-Match: *` for the first time, `If-Match` to correct it.
#[utoipa::path(
    tag = "Trials",
    params(("id" = uuid::Uuid, Path, description = "The experiment"), ("indicator" = String, Path, description = "The indicator of its protocol", example = "temps-par-courrier"), ("If-Match" = Option<String>, Header, description = "The ETag of the result"), ("If-None-Match" = Option<String>, Header, description = "`*` for the first time")),
    request_body = ReportSchema,
    responses((status = 200, body = ResultView), (status = 201, body = ResultView))
)]
#[put("/{id}/results/{indicator}")]
pub async fn record_result(
    ctx: Ctx,
    request: HttpRequest,
    id: Id<ResourceId>,
    input: Body<Report>,
) -> Answer {
    let indicator: ClauseId = params::path(&request, "indicator")?;
    ctx.write(async |tx| {
        let (trial, grounds) = store::trial_for_update(tx, id.0).await?;
        let permitted = ctx.authorize::<act::ConductTrial, _>(tx.actor()?, trial)?;
        let protocol = grounds.protocol.map(|(_, body)| body);
        let protocol = protocol.ok_or(Problem::from(Code::TrialState))?;
        let known = protocol.indicator(&indicator);
        known.ok_or(Problem::from(Code::NotFound))?;
        let before = store::result(tx.db(), id.0, &indicator).await?;
        ctx.require_at(before.as_ref().map(|it| it.revision))?;
        let report = input.0.clone();
        let new = ResultId(ambient::id());
        let recorded = permitted.record(
            &protocol,
            &indicator,
            report,
            before.as_ref(),
            new,
            tx.now(),
        )?;
        let result = tx.save(recorded).await?.0;
        let tag = Tag::Revision(result.revision);
        let view = ResultView::of(&ctx, tx.actor()?, result);
        let reply = if before.is_none() {
            let location = format!("/v1/experiments/{}/results/{indicator}", id.0);
            Reply::created(location, &view)?
        } else {
            Reply::ok(&view)?
        };
        Ok(reply.tagged(tag))
    })
    .await
}

/// Shares a result with the network, otherwise than before, or no longer.
#[utoipa::path(
    tag = "Trials",
    params(("id" = uuid::Uuid, Path, description = "The experiment"), ("indicator" = String, Path, description = "The indicator of its protocol", example = "temps-par-courrier"), ("If-Match" = String, Header, description = "The ETag of the result")),
    request_body = SharingInput,
    responses((status = 200, body = ResultView))
)]
#[put("/{id}/results/{indicator}/sharing")]
pub async fn share_result(
    ctx: Ctx,
    request: HttpRequest,
    id: Id<ResourceId>,
    input: Body<SharingInput>,
) -> Answer {
    let indicator: ClauseId = params::path(&request, "indicator")?;
    ctx.write(async |tx| {
        let (trial, _) = store::trial_for_update(tx, id.0).await?;
        ctx.authorize::<act::ReadTrial, _>(tx.actor()?, trial)?;
        let result = store::result(tx.db(), id.0, &indicator).await?;
        let result = result.ok_or(Problem::from(Code::NotFound))?;
        let permitted = ctx.authorize::<act::ShareResult, _>(tx.actor()?, result)?;
        ctx.require(permitted.subject().revision)?;
        let sharing = input.0.sharing;
        let history = store::history(tx, permitted.subject(), sharing).await?;
        let shared = permitted.share(sharing, &history)?;
        let result = tx.save(shared).await?.0;
        let tag = Tag::Revision(result.revision);
        Ok(Reply::ok(&ResultView::of(&ctx, tx.actor()?, result))?.tagged(tag))
    })
    .await
}

impl From<ResultError> for Problem {
    fn from(error: ResultError) -> Self {
        match error {
            ResultError::Step(error) => error.into(),
            ResultError::NoIndicator => Code::NotFound.into(),
            ResultError::Uncovers => Code::FiguresReleased.into(),
        }
    }
}
