//! Catalogues: the words in which protocols are described, so that results can be compared.

use actix_web::get;
use maillage_domain::access::act;
use maillage_domain::commons::{Better, INDICATORS, IndicatorEntry, USE_CASES};
use maillage_domain::evaluation::Measure;
use maillage_infra::groups::own_use_cases;
use serde::Serialize;
use utoipa::ToSchema;

use super::bodies::{BetterSchema, MeasureSchema};
use crate::ctx::Ctx;
use crate::http::{Answer, Tag};

/// What tools are used for, in the order of the catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct UseCasesView {
    /// The use cases: the catalogue, then those that your groups have added. A protocol may name
    /// another one: `x-` and a name of its own.
    items: Vec<UseCaseView>,
}

/// A use case.
#[derive(Debug, Serialize, ToSchema)]
pub struct UseCaseView {
    /// Its code.
    #[schema(example = "meeting-minutes")]
    code: String,
    /// What people call it, in French.
    #[schema(example = "Comptes rendus de réunions et de conseils")]
    name: String,
    /// The group that added it; null for those of the catalogue.
    #[schema(format = Uuid, example = json!(null))]
    group: Option<String>,
}

/// What can be measured, in the order of the catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct IndicatorsView {
    /// The indicators. A protocol may name another one: `x-` and a name that a network agrees on.
    items: Vec<IndicatorEntryView>,
}

/// An indicator of the catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct IndicatorEntryView {
    /// Its code.
    #[schema(example = "time_saved")]
    code: &'static str,
    /// What people call it, in French.
    #[schema(example = "Temps gagné par tâche")]
    name: &'static str,
    /// The unit it is usually given in.
    #[schema(example = "min")]
    unit: &'static str,
    /// Which way is usually better.
    #[schema(value_type = BetterSchema)]
    better: Better,
    /// The measures that fit it.
    #[schema(value_type = Vec<MeasureSchema>, example = json!(["mean_difference", "ratio_of_means"]))]
    measures: &'static [Measure],
}

impl From<&IndicatorEntry> for IndicatorEntryView {
    fn from(it: &IndicatorEntry) -> Self {
        Self {
            code: it.code,
            name: it.name,
            unit: it.unit,
            better: it.better,
            measures: it.measures,
        }
    }
}

/// Lists the use cases that protocols may name, those of your groups among them.
#[utoipa::path(tag = "Experiments", responses((status = 200, body = UseCasesView)))]
#[get("/v1/use-cases")]
pub async fn list_use_cases(ctx: Ctx) -> Answer {
    let (actor, added) = ctx.read(async |db| own_use_cases(db).await).await?;
    ctx.within_scope::<act::Read>(&actor)?;
    let catalogue = USE_CASES.iter().map(|&(code, name)| UseCaseView {
        code: code.to_owned(),
        name: name.to_owned(),
        group: None,
    });
    let added = added.into_iter().map(|it| UseCaseView {
        code: it.code.as_str().to_owned(),
        name: it.name.as_str().to_owned(),
        group: Some(it.group.to_string()),
    });
    let items = catalogue.chain(added).collect();
    ctx.show(&UseCasesView { items }, Tag::Content)
}

/// Lists the indicators that protocols may name, with the measures that fit.
#[utoipa::path(tag = "Experiments", responses((status = 200, body = IndicatorsView)))]
#[get("/v1/indicators")]
pub async fn list_indicators(ctx: Ctx) -> Answer {
    let items = INDICATORS.iter().map(IndicatorEntryView::from).collect();
    // The same for all, but only for who has a live token.
    let (actor, ()) = ctx.read(async |_| Ok(())).await?;
    ctx.within_scope::<act::Read>(&actor)?;
    ctx.show(&IndicatorsView { items }, Tag::Content)
}
