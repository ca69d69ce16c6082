//! An answer in plain words, which say no more than its figures.
//!
//! Nothing here knows which direction is the better one, so no word says that a practice "works".
//! What the figures do not allow to say is said as well.

pub mod cell;
mod english;
mod french;
pub mod groups;
pub mod left_out;
mod number;
mod release;

pub use english::english;
pub use french::french;
pub use release::{Told, released_in_english, released_in_french};

use super::answer::Answer;
use super::effect::Measure;
use super::pool::diagnostics::Directions;
use super::pool::{Bounds, LEVEL, Pooled};
use number::{Marks, significant, written};

/// A p of Q below this is called a difference beyond chance: usual for a test of little power (Borenstein
/// et al. 2009, chapter 16).
const BEYOND_CHANCE: f64 = 0.10;

/// Below so many results, how much they differ is hardly known.
const FEW: usize = 5;

/// What is put into words.
#[derive(Clone, Copy, Debug)]
pub struct Finding<'a> {
    /// The name of the indicator, as it stands in the protocol.
    pub name: &'a str,
    /// Its unit; said of mean differences only.
    pub unit: &'a str,
    /// What the effects are expressed as.
    pub measure: Measure,
    /// What they show together.
    pub answer: &'a Answer,
    /// Whether one of them is the pooled figure of results that are not shown.
    pub hidden: bool,
    /// How many go either way; none where that may not be told.
    pub directions: Option<Directions>,
}

/// How values of a measure are written.
struct Scale {
    measure: Measure,
    marks: &'static Marks,
    /// Half the width of the confidence interval, on the scale of the measure.
    half: f64,
}

/// The parts of a pooled answer that words are chosen by.
struct Reading<'a> {
    pooled: &'a Pooled,
    scale: Scale,
}

impl Scale {
    fn of(measure: Measure, interval: Bounds, marks: &'static Marks) -> Self {
        Self {
            measure,
            marks,
            half: (interval.high - interval.low) / 2.0,
        }
    }

    fn bounds(&self, bounds: Bounds) -> [String; 2] {
        [self.value(bounds.low), self.value(bounds.high)]
    }

    /// A value as people read it, with as many digits as the interval is worth.
    fn value(&self, value: f64) -> String {
        let natural = self.measure.natural(value);
        let (shown, grain) = match self.measure {
            Measure::RatioOfMeans | Measure::LogRiskRatio | Measure::LogOddsRatio => {
                (natural, natural * self.half.min(1.0))
            }
            Measure::LogitProportion => {
                let slope = 100.0 * natural * (1.0 - natural);
                (100.0 * natural, slope * self.half.min(1.0))
            }
            Measure::RiskDifference => (100.0 * natural, 100.0 * self.half),
            Measure::MeanDifference | Measure::StandardizedMeanDifference => (natural, self.half),
        };
        written(shown, grain, self.marks)
    }

    fn level(&self) -> String {
        written(100.0 * LEVEL, 10.0, self.marks)
    }
}

impl<'a> Reading<'a> {
    fn of(pooled: &'a Pooled, measure: Measure, marks: &'static Marks) -> Self {
        let scale = Scale::of(measure, pooled.confidence, marks);
        Self { pooled, scale }
    }

    fn estimate(&self) -> String {
        self.scale.value(self.pooled.estimate)
    }

    fn confidence(&self) -> [String; 2] {
        self.scale.bounds(self.pooled.confidence)
    }

    fn prediction(&self) -> Option<[String; 2]> {
        self.pooled.prediction.map(|it| self.scale.bounds(it))
    }

    fn tau2(&self) -> String {
        significant(self.pooled.heterogeneity.tau2, self.scale.marks)
    }

    fn i2(&self) -> String {
        written(self.pooled.heterogeneity.i2, 10.0, self.scale.marks)
    }

    fn level(&self) -> String {
        self.scale.level()
    }

    /// Whether the interval leaves open that there is no effect at all.
    fn undecided(&self) -> bool {
        self.scale.measure.compares() && self.pooled.confidence.contain(0.0)
    }

    /// Whether the next effect may go either way.
    fn either_way(&self) -> bool {
        let prediction = self.pooled.prediction;
        self.scale.measure.compares() && prediction.is_some_and(|bounds| bounds.contain(0.0))
    }

    fn beyond_chance(&self) -> bool {
        self.pooled.heterogeneity.q_p < BEYOND_CHANCE
    }

    fn few(&self) -> bool {
        self.pooled.count < FEW
    }
}

impl Finding<'_> {
    /// How many of so many results are shown one by one.
    fn shown(&self, count: usize) -> usize {
        count.saturating_sub(usize::from(self.hidden))
    }
}

/// The counts of each side, where results contradict each other and a direction means something.
fn opposite(finding: &Finding) -> Option<Directions> {
    finding
        .directions
        .filter(|directions| finding.measure.compares() && directions.opposite())
}
