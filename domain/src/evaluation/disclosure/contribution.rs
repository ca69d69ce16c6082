//! What a collectivité contributes to a pool, and the cells it falls into.

use serde::{Deserialize, Serialize};

use crate::evaluation::{Evidence, Measure, Origin, Report, Sharing, effect};
use crate::identity::BodyType;
use crate::value::{CollectivityId, ResultId};

/// Figures as they were at one time: a corrected result has a new revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Figure {
    /// The result.
    pub result: ResultId,
    /// The revision of it that reported them.
    pub revision: i64,
}

/// Size of a collectivité by the thresholds of the CGCT; without a population it has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SizeClass {
    /// Fewer than 3,500 inhabitants.
    Under3500,
    /// Fewer than 20,000.
    Under20000,
    /// Fewer than 100,000.
    Under100000,
    /// 100,000 or more.
    From100000,
    /// No population is known.
    Unknown,
}

impl SizeClass {
    /// The class of a population.
    pub const fn of(population: Option<u32>) -> Self {
        match population {
            None => Self::Unknown,
            Some(0..3_500) => Self::Under3500,
            Some(3_500..20_000) => Self::Under20000,
            Some(20_000..100_000) => Self::Under100000,
            Some(_) => Self::From100000,
        }
    }
}

/// What decides in which cells a contribution falls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Traits {
    /// Type of the contributor.
    pub body_type: BodyType,
    /// Its size.
    pub size: SizeClass,
    /// Measured or self-reported.
    pub evidence: Evidence,
    /// Whether the vendor of the tool supplied the figures.
    pub vendor_supplied: bool,
}

/// A cell of the lattice. There are no crossings: each would be a smaller group.
///
/// The order is the order of a batch, hence of precedence: a release made may stand in the way of
/// a later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by", content = "is")]
pub enum Cell {
    /// Everything.
    All,
    /// Contributors of one type.
    BodyType(BodyType),
    /// Contributors of one size.
    Size(SizeClass),
    /// Measured, or self-reported.
    Evidence(Evidence),
    /// Supplied by the vendor, or not.
    VendorSupplied(bool),
}

impl Traits {
    /// The traits of what a collectivity reports.
    pub const fn of(report: &Report, body_type: BodyType, population: Option<u32>) -> Self {
        Self {
            body_type,
            size: SizeClass::of(population),
            evidence: report.evidence,
            vendor_supplied: matches!(report.origin, Origin::Vendor),
        }
    }

    /// The cells that hold such a contribution: one in each dimension.
    pub const fn cells(&self) -> [Cell; 5] {
        [
            Cell::All,
            Cell::BodyType(self.body_type),
            Cell::Size(self.size),
            Cell::Evidence(self.evidence),
            Cell::VendorSupplied(self.vendor_supplied),
        ]
    }
}

/// A result as it stands at a batch. The contributor is the collectivité, however many of its
/// results there are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contribution {
    /// Whose it is.
    pub contributor: CollectivityId,
    /// Which figures.
    pub figure: Figure,
    /// How they are shared.
    pub sharing: Sharing,
    /// What they are about.
    pub traits: Traits,
    /// The effect, on the scale of the measure.
    pub estimate: f64,
    /// Its sampling variance.
    pub variance: f64,
    /// People behind the figures; none are known behind what a report cites.
    pub people: u32,
}

impl Contribution {
    /// What a collectivity contributes for pooling alone; none without an effect, which no figures
    /// that were accepted are.
    pub fn hidden(
        contributor: CollectivityId,
        figure: Figure,
        report: &Report,
        measure: Measure,
        traits: Traits,
    ) -> Option<Self> {
        let effect = effect(&report.figures, measure).ok()?;
        Some(Self {
            contributor,
            figure,
            sharing: Sharing::AggregateOnly,
            traits,
            estimate: effect.estimate(),
            variance: effect.variance(),
            people: report.figures.observed().unwrap_or_default(),
        })
    }

    /// What a release adds up: precision, precision times effect, people.
    ///
    /// None when a figure is not a number or has no finite, positive precision.
    pub(super) fn masses(&self) -> Option<[f64; 3]> {
        let precision = 1.0 / self.variance;
        let masses = [precision, precision * self.estimate, f64::from(self.people)];
        let sound = self.variance > 0.0 && precision > 0.0;
        (sound && masses.iter().all(|mass| mass.is_finite())).then_some(masses)
    }
}
