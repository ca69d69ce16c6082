//! Catalogues: the words in which protocols are described, so that results can be compared.

use actix_web::get;
use maillage_domain::commons::{Better, INDICATORS, IndicatorEntry, USE_CASES};
use maillage_domain::evaluation::Measure;
use serde::Serialize;
use utoipa::ToSchema;

use super::bodies::{BetterSchema, MeasureSchema};
use crate::ctx::Ctx;
use crate::http::{Answer, Tag};

/// What tools are used for, in the order of the catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct UseCasesView {
    /// The use cases. A protocol may name another one: `x-` and a name that a network agrees on.
    items: Vec<UseCaseView>,
}

/// A use case.
#[derive(Debug, Serialize, ToSchema)]
pub struct UseCaseView {
    /// Its code.
    #[schema(example = "meeting-minutes")]
    code: &'static str,
    /// What people call it, in French.
    #[schema(example = "Comptes rendus de réunions et de conseils")]
    name: &'static str,
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

/// Shows a catalogue to whoever has a live token: what it says is the same for all.
async fn show(ctx: Ctx, catalogue: &impl Serialize) -> Answer {
    ctx.read(async |_| Ok(())).await?;
    ctx.show(catalogue, Tag::Content)
}

/// Lists the use cases that protocols may name.
#[utoipa::path(tag = "Experiments", responses((status = 200, body = UseCasesView)))]
#[get("/v1/use-cases")]
pub async fn list_use_cases(ctx: Ctx) -> Answer {
    let items = USE_CASES.iter();
    let items = items.map(|&(code, name)| UseCaseView { code, name });
    let items = items.collect();
    show(ctx, &UseCasesView { items }).await
}

/// Lists the indicators that protocols may name, with the measures that fit.
#[utoipa::path(tag = "Experiments", responses((status = 200, body = IndicatorsView)))]
#[get("/v1/indicators")]
pub async fn list_indicators(ctx: Ctx) -> Answer {
    let items = INDICATORS.iter().map(IndicatorEntryView::from).collect();
    show(ctx, &IndicatorsView { items }).await
}
