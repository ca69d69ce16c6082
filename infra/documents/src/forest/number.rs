//! Figures as people read them: as many decimals as the intervals are worth, alike in all lines.

use super::{Forest, Language, Scale};
use crate::typography::NARROW;

/// The most decimals that are written.
const DECIMALS: usize = 6;

/// From here on a number is written with a power of ten.
const LARGE: f64 = 1e7;

/// How the figures of one plot are written.
pub struct Numbers {
    language: Language,
    scale: Scale,
    decimals: usize,
    share_decimals: usize,
}

impl Numbers {
    /// Two digits of the usual half width of an interval.
    pub fn of(forest: &Forest) -> Self {
        let rows = forest.rows.iter().map(|row| (row.low, row.high));
        let pooled = forest.pooled.iter().map(|pooled| (pooled.low, pooled.high));
        let halves = rows
            .chain(pooled)
            .map(|(low, high)| (high / 2.0 - low / 2.0).abs());
        let half = median(halves.filter(|half| *half > 0.0).collect());
        let estimates = forest.rows.iter().map(|row| row.estimate.abs());
        let grain = half
            .or_else(|| median(estimates.filter(|it| *it > 0.0).collect()))
            .unwrap_or(1.0);
        let mut weights = forest.rows.iter().filter_map(|row| row.weight);
        Self {
            language: forest.language,
            scale: forest.scale,
            decimals: decimals(grain),
            share_decimals: usize::from(weights.any(|weight| weight > 0.0 && weight < 0.01)),
        }
    }

    /// « −4,5 [−5,9 ; −3,1] »
    pub fn effect(&self, estimate: f64, low: f64, high: f64) -> String {
        format!("{} {}", self.number(estimate), self.interval(low, high))
    }

    /// « [−5,9 ; −3,1] »
    pub fn interval(&self, low: f64, high: f64) -> String {
        let (low, high) = (self.number(low), self.number(high));
        match self.language {
            Language::French => format!("[{low}{NARROW}; {high}]"),
            Language::English => format!("[{low}, {high}]"),
        }
    }

    /// « 18 % »
    pub fn share(&self, share: f64) -> String {
        let number = written(share * 100.0, self.share_decimals, self.language);
        match self.language {
            Language::French => format!("{number}{NARROW}%"),
            Language::English => format!("{number}%"),
        }
    }

    fn number(&self, value: f64) -> String {
        let decimals = match self.scale {
            Scale::Linear => self.decimals,
            // A small ratio is as far from one as a large one.
            Scale::Logarithmic => self.decimals.max(decimals(value.abs()).min(DECIMALS)),
        };
        let decimals = if value == 0.0 {
            self.decimals
        } else {
            decimals
        };
        written(value, decimals, self.language)
    }
}

/// A number with so many decimals, or a power of ten where these say nothing.
pub fn written(value: f64, decimals: usize, language: Language) -> String {
    if value.is_nan() {
        return "–".to_owned();
    }
    let size = value.abs();
    let tiny = value != 0.0 && decimals >= DECIMALS && size < 5e-6;
    let plain = if value.is_infinite() {
        "∞".to_owned()
    } else if size >= LARGE || tiny {
        power(size, language)
    } else {
        grouped(&format!("{size:.decimals$}"), language)
    };
    // What is written as zero has no sign.
    let signed = value < 0.0 && plain.contains(|c: char| c == '∞' || ('1'..='9').contains(&c));
    if signed {
        format!("\u{2212}{plain}")
    } else {
        plain
    }
}

/// As many decimals as show two digits of `grain`.
pub fn decimals(grain: f64) -> usize {
    (0..DECIMALS)
        .find(|decimals| grain * 10.0_f64.powi(*decimals as i32) >= 9.95)
        .unwrap_or(DECIMALS)
}

/// The middle one; of an even count, the lower of the two.
pub fn median(mut values: Vec<f64>) -> Option<f64> {
    values.retain(|value| value.is_finite());
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied()
}

fn decimal_mark(language: Language) -> char {
    match language {
        Language::French => ',',
        Language::English => '.',
    }
}

fn grouped(plain: &str, language: Language) -> String {
    let (whole, rest) = match plain.split_once('.') {
        Some((whole, rest)) => (whole, Some(rest)),
        None => (plain, None),
    };
    let mut shown = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            shown.push(match language {
                Language::French => NARROW,
                Language::English => ',',
            });
        }
        shown.push(digit);
    }
    if let Some(rest) = rest {
        shown.push(decimal_mark(language));
        shown.push_str(rest);
    }
    shown
}

/// « 1,2×10⁸ »
fn power(size: f64, language: Language) -> String {
    let plain = format!("{size:.1e}");
    let (digits, exponent) = plain.split_once('e').unwrap_or((&plain, "0"));
    let raised = exponent.chars().map(|c| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        '9' => '⁹',
        _ => '⁰',
    });
    let raised: String = raised.collect();
    let digits = digits.replace('.', &decimal_mark(language).to_string());
    format!("{digits}×10{raised}")
}
