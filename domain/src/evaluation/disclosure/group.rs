//! Groups: contributors that no comparison of releases tells apart, and when they are enough.

use std::collections::{BTreeMap, BTreeSet};

use super::contribution::Figure;
use super::parameters::Parameters;
use super::release::{Known, Release, Withheld};
use crate::value::CollectivityId;

/// The masses of each contributor of a group.
type Group = BTreeMap<CollectivityId, [f64; 3]>;

/// The releases that contain something, by their place in the log.
type Within = BTreeSet<usize>;

/// Each contributor's figures: where they were released, and their masses.
type Contributed = BTreeMap<CollectivityId, BTreeMap<Figure, (Within, [f64; 3])>>;

/// Whether everything unknown in these releases stands in a group that could be released by itself.
pub(super) fn check_all<'a>(
    releases: impl Iterator<Item = &'a Release>,
    known: &Known,
    parameters: &Parameters,
) -> Result<(), Withheld> {
    let contributed = contributed(releases);
    // Company: whoever showed nothing and contributed one figure only.
    let mut company: BTreeMap<&Within, Group> = BTreeMap::new();
    let mut others = Vec::new();
    for (contributor, own) in &contributed {
        let mut figures = own.values();
        match (figures.next(), figures.next()) {
            (Some((within, masses)), None) if !known.contributor(*contributor) => {
                let group = company.entry(within).or_default();
                group.insert(*contributor, *masses);
            }
            _ => others.push((*contributor, own)),
        }
    }
    for group in company.values() {
        check(group, parameters)?;
    }
    // The others need company in each of their figures.
    for (contributor, own) in others {
        for (figure, (within, masses)) in own {
            if !known.figure(contributor, *figure) {
                let mut group = company.get(within).cloned().unwrap_or_default();
                group.insert(contributor, *masses);
                check(&group, parameters)?;
            }
        }
    }
    Ok(())
}

fn contributed<'a>(releases: impl Iterator<Item = &'a Release>) -> Contributed {
    let mut contributed = Contributed::new();
    for (place, release) in releases.enumerate() {
        for one in &release.members {
            let own = contributed.entry(one.contributor).or_default();
            let (within, masses) = own.entry(one.figure).or_default();
            within.insert(place);
            *masses = one.masses.map(f64::abs);
        }
    }
    contributed
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
