//! Protocols: what may be kept, what a trial waits for, what a replication departs from.

mod checks;
mod replication;
mod words;

use maillage_domain::commons::ProtocolBody;
use serde_json::{Value, json};

/// A protocol that lacks nothing.
fn whole() -> Value {
    json!({
        "use_case": "meeting-minutes", "service": "Secrétariat général", "tasks": ["Rédiger"],
        "hypothesis": "On y gagne du temps.", "design": "paired",
        "population": { "description": "Les commissions.", "planned": 40 },
        "indicators": [
            { "id": "temps", "code": "time_saved", "name": "Temps gagné", "unit": "min",
              "better": "higher", "measure": "mean_difference", "primary": true,
              "definition": "Minutes notées par l’agent." },
            { "id": "erreurs", "code": "error_rate", "name": "Erreurs", "unit": "%",
              "better": "lower", "measure": "risk_difference", "primary": false },
        ],
        "baseline": "95 minutes.", "weeks": 12,
        "tool": { "name": "Scribe 3", "supplier": "Exemple" },
        "data": { "categories": ["Voix"], "sensitivity": "personal", "hosting": "France" },
        "safeguards": ["Chacun est prévenu."],
        "oversight": [{ "function": "Responsable", "duty": "Relit." }],
        "stop_criteria": [{ "id": "invention", "text": "Des propos sont inventés." }],
        "cost": { "euros": 3600, "hours": 60 }, "energy": "Inconnue.",
    })
}

/// The protocol as the domain reads it.
#[track_caller]
fn read(json: Value) -> ProtocolBody {
    serde_json::from_value(json).unwrap()
}

/// The whole one, with another value in one place.
#[track_caller]
fn with(pointer: &str, value: Value) -> Value {
    let mut json = whole();
    *json.pointer_mut(pointer).expect(pointer) = value;
    json
}
