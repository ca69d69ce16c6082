//! Random histories: joining, leaving, correcting, changing how one shares, and batches.

use chrono::{DateTime, Utc};
use maillage_domain::evaluation::disclosure::{
    Cell, Contribution, Figure, Known, Member, Parameters, Release, SizeClass, Traits, may_show,
    release,
};
use maillage_domain::evaluation::{Evidence, Sharing};
use maillage_domain::identity::BodyType;
use maillage_domain::value::{CollectivityId, ResultId};
use uuid::Uuid;

use super::random::Random;

/// How much a slight correction changes.
pub(super) const SLIGHT: f64 = 0.02;

/// The rules, and what they are told. Each part can be taken away.
#[derive(Debug)]
pub(super) struct Defence {
    pub(super) parameters: Parameters,
    /// Compares with earlier releases of the cell.
    pub(super) same_cell: bool,
    /// Compares with releases of other cells.
    pub(super) other_cells: bool,
    /// Compares with all of them at once, and not one by one.
    pub(super) jointly: bool,
    /// Is told what was open.
    pub(super) known: bool,
    /// Is told that figures changed.
    pub(super) changes: bool,
    /// Is told which figures are of the same contributor.
    pub(super) contributors: bool,
    /// Is not told the truth about one of the masses: all contributors have the same.
    pub(super) blind: Option<usize>,
    /// Is asked before a hidden result is shown.
    pub(super) showing: bool,
}

impl Default for Defence {
    fn default() -> Self {
        Self {
            parameters: Parameters::IN_USE,
            same_cell: true,
            other_cells: true,
            jointly: true,
            known: true,
            changes: true,
            contributors: true,
            blind: None,
            showing: true,
        }
    }
}

/// One revision of a result, as it truly is.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) contributor: usize,
    /// The figures it goes back to: slight changes leave them nearly the same.
    pub(super) origin: usize,
    pub(super) masses: [f64; 3],
    /// Was open or pseudonymous at some time.
    pub(super) shown: bool,
    contribution: Contribution,
    /// Its place before any change.
    first: u128,
}

/// What happened, for the attacker: releases are rows of values.
pub(super) struct History {
    pub(super) values: Vec<Value>,
    pub(super) rows: Vec<Vec<usize>>,
    cells: Vec<Cell>,
}

impl History {
    /// Releases that differ from the last of their cell.
    pub(super) fn compared(&self) -> usize {
        let earlier = |at: usize| (0..at).rfind(|e| self.cells[*e] == self.cells[at]);
        let differs = |at: &usize| earlier(*at).is_some_and(|e| self.rows[e] != self.rows[*at]);
        (0..self.rows.len()).filter(differs).count()
    }
}

struct World<'a> {
    random: Random,
    defence: &'a Defence,
    history: History,
    /// The values that stand now.
    live: Vec<usize>,
    log: Vec<Release>,
    /// Type and size of each collectivité, and how much weight in the skewed mass.
    bodies: Vec<(BodyType, SizeClass, f64)>,
    /// The mass in which they differ.
    skewed: usize,
    /// How often a change is slight.
    slight: f64,
    results: u128,
}

/// A history of a few batches.
pub(super) fn play(seed: u64, defence: &Defence) -> History {
    let mut world = World::new(seed, defence);
    for _ in 0..world.bodies.len() * 3 / 4 {
        world.join();
    }
    for _ in 0..2 + world.random.below(3) {
        world.batch();
        for _ in 0..1 + world.random.below(3) {
            world.wave();
        }
    }
    world.batch();
    world.history
}

impl<'a> World<'a> {
    fn new(seed: u64, defence: &'a Defence) -> Self {
        let mut random = Random(seed);
        let count = 9 + random.below(30);
        let kinds = 1 + random.below(3);
        let types = [BodyType::Commune, BodyType::Cc, BodyType::Departement];
        let rare = random.chance(0.5);
        let skew = random.below(5);
        let giant = count as f64 * random.between(3.0, 14.0);
        let bodies = (0..count).map(|i| {
            let kind = if rare && random.chance(0.8) {
                0
            } else {
                random.below(kinds)
            };
            let size = [SizeClass::Under3500, SizeClass::From100000][random.below(2)];
            let weight = match (skew, i) {
                (0, _) => random.between(-4.0, 4.0).exp(),
                (1, 0) | (2, 0) => giant,
                (2, 1) => giant * random.between(0.7, 1.0),
                _ => random.between(0.6, 1.6),
            };
            (types[kind], size, weight)
        });
        let bodies = bodies.collect();
        let slight = [0.0, 0.5, 0.9, 1.0][random.below(4)];
        let skewed = random.below(3);
        Self {
            random,
            defence,
            history: History {
                values: Vec::new(),
                rows: Vec::new(),
                cells: Vec::new(),
            },
            live: Vec::new(),
            log: Vec::new(),
            bodies,
            skewed,
            slight,
            results: 0,
        }
    }

