//! Bodies to submit, small and lawful.

use serde_json::{Value, json};

/// A clause that may be changed freely.
pub fn clause(id: &str, text: &str) -> Value {
    json!({ "id": id, "title": format!("Article {id}"), "text": text, "lock": "free" })
}

/// A charter of one clause.
pub fn charter(title: &str, text: &str) -> Value {
    json!({ "title": title, "summary": "Essai.", "tags": ["essai"],
        "body": { "preamble": "", "clauses": [clause("objet", text)] } })
}

/// A template of one clause.
pub fn template(title: &str, text: &str) -> Value {
    json!({ "title": title, "body": { "use": "other", "clauses": [clause("objet", text)] } })
}

/// An experiment whose protocol lacks nothing.
pub fn experiment(title: &str) -> Value {
    let indicator = json!({ "id": "temps", "code": "time_saved", "name": "Temps gagné",
        "unit": "min", "better": "higher", "measure": "mean_difference", "primary": true,
        "definition": "Minutes notées par l'agent." });
    json!({ "title": title, "body": {
        "use_case": "meeting-minutes", "service": "Secrétariat", "tasks": ["Rédiger"],
        "hypothesis": "On y gagne du temps.", "design": "paired",
        "population": { "description": "Les commissions.", "planned": 40 },
        "indicators": [indicator], "baseline": "95 minutes.", "weeks": 12,
        "tool": { "name": "Scribe 3", "supplier": "Exemple" },
        "data": { "categories": ["Voix"], "sensitivity": "personal", "hosting": "France" },
        "safeguards": ["Chacun est prévenu."],
        "oversight": [{ "function": "Responsable", "duty": "Relit." }],
        "stop_criteria": [{ "id": "invention", "text": "Des propos sont inventés." }],
        "cost": { "euros": 3600, "hours": 60 }, "energy": "Inconnue." } })
}
