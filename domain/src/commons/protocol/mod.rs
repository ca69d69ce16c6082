//! Protocols: what an experiment will try, on whom, and how it will be judged, written before it
//! begins.
//!
//! A draft may be incomplete; what a trial needs before it begins is `missing_before_start`.

mod indicator;
mod replication;
mod use_case;

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

pub use indicator::{
    Better, INDICATORS, Indicator, IndicatorCode, IndicatorCodeError, IndicatorEntry,
};
pub use use_case::{USE_CASES, UseCase, UseCaseError};

use crate::commons::Body;
use crate::commons::deviation::Deviation;
use crate::commons::limits;
use crate::value::{ClauseId, Pointer, Violation, has_control};

/// How the effect is to be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Design {
    /// The same people or files, with and without.
    Paired,
    /// The same service, before and after.
    BeforeAfter,
    /// Two groups at the same time.
    ParallelGroups,
}

/// Whose data the tool is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// Of nobody.
    #[default]
    None,
    /// Personal data (RGPD art. 4).
    Personal,
    /// Special categories of personal data (RGPD art. 9) or of offences (art. 10).
    Special,
}

/// On whom or on what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Population {
    /// Who or what takes part.
    #[serde(default)]
    pub description: String,
    /// How many are planned, in all groups together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned: Option<u32>,
}

/// What is tried out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// Its name and version.
    #[serde(default)]
    pub name: String,
    /// Who supplies it.
    #[serde(default)]
    pub supplier: String,
}

/// The data the tool is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataUsed {
    /// Their categories.
    #[serde(default)]
    pub categories: Vec<String>,
    /// Whose they are.
    #[serde(default)]
    pub sensitivity: Sensitivity,
    /// Where they are processed.
    #[serde(default)]
    pub hosting: String,
}

/// Who watches over the tool, and can stop it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overseer {
    /// Their function.
    pub function: String,
    /// What they look at, and what they may do.
    #[serde(default)]
    pub duty: String,
}

/// When the trial is to be stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StopCriterion {
    /// Its stable id, unique among them.
    pub id: ClauseId,
    /// What would be seen.
    pub text: String,
}

/// What it is planned to cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// Money, in euros with taxes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub euros: Option<u32>,
    /// Work, in hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<u32>,
}

/// A protocol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProtocolBody {
    /// What the tool is used for.
    pub use_case: UseCase,
    /// The service that tries it.
    #[serde(default)]
    pub service: String,
    /// The tasks concerned.
    #[serde(default)]
    pub tasks: Vec<String>,
    /// What is expected.
    #[serde(default)]
    pub hypothesis: String,
    /// How the effect is to be seen.
    pub design: Design,
    /// On whom.
    #[serde(default)]
    pub population: Population,
    /// What is measured, in order.
    #[serde(default)]
    pub indicators: Vec<Indicator>,
    /// How things stand before, and how that is known.
    #[serde(default)]
    pub baseline: String,
    /// How long, in weeks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weeks: Option<u32>,
    /// What is tried out.
    #[serde(default)]
    pub tool: Tool,
    /// The data it is given.
    #[serde(default)]
    pub data: DataUsed,
    /// What protects people meanwhile.
    #[serde(default)]
    pub safeguards: Vec<String>,
    /// Who watches over it.
    #[serde(default)]
    pub oversight: Vec<Overseer>,
    /// When it is to be stopped.
    #[serde(default)]
    pub stop_criteria: Vec<StopCriterion>,
    /// What it is planned to cost.
    #[serde(default)]
    pub cost: Cost,
    /// What is known of the energy it takes.
    #[serde(default)]
    pub energy: String,
}

impl ProtocolBody {
    /// The indicator of this id.
    pub fn indicator(&self, id: &ClauseId) -> Option<&Indicator> {
        self.indicators.iter().find(|it| it.id == *id)
    }

    /// What a trial still lacks before it may begin: a pre-registered primary indicator, a baseline,
    /// a duration, a stop criterion, and somebody who watches over it.
    pub fn missing_before_start(&self) -> Vec<Violation> {
        let root = Pointer::root();
        let primary = self.indicators.iter().any(|it| it.primary);
        let lacks = [
            (!primary, "indicators", "indicator_primary_missing"),
            (self.baseline.trim().is_empty(), "baseline", "text_empty"),
            (self.weeks.is_none(), "weeks", "missing_field"),
            (
                self.stop_criteria.is_empty(),
                "stop_criteria",
                "stop_criterion_missing",
            ),
            (self.oversight.is_empty(), "oversight", "overseer_missing"),
        ];
        let lacks = lacks.into_iter().filter(|(lacks, ..)| *lacks);
        lacks
            .map(|(_, member, code)| Violation::at(root.key(member), code))
            .collect()
    }
}