    /// Several of the same, most often one.
    fn wave(&mut self) {
        let times = [1, 1, 1, 2, 6, 8, 12, 20][self.random.below(8)];
        match self.random.below(7) {
            0 => (0..times).for_each(|_| self.join()),
            1 => (0..times).for_each(|_| self.leave()),
            2 => (0..times).for_each(|_| self.correct_any()),
            3 => (0..times).for_each(|_| self.hide()),
            4 => (0..times).for_each(|_| self.show()),
            5 => {
                // Everybody looks again at their figures, and one takes the place of another.
                let again = self.random.chance(0.5);
                (0..self.live.len()).for_each(|place| self.correct(place, again));
                self.leave();
                self.join();
            }
            _ => {}
        }
    }

    fn join(&mut self) {
        let contributor = self.random.below(self.bodies.len());
        let again = self.random.chance(0.15);
        let there = |one: &usize| self.history.values[*one].contributor == contributor;
        if self.live.iter().any(there) && !again {
            return;
        }
        let (body_type, size, weight) = self.bodies[contributor];
        let sharing = match self.random.below(10) {
            0 => Sharing::Pseudonymous,
            1 | 2 => Sharing::Open,
            _ => Sharing::AggregateOnly,
        };
        let scale = |mass| if self.skewed == mass { weight } else { 1.0 };
        let scales = [scale(0), scale(1), scale(2)];
        let sign = if self.random.chance(0.2) { -1.0 } else { 1.0 };
        let contribution = Contribution {
            contributor: CollectivityId(Uuid::from_u128(contributor as u128)),
            figure: self.figure(),
            sharing,
            traits: Traits {
                body_type,
                size,
                evidence: [Evidence::Measured, Evidence::SelfReported][self.random.below(2)],
                vendor_supplied: self.random.chance(0.1),
            },
            estimate: sign * scales[1] * self.random.between(0.5, 1.5),
            variance: 1.0 / (scales[0] * self.random.between(0.8, 1.2)),
            people: 1 + (scales[2] * self.random.between(20.0, 80.0)) as u32,
        };
        self.add(
            contributor,
            self.history.values.len(),
            self.results,
            contribution,
        );
        self.live.push(self.history.values.len() - 1);
    }

    /// Figures of a new result.
    fn figure(&mut self) -> Figure {
        self.results += 1;
        Figure {
            result: ResultId(Uuid::from_u128(self.results)),
            revision: 1,
        }
    }

    fn add(&mut self, contributor: usize, origin: usize, first: u128, truth: Contribution) {
        let precision = 1.0 / truth.variance;
        self.history.values.push(Value {
            contributor,
            origin,
            masses: [
                precision,
                precision * truth.estimate,
                f64::from(truth.people),
            ],
            shown: truth.sharing != Sharing::AggregateOnly,
            contribution: truth,
            first,
        });
    }

    fn leave(&mut self) {
        if !self.live.is_empty() {
            let place = self.random.below(self.live.len());
            self.live.swap_remove(place);
        }
    }

    fn correct_any(&mut self) {
        if !self.live.is_empty() {
            let place = self.random.below(self.live.len());
            let again = self.random.chance(0.2);
            self.correct(place, again);
        }
    }

    /// A correction, or the same contributed again as another result.
    fn correct(&mut self, place: usize, again: bool) {
        let old = self.history.values[self.live[place]].clone();
        let mut new = old.contribution;
        let mut origin = old.origin;
        if self.random.chance(self.slight) {
            let first = self.history.values[origin].contribution;
            new.variance = first.variance * (1.0 + self.random.between(-0.4, 0.4) * SLIGHT);
            new.estimate = first.estimate * (1.0 + self.random.between(-0.4, 0.4) * SLIGHT);
        } else {
            origin = self.history.values.len();
            new.variance /= self.random.between(-3.0, 3.0).exp();
            new.people = 20 + self.random.below(60) as u32;
        }
        new.figure.revision += 1;
        if again {
            new.figure = self.figure();
        }
        self.add(old.contributor, origin, old.first, new);
        self.live[place] = self.history.values.len() - 1;
    }

