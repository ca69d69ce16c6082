//! The decision: whether a cell is released, and what is then said.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::once;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::contribution::{Cell, Contribution, Figure};
use super::group::check_all;
use super::parameters::Parameters;
use crate::evaluation::{Effect, EffectError, Sharing};
use crate::value::{CollectivityId, ResultId};

/// A pooled figure that was released, with what the log must remember of it.
///
/// The log is kept for ever and shown to nobody: later decisions compare with it. Only `cell`, `at`
/// and `figures` are for members to see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Release {
    /// Which cell.
    pub cell: Cell,
    /// When the batch was made.
    pub at: DateTime<Utc>,
    /// What is shown.
    pub figures: ReleasedFigures,
    /// What is in it. Never shown.
    pub members: Vec<Member>,
}

/// What a release says.
///
/// Rounding makes it readable. No protection leans on it: the attack is given the exact sums.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReleasedFigures {
    /// Inverse-variance estimate, to the place of the standard error.
    pub estimate: f64,
    /// Its standard error if all effects were the same, to two significant digits.
    pub standard_error: f64,
    /// Contributors, rounded down to a multiple of five.
    pub contributors: usize,
    /// People, rounded down to a multiple of five.
    pub people: u64,
}

/// One figure in a release.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// Whose it is.
    pub contributor: CollectivityId,
    /// Which figures.
    pub figure: Figure,
    /// Precision, precision times effect, people.
    pub masses: [f64; 3],
}

/// Figures that members have seen one by one, at whatever time: what is open or pseudonymous now,
/// and what was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known(BTreeMap<CollectivityId, BTreeSet<Figure>>);

impl Known {
    /// Adds a figure that is shown.
    pub fn add(&mut self, contributor: CollectivityId, figure: Figure) {
        self.0.entry(contributor).or_default().insert(figure);
    }

    /// Whether these figures were shown.
    pub(super) fn figure(&self, contributor: CollectivityId, figure: Figure) -> bool {
        let own = self.0.get(&contributor);
        own.is_some_and(|own| own.contains(&figure))
    }

    /// Whether any figures of the contributor were shown: others may resemble them.
    pub(super) fn contributor(&self, contributor: CollectivityId) -> bool {
        self.0.contains_key(&contributor)
    }
}

impl FromIterator<(CollectivityId, Figure)> for Known {
    fn from_iter<I: IntoIterator<Item = (CollectivityId, Figure)>>(figures: I) -> Self {
        let mut known = Self::default();
        for (contributor, figure) in figures {
            known.add(contributor, figure);
        }
        known
    }
}

/// Why a cell was withheld. For the log of the platform; members get the last release, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Withheld {
    /// Nobody contributes anything hidden.
    #[error("nothing_hidden")]
    Nothing,
    /// A figure is not a number, or a result is there twice.
    #[error("impossible_figures")]
    Impossible,
    /// Some group has too few contributors.
    #[error("too_few")]
    Few,
    /// One contributor dominates a group.
    #[error("dominated")]
    Dominated,
    /// One contributor of a group could be estimated by another.
    #[error("estimable")]
    Estimable,
    /// The last release of the cell holds the same: releasing it again would say no more, and its
    /// date alone would tell it from a cell that was withheld.
    #[error("unchanged")]
    Unchanged,
}

/// Decides whether a cell may be released, given everything released before on the same indicator
/// (in all cells, oldest first) and everything that was ever shown.
pub fn release(
    cell: Cell,
    at: DateTime<Utc>,
    now: &[Contribution],
    log: &[Release],
    known: &Known,
    parameters: &Parameters,
) -> Result<Release, Withheld> {
    let pooled = |one: &&Contribution| {
        one.sharing == Sharing::AggregateOnly && one.traits.cells().contains(&cell)
    };
    let members = now.iter().filter(pooled).map(Member::of);
    let members: Vec<Member> = members.collect::<Option<_>>().ok_or(Withheld::Impossible)?;
    let results: BTreeSet<ResultId> = members.iter().map(|one| one.figure.result).collect();
    if results.len() < members.len() {
        return Err(Withheld::Impossible);
    }
    if members.iter().all(|one| known.contributor(one.contributor)) {
        return Err(Withheld::Nothing);
    }
    let last = log.iter().rfind(|release| release.cell == cell);
    if last.is_some_and(|last| figures_of(&last.members) == figures_of(&members)) {
        return Err(Withheld::Unchanged);
    }
    let figures = ReleasedFigures::of(&members).ok_or(Withheld::Impossible)?;
    let candidate = Release {
        cell,
        at,
        figures,
        members,
    };
    check_all(log.iter().chain(once(&candidate)), known, parameters)?;
    Ok(candidate)
}

fn figures_of(members: &[Member]) -> BTreeSet<Figure> {
    members.iter().map(|one| one.figure).collect()
}

/// One batch: each cell in the order of the lattice, against the log and the cells before it.
pub fn batch(
    at: DateTime<Utc>,
    now: &[Contribution],
    log: &[Release],
    known: &Known,
    parameters: &Parameters,
) -> Vec<(Cell, Result<Release, Withheld>)> {
    let mut log = log.to_vec();
    let cells: BTreeSet<Cell> = now.iter().flat_map(|one| one.traits.cells()).collect();
    let decide = |cell| {
        let decision = release(cell, at, now, &log, known, parameters);
        log.extend(decision.iter().cloned());
        (cell, decision)
    };
    cells.into_iter().map(decide).collect()
}

/// Whether a figure may be shown (made open or pseudonymous) without uncovering those it was
/// released with.
pub fn may_show(
    contributor: CollectivityId,
    figure: Figure,
    log: &[Release],
    known: &Known,
    parameters: &Parameters,
) -> Result<(), Withheld> {
    let mut known = known.clone();
    known.add(contributor, figure);
    check_all(log.iter(), &known, parameters)
}

impl Release {
    /// What members see of a cell: its last release, and the same whatever happened since.
    pub fn latest(cell: Cell, log: &[Self]) -> Option<(DateTime<Utc>, ReleasedFigures)> {
        let last = log.iter().rfind(|release| release.cell == cell)?;
        Some((last.at, last.figures))
    }
}

impl Member {
    fn of(contribution: &Contribution) -> Option<Self> {
        Some(Self {
            contributor: contribution.contributor,
            figure: contribution.figure,
            masses: contribution.masses()?,
        })
    }
}

impl ReleasedFigures {
    /// The same as one effect, to stand beside those that are shown.
    ///
    /// # Errors
    /// What was rounded to no variance at all.
    pub fn effect(&self) -> Result<Effect, EffectError> {
        Effect::new(self.estimate, self.standard_error * self.standard_error)
    }

    /// None when the sums are not numbers.
    fn of(members: &[Member]) -> Option<Self> {
        let mut sums = [0.0; 3];
        for member in members {
            for (sum, mass) in sums.iter_mut().zip(member.masses) {
                *sum += mass;
            }
        }
        let [precision, weighted, people] = sums;
        let standard_error = (1.0 / precision).sqrt();
        let places = 10_f64.powf(1.0 - standard_error.log10().floor());
        let round = |figure: f64| (figure * places).round() / places;
        let contributors: BTreeSet<_> = members.iter().map(|one| one.contributor).collect();
        let said = Self {
            estimate: round(weighted / precision),
            standard_error: round(standard_error),
            contributors: contributors.len() / 5 * 5,
            // People are added up as whole numbers far below 2^53.
            people: people as u64 / 5 * 5,
        };
        (said.estimate.is_finite() && said.standard_error.is_finite()).then_some(said)
    }
}
