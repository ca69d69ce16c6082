//! Trials: where the experiment of a collectivity stands, and the steps it takes.

use actix_web::{get, post, put};
use chrono::{DateTime, NaiveDate, Utc};
use maillage_domain::access::{Actor, act};
use maillage_domain::evaluation::trial::{
    Impacts, Qualification, StepError, Trial, TrialState, Turn,
};
use maillage_domain::value::{ClauseId, Prose, ResourceId};
use maillage_infra::evaluation as store;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ctx::{Ctx, able};
use crate::http::{Answer, Body, Code, Id, Problem, Reply, Tag};

/// Where a trial stands.
#[derive(ToSchema)]
#[schema(as = TrialState, rename_all = "snake_case")]
pub enum TrialStateSchema {
    /// It was thought of.
    Idea,
    /// What the law asks was looked into.
    Qualified,
    /// It may begin.
    Authorised,
    /// It is under way.
    Running,
    /// It is held, and may go on.
    Suspended,
    /// It is over.
    Finished,
    /// Its results were put together.
    Evaluated,
    /// What was tried becomes the rule.
    Generalised,
    /// It goes on for longer.
    Prolonged,
    /// It was given up.
    Abandoned,
    /// What came of it was made known.
    Published,
}

/// The class of the system under the AI Act.
#[derive(ToSchema)]
#[schema(as = AiActClass, rename_all = "snake_case")]
pub enum AiActClassSchema {
    /// No duty of its own but AI literacy.
    Minimal,
    /// Duties of transparency.
    Transparency,
    /// High risk.
    HighRisk,
    /// A prohibited practice.
    Prohibited,
    /// Nobody can say yet.
    Undetermined,
}

/// Whether something that the law may ask is asked, and done.
#[derive(ToSchema)]
#[schema(as = Duty, rename_all = "snake_case")]
pub enum DutySchema {
    /// It is not asked here.
    NotRequired,
    /// It was done.
    Done,
    /// It is still to be done.
    Due,
    /// Nobody can say yet.
    Undetermined,
}

/// What was found before a trial is authorised.
#[derive(ToSchema)]
#[schema(as = Qualification)]
#[expect(dead_code, reason = "only documents `Qualification`")]
pub struct QualificationSchema {
    /// Under the AI Act.
    ai_act: AiActClassSchema,
    /// The data protection impact assessment.
    dpia: DutySchema,
    /// The opinion of the comité social territorial.
    social_committee: DutySchema,
    /// How one came to that.
    #[schema(
        required = false,
        max_length = 2000,
        example = "Aide à la rédaction, relue par un agent."
    )]
    grounds: String,
}

/// What a trial did to work and people, each in words.
#[derive(ToSchema)]
#[schema(as = Impacts)]
#[expect(dead_code, reason = "only documents `Impacts`")]
pub struct ImpactsSchema {
    /// Who does what, before and after.
    #[schema(
        required = false,
        max_length = 2000,
        example = "La saisie passe de l'agent à l'outil, la relecture reste."
    )]
    tasks: String,
    /// The time that was freed, and what it was used for.
    #[schema(
        required = false,
        max_length = 2000,
        example = "Une heure par semaine, rendue à l'accueil."
    )]
    time_freed: String,
    /// Skills and training.
    #[schema(
        required = false,
        max_length = 2000,
        example = "Deux heures de formation."
    )]
    skills: String,
    /// The organisation.
    #[schema(required = false, max_length = 2000, example = "")]
    organisation: String,
    /// Working conditions.
    #[schema(required = false, max_length = 2000, example = "")]
    working_conditions: String,
    /// Accessibility.
    #[schema(required = false, max_length = 2000, example = "")]
    accessibility: String,
    /// The environment.
    #[schema(required = false, max_length = 2000, example = "")]
    environment: String,
    /// Equity between groups of people.
    #[schema(required = false, max_length = 2000, example = "")]
    equity: String,
}

/// A version of the protocol.
#[derive(Debug, Serialize, ToSchema)]
pub struct FollowedProtocolView {
    /// Its number.
    #[schema(example = 1)]
    pub(super) version: i32,
    /// Its digest.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub(super) digest: String,
}

/// A trial.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialView {
    /// Where it stands.
    #[schema(value_type = TrialStateSchema)]
    state: TrialState,
    /// Where it may go from there.
    #[schema(value_type = Vec<TrialStateSchema>)]
    next: Vec<TrialState>,
    /// What was found before it was authorised; null before.
    #[schema(value_type = Option<QualificationSchema>)]
    qualification: Option<Qualification>,
    /// The protocol it follows, frozen when it began; null before.
    protocol: Option<FollowedProtocolView>,
    /// What it did to work and people, as far as it was written down.
    #[schema(value_type = ImpactsSchema)]
    impacts: Impacts,
    /// When it is to be looked at again, as the last review says.
    #[schema(example = "2027-02-01")]
    next_review: Option<NaiveDate>,
    /// Whether that day has come.
    #[schema(example = false)]
    review_due: bool,
    /// What you may do with it now.
    #[schema(example = json!(["read_trial", "conduct_trial"]))]
    abilities: Vec<String>,
}

