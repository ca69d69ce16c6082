//! Three texts made into one, word by word.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// So many words that both sides left alone must stand between a change of one and a change of the
/// other. Without it "30 jours", made "15 jours" here and "30 semaines" there, would become
/// "15 semaines", which nobody wrote.
pub(super) const APART: usize = 2;

/// A text with the changes of both sides, or nothing when they touch one another.
pub(super) fn merge(base: &str, mine: &str, theirs: &str) -> Option<String> {
    let (base, mine, theirs) = (tokens(base), tokens(mine), tokens(theirs));
    let (my_changes, their_changes) = (changes(&base, &mine), changes(&base, &theirs));
    let mut my_changes = my_changes.iter().peekable();
    let mut their_changes = their_changes.iter().peekable();
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
            (Some(my), Some(their)) if apart(&base, my, their) => my_changes.next(),
            (Some(my), Some(their)) if apart(&base, their, my) => their_changes.next(),
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

/// Some tokens replaced by others.
#[derive(PartialEq, Eq)]
struct Change<'a> {
    old: Range<usize>,
    new: &'a [&'a str],
}

/// Whether enough words stand between the end of `first` and the start of `second`.
fn apart(base: &[&str], first: &Change<'_>, second: &Change<'_>) -> bool {
    let between = base.get(first.old.end..second.old.start);
    between.is_some_and(|tokens| tokens.iter().filter(|token| is_word(token)).count() >= APART)
}

fn changes<'a>(base: &[&str], side: &'a [&'a str]) -> Vec<Change<'a>> {
    let operations = capture_diff_slices(Algorithm::Myers, base, side);
    let changed = operations.iter().filter_map(|operation| match operation {
        DiffOp::Equal { .. } => None,
        changed => Some(Change {
            old: changed.old_range(),
            new: side.get(changed.new_range())?,
        }),
    });
    changed.collect()
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