    fn hide(&mut self) {
        let place = self.pick(|sharing| sharing != Sharing::AggregateOnly);
        if let Some(index) = place {
            self.history.values[index].contribution.sharing = Sharing::AggregateOnly;
        }
    }

    fn show(&mut self) {
        let Some(index) = self.pick(|sharing| sharing == Sharing::AggregateOnly) else {
            return;
        };
        let told = self.told(index);
        let asked = may_show(
            told.contributor,
            told.figure,
            &self.log,
            &self.known(),
            &self.defence.parameters,
        );
        if asked.is_ok() || !self.defence.showing {
            self.history.values[index].contribution.sharing = Sharing::Open;
            self.history.values[index].shown = true;
        }
    }

    fn pick(&mut self, of: impl Fn(Sharing) -> bool) -> Option<usize> {
        let sharing = |index: &usize| self.history.values[*index].contribution.sharing;
        let some: Vec<usize> = self
            .live
            .iter()
            .copied()
            .filter(|i| of(sharing(i)))
            .collect();
        (!some.is_empty()).then(|| some[self.random.below(some.len())])
    }

    /// A value as the defence is told of it.
    fn told(&self, index: usize) -> Contribution {
        let value = &self.history.values[index];
        let (told, truth) = (self.defence, value.contribution);
        let contributor = match told.contributors {
            true => truth.contributor,
            false => CollectivityId(Uuid::from_u128(1_000 + index as u128)),
        };
        let figure = match told.changes {
            true => truth.figure,
            false => Figure {
                result: ResultId(Uuid::from_u128(value.first)),
                revision: 1,
            },
        };
        let (estimate, variance, people) = match told.blind {
            Some(0) => (value.masses[1], 1.0, truth.people),
            Some(1) => (1.0, truth.variance, truth.people),
            Some(_) => (truth.estimate, truth.variance, 50),
            None => (truth.estimate, truth.variance, truth.people),
        };
        Contribution {
            contributor,
            figure,
            estimate,
            variance,
            people,
            ..truth
        }
    }

    fn known(&self) -> Known {
        let all = 0..self.history.values.len();
        let shown = all.filter(|index| self.defence.known && self.history.values[*index].shown);
        let told = shown.map(|index| self.told(index));
        told.map(|one| (one.contributor, one.figure)).collect()
    }

    fn batch(&mut self) {
        let now: Vec<Contribution> = self.live.iter().map(|index| self.told(*index)).collect();
        let known = self.known();
        let mut cells: Vec<Cell> = now.iter().flat_map(|one| one.traits.cells()).collect();
        cells.sort();
        cells.dedup();
        for cell in cells {
            if let Some(made) = self.decide(cell, &now, &known) {
                let mut row = self.row(&made);
                row.sort();
                self.history.rows.push(row);
                self.history.cells.push(cell);
                self.log.push(made);
            }
        }
    }

    fn decide(&self, cell: Cell, now: &[Contribution], known: &Known) -> Option<Release> {
        let compared = |one: &&Release| match one.cell == cell {
            true => self.defence.same_cell,
            false => self.defence.other_cells,
        };
        let log: Vec<Release> = self.log.iter().filter(compared).cloned().collect();
        let parts: Vec<&[Release]> = match self.defence.jointly || log.is_empty() {
            true => vec![&log],
            false => log.chunks(1).collect(),
        };
        let (at, rules) = (DateTime::<Utc>::UNIX_EPOCH, &self.defence.parameters);
        let decide = |log: &[Release]| release(cell, at, now, log, known, rules).ok();
        let made: Option<Vec<Release>> = parts.into_iter().map(decide).collect();
        made?.pop()
    }

    /// What is truly in a release: what it says of itself, found again among what was told.
    fn row(&self, made: &Release) -> Vec<usize> {
        let within = |index: &usize| {
            let told = self.told(*index);
            let same =
                |one: &Member| (one.contributor, one.figure) == (told.contributor, told.figure);
            told.traits.cells().contains(&made.cell) && made.members.iter().any(same)
        };
        self.live.iter().copied().filter(within).collect()
    }
}
