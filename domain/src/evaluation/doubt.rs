//! Figures that are possible but seldom right: worth asking about, never a reason to refuse.

use super::figures::{Count, Figures, Group};

/// Why figures deserve a second look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Doubt {
    /// A standard deviation of zero: everybody answered exactly the same, or it was not measured.
    #[error("sd_zero")]
    SdZero,
    /// A standard deviation over twice a positive mean: a standard error or a variance may have
    /// been typed, or a few values are very far from the others.
    #[error("sd_exceeds_mean")]
    SdExceedsMean,
    /// One standard deviation over ten times the other: two units, or an error for a deviation.
    #[error("sds_differ")]
    SdsDiffer,
    /// The groups are over three standard deviations apart, which practices hardly ever achieve:
    /// a standard error may have been typed for a standard deviation.
    #[error("difference_huge")]
    DifferenceHuge,
    /// The interval is not centred on its estimate: a ratio may have been typed for its logarithm.
    #[error("interval_asymmetrical")]
    IntervalAsymmetrical,
    /// The level of the interval is none of 80, 90, 95, 98, 99 or 99.9 %.
    #[error("level_unusual")]
    LevelUnusual,
    /// Fewer than eleven observed in a group: chance weighs much, and a survey of so few people
    /// may tell who answered what.
    #[error("n_small")]
    SmallN,
    /// Nothing happened in a group, or it always did: 0.5 is added to the cells to compute at all.
    #[error("cell_empty")]
    EmptyCell,
}

/// What is doubtful about figures, each doubt once, in order.
///
/// Figures that are impossible are errors of [`effect`](super::effect::effect), not doubts.
pub fn doubts(figures: &Figures) -> Vec<Doubt> {
    let mut found = Vec::new();
    match *figures {
        Figures::Means { treated, control } => {
            for group in [treated, control] {
                found.extend(group_doubts(group));
                if group.mean > 0.0 && group.sd > 2.0 * group.mean {
                    found.push(Doubt::SdExceedsMean);
                }
            }
            let (narrow, wide) = (treated.sd.min(control.sd), treated.sd.max(control.sd));
            if narrow > 0.0 && wide > 10.0 * narrow {
                found.push(Doubt::SdsDiffer);
            }
            let typical = (treated.sd * treated.sd / 2.0 + control.sd * control.sd / 2.0).sqrt();
            if typical > 0.0 && (treated.mean - control.mean).abs() > 3.0 * typical {
                found.push(Doubt::DifferenceHuge);
            }
        }
        Figures::Paired { n, mean, sd } => found.extend(group_doubts(Group { n, mean, sd })),
        Figures::Events { treated, control } => {
            found.extend([treated, control].into_iter().flat_map(count_doubts));
        }
        Figures::Proportion(count) => found.extend(count_doubts(count)),
        Figures::Contrast {
            estimate,
            low,
            high,
            level,
        } => {
            if ((high - estimate) - (estimate - low)).abs() > 0.1 * (high - low) {
                found.push(Doubt::IntervalAsymmetrical);
            }
            let usual = [0.8, 0.9, 0.95, 0.98, 0.99, 0.999];
            if !usual.iter().any(|usual| (level - usual).abs() < 1e-9) {
                found.push(Doubt::LevelUnusual);
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn group_doubts(group: Group) -> impl Iterator<Item = Doubt> {
    let zero = (group.sd == 0.0).then_some(Doubt::SdZero);
    zero.into_iter().chain(few(group.n))
}

fn count_doubts(count: Count) -> impl Iterator<Item = Doubt> {
    let empty = count.events == 0 || count.events == count.n;
    let empty = empty.then_some(Doubt::EmptyCell);
    empty.into_iter().chain(few(count.n))
}

fn few(n: u32) -> Option<Doubt> {
    (n < 11).then_some(Doubt::SmallN)
}
