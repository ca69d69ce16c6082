//! Forest plots: what an insight shows, as a drawing, a picture or a table.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use actix_web::{HttpRequest, HttpResponse, get};
use maillage_documents::forest::{self, Forest, Pooled, Row, Scale, Words};
use maillage_domain::evaluation::Measure;
use maillage_domain::value::Digest;
use maillage_infra::evaluation::NetworkResult;
use maud::Markup;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::insights::{called, found};
use super::page;
use super::sets::{Set, Study, ends, sets};
use crate::ctx::Ctx;
use crate::http::file::FileSchema;
use crate::http::language::chosen;
use crate::http::{Answer, Code, Language, Params, Problem, condition};
use crate::pages;

/// Which plot.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ForestQuery {
    /// The form.
    #[serde(default)]
    #[param(inline, value_type = Option<PlotFormatSchema>, example = "svg")]
    format: PlotFormat,
    /// The set of results that may be compared, by its id; the largest unless asked.
    #[param(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    set: Option<String>,
}

/// The form of a plot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlotFormat {
    /// A drawing.
    #[default]
    Svg,
    /// A picture.
    Png,
    /// A page with the drawing, its sentence and its table, and what to know of it.
    Html,
}

/// The form of a plot.
#[derive(ToSchema)]
#[schema(as = PlotFormat, rename_all = "snake_case")]
pub enum PlotFormatSchema {
    /// A drawing, with title and description.
    Svg,
    /// A picture.
    Png,
    /// A page with the drawing, what it says in a sentence, and the same figures as a table; with
    /// what to keep in mind, the groups, and the open results without each of them.
    Html,
}

/// What the scale measures.
fn axis(measure: Measure, unit: &str, language: Language) -> String {
    let french = language == Language::French;
    let named = match measure {
        Measure::MeanDifference if french => format!("Différence ({unit})"),
        Measure::MeanDifference => format!("Difference ({unit})"),
        Measure::StandardizedMeanDifference if french => "Différence en écarts types".to_owned(),
        Measure::StandardizedMeanDifference => "Difference in standard deviations".to_owned(),
        Measure::RatioOfMeans if french => "Rapport des moyennes".to_owned(),
        Measure::RatioOfMeans => "Ratio of means".to_owned(),
        Measure::LogRiskRatio if french => "Rapport des risques".to_owned(),
        Measure::LogRiskRatio => "Risk ratio".to_owned(),
        Measure::LogOddsRatio if french => "Rapport des cotes".to_owned(),
        Measure::LogOddsRatio => "Odds ratio".to_owned(),
        Measure::RiskDifference if french => "Différence de proportions".to_owned(),
        Measure::RiskDifference => "Difference of proportions".to_owned(),
        Measure::LogitProportion if french => "Proportion".to_owned(),
        Measure::LogitProportion => "Proportion".to_owned(),
    };
    named.replace(" ()", "")
}

fn words(language: Language) -> Words {
    let [study, effect, weight, prediction] = match language {
        Language::French => [
            "Collectivité",
            "Effet [IC 95 %]",
            "Poids",
            "Intervalle de prédiction",
        ],
        Language::English => [
            "Collectivity",
            "Effect [95% CI]",
            "Weight",
            "Prediction interval",
        ],
    };
    Words {
        study: study.to_owned(),
        effect: effect.to_owned(),
        weight: weight.to_owned(),
        prediction: prediction.to_owned(),
    }
}

/// Whose a result is, as far as that is told.
fn label(result: &NetworkResult, language: Language) -> String {
    let told = result.owner.as_ref().map(|(_, name)| name.clone());
    let unnamed = match (result.own, result.counts(), language) {
        (true, true, Language::French) => "Votre collectivité",
        (true, true, Language::English) => "Your collectivity",
        (true, false, Language::French) => "Votre collectivité (non comptée ici)",
        (true, false, Language::English) => "Your collectivity (not counted here)",
        (false, _, Language::French) => "Sans nom",
        (false, _, Language::English) => "Without a name",
    };
    told.unwrap_or_else(|| unnamed.to_owned())
}

