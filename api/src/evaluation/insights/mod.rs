//! Insights: what the results of a use case show together, as far as the caller may see them.

pub(super) mod influence;
mod pooled;
pub(super) mod releases;
mod study;
pub(super) mod subgroups;
pub(super) mod warnings;

use actix_web::{HttpRequest, get};
use maillage_domain::access::act;
use maillage_domain::commons::{Better, IndicatorCode, UseCase};
use maillage_domain::evaluation::Measure;
use maillage_infra::evaluation::{self as store, NetworkResults};
use serde::Serialize;
use utoipa::ToSchema;

pub use influence::{LeaveOneOutView, WithoutView};
pub use pooled::PooledView;
pub use releases::ReleaseView;
pub use study::StudyView;
pub use subgroups::{DifferenceView, SubgroupView, SubgroupsView};
pub use warnings::WarningView;

use super::sets::{Set, sets};
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
    /// Whether there are pooled figures of results that are not shown.
    #[schema(example = false)]
    released: bool,
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
    /// How it is measured; empty where only results without a name are measured so, whose words they
    /// are.
    #[schema(example = "Chronométrage de vingt courriers par agent.")]
    definition: String,
    /// Which way is better.
    #[schema(value_type = String, example = "higher")]
    better: Better,
    /// How the effects are expressed; `log_…`, `ratio_of_means` and `logit_proportion` on the
    /// logarithmic scale.
    #[schema(value_type = String, example = "mean_difference")]
    measure: Measure,
    /// The results, one by one: of others the newest 1,000 at most, of yours the newest 100.
    studies: Vec<StudyView>,
    /// What was released of results that are shared for pooling alone, all of them first. It is made at
    /// most once a month, of six collectivities at least, and only where no comparison with earlier
    /// releases, shown results or one's own could tell what one of them reports. What was released and
    /// is shown since counts twice: taking it out would tell who is in there.
    releases: Vec<ReleaseView>,
    /// What the results and the release of all hidden ones show together; null for fewer than three of
    /// these, which stand beside each other only.
    pooled: Option<PooledView>,
    /// The same in plain words, which say no more than the figures.
    #[schema(example = "Deux résultats seulement : ils se lisent côte à côte.")]
    sentence: String,
    /// The results in groups, by each thing that parts them.
    subgroups: Vec<SubgroupsView>,
    /// The open results without each of them; null for fewer than four of these or more than 100.
    leave_one_out: Option<LeaveOneOutView>,
    /// What to keep in mind.
    warnings: Vec<WarningView>,
}

impl SetView {
    fn of(set: Set, language: Language) -> Self {
        let weights = set.weights();
        let subgroups = set.grouped().into_iter();
        Self {
            id: set.id().to_string(),
            measure: set.indicator.measure,
            better: set.indicator.better,
            pooled: set.pooled().map(PooledView::of),
            releases: ReleaseView::all(&set, language),
            sentence: set.sentence(language),
            subgroups: subgroups
                .map(|it| SubgroupsView::of(&it, language))
                .collect(),
            leave_one_out: LeaveOneOutView::of(&set, language),
            warnings: WarningView::all(&set, language),
            name: set.indicator.name,
            unit: set.indicator.unit,
            definition: if set.defined {
                set.indicator.definition
            } else {
                String::new()
            },
            studies: set
                .studies
                .into_iter()
                .zip(weights)
                .map(|(study, weight)| StudyView::of(study, weight))
                .collect(),
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
        use_case_name: it.name.unwrap_or_else(|| it.use_case.name().to_owned()),
        indicator: it.code.to_string(),
        results: it.results,
        own: it.own,
        released: it.released,
    });
    let view = TopicsView {
        topics: topics.collect(),
    };
    ctx.show(&view, Tag::Revision(0))
}

/// What people call a use case: their group, the catalogue, or its code.
pub(super) fn called(use_case: &UseCase, found: &NetworkResults) -> String {
    let name = found.name.as_deref();
    name.unwrap_or(use_case.name()).to_owned()
}

/// What the caller may see of the use case and the indicator that an address names.
pub(super) async fn found(
    ctx: &Ctx,
    request: &HttpRequest,
) -> Result<(UseCase, IndicatorCode, NetworkResults), Problem> {
    let use_case: UseCase = params::path(request, "use_case")?;
    let code: IndicatorCode = params::path(request, "indicator")?;
    let (actor, found) = ctx
        .read(async |db| store::network_results(db, (use_case.as_str(), code.as_str())).await)
        .await?;
    if found.is_empty() {
        return Err(Code::NotFound.into());
    }
    ctx.authorize_staff::<act::ReadInsights>(&actor)?;
    Ok((use_case, code, found))
}

/// Says what results that you may see show of an indicator, together.
///
/// One result is never pooled, and two stand beside each other. What others share for pooling alone
/// is not among them, but counts in `releases`; your own such result is, without a weight. Type and
/// size group only results with a name, and yours.
#[utoipa::path(
    tag = "Insights",
    params(("use_case" = String, Path, description = "The use case", example = "writing-assistant"), ("indicator" = String, Path, description = "The indicator", example = "time_saved")),
    responses((status = 200, body = InsightView))
)]
#[get("/v1/insights/{use_case}/{indicator}")]
pub async fn get_insight(ctx: Ctx, request: HttpRequest) -> Answered {
    let (use_case, code, found) = found(&ctx, &request).await?;
    let (language, use_case_name) = (chosen(ctx.request()), called(&use_case, &found));
    let views = move || {
        let sets = sets(found).into_iter();
        sets.map(|set| SetView::of(set, language)).collect()
    };
    let view = InsightView {
        use_case: use_case.as_str().to_owned(),
        use_case_name,
        indicator: code.to_string(),
        sets: ctx.state().documents.take(views).await?,
    };
    ctx.show(&view, Tag::Revision(0))
}
