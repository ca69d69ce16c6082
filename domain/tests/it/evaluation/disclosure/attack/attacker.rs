//! Who sees all releases, and what they make of them.

use std::collections::{BTreeMap, BTreeSet};

use super::history::{History, SLIGHT, Value};
use super::linear::{Unknown, half_width};

/// Determined: known within this share.
const WITHIN: f64 = 0.10;
/// What an outsider knows beforehand of each figure, and what a contributor does.
const OUTSIDER: f64 = 0.57;
const INSIDER: f64 = 1.0;
/// How many contributors put their figures together to solve for one exactly.
const COALITION: u32 = 4;

/// A hidden figure that was determined.
#[derive(Debug, PartialEq)]
pub(super) enum Found {
    ByOutsider { mass: usize, width: f64 },
    ByInsider { mass: usize, width: f64 },
    Exactly { coalition: u32 },
}

/// The equations, one bit for each, in which each value stands.
pub(super) struct Attacker<'a> {
    history: &'a History,
    within: BTreeMap<usize, u64>,
    /// Origins that were shown in some revision.
    shown: BTreeSet<usize>,
    /// Origins of more than one value.
    several: BTreeSet<usize>,
}

impl<'a> Attacker<'a> {
    pub(super) fn of(history: &'a History) -> Self {
        assert!(history.rows.len() <= 64, "an equation is a bit");
        let mut within = BTreeMap::new();
        for (bit, row) in history.rows.iter().enumerate() {
            for value in row {
                *within.entry(*value).or_default() |= 1_u64 << bit;
            }
        }
        let shown = history.values.iter().filter(|value| value.shown);
        let again = history.values.iter().enumerate();
        let again = again.filter(|(index, value)| value.origin != *index);
        Self {
            history,
            within,
            shown: shown.map(|value| value.origin).collect(),
            several: again.map(|(_, value)| value.origin).collect(),
        }
    }

