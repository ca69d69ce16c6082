//! Figures on the wire: what documents them.

use utoipa::ToSchema;

/// What a group showed on a quantity.
#[derive(ToSchema)]
#[schema(as = GroupFigures)]
#[expect(dead_code, reason = "only documents `Group`")]
pub struct GroupSchema {
    /// How many were observed.
    #[schema(minimum = 2, example = 40)]
    n: u32,
    /// Their mean.
    #[schema(example = 21.5)]
    mean: f64,
    /// Their standard deviation, with n − 1.
    #[schema(minimum = 0, example = 6.2)]
    sd: f64,
}

/// How often something happened.
#[derive(ToSchema)]
#[schema(as = CountFigures)]
#[expect(dead_code, reason = "only documents `Count`")]
pub struct CountSchema {
    /// How many times it happened.
    #[schema(minimum = 0, example = 6)]
    events: u32,
    /// Out of how many.
    #[schema(minimum = 1, example = 120)]
    n: u32,
}

/// What one trial reports of one indicator.
#[derive(ToSchema)]
#[schema(as = Figures)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FiguresSchema {
    /// A quantity, in two groups.
    Means {
        /// With the practice.
        treated: GroupSchema,
        /// Without it.
        control: GroupSchema,
    },
    /// Differences within pairs, with minus without.
    Paired {
        /// How many pairs.
        #[schema(minimum = 2, example = 18)]
        n: u32,
        /// The mean of the differences.
        #[schema(example = -4.5)]
        mean: f64,
        /// The standard deviation of the differences.
        #[schema(minimum = 0, example = 3.1)]
        sd: f64,
    },
    /// Something that happens or not, in two groups.
    Events {
        /// With the practice.
        treated: CountSchema,
        /// Without it.
        control: CountSchema,
    },
    /// Something that happens or not, compared with nothing.
    Proportion {
        /// How many times it happened.
        #[schema(minimum = 0, example = 61)]
        events: u32,
        /// Out of how many.
        #[schema(minimum = 1, example = 80)]
        n: u32,
    },
    /// An effect that a report cites with its interval, on the scale of the measure.
    Contrast {
        /// The effect.
        #[schema(example = -0.2)]
        estimate: f64,
        /// The lower bound of its interval.
        #[schema(example = -0.35)]
        low: f64,
        /// The upper bound.
        #[schema(example = -0.05)]
        high: f64,
        /// The level of the interval, between 0 and 1.
        #[schema(exclusive_minimum = 0, exclusive_maximum = 1, example = 0.95)]
        level: f64,
    },
}
