//! Open results without each of them, and whether the answer hangs on one.

use maillage_domain::evaluation::disclosure::Open;
use maillage_domain::evaluation::sentence::left_out::{Hinging, english, french};
use maillage_domain::evaluation::{Leaving, Without};
use maillage_infra::evaluation::NetworkResult;
use serde::Serialize;
use utoipa::ToSchema;

use super::PooledView;
use crate::evaluation::sets::{Placed, Set};
use crate::http::Language;

/// Open results, together and without each of them. Never over results without a name: comparing
/// what stands with and without one would tell of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeaveOneOutView {
    /// What the open results alone show together: the base of comparison, which may differ from
    /// what all that are shown show.
    base: PooledView,
    /// The same without each of them, in the order of `studies`.
    without: Vec<WithoutView>,
    /// The same in plain words, which say no more than the figures.
    #[schema(
        example = "Les 4 résultats ouverts, mis en commun sans les autres, donnent une estimation de 4,1 min. La réponse tient au résultat suivant : Cergy. Sans lui, l’estimation est de 2,2 min (intervalle de confiance à 95 % : de −1,0 à 5,4) ; l’absence d’effet entre dans l’intervalle."
    )]
    sentence: String,
}

/// The open results without one of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct WithoutView {
    /// The place in `studies` of what is left out, from zero.
    #[schema(example = 2)]
    study: usize,
    /// The collectivity whose result is left out; null for your own.
    #[schema(example = "Cergy")]
    collectivity: Option<String>,
    /// Its SIREN; likewise.
    #[schema(example = "219501277")]
    siren: Option<String>,
    /// The estimate of the others.
    #[schema(example = -3.2)]
    estimate: f64,
    /// The lower bound of its confidence interval of 95 %.
    #[schema(example = -5.0)]
    low: f64,
    /// The upper bound.
    #[schema(example = -1.4)]
    high: f64,
    /// How far the estimate moves, in standard errors of the base; null where that is no number.
    #[schema(example = 1.5)]
    moved: Option<f64>,
    /// Whether no effect enters or leaves the interval.
    #[schema(example = false)]
    decisive: bool,
    /// Whether the answer hangs on it: it is decisive, or the estimate moves by more than one
    /// standard error.
    #[schema(example = true)]
    influential: bool,
}

/// Whose an open result is.
pub(in crate::evaluation) fn whose(result: &NetworkResult, language: Language) -> String {
    let own = match language {
        Language::French => "votre collectivité",
        Language::English => "your collectivity",
    };
    let owner = result.owner.as_ref().map(|(_, name)| name.as_str());
    owner.unwrap_or(own).to_owned()
}

/// What is said of it.
pub(in crate::evaluation) fn said(
    set: &Set,
    (leaving, open): (&Leaving, &[Open<Placed<'_>>]),
    language: Language,
) -> String {
    let names = open
        .iter()
        .map(|it| whose(&it.get().study.result, language));
    let hinging = Hinging {
        names: &names.collect::<Vec<_>>(),
        unit: &set.indicator.unit,
        measure: set.indicator.measure,
        leaving,
    };
    match language {
        Language::French => french(&hinging),
        Language::English => english(&hinging),
    }
}

impl LeaveOneOutView {
    pub(super) fn of(set: &Set, language: Language) -> Option<Self> {
        let (leaving, open) = set.leaving()?;
        let without = open.iter().zip(&leaving.without);
        Some(Self {
            base: PooledView::of(&leaving.base),
            without: without
                .map(|(left_out, rest)| WithoutView::of(left_out.get(), rest))
                .collect(),
            sentence: said(set, (&leaving, &open), language),
        })
    }
}

impl WithoutView {
    fn of(left_out: &Placed<'_>, rest: &Without) -> Self {
        let (siren, collectivity) = left_out.study.result.owner.clone().unzip();
        Self {
            study: left_out.place,
            collectivity,
            siren,
            estimate: rest.left.estimate,
            low: rest.left.confidence.low,
            high: rest.left.confidence.high,
            moved: rest.moved,
            decisive: rest.decisive,
            influential: rest.hinge,
        }
    }
}