/// A step that is asked of a trial.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepInput {
    /// Where it shall go.
    #[schema(value_type = TrialStateSchema, example = "qualified")]
    to: TrialState,
    /// Why: required to hold, generalise, prolong or abandon it.
    #[serde(default)]
    #[schema(value_type = String, required = false, max_length = 2000, example = "Qualification relue par la déléguée à la protection des données.")]
    reason: Prose<2000>,
    /// The stop criterion of the protocol that was met, where one was.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = json!(null))]
    stop_criterion: Option<ClauseId>,
    /// What was found: with `qualified`, and only with it.
    #[serde(default)]
    #[schema(value_type = Option<QualificationSchema>, example = json!({"ai_act": "minimal", "dpia": "not_required", "social_committee": "done", "grounds": "Aide à la rédaction, relue par un agent."}))]
    qualification: Option<Qualification>,
}

impl TrialView {
    pub(super) fn of(actor: &Actor, trial: Trial, now: DateTime<Utc>) -> Self {
        let next = TrialState::ALL.into_iter();
        Self {
            next: next.filter(|to| trial.state.leads_to(*to)).collect(),
            abilities: able(actor, &trial),
            review_due: trial.review_is_due(now.date_naive()),
            state: trial.state,
            qualification: trial.qualification,
            protocol: trial.protocol.map(|it| FollowedProtocolView {
                version: it.version,
                digest: it.digest.to_string(),
            }),
            next_review: trial.next_review,
            impacts: trial.impacts,
        }
    }
}

/// Gives the trial of an experiment of your collectivity.
#[utoipa::path(
    tag = "Trials",
    params(("id" = uuid::Uuid, Path, description = "The experiment")),
    responses((status = 200, body = TrialView))
)]
#[get("/{id}/trial")]
pub async fn get_trial(ctx: Ctx, id: Id<ResourceId>) -> Answer {
    let (actor, (trial, _)) = ctx.read(async |db| store::trial(db, id.0).await).await?;
    let permitted = ctx.authorize::<act::ReadTrial, _>(&actor, trial)?;
    let trial = permitted.into_subject();
    let tag = Tag::Revision(trial.revision);
    ctx.show(
        &TrialView::of(&actor, trial, ctx.state().store.clock().now()),
        tag,
    )
}

/// Takes a trial one step further.
///
/// What binds the collectivity (`authorised`, `generalised`, `prolonged`, `abandoned`, `published`)
/// is decided by a director or an AI lead who did not prepare it. Nothing is authorised that is
/// prohibited, undetermined, or lacks a published protocol or an assessment or opinion that is due;
/// nothing begins but with the version of the protocol that was authorised, which has a primary
/// indicator, a baseline, a duration, a stop criterion and somebody who watches over it; nothing is
/// evaluated before each primary indicator has figures of its own.
#[utoipa::path(
    tag = "Trials",
    params(("id" = uuid::Uuid, Path, description = "The experiment"), ("If-Match" = String, Header, description = "The ETag of the trial")),
    request_body = StepInput,
    responses((status = 200, body = TrialView))
)]
#[post("/{id}/trial/steps")]
pub async fn step_trial(ctx: Ctx, id: Id<ResourceId>, input: Body<StepInput>) -> Answer {
    let StepInput {
        to,
        reason,
        stop_criterion,
        qualification,
    } = input.0;
    let turn = Turn {
        to,
        reason,
        stop_criterion,
        qualification,
    };
    ctx.write(async |tx| {
        let (trial, grounds) = store::trial_for_update(tx, id.0).await?;
        let now = tx.now();
        let revision = trial.revision;
        let outcome = if to.is_decision() {
            let permitted = ctx.authorize::<act::DecideTrial, _>(tx.actor()?, trial)?;
            ctx.require(revision)?;
            permitted.decide(turn, &grounds, now)?
        } else {
            let permitted = ctx.authorize::<act::ConductTrial, _>(tx.actor()?, trial)?;
            ctx.require(revision)?;
            permitted.step(turn, &grounds, now)?
        };
        let trial = tx.save(outcome).await?.trial;
        let tag = Tag::Revision(trial.revision);
        Ok(Reply::ok(&TrialView::of(tx.actor()?, trial, tx.now()))?.tagged(tag))
    })
    .await
}

/// Writes down what a trial did to work and people.
#[utoipa::path(
    tag = "Trials",
    params(("id" = uuid::Uuid, Path, description = "The experiment"), ("If-Match" = String, Header, description = "The ETag of the trial")),
    request_body = ImpactsSchema,
    responses((status = 200, body = TrialView))
)]
#[put("/{id}/trial/impacts")]
pub async fn write_impacts(ctx: Ctx, id: Id<ResourceId>, input: Body<Impacts>) -> Answer {
    ctx.write(async |tx| {
        let (trial, _) = store::trial_for_update(tx, id.0).await?;
        let permitted = ctx.authorize::<act::ConductTrial, _>(tx.actor()?, trial)?;
        ctx.require(permitted.subject().revision)?;
        let trial = tx.save(permitted.write_impacts(input.0)?).await?.0;
        let tag = Tag::Revision(trial.revision);
        Ok(Reply::ok(&TrialView::of(tx.actor()?, trial, tx.now()))?.tagged(tag))
    })
    .await
}

impl From<StepError> for Problem {
    fn from(error: StepError) -> Self {
        match error {
            StepError::State => Code::TrialState.into(),
            StepError::NotPublished => Code::NotPublished.into(),
            StepError::Author => Code::AuthorDecides.into(),
            StepError::Invalid(found) => Self::violations(found),
        }
    }
}
