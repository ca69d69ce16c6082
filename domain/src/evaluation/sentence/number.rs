//! Numbers as they are written in a text.

/// How a language writes numbers.
pub(super) struct Marks {
    /// Between the whole and the decimals.
    pub decimal: char,
    /// Between groups of three.
    pub group: char,
    /// Before what is larger than is worth writing.
    pub above: &'static str,
    /// Before what is smaller than is worth writing.
    pub below: &'static str,
}

/// French: a comma, and a narrow no-break space.
pub(super) const FRENCH: Marks = Marks {
    decimal: ',',
    group: '\u{202f}',
    above: "plus de ",
    below: "moins de ",
};

/// English: a point, and a comma.
pub(super) const ENGLISH: Marks = Marks {
    decimal: '.',
    group: ',',
    above: "more than ",
    below: "less than ",
};

/// The most decimals that are written.
const DECIMALS: usize = 6;

/// From here on a number is "more than" this.
const LARGE: f64 = 1e12;

/// `value` with two digits of its `grain`, which says how uncertain it is.
pub(super) fn written(value: f64, grain: f64, marks: &Marks) -> String {
    // Also what is no number, which public figures never are.
    if value.is_nan() || value >= LARGE {
        return format!("{}{}", marks.above, digits(LARGE, 0, marks));
    }
    if value <= -LARGE {
        return format!("{}{}", marks.below, digits(-LARGE, 0, marks));
    }
    let decimals = decimals(grain);
    let smallest = 10.0_f64.powi(-(DECIMALS as i32));
    if value > 0.0 && value < smallest / 2.0 && decimals == DECIMALS {
        return format!("{}{}", marks.below, digits(smallest, DECIMALS, marks));
    }
    digits(value, decimals, marks)
}

/// A number that is not negative, with its own first two digits.
pub(super) fn significant(value: f64, marks: &Marks) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    written(value, value, marks)
}

/// As many decimals as show two digits of `grain`.
fn decimals(grain: f64) -> usize {
    (0..DECIMALS)
        .find(|decimals| grain * 10.0_f64.powi(*decimals as i32) >= 9.95)
        .unwrap_or(DECIMALS)
}

fn digits(value: f64, decimals: usize, marks: &Marks) -> String {
    let plain = format!("{:.decimals$}", value.abs());
    let (whole, rest) = match plain.split_once('.') {
        Some((whole, rest)) => (whole, Some(rest)),
        None => (plain.as_str(), None),
    };
    let mut shown = String::new();
    // What is written as zero has no sign.
    if value < 0.0 && plain.contains(|c: char| c.is_ascii_digit() && c != '0') {
        shown.push('\u{2212}');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            shown.push(marks.group);
        }
        shown.push(digit);
    }
    if let Some(rest) = rest {
        shown.push(marks.decimal);
        shown.push_str(rest);
    }
    shown
}
