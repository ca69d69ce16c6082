//! An answer in plain words, which say no more than its figures.
//!
//! Nothing here knows which direction is the better one, so no word says that a practice "works".
//! What the figures do not allow to say is said as well.

mod english;
mod french;
mod number;

pub use english::english;
pub use french::french;

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
    /// How many go either way; none where that may not be told.
    pub directions: Option<Directions>,
}

/// The parts of a pooled answer that words are chosen by.
struct Reading<'a> {
    pooled: &'a Pooled,
    measure: Measure,
    marks: &'static Marks,
    /// Half the width of the confidence interval, on the scale of the measure.
    half: f64,
}

impl<'a> Reading<'a> {
    fn of(pooled: &'a Pooled, measure: Measure, marks: &'static Marks) -> Self {
        let Bounds { low, high } = pooled.confidence;
        Self {
            pooled,
            measure,
            marks,
            half: (high - low) / 2.0,
        }
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

    fn estimate(&self) -> String {
        self.value(self.pooled.estimate)
    }

    fn confidence(&self) -> [String; 2] {
        let Bounds { low, high } = self.pooled.confidence;
        [self.value(low), self.value(high)]
    }

    fn prediction(&self) -> Option<[String; 2]> {
        let Bounds { low, high } = self.pooled.prediction?;
        Some([self.value(low), self.value(high)])
    }

    fn tau2(&self) -> String {
        significant(self.pooled.heterogeneity.tau2, self.marks)
    }

    fn i2(&self) -> String {
        written(self.pooled.heterogeneity.i2, 10.0, self.marks)
    }

    fn level(&self) -> String {
        written(100.0 * LEVEL, 10.0, self.marks)
    }

    /// Whether the interval leaves open that there is no effect at all.
    fn undecided(&self) -> bool {
        self.measure.compares() && self.pooled.confidence.contain(0.0)
    }

    /// Whether the next effect may go either way.
    fn either_way(&self) -> bool {
        let prediction = self.pooled.prediction;
        self.measure.compares() && prediction.is_some_and(|bounds| bounds.contain(0.0))
    }

    fn beyond_chance(&self) -> bool {
        self.pooled.heterogeneity.q_p < BEYOND_CHANCE
    }

    fn few(&self) -> bool {
        self.pooled.count < FEW
    }
}

/// The counts of each side, where results contradict each other and a direction means something.
fn opposite(finding: &Finding) -> Option<Directions> {
    finding
        .directions
        .filter(|directions| finding.measure.compares() && directions.opposite())
}