/// The plot of a set.
fn plot(set: &Set, title: String, language: Language) -> Forest {
    let measure = set.indicator.measure;
    let natural = |value| measure.natural(value);
    let row = |(Study { result, effect }, weight): (&Study, Option<f64>)| {
        let ends = ends(*effect);
        Row {
            label: label(result, language),
            estimate: natural(effect.estimate()),
            low: natural(ends.low),
            high: natural(ends.high),
            weight,
        }
    };
    let hidden = set.hidden().map(|it| {
        let ends = it.figures.interval();
        Row {
            label: match language {
                Language::French => "Groupe de résultats non montrés".to_owned(),
                Language::English => "Group of results not shown".to_owned(),
            },
            estimate: natural(it.figures.estimate),
            low: natural(ends.low),
            high: natural(ends.high),
            weight: set.hidden_weight(),
        }
    });
    let ratio = matches!(
        measure,
        Measure::RatioOfMeans | Measure::LogRiskRatio | Measure::LogOddsRatio
    );
    Forest {
        title,
        description: set.sentence(language),
        axis: axis(measure, &set.indicator.unit, language),
        scale: if ratio {
            Scale::Logarithmic
        } else {
            Scale::Linear
        },
        reference: measure.compares().then_some(if ratio { 1.0 } else { 0.0 }),
        rows: set
            .studies
            .iter()
            .zip(set.weights())
            .map(row)
            .chain(hidden)
            .collect(),
        pooled: set.pooled().map(|it| Pooled {
            label: match language {
                Language::French => "Ensemble".to_owned(),
                Language::English => "Together".to_owned(),
            },
            estimate: natural(it.estimate),
            low: natural(it.confidence.low),
            high: natural(it.confidence.high),
            prediction: it
                .prediction
                .map(|bounds| (natural(bounds.low), natural(bounds.high))),
        }),
        words: words(language),
        language: match language {
            Language::French => forest::Language::French,
            Language::English => forest::Language::English,
        },
    }
}

/// Draws the results of an indicator.
///
/// As SVG with title and description, as PNG, or as a page with the sentence and the table.
#[utoipa::path(
    tag = "Insights",
    params(("use_case" = String, Path, description = "The use case", example = "writing-assistant"), ("indicator" = String, Path, description = "The indicator", example = "time_saved"), ForestQuery),
    responses((status = 200, content((String = "image/svg+xml"), (FileSchema = "image/png"), (String = "text/html"))))
)]
#[get("/v1/insights/{use_case}/{indicator}/forest")]
pub async fn draw_insight(ctx: Ctx, request: HttpRequest, query: Params<ForestQuery>) -> Answer {
    let (use_case, _, found) = found(&ctx, &request).await?;
    let (language, asked) = (chosen(ctx.request()), query.0);
    let name = called(&use_case, &found);
    let draw = move || {
        let mut sets = sets(found).into_iter();
        let set = match &asked.set {
            Some(id) => sets.find(|set| set.id().to_string() == *id),
            None => sets.next(),
        };
        let set = set.ok_or(Problem::from(Code::NotFound))?;
        let title = format!("{name} – {}", set.indicator.name);
        let plot = plot(&set, title, language);
        Ok(match asked.format {
            PlotFormat::Svg => Drawn::Bytes("image/svg+xml", forest::svg(&plot).into_bytes()),
            PlotFormat::Png => {
                let made = forest::png(&plot).map_err(|error| {
                    tracing::error!(%error, "a plot could not be painted");
                    Problem::from(Code::Internal)
                })?;
                Drawn::Bytes("image/png", made)
            }
            PlotFormat::Html => Drawn::Page(page::content(&set, &plot, language), plot.title),
        })
    };
    let drawn: Result<Drawn, Problem> = ctx.state().documents.take(draw).await?;
    Ok(match drawn? {
        Drawn::Bytes(kind, bytes) => {
            let tag = format!("\"{}\"", Digest::of_bytes(&bytes));
            if condition::is_known(ctx.request(), &tag) {
                return Ok(HttpResponse::NotModified()
                    .insert_header((ETAG, tag))
                    .finish());
            }
            HttpResponse::Ok()
                .insert_header((CONTENT_TYPE, kind))
                .insert_header((CACHE_CONTROL, "private, no-cache"))
                .insert_header((ETAG, tag))
                .body(bytes)
        }
        Drawn::Page(content, title) => pages::page(language, &title, &content),
    })
}

/// What was drawn.
enum Drawn {
    /// A file of this type.
    Bytes(&'static str, Vec<u8>),
    /// What a page is made of, and its title.
    Page(Markup, String),
}
