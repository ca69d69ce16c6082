//! Qualification: what the law asks of a trial before anybody authorises it.
//!
//! An open question stays open: what is undetermined or still due stops the authorisation and names
//! what is missing (L11).

use serde::{Deserialize, Serialize};

use crate::value::{Pointer, Prose, Violation};

/// The class of the system under the AI Act (regulation (EU) 2024/1689).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AiActClass {
    /// No duty of its own but AI literacy (art. 4).
    Minimal,
    /// Duties of transparency (art. 50).
    Transparency,
    /// High risk (art. 6, annex III).
    HighRisk,
    /// A prohibited practice (art. 5).
    Prohibited,
    /// Nobody can say yet.
    Undetermined,
}

/// Whether something that the law may ask is asked, and done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// It is not asked here.
    NotRequired,
    /// It was done.
    Done,
    /// It is still to be done.
    Due,
    /// Nobody can say yet.
    Undetermined,
}

/// What was found before a trial is authorised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Qualification {
    /// Under the AI Act.
    pub ai_act: AiActClass,
    /// The data protection impact assessment (RGPD art. 35).
    pub dpia: Duty,
    /// The opinion of the comité social territorial.
    pub social_committee: Duty,
    /// How one came to that.
    #[serde(default)]
    pub grounds: Prose<2000>,
}

impl Qualification {
    /// What stands in the way of authorising: prohibited, undetermined or still due.
    pub fn obstacles(&self) -> Vec<Violation> {
        let at = Pointer::root().key("qualification");
        let class = match self.ai_act {
            AiActClass::Prohibited => Some("practice_prohibited"),
            AiActClass::Undetermined => Some("still_undetermined"),
            AiActClass::Minimal | AiActClass::Transparency | AiActClass::HighRisk => None,
        };
        let open = |duty| match duty {
            Duty::Due => Some("still_due"),
            Duty::Undetermined => Some("still_undetermined"),
            Duty::NotRequired | Duty::Done => None,
        };
        let found = [
            ("ai_act", class),
            ("dpia", open(self.dpia)),
            ("social_committee", open(self.social_committee)),
        ];
        let found = found.into_iter();
        found
            .filter_map(|(member, code)| Some(Violation::at(at.key(member), code?)))
            .collect()
    }
}
