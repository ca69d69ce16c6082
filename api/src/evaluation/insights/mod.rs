//! Insights: what the results of a use case show together, as far as the caller may see them.

use actix_web::{HttpRequest, get};
use chrono::NaiveDate;
use maillage_domain::access::act;
use maillage_domain::commons::{Better, IndicatorCode, UseCase};
use maillage_domain::evaluation::pool::{Bounds, Pooled};
use maillage_domain::evaluation::{Effect, Evidence, Figures, Measure, Origin, Sharing};
use maillage_infra::evaluation::{self as store, NetworkResult};
use serde::Serialize;
use utoipa::ToSchema;

use super::figures::FiguresSchema;
use super::results::{EvidenceSchema, ResultOriginSchema, SharingSchema};
use super::sets::{Set, ends, sets};
use crate::ctx::Ctx;
use crate::http::language::chosen;
use crate::http::{Answer as Answered, Code, Language, Problem, Tag, params};

/// A use case and an indicator that have results you may see.
#[derive(Debug, Serialize, ToSchema)]
pub struct TopicView {
    /// The use case.
    #[schema(example = "writing-assistant")]
    use_case: String,
    /// What people call it.
    #[schema(example = "Assistant de rédaction")]
    use_case_name: String,
    /// The indicator.
    #[schema(example = "time_saved")]
    indicator: String,
    /// How many results you may see, yours among them.
    #[schema(example = 5)]
    results: i64,
    /// How many of them are yours.
    #[schema(example = 1)]
    own: i64,
}

/// Everything that has results you may see.
#[derive(Debug, Serialize, ToSchema)]
pub struct TopicsView {
    /// Use cases and indicators, in alphabetical order.
    topics: Vec<TopicView>,
}

/// What the results of a use case show of an indicator.
#[derive(Debug, Serialize, ToSchema)]
pub struct InsightView {
    /// The use case.
    #[schema(example = "writing-assistant")]
    use_case: String,
    /// What people call it.
    #[schema(example = "Assistant de rédaction")]
    use_case_name: String,
    /// The indicator.
    #[schema(example = "time_saved")]
    indicator: String,
    /// Results that may be compared stand together: same unit, measure and definition. The largest
    /// set first.
    sets: Vec<SetView>,
}

/// Results that may be compared.
#[derive(Debug, Serialize, ToSchema)]
pub struct SetView {
    /// What tells this set from others.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    id: String,
    /// What was measured.
    #[schema(example = "Temps par courrier")]
    name: String,
    /// In which unit.
    #[schema(example = "min")]
    unit: String,
    /// How it is measured.
    #[schema(example = "Chronométrage de vingt courriers par agent.")]
    definition: String,
    /// Which way is better.
    #[schema(value_type = String, example = "higher")]
    better: Better,
    /// How the effects are expressed; `log_…`, `ratio_of_means` and `logit_proportion` on the
    /// logarithmic scale.
    #[schema(value_type = String, example = "mean_difference")]
    measure: Measure,
    /// The results, one by one.
    studies: Vec<StudyView>,
    /// What they show together; null for one or two results, which stand beside each other only.
    pooled: Option<PooledView>,
    /// The same in plain words, which say no more than the figures.
    #[schema(example = "Deux résultats seulement : ils se lisent côte à côte.")]
    sentence: String,
}

/// One result.
#[derive(Debug, Serialize, ToSchema)]
pub struct StudyView {
    /// The collectivity; null where it is shown without a name, and for your own.
    #[schema(example = "Cergy")]
    collectivity: Option<String>,
    /// Its SIREN, likewise.
    #[schema(example = "219501277")]
    siren: Option<String>,
    /// Whether it is yours.
    #[schema(example = false)]
    own: bool,
    /// How you share it; null for others, and while it is yours alone.
    #[schema(value_type = Option<SharingSchema>)]
    sharing: Option<Sharing>,
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
    /// What is to be kept in mind; empty where it is shown without a name.
    #[schema(example = "Pas de groupe témoin.")]
    caveats: String,
    /// The effect.
    #[schema(example = -4.5)]
    effect: f64,
    /// The lower bound of its interval of 95 %.
    #[schema(example = -5.9)]
    low: f64,
    /// The upper bound.
    #[schema(example = -3.1)]
    high: f64,
    /// Its share in the pooled estimate; null where nothing is pooled.
    #[schema(example = 0.2)]
    weight: Option<f64>,
}

/// What several results show together (REML, Hartung–Knapp).
#[derive(Debug, Serialize, ToSchema)]
pub struct PooledView {
    /// How many results.
    #[schema(example = 5)]
    count: usize,
    /// The pooled effect.
    #[schema(example = -4.1)]
    estimate: f64,
    /// Its standard error.
    #[schema(example = 0.6)]
    standard_error: f64,
    /// The lower bound of the confidence interval of 95 %.
    #[schema(example = -5.8)]
    low: f64,
    /// The upper bound.
    #[schema(example = -2.4)]
    high: f64,
    /// Where the effect of one more such trial would lie, lower bound.
    #[schema(example = -7.9)]
    prediction_low: Option<f64>,
    /// Upper bound.
    #[schema(example = -0.3)]
    prediction_high: Option<f64>,
    /// Cochran's Q.
    #[schema(example = 6.2)]
    q: f64,
    /// The probability of a larger Q by chance alone.
    #[schema(example = 0.18)]
    q_p: f64,
    /// I², in percent.
    #[schema(example = 41.0)]
    i2: f64,
    /// H².
    #[schema(example = 1.7)]
    h2: f64,
    /// τ²: the variance between trials.
    #[schema(example = 0.9)]
    tau2: f64,
    /// The lower bound of its Q-profile interval of 95 %.
    #[schema(example = 0.0)]
    tau2_low: Option<f64>,
    /// The upper bound.
    #[schema(example = 9.1)]
    tau2_high: Option<f64>,
}

