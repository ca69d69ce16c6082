//! One result among those of others.

use chrono::NaiveDate;
use maillage_domain::evaluation::pool::Bounds;
use maillage_domain::evaluation::{Evidence, Figures, Origin, Sharing};
use serde::Serialize;
use utoipa::ToSchema;

use crate::evaluation::figures::FiguresSchema;
use crate::evaluation::results::{EvidenceSchema, ResultOriginSchema, SharingSchema};
use crate::evaluation::sets::{Study, ends};

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
    /// Its share in the pooled estimate; null where nothing is pooled, and for yours if it is
    /// shared for pooling alone: it counts in releases, not a second time here.
    #[schema(example = 0.2)]
    weight: Option<f64>,
}

impl StudyView {
    pub(super) fn of(study: Study, weight: Option<f64>) -> Self {
        let Study { result: it, effect } = study;
        let (siren, collectivity) = it.owner.unzip();
        let Bounds { low, high } = ends(effect);
        Self {
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
            weight,
        }
    }
}
