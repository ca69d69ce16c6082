//! Groups: figures that no comparison of releases tells apart, and when one is large enough.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::parameters::Parameters;
use super::release::{Known, Member, Release, Withheld};
use crate::value::CollectivityId;

/// What counts as the same figure in two releases.
#[derive(Clone, Copy)]
pub(super) enum Reading {
    /// The same revision: a correction may have changed everything.
    Revision,
    /// The same result: a correction may have changed next to nothing.
    Result,
}

impl Reading {
    pub(super) const BOTH: [Self; 2] = [Self::Revision, Self::Result];

    fn key(self, member: &Member) -> (Uuid, Option<u32>) {
        match self {
            Self::Revision => (member.figure.result, Some(member.figure.revision)),
            Self::Result => (member.figure.result, None),
        }
    }

    fn known(self, member: &Member, known: &Known) -> bool {
        match self {
            Self::Revision => known.figure(member.figure),
            Self::Result => known.result(member.figure.result),
        }
    }
}

/// The masses of each contributor of a group.
pub(super) type Group = BTreeMap<CollectivityId, [f64; 3]>;

/// What is unknown, by the releases that contain it.
pub(super) fn groups<'a>(
    releases: impl Iterator<Item = &'a Release>,
    known: &Known,
    reading: Reading,
) -> Vec<Group> {
    let mut places: BTreeMap<_, (Vec<usize>, &Member)> = BTreeMap::new();
    for (place, release) in releases.enumerate() {
        for member in &release.members {
            let entry = places.entry(reading.key(member));
            let (within, latest) = entry.or_insert_with(|| (Vec::new(), member));
            within.push(place);
            *latest = member;
        }
    }
    let mut groups: BTreeMap<Vec<usize>, Group> = BTreeMap::new();
    for (within, member) in places.into_values() {
        if !reading.known(member, known) {
            let group = groups.entry(within).or_default();
            let own = group.entry(member.contributor).or_default();
            for (sum, mass) in own.iter_mut().zip(member.masses) {
                *sum += mass.abs();
            }
        }
    }
    groups.into_values().collect()
}

/// Whether a group could be released by itself.
pub(super) fn check(group: &Group, parameters: &Parameters) -> Result<(), Withheld> {
    if group.len() < parameters.minimum() + parameters.colluders() {
        return Err(Withheld::Few);
    }
    let limits = parameters.concentration();
    // Each contributor's column: precision, precision times effect, people.
    for mass in 0..3 {
        let masses = group.values().filter_map(|own| own.get(mass).copied());
        let masses: Vec<f64> = masses.collect();
        if dominates(&masses, 1, limits.dominance) {
            return Err(Withheld::Dominated);
        }
        if estimable(&masses, parameters.colluders(), limits.p) {
            return Err(Withheld::Estimable);
        }
    }
    Ok(())
}

/// Rule (n, k): the n largest exceed the share k of the total. Masses are not negative.
pub fn dominates(masses: &[f64], n: usize, k: f64) -> bool {
    let sorted = descending(masses);
    let largest: f64 = sorted.iter().take(n).sum();
    largest > k * sorted.iter().sum::<f64>()
}

/// Rule p%: what remains beside the largest, and beside the next largest that put theirs together
/// to estimate it, is less than the share p of the largest. Masses are not negative.
pub fn estimable(masses: &[f64], colluders: usize, p: f64) -> bool {
    let sorted = descending(masses);
    let largest = sorted.first().copied().unwrap_or_default();
    let remainder: f64 = sorted.iter().skip(1 + colluders).sum();
    remainder < p * largest
}

fn descending(masses: &[f64]) -> Vec<f64> {
    let mut sorted = masses.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    sorted
}
