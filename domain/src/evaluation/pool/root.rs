//! The root of a function that falls through zero: steps that are kept within a bracket.

/// After so many steps of the caller, a search that creeps is ended by halving.
const STEPS: usize = 100;

/// Halving needs at most one round per bit of the exponent and of the mantissa.
const ROUNDS: usize = STEPS + 1_200;

/// A function at one point.
pub(super) struct Slope {
    /// Its value: positive before the root, negative behind it.
    pub value: f64,
    /// The value over this is how far the root seems to be.
    pub fall: f64,
}

/// The root between `low` and `high`, searched from `start`; none if the rounds do not suffice.
///
/// A step that would leave the bracket, or is no number, becomes a halving.
pub(super) fn root(
    [mut low, mut high]: [f64; 2],
    start: f64,
    slope: impl Fn(f64) -> Slope,
) -> Option<f64> {
    let mut at = start.clamp(low, high);
    for round in 0..ROUNDS {
        let Slope { value, fall } = slope(at);
        if value > 0.0 {
            low = at;
        } else if value < 0.0 {
            high = at;
        } else {
            return (value == 0.0).then_some(at);
        }
        let step = at + value / fall;
        let next = if round < STEPS && step > low && step < high {
            step
        } else {
            low + (high - low) / 2.0
        };
        let close = 2.0 * f64::EPSILON * next;
        if (next - at).abs() <= close || high - low <= close {
            return Some(next);
        }
        at = next;
    }
    None
}
