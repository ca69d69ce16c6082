//! Groups: contributors that no comparison of releases tells apart, and when they are enough.

use std::collections::{BTreeMap, BTreeSet};

use super::contribution::Figure;
use super::parameters::Parameters;
use super::release::{Known, Release, Withheld};
use crate::value::CollectivityId;

/// What the rules ask of a group: how many contributors, and their precision, precision times effect,
/// people. Adding one costs the same however many there are.
#[derive(Clone)]
struct Group {
    contributors: usize,
    masses: [Column; 3],
}

/// One mass of each contributor: the largest of them, descending, and the sum of all others.
#[derive(Clone)]
struct Column {
    kept: usize,
    largest: Vec<f64>,
    rest: f64,
}

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
                let group = company.entry(within);
                group.or_insert_with(|| Group::none(parameters)).add(masses);
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
                // They are in no company themselves.
                let company = company.get(within).cloned();
                let mut group = company.unwrap_or_else(|| Group::none(parameters));
                group.add(masses);
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
    if group.contributors < parameters.minimum() + parameters.colluders() {
        return Err(Withheld::Few);
    }
    let limits = parameters.concentration();
    for column in &group.masses {
        if column.dominated(1, limits.dominance) {
            return Err(Withheld::Dominated);
        }
        if column.estimable(parameters.colluders(), limits.p) {
            return Err(Withheld::Estimable);
        }
    }
    Ok(())
}

impl Group {
    fn none(parameters: &Parameters) -> Self {
        Self {
            contributors: 0,
            masses: std::array::from_fn(|_| Column::keeping(1 + parameters.colluders())),
        }
    }

    fn add(&mut self, masses: &[f64; 3]) {
        self.contributors += 1;
        for (column, mass) in self.masses.iter_mut().zip(masses) {
            column.add(*mass);
        }
    }
}

impl Column {
    fn keeping(kept: usize) -> Self {
        Self {
            kept,
            largest: Vec::new(),
            rest: 0.0,
        }
    }

    fn of(masses: &[f64], kept: usize) -> Self {
        let mut column = Self::keeping(kept);
        masses.iter().for_each(|mass| column.add(*mass));
        column
    }

    fn add(&mut self, mass: f64) {
        let place = self.largest.partition_point(|larger| *larger > mass);
        self.largest.insert(place, mass);
        if self.largest.len() > self.kept {
            self.rest += self.largest.pop().unwrap_or_default();
        }
    }

    fn dominated(&self, n: usize, k: f64) -> bool {
        let largest: f64 = self.largest.iter().take(n).sum();
        largest > k * (self.largest.iter().sum::<f64>() + self.rest)
    }

    fn estimable(&self, colluders: usize, p: f64) -> bool {
        let largest = self.largest.first().copied().unwrap_or_default();
        let remainder = self.largest.iter().skip(1 + colluders).sum::<f64>() + self.rest;
        remainder < p * largest
    }
}

/// Rule (n, k): the n largest exceed the share k of the total. Masses are not negative.
pub fn dominates(masses: &[f64], n: usize, k: f64) -> bool {
    Column::of(masses, n).dominated(n, k)
}

/// Rule p%: what remains beside the largest, and beside the next largest that put theirs together
/// to estimate it, is less than the share p of the largest. Masses are not negative.
pub fn estimable(masses: &[f64], colluders: usize, p: f64) -> bool {
    Column::of(masses, 1 + colluders).estimable(colluders, p)
}
