//! The axis: from where to where it goes, where a value stands on it, and its ticks.

use super::number::{decimals, median, written};
use super::{Forest, Language, Scale};

/// Values further from zero stand here: what is computed of them stays a number.
const FAR: f64 = 1e100;

/// The most ticks.
const TICKS: usize = 12;

/// Where a value stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Place {
    /// Before the axis begins.
    Before,
    /// On it: 0 is its left end, 1 its right end.
    At(f64),
    /// After it ends.
    After,
}

impl Place {
    /// The nearest point of the axis.
    pub fn held(self) -> f64 {
        match self {
            Self::Before => 0.0,
            Self::At(share) => share,
            Self::After => 1.0,
        }
    }
}

/// A mark of the axis.
pub struct Tick {
    /// Where, between 0 and 1.
    pub at: f64,
    /// What stands there.
    pub label: String,
}

/// From where to where, both on the scale of the drawing.
pub struct Axis {
    scale: Scale,
    low: f64,
    high: f64,
}

impl Axis {
    /// An axis with every estimate on it. Intervals much wider than most leave it, or one of them
    /// would press all others into a line.
    pub fn of(forest: &Forest) -> Self {
        let scale = forest.scale;
        let finite = |value: f64| drawn(scale, value).filter(|it| it.is_finite());
        let pooled = forest.pooled.as_ref();
        let estimates = forest.rows.iter().map(|row| row.estimate);
        let together = pooled
            .into_iter()
            .flat_map(|it| [it.estimate, it.low, it.high]);
        let core = estimates.chain(together).chain(forest.reference);
        let core: Vec<f64> = core.filter_map(finite).collect();
        let Some((first, last)) = ends(core.iter().copied()) else {
            return Self::around(scale, 0.0);
        };
        let intervals = forest.rows.iter().map(|row| (row.low, row.high));
        let prediction = pooled.and_then(|pooled| pooled.prediction);
        let intervals: Vec<_> = intervals
            .chain(prediction)
            .map(|(low, high)| (finite(low), finite(high)))
            .collect();
        let halves = intervals.iter().filter_map(|(low, high)| {
            let half = ((*high)? - (*low)?).abs() / 2.0;
            Some(half)
        });
        let usual = median(halves.collect()).unwrap_or(0.0);
        let reach = (0.6 * (last - first)).max(2.5 * usual);
        let bounds = intervals
            .iter()
            .flat_map(|(low, high)| [*low, *high])
            .flatten();
        let (lowest, highest) = ends(bounds).unwrap_or((first, last));
        let low = lowest.max(first - reach).min(first);
        let high = highest.min(last + reach).max(last);
        let span = high - low;
        // Closer than this, a number that a computer keeps has no digits left between.
        let least = match scale {
            Scale::Linear => low.abs().max(high.abs()) * 1e-9,
            Scale::Logarithmic => 1e-6,
        };
        if span <= least {
            return Self::around(scale, low / 2.0 + high / 2.0);
        }
        let edge = span * 0.04;
        Self {
            scale,
            low: low - edge,
            high: high + edge,
        }
    }

    fn around(scale: Scale, middle: f64) -> Self {
        let half = match scale {
            Scale::Linear if middle != 0.0 => middle.abs() * 0.1,
            Scale::Linear => 1.0,
            Scale::Logarithmic => 0.7,
        };
        Self {
            scale,
            low: middle - half,
            high: middle + half,
        }
    }

    /// Where a value stands; nowhere if the scale does not have it.
    pub fn place(&self, value: f64) -> Option<Place> {
        drawn(self.scale, value).map(|value| self.share(value))
    }

    fn share(&self, value: f64) -> Place {
        let share = (value - self.low) / (self.high - self.low);
        if share < 0.0 {
            Place::Before
        } else if share > 1.0 {
            Place::After
        } else {
            Place::At(share)
        }
    }

    /// Ticks at round values.
    pub fn ticks(&self, language: Language) -> Vec<Tick> {
        let values = match self.scale {
            Scale::Linear => even(self.low, self.high),
            Scale::Logarithmic => {
                let decades = (self.high - self.low) / std::f64::consts::LN_10;
                if decades < 0.8 {
                    even(self.low.exp(), self.high.exp())
                } else {
                    rounded(self.low, self.high, decades)
                }
            }
        };
        let ticks = values.into_iter().filter_map(|(value, decimals)| {
            let Some(Place::At(at)) = self.place(value) else {
                return None;
            };
            let label = written(value, decimals, language);
            Some(Tick { at, label })
        });
        ticks.take(TICKS).collect()
    }
}

/// The value on the scale of the drawing; may be infinite, never undefined.
fn drawn(scale: Scale, value: f64) -> Option<f64> {
    if value.is_nan() {
        return None;
    }
    let held = |value: f64| {
        if value.is_infinite() {
            value
        } else if value.abs() < 1.0 / FAR {
            0.0
        } else {
            value.clamp(-FAR, FAR)
        }
    };
    match scale {
        Scale::Linear => Some(held(value)),
        Scale::Logarithmic if value < 0.0 => None,
        // The logarithm of zero is without end, like its interval.
        Scale::Logarithmic => Some(held(value).ln()),
    }
}

fn ends(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.fold(None, |ends, value| match ends {
        None => Some((value, value)),
        Some((low, high)) => Some((low.min(value), high.max(value))),
    })
}

/// Multiples of 1, 2 or 5 times a power of ten, with the decimals they need.
fn even(low: f64, high: f64) -> Vec<(f64, usize)> {
    let rough = (high - low) / 5.0;
    let ten = 10.0_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0].map(|times| times * ten);
    let step = step.into_iter().find(|step| *step >= rough);
    let step = step.unwrap_or(10.0 * ten);
    let places = -(step.log10() + 1e-9).floor();
    let places = places.clamp(0.0, 6.0) as usize;
    let first = (low / step).ceil();
    let values = (0..TICKS).map(|index| (first + index as f64) * step);
    values
        .take_while(|value| *value <= high)
        .map(|value| (value, places))
        .collect()
}

/// Powers of ten, between them 3, or 2 and 5, where there is room.
fn rounded(low: f64, high: f64, decades: f64) -> Vec<(f64, usize)> {
    let stride = (decades / 6.0).ceil().max(1.0) as i32;
    let times: &[f64] = if decades < 2.0 {
        &[1.0, 2.0, 5.0]
    } else if decades < 4.0 {
        &[1.0, 3.0]
    } else {
        &[1.0]
    };
    let exponent = |value: f64| (value / std::f64::consts::LN_10).floor() as i32;
    let first = exponent(low).div_euclid(stride) * stride;
    let exponents = (first..=exponent(high)).step_by(stride as usize);
    let values = exponents.flat_map(|exponent| {
        let ten = 10.0_f64.powi(exponent);
        times.iter().map(move |times| times * ten)
    });
    values
        // One digit: one decimal less than two need.
        .map(|value| (value, tick_decimals(value)))
        .collect()
}

fn tick_decimals(value: f64) -> usize {
    match decimals(value * 1.001) {
        // Beyond: a power of ten is written.
        6 => 6,
        decimals => decimals.saturating_sub(1),
    }
}
