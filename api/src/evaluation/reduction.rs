//! Reduction: a table of observations comes to figures, and is forgotten.
//!
//! Nothing of the table is kept or logged. Asked with an `Idempotency-Key`, the answer is, like any
//! other: figures, and the headings of columns that should not have been sent.

use actix_web::post;
use maillage_documents::observations::{Faults, Reduced, reduce};
use maillage_domain::access::act;
use maillage_domain::evaluation::{Figures, Reduction};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::figures::FiguresSchema;
use super::results::DoubtView;
use crate::ctx::Ctx;
use crate::http::file::TableSchema;
use crate::http::language::chosen;
use crate::http::{Answer, Params, Problem, Reply, Table};

/// Which figures observations are reduced to.
#[derive(ToSchema)]
#[schema(as = Reduction, rename_all = "snake_case")]
pub enum ReductionSchema {
    /// Values in two groups.
    Means,
    /// Differences within pairs.
    Paired,
    /// What happened or not, in two groups.
    Events,
    /// What happened or not.
    Proportion,
}

/// What to make of a table.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ReductionQuery {
    /// Which figures the observations are reduced to, and from which columns. `means`: `group` and
    /// `value`, or `group`, `n`, `mean` and `sd`. `paired`: `before` and `after`, `difference`, or `n`,
    /// `mean` and `sd`. `events`: `group` and `event`, or `group`, `n` and `events`. `proportion`:
    /// `event`, or `n` and `events`.
    #[serde(rename = "type")]
    #[param(value_type = ReductionSchema, example = "means")]
    reduction: Reduction,
}

/// What a table comes to.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReducedView {
    /// The figures, as a result takes them.
    #[schema(value_type = FiguresSchema)]
    figures: Figures,
    /// What is worth a second look in them.
    doubts: Vec<DoubtView>,
    /// How many rows were read, the headings and empty ones aside.
    #[schema(example = 4)]
    rows: u32,
    /// Headings of columns that were not read. They may be personal data: do not send them.
    #[schema(example = json!(["Nom", "Service"]))]
    ignored: Vec<String>,
}

impl From<Faults> for Problem {
    fn from(faults: Faults) -> Self {
        Self::violations(faults.first).of(faults.total)
    }
}

/// Reduces a table of observations to figures, and keeps none of it.
///
/// A CSV in UTF-8 of at most 4 MiB, 100,000 rows, 50 columns and 200 characters a cell, with headings;
/// separated by semicolons, tabs or commas, numbers with a decimal point or, unless it separates, a
/// comma. A row is an observation, or a group with its `n`, `mean` and `sd`, or `n` and `events`.
/// A `group` is `treated` or `control`, an `event` 1 or 0, yes or no; a difference is `after` minus
/// `before`. French is read as well, with or without accents and capitals: `groupe` (`essai`, `témoin`),
/// `valeur`, `avant`, `après`, `écart`, `évènement` (oui, non), `effectif`, `moyenne`, `écart type`,
/// `évènements`.
///
/// Errors are told by line and column: `/rows/12/value` is the value in line 12, the headings being
/// line 1; the first 20 of them, and in `total_errors` how many there are.
#[utoipa::path(
    tag = "Trials",
    params(ReductionQuery),
    request_body(content((TableSchema = "text/csv"))),
    responses((status = 200, body = ReducedView))
)]
#[post("/v1/figures")]
pub async fn reduce_figures(ctx: Ctx, query: Params<ReductionQuery>, table: Table) -> Answer {
    let reduction = query.0.reduction;
    let work = move || reduce(&table.0, reduction);
    let reduced = ctx.state().documents.take(work).await??;
    ctx.write(async |tx| {
        // Nothing of the collectivity is read: whoever works for it may compute.
        ctx.authorize_staff::<act::ReadInsights>(tx.actor()?)?;
        let Reduced {
            figures,
            rows,
            ignored,
        } = reduced;
        let view = ReducedView {
            doubts: DoubtView::all(&figures, chosen(ctx.request())),
            figures,
            rows,
            ignored,
        };
        Reply::ok(&view)
    })
    .await
}
