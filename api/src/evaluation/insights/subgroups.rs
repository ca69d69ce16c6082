//! Results in groups, and whether the groups differ.

use maillage_domain::evaluation::disclosure::{Cell, SizeClass};
use maillage_domain::evaluation::pool::Between;
use maillage_domain::evaluation::sentence::{cell, groups};
use maillage_domain::evaluation::{Answer, Dimension, Evidence, Subgroup};
use serde::Serialize;
use utoipa::ToSchema;

use super::PooledView;
use crate::evaluation::sets::Grouped;
use crate::http::Language;

/// By what results are grouped.
#[derive(ToSchema)]
#[schema(as = Dimension, rename_all = "snake_case")]
#[expect(dead_code, reason = "only documents `Dimension`")]
pub enum DimensionSchema {
    /// The type of the collectivity; of results with a name, and yours.
    BodyType,
    /// Its size; likewise.
    Size,
    /// Measured or self-reported.
    Evidence,
    /// Supplied by the vendor of the tool or not.
    Origin,
}

/// Results in groups.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubgroupsView {
    /// By what.
    #[schema(value_type = DimensionSchema)]
    by: Dimension,
    /// The groups, two or more.
    groups: Vec<SubgroupView>,
    /// The test between the groups of three results and more; null unless there are two such groups.
    test: Option<DifferenceView>,
    /// The same in plain words, which say no more than the figures.
    #[schema(
        example = "Par taille de collectivité, il n’y a pas deux groupes d’au moins trois résultats : rien ne dit s’ils diffèrent."
    )]
    sentence: String,
}

/// Results that have something in common.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubgroupView {
    /// What they have in common: a type of collectivity; `under_3500`, `under_20000`,
    /// `under_100000`, `from_100000` or `unknown`; `measured` or `self_reported`; `vendor` or
    /// `not_vendor`.
    #[schema(example = "measured")]
    id: &'static str,
    /// What people call them.
    #[schema(example = "Mesurés")]
    name: &'static str,
    /// How many.
    #[schema(example = 4)]
    count: usize,
    /// What they show together; null for one or two.
    pooled: Option<PooledView>,
}

/// A test of difference between groups (Cochran's Q between groups).
#[derive(Debug, Serialize, ToSchema)]
pub struct DifferenceView {
    /// Q between groups.
    #[schema(example = 2.8)]
    q: f64,
    /// Its degrees of freedom.
    #[schema(example = 1)]
    df: usize,
    /// The probability of a larger Q if the groups had the same effect.
    #[schema(example = 0.09)]
    p: f64,
}

pub(super) const fn id(of: Cell) -> &'static str {
    match of {
        Cell::All => "all",
        Cell::BodyType(it) => it.as_str(),
        Cell::Size(SizeClass::Under3500) => "under_3500",
        Cell::Size(SizeClass::Under20000) => "under_20000",
        Cell::Size(SizeClass::Under100000) => "under_100000",
        Cell::Size(SizeClass::From100000) => "from_100000",
        Cell::Size(SizeClass::Unknown) => "unknown",
        Cell::Evidence(Evidence::Measured) => "measured",
        Cell::Evidence(Evidence::SelfReported) => "self_reported",
        Cell::VendorSupplied(true) => "vendor",
        Cell::VendorSupplied(false) => "not_vendor",
    }
}

/// What people call a group.
pub(in crate::evaluation) fn named(of: Cell, language: Language) -> &'static str {
    let [french, english] = cell::name(of);
    match language {
        Language::French => french,
        Language::English => english,
    }
}

/// What is said of groups.
pub(in crate::evaluation) fn said(it: &Grouped, language: Language) -> String {
    let comparison = groups::Comparison {
        dimension: it.dimension,
        groups: &it.groups,
        aside: it.aside,
    };
    match language {
        Language::French => groups::french(&comparison),
        Language::English => groups::english(&comparison),
    }
}

impl SubgroupsView {
    pub(super) fn of(it: &Grouped, language: Language) -> Self {
        let group = |group: &Subgroup<Cell>| {
            let (count, pooled) = match &group.answer {
                Answer::Table { count } => (*count, None),
                Answer::Pooled(pooled) => (pooled.count, Some(PooledView::of(pooled))),
            };
            SubgroupView {
                id: id(group.label),
                name: named(group.label, language),
                count,
                pooled,
            }
        };
        Self {
            by: it.dimension,
            groups: it.groups.groups.iter().map(group).collect(),
            test: it.groups.between.map(DifferenceView::of),
            sentence: said(it, language),
        }
    }
}

impl DifferenceView {
    const fn of(Between { q, df, p }: Between) -> Self {
        Self { q, df, p }
    }
}
