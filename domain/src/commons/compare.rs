//! What changed between two bodies, clause by clause and word by word.

use std::collections::HashSet;

use serde::Serialize;
use similar::{Algorithm, ChangeTag, DiffOp, capture_diff_slices};

use super::tree::{Place, Tree};
use super::{Clausal, Lock, order, words};
use crate::value::ClauseId;

/// The differences between two bodies; empty when they say the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// How the preamble changed, if it did.
    pub preamble: Option<Vec<Piece>>,
    /// Every clause of both, in the order of the newer body; what went stands where it stood.
    pub clauses: Vec<Compared>,
}

/// A clause in two bodies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// Its id.
    pub clause: ClauseId,
    /// How far below the top it stands; 1 is the top.
    pub level: usize,
    /// Whether it came, went or stayed.
    pub presence: Presence,
    /// Its title, with its changes.
    pub title: Vec<Piece>,
    /// Its text, with its changes.
    pub text: Vec<Piece>,
    /// How much an adapter may change it: before and now.
    pub lock: (Lock, Lock),
    /// Whether it stands elsewhere, among its siblings or below another clause.
    pub moved: bool,
}

/// Whether a clause came, went or stayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Only the newer body has it.
    Added,
    /// Only the older body has it.
    Removed,
    /// Both have it.
    Kept,
}

/// Some words, and in which of two texts they stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// Where they stand.
    pub change: PieceChange,
    /// The words.
    pub text: String,
}

/// In which of two texts words stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PieceChange {
    /// In both.
    Same,
    /// In the older only.
    Removed,
    /// In the newer only.
    Added,
}

impl Compared {
    /// Whether anything about the clause changed.
    pub fn changed(&self) -> bool {
        self.presence != Presence::Kept
            || self.moved
            || self.lock.0 != self.lock.1
            || differs(&self.title)
            || differs(&self.text)
    }
}

/// Whether pieces tell of a change.
pub fn differs(pieces: &[Piece]) -> bool {
    pieces.iter().any(|piece| piece.change != PieceChange::Same)
}

/// What changed from one body to another.
pub fn compare<B: Clausal>(from: &B, to: &B) -> Comparison {
    let (from, to) = (from.outline(), to.outline());
    let preamble = pieces(from.preamble, to.preamble);
    let (before, now) = (Tree::new(from.clauses), Tree::new(to.clauses));
    let order = order::follow(
        &now.ids().collect::<Vec<_>>(),
        &before.ids().collect::<Vec<_>>(),
    );
    let moved = moved(&before, &now);
    let clauses = order.into_iter().filter_map(|id| {
        let (old, new) = (before.clause(id), now.clause(id));
        let either = new.or(old)?;
        let presence = match (old, new) {
            (None, _) => Presence::Added,
            (_, None) => Presence::Removed,
            _ => Presence::Kept,
        };
        let said = |of: fn(&super::Clause) -> &str| pieces(old.map_or("", of), new.map_or("", of));
        Some(Compared {
            clause: id.clone(),
            level: if new.is_some() {
                now.level(id)
            } else {
                before.level(id)
            },
            presence,
            title: said(|clause| &clause.title),
            text: said(|clause| &clause.text),
            lock: (old.unwrap_or(either).lock, new.unwrap_or(either).lock),
            moved: moved.contains(id),
        })
    });
    Comparison {
        preamble: differs(&preamble).then_some(preamble),
        clauses: clauses.collect(),
    }
}

/// The clauses of both that stand below another clause, or in another order among those that stayed.
fn moved<'a>(before: &Tree<'a>, now: &Tree<'a>) -> HashSet<&'a ClauseId> {
    let mut moved: HashSet<&ClauseId> = now
        .ids()
        .filter(|id| {
            before
                .parent(id)
                .is_some_and(|place| Some(place) != now.parent(id))
        })
        .collect();
    let places = std::iter::once(None).chain(now.ids().map(Some));
    for place in places {
        let (old, new) = (stayed(before, now, place), stayed(now, before, place));
        for operation in capture_diff_slices(Algorithm::Myers, &old, &new) {
            if !matches!(operation, DiffOp::Equal { .. }) {
                moved.extend(new.get(operation.new_range()).into_iter().flatten());
            }
        }
    }
    moved
}

/// The clauses right below `place` in `tree` that stand there in `other` too.
fn stayed<'a>(tree: &Tree<'a>, other: &Tree<'a>, place: Place<'a>) -> Vec<&'a ClauseId> {
    let below = tree.below(place).iter().map(|clause| &clause.id);
    below.filter(|id| other.parent(id) == Some(place)).collect()
}

/// The words of two texts. A gap that holds no word goes with the changes around it: to a reader
/// "un deux" made "trois quatre" is one change.
fn pieces(from: &str, to: &str) -> Vec<Piece> {
    let mut found: Vec<Piece> = Vec::new();
    let mut add = |change, text: &str| match found.last_mut() {
        Some(last) if last.change == change => last.text.push_str(text),
        _ => found.push(Piece {
            change,
            text: text.to_owned(),
        }),
    };
    let compared = words::CUTS.iter().find_map(|cut| {
        let (old, new) = (cut(from), cut(to));
        Some((words::operations(&old, &new)?, old, new))
    });
    let (operations, old, new) = compared.unwrap_or_default();
    for operation in &operations {
        for change in operation.iter_changes(&old, &new) {
            let side = match change.tag() {
                ChangeTag::Equal => PieceChange::Same,
                ChangeTag::Delete => PieceChange::Removed,
                ChangeTag::Insert => PieceChange::Added,
            };
            add(side, change.value());
        }
    }
    joined(found)
}

/// Joins changes that only white space stands between.
fn joined(found: Vec<Piece>) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::new();
    let (mut removed, mut added) = (String::new(), String::new());
    let mut rest = found.into_iter().peekable();
    while let Some(piece) = rest.next() {
        let gap = piece.text.chars().all(char::is_whitespace)
            && !(removed.is_empty() && added.is_empty())
            && rest.peek().is_some();
        match piece.change {
            PieceChange::Removed => removed.push_str(&piece.text),
            PieceChange::Added => added.push_str(&piece.text),
            PieceChange::Same if gap => {
                removed.push_str(&piece.text);
                added.push_str(&piece.text);
            }
            PieceChange::Same => {
                flush(&mut joined, &mut removed, &mut added);
                joined.push(piece);
            }
        }
    }
    flush(&mut joined, &mut removed, &mut added);
    joined
}

/// Ends a change: what went first, then what came.
fn flush(joined: &mut Vec<Piece>, removed: &mut String, added: &mut String) {
    for (change, text) in [(PieceChange::Removed, removed), (PieceChange::Added, added)] {
        if !text.is_empty() {
            let text = std::mem::take(text);
            joined.push(Piece { change, text });
        }
    }
}
