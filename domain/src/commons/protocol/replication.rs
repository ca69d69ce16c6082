//! Replication: an adaptation of a protocol repeats it, and says where it does not.
//!
//! Who tries it, on how many, who watches over it and at what cost is each one's own. Whatever else
//! differs from the version that is replicated is a deviation, and is published with a reason. White
//! space says nothing.

use super::{DataUsed, ProtocolBody, StopCriterion, Tool};
use crate::commons::deviation::{Breach, Deviation, same_words};
use crate::value::ClauseId;

fn deviation(part: &str, title: &str, breach: Breach) -> Option<Deviation> {
    let clause: ClauseId = part.parse().ok()?;
    Some(Deviation {
        clause,
        title: title.to_owned(),
        breaches: vec![breach],
    })
}

fn same_lines(one: &[String], other: &[String]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| same_words(a, b))
}

fn same_tool(one: &Tool, other: &Tool) -> bool {
    same_words(&one.name, &other.name) && same_words(&one.supplier, &other.supplier)
}

fn same_data(one: &DataUsed, other: &DataUsed) -> bool {
    one.sensitivity == other.sensitivity
        && same_lines(&one.categories, &other.categories)
        && same_words(&one.hosting, &other.hosting)
}

fn same_criteria(one: &[StopCriterion], other: &[StopCriterion]) -> bool {
    let same =
        |(a, b): (&StopCriterion, &StopCriterion)| a.id == b.id && same_words(&a.text, &b.text);
    one.len() == other.len() && one.iter().zip(other).all(same)
}

/// Where `mine` does not repeat `source`, in the order of the protocol. An indicator that is added
/// takes nothing away.
pub(super) fn departures(mine: &ProtocolBody, source: &ProtocolBody) -> Vec<Deviation> {
    let parts = [
        (mine.use_case == source.use_case, "use-case", "Cas d'usage"),
        (same_lines(&mine.tasks, &source.tasks), "tasks", "Tâches"),
        (
            same_words(&mine.hypothesis, &source.hypothesis),
            "hypothesis",
            "Hypothèse",
        ),
        (mine.design == source.design, "design", "Plan d'expérience"),
        (
            same_words(&mine.baseline, &source.baseline),
            "baseline",
            "Situation de départ",
        ),
        (mine.weeks == source.weeks, "weeks", "Durée"),
        (same_tool(&mine.tool, &source.tool), "tool", "Outil"),
        (same_data(&mine.data, &source.data), "data", "Données"),
        (
            same_lines(&mine.safeguards, &source.safeguards),
            "safeguards",
            "Garanties",
        ),
        (
            same_criteria(&mine.stop_criteria, &source.stop_criteria),
            "stop-criteria",
            "Critères d'arrêt",
        ),
    ];
    let parts = parts
        .into_iter()
        .filter(|(same, ..)| !*same)
        .filter_map(|(_, part, title)| deviation(part, title, Breach::Rewritten));
    let indicators = source.indicators.iter().filter_map(|theirs| {
        let breach = match mine.indicator(&theirs.id) {
            None => Breach::Removed,
            Some(own) if own.comparable(theirs) && own.primary == theirs.primary => return None,
            Some(_) => Breach::Rewritten,
        };
        deviation(&format!("indicator-{}", theirs.id), &theirs.name, breach)
    });
    parts.chain(indicators).collect()
}
