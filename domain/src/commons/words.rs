//! Texts compared, and three texts made into one, word by word.

use std::collections::HashMap;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::limits;

/// So many words that both sides left alone must stand between a change of one and a change of the
/// other. Without it "30 jours", made "15 jours" here and "30 semaines" there, would become
/// "15 semaines", which nobody wrote.
pub(super) const APART: usize = 2;

/// How a text is cut into pieces, the finest way first: what is too long for one is left to the next.
pub(super) const CUTS: [fn(&str) -> Vec<&str>; 3] = [tokens, sentences, |text| vec![text]];

/// A text with the changes of both sides, or nothing when they touch one another.
pub(super) fn merge(base: &str, mine: &str, theirs: &str) -> Option<String> {
    // Both sides are cut alike: their changes are told apart by where they stand in the base.
    let merged = CUTS.iter().find_map(|cut| {
        let (base, mine, theirs) = (cut(base), cut(mine), cut(theirs));
        let (mine, theirs) = (changes(&base, &mine)?, changes(&base, &theirs)?);
        Some(woven(&base, &mine, &theirs))
    });
    merged.flatten()
}

fn woven(base: &[&str], mine: &[Change<'_>], theirs: &[Change<'_>]) -> Option<String> {
    let mut my_changes = mine.iter().peekable();
    let mut their_changes = theirs.iter().peekable();
    let mut text = String::new();
    let mut done = 0;
    loop {
        let next = match (my_changes.peek(), their_changes.peek()) {
            (None, None) => break,
            (Some(_), None) => my_changes.next(),
            (None, Some(_)) => their_changes.next(),
            (Some(my), Some(their)) if my == their => {
                their_changes.next();
                my_changes.next()
            }
            (Some(my), Some(their)) if apart(base, my, their) => my_changes.next(),
            (Some(my), Some(their)) if apart(base, their, my) => their_changes.next(),
            _ => return None,
        };
        if let Some(change) = next {
            text.extend(base.get(done..change.old.start)?.iter().copied());
            text.extend(change.new.iter().copied());
            done = change.old.end;
        }
    }
    text.extend(base.get(done..)?.iter().copied());
    Some(text)
}

/// Some pieces replaced by others.
#[derive(PartialEq, Eq)]
struct Change<'a> {
    old: Range<usize>,
    new: &'a [&'a str],
}

/// Whether enough words stand between the end of `first` and the start of `second`.
fn apart(base: &[&str], first: &Change<'_>, second: &Change<'_>) -> bool {
    let between = base.get(first.old.end..second.old.start).unwrap_or(&[]);
    let words = between.iter().flat_map(|piece| tokens(piece));
    words.filter(|token| is_word(token)).take(APART).count() == APART
}

/// What was done to `base`; nothing when that is too long to be compared.
fn changes<'a>(base: &[&str], side: &'a [&'a str]) -> Option<Vec<Change<'a>>> {
    let operations = operations(base, side)?;
    let changed = operations.iter().filter_map(|operation| match operation {
        DiffOp::Equal { .. } => None,
        changed => Some(Change {
            old: changed.old_range(),
            new: side.get(changed.new_range())?,
        }),
    });
    Some(changed.collect())
}

/// The differences between two cut texts; nothing when they are too long to be compared.
///
/// What is compared is limited by its length and not by a deadline: a merge must come out the same
/// each time it is asked for.
pub(super) fn operations<'t>(old: &[&'t str], new: &[&'t str]) -> Option<Vec<DiffOp>> {
    // Numbers are compared faster than words.
    let mut known = HashMap::new();
    let number = |piece: &&'t str| {
        let next = known.len();
        *known.entry(*piece).or_insert(next)
    };
    let numbers: Vec<usize> = old.iter().chain(new).map(number).collect();
    let (old, new) = numbers.split_at(old.len());
    is_close(old, new).then(|| capture_diff_slices(Algorithm::Myers, old, new))
}

/// Whether few enough edits lead from one to the other: how far each number of edits reaches on each
/// diagonal (Myers 1986), which costs the square of the limit however long the texts are.
fn is_close(old: &[usize], new: &[usize]) -> bool {
    const EDITS: usize = limits::EDITS;
    if old.len().abs_diff(new.len()) > EDITS {
        return false;
    }
    // The diagonal of one more taken out than put in is at EDITS + 2, and so on.
    let mut reached = [0_usize; 2 * EDITS + 3];
    for edits in 0..=EDITS {
        for diagonal in (EDITS + 1 - edits..=EDITS + 1 + edits).step_by(2) {
            let at = |diagonal: usize| reached.get(diagonal).copied().unwrap_or_default();
            let taken_out = if edits == 0 { 0 } else { at(diagonal - 1) + 1 };
            let put_in = at(diagonal + 1);
            let low = diagonal == EDITS + 1 - edits;
            let high = diagonal == EDITS + 1 + edits;
            let mut here = match (low, high) {
                (true, false) => put_in,
                (false, true) => taken_out,
                _ => put_in.max(taken_out),
            };
            // What was put in is what stands beyond the diagonal.
            let Some(mut there) = (here + EDITS + 1).checked_sub(diagonal) else {
                continue;
            };
            while here < old.len() && old.get(here) == new.get(there) {
                here += 1;
                there += 1;
            }
            if here >= old.len() && there >= new.len() {
                return true;
            }
            if let Some(reached) = reached.get_mut(diagonal) {
                *reached = here;
            }
        }
    }
    false
}

/// Sentences and lines, with the sign that ends them.
fn sentences(text: &str) -> Vec<&str> {
    text.split_inclusive(['.', '!', '?', ';', '\n']).collect()
}

fn is_word(token: &str) -> bool {
    token.starts_with(char::is_alphanumeric)
}

/// Words, runs of white space, and every other character by itself.
pub(super) fn tokens(text: &str) -> Vec<&str> {
    #[derive(PartialEq)]
    enum Class {
        Word,
        Space,
        Other(usize),
    }
    let class = |(at, c): (usize, char)| {
        if c.is_alphanumeric() {
            Class::Word
        } else if c.is_whitespace() {
            Class::Space
        } else {
            Class::Other(at)
        }
    };
    let mut found = Vec::new();
    let mut start = 0;
    let mut characters = text.char_indices().peekable();
    while let Some(here) = characters.next() {
        let end = match characters.peek() {
            Some(&next) if class(next) == class(here) => continue,
            Some(&(end, _)) => end,
            None => text.len(),
        };
        found.extend(text.get(start..end));
        start = end;
    }
    found
}
