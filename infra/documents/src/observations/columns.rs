//! Columns: which ones a table has, by their headings, and what may be made of them.

use maillage_domain::evaluation::Reduction;
use maillage_domain::identity::fold;
use maillage_domain::value::Pointer;

use super::{Faults, reader};
use crate::limits;

/// What separates cells: that of French spreadsheets first.
const SEPARATORS: [u8; 3] = *b";\t,";

/// A column that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Group,
    Value,
    Before,
    After,
    Difference,
    Event,
    N,
    Mean,
    Sd,
    Events,
}

use Column::{After, Before, Difference, Event, Events, Group, Mean, N, Sd, Value};

impl Column {
    const ALL: [Self; 10] = [
        Group, Value, Before, After, Difference, Event, N, Mean, Sd, Events,
    ];

    /// Its heading, and the French one, without accents.
    const fn names(self) -> [&'static str; 2] {
        match self {
            Group => ["group", "groupe"],
            Value => ["value", "valeur"],
            Before => ["before", "avant"],
            After => ["after", "apres"],
            Difference => ["difference", "ecart"],
            Event => ["event", "evenement"],
            N => ["n", "effectif"],
            Mean => ["mean", "moyenne"],
            Sd => ["sd", "ecart type"],
            Events => ["events", "evenements"],
        }
    }

    /// What it is called in faults.
    pub(super) const fn name(self) -> &'static str {
        let [name, _] = self.names();
        name
    }

    fn of(heading: &str) -> Option<Self> {
        // No name is long, and folding is work.
        if heading.len() > limits::CELL {
            return None;
        }
        let folded = fold(heading);
        let named = |column: &Self| column.names().contains(&folded.as_str());
        Self::ALL.into_iter().find(named)
    }
}

/// What a row of a table says, one form for each set of columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A value of somebody in a group.
    Value,
    /// Two values of the same.
    Pair,
    /// Their difference.
    Difference,
    /// Whether it happened to somebody in a group.
    Happened,
    /// Whether it happened.
    HappenedAlone,
    /// A group, summarised by mean and standard deviation.
    Moments,
    /// Differences, summarised likewise.
    MomentsAlone,
    /// A group, summarised by how often it happened.
    Counted,
    /// How often it happened.
    CountedAlone,
}

impl Form {
    /// The forms that can be reduced, the one of single observations first.
    const fn of(reduction: Reduction) -> &'static [Self] {
        match reduction {
            Reduction::Means => &[Self::Value, Self::Moments],
            Reduction::Paired => &[Self::Pair, Self::Difference, Self::MomentsAlone],
            Reduction::Events => &[Self::Happened, Self::Counted],
            Reduction::Proportion => &[Self::HappenedAlone, Self::CountedAlone],
        }
    }

    /// The columns it takes.
    pub(super) const fn columns(self) -> &'static [Column] {
        match self {
            Self::Value => &[Group, Value],
            Self::Pair => &[Before, After],
            Self::Difference => &[Difference],
            Self::Happened => &[Group, Event],
            Self::HappenedAlone => &[Event],
            Self::Moments => &[Group, N, Mean, Sd],
            Self::MomentsAlone => &[N, Mean, Sd],
            Self::Counted => &[Group, N, Events],
            Self::CountedAlone => &[N, Events],
        }
    }
}

/// The columns of a table.
#[derive(Debug)]
pub(super) struct Columns {
    /// What separates its cells.
    pub(super) separator: u8,
    /// What its rows say.
    pub(super) form: Form,
    /// Its headings.
    pub(super) headings: Vec<String>,
    /// The columns of the form, in its order, each with its place in a row.
    pub(super) read: Vec<(Column, usize)>,
}

impl Columns {
    /// The columns of a text, by its first line that is not empty.
    pub(super) fn find(text: &str, reduction: Reduction) -> Result<Self, Faults> {
        let at = || Pointer::root().key("header");
        let headings = SEPARATORS.map(|separator| (separator, headings(text, separator)));
        let known = |headings: &[String]| {
            let known = headings.iter().filter_map(|one| Column::of(one));
            known.count()
        };
        // The separator that makes most columns known; of as many, the first that is listed.
        let most = headings.iter().map(|(_, all)| known(all)).max();
        let found = headings
            .into_iter()
            .find(|(_, all)| Some(known(all)) == most);
        let (separator, headings) = found.unwrap_or_default();
        if headings.is_empty() {
            return Err(Faults::one(at(), "header_missing"));
        }
        if headings.len() > limits::OBSERVED {
            return Err(Faults::one(at(), "columns_too_many"));
        }
        let long = |heading: &String| heading.chars().count() > limits::CELL;
        if headings.iter().any(long) {
            return Err(Faults::one(at(), "cell_too_long"));
        }
        if headings.iter().any(|one| one.contains(char::is_control)) {
            return Err(Faults::one(at(), "text_control_character"));
        }
        let form = Self::form(&headings, reduction)?;
        let place = |column: &Column| {
            let place = headings.iter().position(|one| is(one, *column))?;
            Some((*column, place))
        };
        let read = form.columns().iter().filter_map(place).collect();
        Ok(Self {
            separator,
            form,
            headings,
            read,
        })
    }

    /// The one form whose columns are all there, each once.
    fn form(headings: &[String], reduction: Reduction) -> Result<Form, Faults> {
        let at = |column: &Column| Pointer::root().key("header").key(column.name());
        let times = |column: &Column| headings.iter().filter(|one| is(one, *column)).count();
        let lacks = |form: &Form| form.columns().iter().filter(|it| times(it) == 0).count();
        let forms = Form::of(reduction);
        let mut whole = forms.iter().filter(|form| lacks(form) == 0);
        let mut faults = Faults::default();
        let form = match (whole.next(), whole.next()) {
            (Some(form), None) => *form,
            (Some(_), Some(_)) => {
                return Err(Faults::one(
                    Pointer::root().key("header"),
                    "columns_ambiguous",
                ));
            }
            (None, _) => {
                // The form that lacks least; of those the one that has most.
                let has = |form: &Form| form.columns().len() - lacks(form);
                let key = |form: &&Form| (lacks(form), std::cmp::Reverse(has(form)));
                let nearest = forms.iter().min_by_key(key);
                let columns = nearest.map_or(&[][..], |form| form.columns());
                for column in columns.iter().filter(|column| times(column) == 0) {
                    faults.add(at(column), "column_missing");
                }
                return Err(faults);
            }
        };
        for column in form.columns().iter().filter(|column| times(column) > 1) {
            faults.add(at(column), "column_duplicate");
        }
        faults.into_result()?;
        Ok(form)
    }

    /// Whether the column at this place is read.
    pub(super) fn reads(&self, place: usize) -> bool {
        self.read.iter().any(|(_, read)| *read == place)
    }
}

fn is(heading: &str, column: Column) -> bool {
    Column::of(heading) == Some(column)
}

/// The cells of the first line that is not empty, one more than there may be at most.
fn headings(text: &str, separator: u8) -> Vec<String> {
    let mut record = csv::StringRecord::new();
    let read = reader(text, separator).read_record(&mut record);
    let found = read.is_ok_and(|found| found);
    let cells = record.iter().take(limits::OBSERVED + 1);
    let cells = cells.map(|cell| cell.trim().to_owned());
    if found { cells.collect() } else { Vec::new() }
}
