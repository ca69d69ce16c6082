//! Variables: merged by name, and kept as long as the merged texts use them.

use std::collections::{BTreeSet, HashSet};

use super::conflict::{Aspect, Origin, Spot};
use super::court::Court;
use super::side::Three;
use crate::commons::variable::used_in;
use crate::commons::{Clause, Outline, Variable, order};

/// The variables of the merged body, whose texts are those of `merged`.
pub(super) fn merge(
    sides: Three<&[Variable]>,
    merged: &Outline<'_>,
    court: &mut Court<'_>,
) -> Vec<Variable> {
    let used = used(merged);
    let names: BTreeSet<&str> = [sides.base, sides.mine, sides.theirs]
        .into_iter()
        .flatten()
        .map(|variable| variable.name.as_str())
        .collect();
    let kept: Vec<Variable> = names
        .iter()
        .filter_map(|name| one(name, sides.map(|side| find(side, name)), &used, court))
        .collect();
    let stays: HashSet<&str> = kept.iter().map(|variable| variable.name.as_str()).collect();
    let lists = sides.map(|side| {
        let names = side.iter().map(|variable| variable.name.as_str());
        names
            .filter(|name| stays.contains(name))
            .collect::<Vec<_>>()
    });
    // Their order matters to nobody but a form: where both sides changed it, by name.
    let order = match order::merge(&lists.base, &lists.mine, &lists.theirs) {
        Ok((order, _)) => order,
        Err(order::Clash) => kept.iter().map(|variable| variable.name.as_str()).collect(),
    };
    order
        .into_iter()
        .filter_map(|name| find(&kept, name).cloned())
        .collect()
}

fn find<'a>(variables: &'a [Variable], name: &str) -> Option<&'a Variable> {
    variables.iter().find(|variable| variable.name == name)
}

/// One variable; nothing when it goes.
fn one(
    name: &str,
    said: Three<Option<&Variable>>,
    used: &BTreeSet<&str>,
    court: &mut Court<'_>,
) -> Option<Variable> {
    let spot = Spot::body(Aspect::Variable(name.to_owned()));
    let Three { base, mine, theirs } = said;
    match (mine, theirs) {
        (Some(mine), Some(theirs)) => {
            let show = |variable: &&Variable| variable.label.clone();
            Some(
                court
                    .value(spot, Three { base, mine, theirs }, show)
                    .clone(),
            )
        }
        (Some(left), None) | (None, Some(left)) => {
            let mine_has_it = mine.is_some();
            // Added, or changed, or needed by a text of this side.
            let stays = base != Some(left) || used.contains(name);
            let origin = if mine_has_it == stays {
                Origin::Mine
            } else {
                Origin::Theirs
            };
            court.note(spot, origin);
            stays.then(|| left.clone())
        }
        (None, None) => {
            court.note(spot, Origin::Both);
            None
        }
    }
}

/// The names that the texts use.
fn used<'a>(merged: &Outline<'a>) -> BTreeSet<&'a str> {
    fn add<'a>(clauses: &'a [Clause], names: &mut BTreeSet<&'a str>) {
        for clause in clauses {
            names.extend(used_in(&clause.text));
            add(&clause.clauses, names);
        }
    }
    let mut names = used_in(merged.preamble).collect();
    add(merged.clauses, &mut names);
    names
}
