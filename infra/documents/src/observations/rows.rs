//! Rows: each is taken in and forgotten.

use csv::StringRecord;
use maillage_domain::evaluation::{Arm, Arms, Count, Figures, Group, Reduction, Sample};
use maillage_domain::identity::fold;
use maillage_domain::value::{Pointer, Violation};

use super::columns::{Column, Columns, Form};
use super::number::{Numbers, count};
use super::{Faults, Reduced};
use crate::limits;

/// What stands in a cell of a column that is read.
#[derive(Clone, Copy, Debug)]
enum Cell {
    Arm(Arm),
    Number(f64),
    Happened(bool),
    Count(u32),
}

/// What has been read of a table.
#[derive(Debug)]
pub(super) struct Rows<'a> {
    columns: &'a Columns,
    numbers: Numbers,
    faults: Faults,
    /// How many rows said something.
    pub(super) count: u32,
    /// Which columns without a heading say something.
    nameless: Vec<usize>,
    samples: Arms<Sample>,
    counts: Arms<Count>,
    /// Groups that came summarised.
    groups: Arms<Option<Group>>,
    tallies: Arms<Option<Count>>,
}

/// What a row without a group is counted in.
const ALONE: Arm = Arm::Treated;

impl<'a> Rows<'a> {
    pub(super) fn new(columns: &'a Columns) -> Self {
        Self {
            columns,
            numbers: Numbers::new(columns.separator != b','),
            faults: Faults::default(),
            count: 0,
            nameless: Vec::new(),
            samples: Arms::default(),
            counts: Arms::default(),
            groups: Arms::default(),
            tallies: Arms::default(),
        }
    }

    /// Takes a row in.
    pub(super) fn read(&mut self, record: &StringRecord) {
        if record.iter().all(|cell| cell.trim().is_empty()) {
            return;
        }
        self.count += 1;
        let line = record.position().map_or(0, csv::Position::line);
        let at = Pointer::root().key("rows").key(&line.to_string());
        if record.len() != self.columns.headings.len() {
            return self.faults.add(at, "row_length");
        }
        let mut sound = true;
        for (place, (cell, heading)) in record.iter().zip(&self.columns.headings).enumerate() {
            let cell = cell.trim();
            if let Some(code) = unfit(cell) {
                self.faults.add(at.key(&self.name(place, heading)), code);
                sound = false;
            }
            if heading.is_empty() && !cell.is_empty() && !self.nameless.contains(&place) {
                self.nameless.push(place);
            }
        }
        if !sound {
            return;
        }
        let mut cells = Vec::with_capacity(self.columns.read.len());
        for (column, place) in &self.columns.read {
            let text = record.get(*place).unwrap_or_default().trim();
            match self.numbers.cell(*column, text) {
                Ok(cell) => cells.push(cell),
                Err(code) => self.faults.add(at.key(column.name()), code),
            }
        }
        if self.take(&cells).is_none() {
            let (column, _) = self.columns.read.first().copied().unzip();
            let name = column.map_or("group", Column::name);
            self.faults.add(at.key(name), "row_repeated");
        }
    }

    /// Takes in what a row says; nothing if it is summarised and was said before.
    fn take(&mut self, cells: &[Cell]) -> Option<()> {
        use Cell::{Arm, Count as Number, Happened, Number as Value};
        let summary = |n, mean, sd| Group { n, mean, sd };
        match (self.columns.form, cells) {
            (Form::Value, [Arm(arm), Value(value)]) => self.samples.of(*arm).add(*value),
            (Form::Pair, [Value(before), Value(after)]) => {
                self.samples.of(ALONE).add(after - before);
            }
            (Form::Difference, [Value(value)]) => self.samples.of(ALONE).add(*value),
            (Form::Happened, [Arm(arm), Happened(happened)]) => {
                self.counts.of(*arm).add(*happened);
            }
            (Form::HappenedAlone, [Happened(happened)]) => self.counts.of(ALONE).add(*happened),
            (Form::Moments, [Arm(arm), Number(n), Value(mean), Value(sd)]) => {
                return first(self.groups.of(*arm), summary(*n, *mean, *sd));
            }
            (Form::MomentsAlone, [Number(n), Value(mean), Value(sd)]) => {
                return first(self.groups.of(ALONE), summary(*n, *mean, *sd));
            }
            (Form::Counted, [Arm(arm), Number(n), Number(events)]) => {
                let (n, events) = (*n, *events);
                return first(self.tallies.of(*arm), Count { events, n });
            }
            (Form::CountedAlone, [Number(n), Number(events)]) => {
                let (n, events) = (*n, *events);
                return first(self.tallies.of(ALONE), Count { events, n });
            }
            // Some cell of it has a fault.
            _ => {}
        }
        Some(())
    }