impl Body for ProtocolBody {
    fn violations(&self) -> Vec<Violation> {
        let mut check = Check::default();
        let root = Pointer::root();
        let at = |member: &str| root.key(member);
        check.line(&self.service, &at("service"));
        check.lines(&self.tasks, &at("tasks"));
        check.text(&self.hypothesis, &at("hypothesis"));
        check.text(
            &self.population.description,
            &at("population").key("description"),
        );
        check.indicators(&self.indicators, &at("indicators"));
        check.text(&self.baseline, &at("baseline"));
        if self.weeks == Some(0) {
            check.refuse(at("weeks"), "number_zero");
        }
        check.line(&self.tool.name, &at("tool").key("name"));
        check.line(&self.tool.supplier, &at("tool").key("supplier"));
        check.lines(&self.data.categories, &at("data").key("categories"));
        check.line(&self.data.hosting, &at("data").key("hosting"));
        check.lines(&self.safeguards, &at("safeguards"));
        check.few(self.oversight.len(), &at("oversight"));
        for (index, overseer) in self.oversight.iter().enumerate().take(limits::ENTRIES) {
            let at = at("oversight").index(index);
            check.named(&overseer.function, &at.key("function"));
            check.text(&overseer.duty, &at.key("duty"));
        }
        check.few(self.stop_criteria.len(), &at("stop_criteria"));
        let mut ids = HashSet::new();
        for (index, criterion) in self.stop_criteria.iter().enumerate().take(limits::ENTRIES) {
            let at = at("stop_criteria").index(index);
            if !ids.insert(&criterion.id) {
                check.refuse(at.key("id"), "clause_id_duplicate");
            }
            check.named(&criterion.text, &at.key("text"));
        }
        check.text(&self.energy, &at("energy"));
        check.found
    }

    fn text(&self) -> String {
        let mut text = format!("{}\n{}\n{}\n", self.use_case, self.service, self.hypothesis);
        let indicators = self.indicators.iter().map(|it| it.name.as_str());
        let tasks = self.tasks.iter().map(String::as_str);
        for line in tasks.chain(indicators).chain([self.tool.name.as_str()]) {
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    fn deviations_from(&self, source: &Self) -> Vec<Deviation> {
        replication::departures(self, source)
    }
}

/// What a protocol must keep to.
#[derive(Default)]
struct Check {
    found: Vec<Violation>,
}

impl Check {
    fn refuse(&mut self, at: Pointer, code: &'static str) {
        self.found.push(Violation::at(at, code));
    }

    fn bounded(&mut self, text: &str, most: usize, at: &Pointer) {
        if text.chars().count() > most {
            self.refuse(at.clone(), "text_too_long");
        }
        if has_control(text) {
            self.refuse(at.clone(), "text_control_character");
        }
    }

    fn text(&mut self, text: &str, at: &Pointer) {
        self.bounded(text, limits::PARAGRAPH, at);
    }

    fn line(&mut self, text: &str, at: &Pointer) {
        self.bounded(text, limits::TITLE, at);
        if text.contains(['\n', '\r']) {
            self.refuse(at.clone(), "text_control_character");
        }
    }

    fn named(&mut self, text: &str, at: &Pointer) {
        self.line(text, at);
        if text.trim().is_empty() {
            self.refuse(at.clone(), "text_empty");
        }
    }

    /// Those beyond the limit are counted, not looked at.
    fn few(&mut self, count: usize, at: &Pointer) {
        if count > limits::ENTRIES {
            self.refuse(at.clone(), "entries_too_many");
        }
    }

    fn lines(&mut self, lines: &[String], at: &Pointer) {
        self.few(lines.len(), at);
        for (index, line) in lines.iter().enumerate().take(limits::ENTRIES) {
            self.named(line, &at.index(index));
        }
    }

    fn indicators(&mut self, indicators: &[Indicator], at: &Pointer) {
        self.few(indicators.len(), at);
        let mut ids = HashSet::new();
        for (index, indicator) in indicators.iter().enumerate().take(limits::ENTRIES) {
            let at = at.index(index);
            if !ids.insert(&indicator.id) {
                self.refuse(at.key("id"), "clause_id_duplicate");
            }
            // A deviation from an indicator is named after it.
            if indicator.id.as_str().len() > limits::INDICATOR_ID {
                self.refuse(at.key("id"), "text_too_long");
            }
            self.named(&indicator.name, &at.key("name"));
            self.line(&indicator.unit, &at.key("unit"));
            self.text(&indicator.definition, &at.key("definition"));
            if !indicator.code.allows(indicator.measure) {
                self.refuse(at.key("measure"), "measure_unfit");
            }
        }
    }
}
