//! Groups: contributors that no comparison of releases tells apart, and when they are enough.

use std::collections::{BTreeMap, BTreeSet};

use super::contribution::Figure;
use super::parameters::Parameters;
use super::release::{Known, Release, Withheld};
use crate::value::CollectivityId;

/// Figures of one contributor, beyond which nothing is said any more: each may or may not resemble
/// each other.
const FIGURES: usize = 6;

/// The masses of each contributor of a group.
type Group = BTreeMap<CollectivityId, [f64; 3]>;

/// The releases that contain something, by their place in the log.
type Within = BTreeSet<usize>;

/// Whether everything unknown in these releases stands in a group that could be released by itself.
pub(super) fn check_all<'a>(
    releases: impl Iterator<Item = &'a Release>,
    known: &Known,
    parameters: &Parameters,
) -> Result<(), Withheld> {
    let mut figures: BTreeMap<CollectivityId, BTreeMap<Figure, (Within, [f64; 3])>> =
        BTreeMap::new();
    for (place, release) in releases.enumerate() {
        for one in &release.members {
            let own = figures.entry(one.contributor).or_default();
            let (within, masses) = own.entry(one.figure).or_default();
            within.insert(place);
            *masses = one.masses.map(f64::abs);
        }
    }
    // Company: whoever is unknown and always contributed the same.
    let mut company: BTreeMap<&Within, Group> = BTreeMap::new();
    for (contributor, own) in &figures {
        let mut own = own.values();
        if let (Some((within, masses)), None) = (own.next(), own.next())
            && !known.contributor(*contributor)
        {
            let group = company.entry(within).or_default();
            group.insert(*contributor, *masses);
        }
    }
    for group in company.values() {
        check(group, parameters)?;
    }
    // Whoever contributed this and that needs company in each, and in all that may be the same.
    for (contributor, own) in &figures {
        let unknown = own
            .iter()
            .filter(|(figure, _)| !known.figure(*contributor, **figure));
        let unknown: Vec<_> = unknown.map(|(_, place)| place).collect();
        if own.len() > FIGURES {
            return Err(Withheld::Few);
        }
        for (within, masses) in unions(&unknown) {
            let mut group = company.get(&within).cloned().unwrap_or_default();
            group.insert(*contributor, masses);
            check(&group, parameters)?;
        }
    }
    Ok(())
}

/// Everything that some of these figures may be together, if they are nearly the same.
fn unions(figures: &[&(Within, [f64; 3])]) -> Vec<(Within, [f64; 3])> {
    let mut all: Vec<(Within, [f64; 3])> = Vec::new();
    for (within, masses) in figures {
        let joined = all.iter().map(|(others, larger)| {
            let mut larger = *larger;
            for (mass, own) in larger.iter_mut().zip(masses) {
                *mass = mass.max(*own);
            }
            (others | within, larger)
        });
        let joined: Vec<_> = joined.collect();
        all.push((within.clone(), *masses));
        all.extend(joined);
    }
    all
}

/// Whether a group could be released by itself.
fn check(group: &Group, parameters: &Parameters) -> Result<(), Withheld> {
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