    /// What all rows come to.
    pub(super) fn reduced(mut self, reduction: Reduction) -> Result<Reduced, Faults> {
        if self.count == 0 {
            let rows = Pointer::root().key("rows");
            self.faults.add(rows, "rows_missing");
        }
        let ignored = self.ignored();
        let figures = self.figures(reduction);
        // What rows with faults leave behind says nothing of the figures.
        self.faults.into_result()?;
        let mut faults = Faults::default();
        for Violation { pointer, code } in figures.faults() {
            let seen = Violation::at(pointer, code).under("figures");
            faults.add(seen.pointer, seen.code);
        }
        faults.into_result()?;
        Ok(Reduced {
            figures,
            rows: self.count,
            ignored,
        })
    }

    fn figures(&self, reduction: Reduction) -> Figures {
        let Self {
            samples,
            counts,
            groups,
            tallies,
            ..
        } = self;
        let group = |sample: &Sample, group: Option<Group>| group.unwrap_or_else(|| sample.group());
        let treated = group(&samples.treated, groups.treated);
        let control = group(&samples.control, groups.control);
        let happened = tallies.treated.unwrap_or(counts.treated);
        let otherwise = tallies.control.unwrap_or(counts.control);
        match reduction {
            Reduction::Means => Figures::Means { treated, control },
            Reduction::Paired => Figures::Paired {
                n: treated.n,
                mean: treated.mean,
                sd: treated.sd,
            },
            Reduction::Events => Figures::Events {
                treated: happened,
                control: otherwise,
            },
            Reduction::Proportion => Figures::Proportion(happened),
        }
    }

    /// The headings of what was not asked for; a place for a column without one that is not empty.
    fn ignored(&self) -> Vec<String> {
        let places = self.columns.headings.iter().enumerate();
        let strange = places.filter(|(place, heading)| {
            !self.columns.reads(*place) && (!heading.is_empty() || self.nameless.contains(place))
        });
        strange
            .map(|(place, heading)| self.name(place, heading))
            .collect()
    }

    /// What the column at a place is called.
    fn name(&self, place: usize, heading: &str) -> String {
        let mut read = self.columns.read.iter();
        match read.find(|(_, read)| *read == place) {
            Some((column, _)) => column.name().to_owned(),
            None if heading.is_empty() => format!("#{}", place + 1),
            None => heading.to_owned(),
        }
    }
}

/// Keeps the first of what may come once.
fn first<T>(place: &mut Option<T>, value: T) -> Option<()> {
    match place {
        None => {
            *place = Some(value);
            Some(())
        }
        Some(_) => None,
    }
}

/// What no cell may be, whether its column is read or not.
fn unfit(cell: &str) -> Option<&'static str> {
    if cell.contains(['\n', '\r']) {
        Some("cell_line_break")
    } else if cell.contains(char::is_control) {
        Some("text_control_character")
    } else if cell.len() > limits::CELL && cell.chars().count() > limits::CELL {
        Some("cell_too_long")
    } else {
        None
    }
}

impl Numbers {
    /// What stands in a cell of this column.
    fn cell(&mut self, column: Column, text: &str) -> Result<Cell, &'static str> {
        if text.is_empty() {
            return Err("cell_missing");
        }
        match column {
            Column::Group => match fold(text).as_str() {
                "treated" | "essai" => Ok(Cell::Arm(Arm::Treated)),
                "control" | "temoin" => Ok(Cell::Arm(Arm::Control)),
                _ => Err("cell_group"),
            },
            Column::Event => match fold(text).as_str() {
                "1" | "oui" | "yes" => Ok(Cell::Happened(true)),
                "0" | "non" | "no" => Ok(Cell::Happened(false)),
                _ => Err("cell_event"),
            },
            Column::N | Column::Events => count(text).map(Cell::Count),
            Column::Value
            | Column::Before
            | Column::After
            | Column::Difference
            | Column::Mean
            | Column::Sd => self.read(text).map(Cell::Number),
        }
    }
}