impl SetView {
    fn of(set: Set, language: Language) -> Self {
        let sentence = set.sentence(language);
        let weights = set.pooled().map(|pooled| pooled.weights.clone());
        let pooled = set.pooled().map(PooledView::of);
        let study = |(index, (it, effect)): (usize, (NetworkResult, Effect))| {
            let (siren, collectivity) = it.owner.unzip();
            let Bounds { low, high } = ends(effect);
            StudyView {
                collectivity,
                siren,
                own: it.own,
                sharing: it.sharing,
                figures: it.report.figures,
                evidence: it.report.evidence,
                origin: it.report.origin,
                from: it.report.from,
                until: it.report.until,
                caveats: it.report.caveats.as_str().to_owned(),
                effect: effect.estimate(),
                low,
                high,
                weight: weights.as_ref().and_then(|all| all.get(index).copied()),
            }
        };
        Self {
            id: set.id().to_string(),
            name: set.indicator.name,
            unit: set.indicator.unit,
            definition: set.indicator.definition,
            better: set.indicator.better,
            measure: set.indicator.measure,
            studies: set.studies.into_iter().enumerate().map(study).collect(),
            pooled,
            sentence,
        }
    }
}

impl PooledView {
    fn of(it: &Pooled) -> Self {
        let tau2 = it.heterogeneity.tau2_interval;
        Self {
            count: it.count,
            estimate: it.estimate,
            standard_error: it.standard_error,
            low: it.confidence.low,
            high: it.confidence.high,
            prediction_low: it.prediction.map(|bounds| bounds.low),
            prediction_high: it.prediction.map(|bounds| bounds.high),
            q: it.heterogeneity.q,
            q_p: it.heterogeneity.q_p,
            i2: it.heterogeneity.i2,
            h2: it.heterogeneity.h2,
            tau2: it.heterogeneity.tau2,
            tau2_low: tau2.map(|bounds| bounds.low),
            tau2_high: tau2.map(|bounds| bounds.high),
        }
    }
}

/// Lists the use cases and indicators of which you may see results.
#[utoipa::path(tag = "Insights", responses((status = 200, body = TopicsView)))]
#[get("/v1/insights")]
pub async fn list_insights(ctx: Ctx) -> Answered {
    let (actor, topics) = ctx.read(async |db| store::topics(db).await).await?;
    ctx.authorize_staff::<act::ReadInsights>(&actor)?;
    let topics = topics.into_iter().map(|it| TopicView {
        use_case: it.use_case.as_str().to_owned(),
        use_case_name: it.use_case.name().to_owned(),
        indicator: it.code.to_string(),
        results: it.results,
        own: it.own,
    });
    let view = TopicsView {
        topics: topics.collect(),
    };
    ctx.show(&view, Tag::Revision(0))
}

/// The topic that an address names.
pub(super) fn topic(request: &HttpRequest) -> Result<(UseCase, IndicatorCode), Problem> {
    let use_case: UseCase = params::path(request, "use_case")?;
    let code: IndicatorCode = params::path(request, "indicator")?;
    Ok((use_case, code))
}

/// Says what results that you may see show of an indicator, together.
///
/// One result is never pooled, and two stand beside each other. What is shared for pooling alone is
/// not among them.
#[utoipa::path(
    tag = "Insights",
    params(("use_case" = String, Path, description = "The use case", example = "writing-assistant"), ("indicator" = String, Path, description = "The indicator", example = "time_saved")),
    responses((status = 200, body = InsightView))
)]
#[get("/v1/insights/{use_case}/{indicator}")]
pub async fn get_insight(ctx: Ctx, request: HttpRequest) -> Answered {
    let (use_case, code) = topic(&request)?;
    let (actor, results) = ctx
        .read(async |db| store::network_results(db, (use_case.as_str(), code.as_str())).await)
        .await?;
    if results.is_empty() {
        return Err(Code::NotFound.into());
    }
    ctx.authorize_staff::<act::ReadInsights>(&actor)?;
    let language = chosen(ctx.request());
    let work = move || sets(results);
    let sets = ctx.state().documents.take(work).await?;
    let view = InsightView {
        use_case: use_case.as_str().to_owned(),
        use_case_name: use_case.name().to_owned(),
        indicator: code.to_string(),
        sets: sets
            .into_iter()
            .map(|set| SetView::of(set, language))
            .collect(),
    };
    ctx.show(&view, Tag::Revision(0))
}
