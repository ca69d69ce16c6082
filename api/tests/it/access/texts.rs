//! What is written on a stage: texts of every kind, each with its word.

use serde_json::{Value, json};

use super::stage::{Stage, count};

/// Where what is made from a resource is asked for.
pub fn adaptations(kind: &str, id: &str) -> String {
    match kind {
        "experiments" => format!("/v1/{kind}/{id}/replications"),
        _ => format!("/v1/{kind}/{id}/adaptations"),
    }
}

/// What every text of a stage says differently: a clause, or a part of a protocol.
pub fn part(kind: &str) -> &'static str {
    match kind {
        "experiments" => "hypothesis",
        _ => "objet",
    }
}

impl Stage {
    /// A text of this kind as it is submitted; none for a kind that the tests do not know.
    pub fn resource(&self, kind: &str) -> Option<Value> {
        Some(json!({
            "title": self.text("Titre"), "summary": self.text("Résumé"), "tags": [self.word],
            "body": self.body(kind)?,
        }))
    }

    /// The body of such a text, each time another one.
    pub fn body(&self, kind: &str) -> Option<Value> {
        let variable = json!({
            "name": "referent", "label": self.text("Libellé"), "help": self.text("Aide"),
            "type": "text", "default": self.text("Défaut"),
        });
        let below = json!({ "id": "dessous", "title": self.text("Sous-titre") });
        let clause = json!({
            "id": "objet", "title": self.text("Article"), "lock": "free", "clauses": [below],
            "text": self.text(&format!("Texte {} pour {{{{referent}}}},", count())),
        });
        let mut body = json!({
            "preamble": self.text("Préambule"), "variables": [variable], "clauses": [clause],
        });
        match kind {
            "charters" => {}
            "templates" => body["use"] = json!("other"),
            "experiments" => return Some(self.protocol()),
            _ => return None,
        }
        Some(body)
    }

    /// A text as a Markdown file, each time another one.
    pub fn file(&self) -> String {
        let text = self.text(&format!("Texte {}", count()));
        format!("# {}\n\n{text}\n", self.text("Article"))
    }

    /// What proposes the clause in which every text of a stage differs.
    pub fn amendment(&self) -> Value {
        json!({ "clauses": ["objet"], "reason": self.text("Motif"),
            "signature": self.text("Signataire") })
    }

    /// The body of a protocol, each time with another hypothesis.
    fn protocol(&self) -> Value {
        let own = format!("x-{}", self.word);
        let indicator = json!({
            "id": "temps", "code": own, "name": self.text("Temps"), "unit": self.text("min"),
            "better": "higher", "measure": "mean_difference", "primary": true,
            "definition": self.text("Définition"),
        });
        let overseer = json!({ "function": self.text("Chef"), "duty": self.text("Relit") });
        json!({
            "use_case": own, "service": self.text("Service"), "tasks": [self.text("Tâche")],
            "hypothesis": self.text(&format!("Hypothèse {}", count())), "design": "paired",
            "population": { "description": self.text("Agents"), "planned": 20 },
            "indicators": [indicator], "baseline": self.text("Avant"), "weeks": 6,
            "tool": { "name": self.text("Outil"), "supplier": self.text("Fournisseur") },
            "data": { "categories": [self.text("Données")], "sensitivity": "none",
                "hosting": self.text("Hébergement") },
            "safeguards": [self.text("Garantie")], "oversight": [overseer],
            "stop_criteria": [{ "id": "erreurs", "text": self.text("Erreurs") }],
            "cost": { "euros": 1000, "hours": 30 }, "energy": self.text("Énergie"),
        })
    }
}
