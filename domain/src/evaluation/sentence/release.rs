//! What a release says, in plain words: how many, since when, and that their spread is not known.

use chrono::NaiveDate;

use super::number::{ENGLISH, FRENCH, Marks};
use super::{Scale, english, french};
use crate::evaluation::disclosure::ReleasedFigures;
use crate::evaluation::effect::Measure;
use crate::evaluation::pool::Bounds;

/// A release that is put into words.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The unit of the indicator; said of mean differences only.
    pub unit: &'a str,
    /// What the effects are expressed as.
    pub measure: Measure,
    /// What was released.
    pub figures: ReleasedFigures,
    /// The day it was released.
    pub on: NaiveDate,
}

impl ReleasedFigures {
    /// The interval around the estimate if all effects were the same: normal, of 95 %.
    pub fn interval(&self) -> Bounds {
        Bounds::normal(self.estimate, self.standard_error)
    }
}

impl Told<'_> {
    /// The average, and its bounds.
    fn written(&self, marks: &'static Marks) -> (String, [String; 2], String) {
        let interval = self.figures.interval();
        let scale = Scale::of(self.measure, interval, marks);
        let estimate = scale.value(self.figures.estimate);
        (estimate, scale.bounds(interval), scale.level())
    }
}

/// The release in French.
pub fn released_in_french(told: &Told) -> String {
    let (estimate, [low, high], level) = told.written(&FRENCH);
    format!(
        "Au moins {} collectivités qui ne montrent pas leurs chiffres sont mises en commun depuis \
         le {}\u{202f}: en moyenne, {} (de {low} à {high}, à {level}\u{202f}%, si l’effet est \
         partout le même). On ne dit pas combien elles diffèrent entre elles.",
        told.figures.contributors,
        told.on.format("%d/%m/%Y"),
        french::average(told.measure, &estimate, told.unit),
    )
}

/// The release in English.
pub fn released_in_english(told: &Told) -> String {
    let (estimate, [low, high], level) = told.written(&ENGLISH);
    format!(
        "At least {} authorities that do not show their figures are pooled since {}: on average, \
         {} ({low} to {high}, at {level}%, if the effect is the same everywhere). How much they \
         differ from each other is not told.",
        told.figures.contributors,
        told.on.format("%Y-%m-%d"),
        english::average(told.measure, &estimate, told.unit),
    )
}
