//! Numbers as spreadsheets write them, with a comma or a point.

use maillage_domain::evaluation::LARGEST_VALUE;

/// How a table writes numbers: with one decimal mark, the first that is met.
#[derive(Debug)]
pub(super) struct Numbers {
    /// Whether a comma may be one: not where it separates cells.
    comma: bool,
    mark: Option<char>,
}

impl Numbers {
    pub(super) fn new(comma: bool) -> Self {
        Self { comma, mark: None }
    }

    /// A number. A table that uses both marks is refused: one of them may group thousands.
    pub(super) fn read(&mut self, text: &str) -> Result<f64, &'static str> {
        let known = |c: char| c.is_ascii_digit() || "+-.,eE".contains(c);
        if !text.chars().all(known) {
            return Err("cell_number");
        }
        if let Some(mark) = text.chars().find(|c| matches!(c, '.' | ',')) {
            if mark == ',' && !self.comma {
                return Err("cell_number");
            }
            if *self.mark.get_or_insert(mark) != mark {
                return Err("decimal_marks_mixed");
            }
        }
        let number: f64 = text.replace(',', ".").parse().map_err(|_| "cell_number")?;
        if number.abs() <= LARGEST_VALUE {
            Ok(number)
        } else {
            Err("cell_out_of_range")
        }
    }
}

/// How many: digits only.
pub(super) fn count(text: &str) -> Result<u32, &'static str> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("cell_count");
    }
    text.parse().map_err(|_| "cell_count")
}
