//! Faults: what is wrong with a table, the first ones with their place and all of them counted.

use maillage_domain::value::{Pointer, Violation};

use crate::limits;

/// What is wrong with a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// The first of them, as many as `limits::FAULTS`.
    ///
    /// `/rows/12/value` is the column `value` in line 12 of the text, whose first line is 1, as a
    /// spreadsheet counts; `/header/value` is the column itself, `/figures/control` what it came to.
    pub first: Vec<Violation>,
    /// How many there are.
    pub total: usize,
}

impl Faults {
    /// A single one.
    pub(super) fn one(pointer: Pointer, code: &'static str) -> Self {
        let mut faults = Self::default();
        faults.add(pointer, code);
        faults
    }

    pub(super) fn add(&mut self, pointer: Pointer, code: &'static str) {
        self.total += 1;
        if self.first.len() < limits::FAULTS {
            self.first.push(Violation::at(pointer, code));
        }
    }

    /// Fails if there is any.
    pub(super) fn into_result(self) -> Result<(), Self> {
        if self.total == 0 { Ok(()) } else { Err(self) }
    }
}