    fn value(&self, index: usize) -> &'a Value {
        &self.history.values[index]
    }

    /// What there is to find: not shown, nor anything that it resembles.
    fn targets(&self) -> impl Iterator<Item = usize> {
        self.within.keys().copied().filter(|index| {
            let value = self.value(*index);
            !value.shown && !self.shown.contains(&value.origin)
        })
    }

    /// The first figure determined by anybody.
    pub(super) fn attack(&self) -> Option<Found> {
        self.coalition().or_else(|| {
            (0..3).find_map(|mass| {
                let outside = |t| self.narrow(t, mass, OUTSIDER, None);
                if let Some(width) = self.targets().find_map(outside) {
                    return Some(Found::ByOutsider { mass, width });
                }
                let inside = |i| {
                    self.targets()
                        .find_map(|t| self.narrow(t, mass, INSIDER, Some(i)))
                };
                let width = self.insiders(mass).into_iter().find_map(inside)?;
                Some(Found::ByInsider { mass, width })
            })
        })
    }

    /// The contributors with most of a mass: whose own figures tell most of the others.
    fn insiders(&self, mass: usize) -> Vec<usize> {
        let mut largest: BTreeMap<usize, f64> = BTreeMap::new();
        for index in self.within.keys() {
            let value = self.value(*index);
            let most = largest.entry(value.contributor).or_default();
            *most = most.max(value.masses[mass].abs());
        }
        let mut all: Vec<_> = largest.into_iter().collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1));
        all.into_iter()
            .map(|(contributor, _)| contributor)
            .take(6)
            .collect()
    }

    /// The relative half-width for a target, where it is too narrow.
    fn narrow(
        &self,
        target: usize,
        mass: usize,
        prior: f64,
        insider: Option<usize>,
    ) -> Option<f64> {
        let unknowns = self.unknowns(target, mass, prior, insider)?;
        // Whatever stands in the same equations can take what the target gives.
        let main = unknowns.iter().find(|one| one.asked)?;
        let twins = unknowns
            .iter()
            .filter(|one| !one.asked && one.within == main.within);
        if twins.map(|one| one.room).sum::<f64>() >= WITHIN {
            return None;
        }
        let width = half_width(&unknowns, self.history.rows.len());
        (width < WITHIN - 1e-7).then_some(width)
    }

    /// Half-widths of a few targets by the linear programme alone.
    pub(super) fn sample(&self, seed: u64) -> Vec<f64> {
        let mass = (seed / 3 % 3) as usize;
        let insider = self.insiders(mass).first().copied();
        let targets: Vec<usize> = self.targets().collect();
        let picked = targets.iter().skip(seed as usize % 7).step_by(7).take(2);
        let unknowns = picked.filter_map(|t| self.unknowns(*t, mass, INSIDER, insider));
        unknowns
            .map(|all| half_width(&all, self.history.rows.len()))
            .collect()
    }

    /// All that moves, in units of the target. Unknowns that stand in the same equations are one.
    ///
    /// Where changes were slight, a figure is its origin plus a little of its own.
    fn unknowns(
        &self,
        target: usize,
        mass: usize,
        prior: f64,
        insider: Option<usize>,
    ) -> Option<Vec<Unknown>> {
        let aim = self.value(target);
        let unit = aim.masses[mass].abs();
        if unit == 0.0 || insider == Some(aim.contributor) {
            return None;
        }
        let mut origins: BTreeMap<usize, (u64, f64)> = BTreeMap::new();
        let mut merged: BTreeMap<(u64, bool), f64> = BTreeMap::new();
        for (index, within) in &self.within {
            let value = self.value(*index);
            if value.shown || insider == Some(value.contributor) {
                continue;
            }
            let size = value.masses[mass].abs() / unit;
            let base = origins.entry(value.origin).or_insert((0, size));
            base.0 |= within;
            // Most figures are the only ones of their origin.
            if self.several.contains(&value.origin) {
                *merged.entry((*within, *index == target)).or_default() += SLIGHT * size;
            }
        }
        for (origin, (within, size)) in origins {
            if !self.shown.contains(&origin) {
                *merged.entry((within, origin == aim.origin)).or_default() += prior * size;
            }
        }
        let unknowns = merged.into_iter().map(|((within, asked), room)| Unknown {
            within,
            room,
            asked,
        });
        let mut unknowns: Vec<Unknown> = unknowns.collect();
        // The target itself first, then what its revision adds.
        unknowns.sort_by(|a, b| {
            (b.asked, b.room)
                .partial_cmp(&(a.asked, a.room))
                .expect("finite")
        });
        Some(unknowns)
    }

    /// Adds and subtracts up to three releases until at most a coalition and its victim remain.
    fn coalition(&self) -> Option<Found> {
        let mut classes: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for (index, within) in &self.within {
            if !self.value(*index).shown {
                classes
                    .entry(*within)
                    .or_default()
                    .push(self.value(*index).contributor);
            }
        }
        let contributors = |class: &Vec<usize>| class.iter().collect::<BTreeSet<_>>().len();
        if classes
            .values()
            .all(|class| contributors(class) > COALITION as usize + 1)
        {
            // A sum that holds one of a class holds all of it.
            return None;
        }
        let rows = self.history.rows.len();
        let signed = |row: usize| [(row, 1_i32), (row, -1)];
        for first in 0..rows {
            let mut sums = vec![vec![(first, 1)]];
            for second in first + 1..rows {
                for b in signed(second) {
                    sums.push(vec![(first, 1), b]);
                    for third in second + 1..rows {
                        sums.extend(signed(third).map(|c| vec![(first, 1), b, c]));
                    }
                }
            }
            let mut found = sums.iter().filter_map(|sum| victims(&classes, sum));
            if let Some(coalition) = found.next() {
                return Some(Found::Exactly { coalition });
            }
        }
        None
    }
}

/// The size of a coalition for which this sum has one unknown left.
fn victims(classes: &BTreeMap<u64, Vec<usize>>, sum: &[(usize, i32)]) -> Option<u32> {
    let (mut some, mut several) = (0_u64, 0_u64);
    for (within, contributors) in classes {
        let times: i32 = sum
            .iter()
            .map(|(row, sign)| sign * (within >> row & 1) as i32)
            .sum();
        if times != 0 {
            for contributor in contributors {
                several |= some & 1 << contributor;
                some |= 1 << contributor;
            }
            if some.count_ones() > COALITION + 1 {
                return None;
            }
        }
    }
    (some & !several != 0).then(|| some.count_ones() - 1)
}
