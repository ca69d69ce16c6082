//! Replication: an adaptation of a protocol repeats it, and says where it does not.
//!
//! Who tries it, on how many and at what cost is each one's own. Whatever else differs from the
//! version that is replicated is a deviation, and is published with a reason.

use super::ProtocolBody;
use crate::commons::deviation::{Breach, Deviation};
use crate::value::ClauseId;

fn deviation(part: &str, title: &str, breach: Breach) -> Option<Deviation> {
    let clause: ClauseId = part.parse().ok()?;
    Some(Deviation {
        clause,
        title: title.to_owned(),
        breaches: vec![breach],
    })
}

/// Where `mine` does not repeat `source`, in the order of the protocol. An indicator that is added
/// takes nothing away.
pub(super) fn departures(mine: &ProtocolBody, source: &ProtocolBody) -> Vec<Deviation> {
    let parts = [
        (mine.use_case != source.use_case, "use-case", "Cas d'usage"),
        (
            mine.hypothesis != source.hypothesis,
            "hypothesis",
            "Hypothèse",
        ),
        (mine.design != source.design, "design", "Plan d'expérience"),
        (
            mine.baseline != source.baseline,
            "baseline",
            "Situation de départ",
        ),
        (mine.weeks != source.weeks, "weeks", "Durée"),
        (mine.tool != source.tool, "tool", "Outil"),
        (mine.data != source.data, "data", "Données"),
        (
            mine.safeguards != source.safeguards,
            "safeguards",
            "Garanties",
        ),
        (
            mine.stop_criteria != source.stop_criteria,
            "stop-criteria",
            "Critères d'arrêt",
        ),
    ];
    let parts = parts
        .into_iter()
        .filter(|(differs, ..)| *differs)
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
