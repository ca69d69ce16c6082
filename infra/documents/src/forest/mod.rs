//! A forest plot: what results show one by one and together, as a drawing, a table and a picture.
//!
//! All values are on the natural scale: whoever asks has taken `exp` of a logarithm. Texts are
//! given, in their language; figures are written here, alike in all three forms.

mod number;
mod picture;
mod scale;
mod svg;
mod table;
mod text;

use std::fmt;

use crate::RenderError;
use number::Numbers;

/// What is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Forest {
    /// What it is about, in a line.
    pub title: String,
    /// What is to be seen on it, for who does not see it.
    pub description: String,
    /// What the scale measures: « Différence (min) ».
    pub axis: String,
    /// How values are spread along the axis.
    pub scale: Scale,
    /// Where nothing has changed: 0 for a difference, 1 for a ratio.
    pub reference: Option<f64>,
    /// The results; beyond `limits::ROWS` they are counted, and in the table only.
    pub rows: Vec<Row>,
    /// What they show together.
    pub pooled: Option<Pooled>,
    /// The headings.
    pub words: Words,
    /// How figures are written.
    pub language: Language,
}

/// How values are spread along the axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Equal differences are equally far.
    Linear,
    /// Equal ratios are equally far. What is below zero has no place on it.
    Logarithmic,
}

/// The language of the texts, which figures are written in as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// « −4,5 [−5,9 ; −3,1] », « 18 % ».
    French,
    /// "−4.5 [−5.9, −3.1]", "18%".
    English,
}

/// One result.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Whose it is.
    pub label: String,
    /// The effect.
    pub estimate: f64,
    /// The lower bound of its interval.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
    /// Its share in the pooled estimate, between 0 and 1.
    pub weight: Option<f64>,
}

/// What the results show together.
#[derive(Clone, Debug, PartialEq)]
pub struct Pooled {
    /// What it is called: « Ensemble ».
    pub label: String,
    /// The pooled effect.
    pub estimate: f64,
    /// The lower bound of its interval.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
    /// Where the effect of one more such trial would lie.
    pub prediction: Option<(f64, f64)>,
}

/// The headings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// Above the labels: « Collectivité ».
    pub study: String,
    /// Above the figures: « Effet [IC 95 %] ».
    pub effect: String,
    /// Above the weights: « Poids ».
    pub weight: String,
    /// Beside the prediction interval: « Intervalle de prédiction ».
    pub prediction: String,
}

impl Language {
    /// Its tag.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::English => "en",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The plot as SVG, in black, white and grey, with its title and description.
///
/// The same plot gives the same text. It may stand in a page as it is: its ids are its own.
pub fn svg(forest: &Forest) -> String {
    svg::drawing(forest, svg::Signs::All).text
}

/// The same figures as a table, as a part of somebody's HTML page.
pub fn table(forest: &Forest) -> String {
    table::table(forest)
}

/// A figure of a page around the plot, written like those of the plot: « −4,5 [−5,9 ; −3,1] ».
pub fn effect(forest: &Forest, estimate: f64, low: f64, high: f64) -> String {
    Numbers::of(forest).effect(estimate, low, high)
}

/// The plot as a picture, twice as large as the drawing or as large as `limits::PIXELS` lets it.
///
/// CPU work: call it off the threads that serve.
///
/// # Errors
/// When the drawing cannot be read or painted; the plot is not at fault.
pub fn png(forest: &Forest) -> Result<Vec<u8>, RenderError> {
    picture::png(forest)
}

/// The figures of one line, as every form writes them.
struct Figures {
    label: String,
    effect: String,
    weight: Option<String>,
}

fn figures(forest: &Forest, rows: &[Row]) -> Vec<Figures> {
    let numbers = Numbers::of(forest);
    let line = |row: &Row| Figures {
        label: text::label(&row.label),
        effect: numbers.effect(row.estimate, row.low, row.high),
        weight: row.weight.map(|weight| numbers.share(weight)),
    };
    rows.iter().map(line).collect()
}

/// The lines below the results: together, and what one more would show.
fn together(forest: &Forest) -> Vec<Figures> {
    let numbers = Numbers::of(forest);
    let Some(pooled) = &forest.pooled else {
        return Vec::new();
    };
    let mut lines = vec![Figures {
        label: text::label(&pooled.label),
        effect: numbers.effect(pooled.estimate, pooled.low, pooled.high),
        weight: None,
    }];
    if let Some((low, high)) = pooled.prediction {
        lines.push(Figures {
            label: text::label(&forest.words.prediction),
            effect: numbers.interval(low, high),
            weight: None,
        });
    }
    lines
}
