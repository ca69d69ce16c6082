//! Results: what a trial reports of one indicator, and to whom that is shown.
//!
//! A result is its owner's alone until it is shared, and then it is shared with every collectivity of
//! the network: with figures and name, with figures and no name, or as a part of pooled figures only.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::disclosure::{Figure, History, Parameters, may_show};
use super::trial::{ProtocolVersion, StepError, Trial};
use super::{Figures, Measure, effect};
use crate::access::{Actor, Permitted, Relation, Subject, Verb, act};
use crate::commons::{Indicator, ProtocolBody, UseCase};
use crate::event::Fact;
use crate::outcome::Outcome;
use crate::value::{
    ClauseId, CollectivityId, Digest, PersonId, Pointer, Prose, ResourceId, ResultId, Violation,
};

/// How figures were come by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// Measured: logs, timing, blind rating.
    Measured,
    /// Said by those who took part.
    SelfReported,
}

/// Whose figures they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The collectivity's own staff.
    Staff,
    /// Whoever supplies the tool.
    Vendor,
    /// A study that is cited.
    Study,
}

/// How a result is shared with the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sharing {
    /// Figures and name.
    Open,
    /// Figures, and no name.
    Pseudonymous,
    /// Only as a part of pooled figures, never by itself.
    AggregateOnly,
}

/// What is reported of one indicator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The figures.
    pub figures: Figures,
    /// How they were come by.
    pub evidence: Evidence,
    /// Whose they are.
    pub origin: Origin,
    /// The first day they are about.
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
    /// What is to be kept in mind: no control group, learning, a small sample…
    #[serde(default)]
    pub caveats: Prose<2000>,
}

/// A result.
#[derive(Clone, Debug, PartialEq)]
pub struct TrialResult {
    /// What it is, wherever figures are remembered.
    pub id: ResultId,
    /// Whose it is.
    pub collectivity: CollectivityId,
    /// Of which experiment.
    pub resource: ResourceId,
    /// The protocol that was followed.
    pub protocol: ProtocolVersion,
    /// What the tool was used for.
    pub use_case: UseCase,
    /// What was measured, as the protocol defines it.
    pub indicator: Indicator,
    /// What is reported.
    pub report: Report,
    /// How it is shared; nobody else's before.
    pub sharing: Option<Sharing>,
    /// Counts its changes.
    pub revision: i64,
    /// The revision that reported these figures: sharing alone leaves them as they are.
    pub figures_revision: i64,
    /// Who reported it last.
    pub recorded_by: PersonId,
    /// When.
    pub recorded_at: DateTime<Utc>,
}

/// A result as it was reported, with the trial it belongs to.
#[derive(Clone, Debug)]
pub struct Recorded(pub TrialResult);

/// A result that is shared otherwise from now on.
#[derive(Clone, Debug)]
pub struct ResultShared(pub TrialResult);

/// Why a result cannot be reported or shared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResultError {
    /// The trial has not begun, or its protocol has no such indicator.
    #[error(transparent)]
    Step(#[from] StepError),
    /// The protocol has no such indicator.
    #[error("not_found")]
    NoIndicator,
    /// Shown by itself, it could uncover what others chose not to show (L8).
    #[error("figures_released")]
    Uncovers,
}

/// What results must have in common to be put side by side: the use case, and what the indicator
/// means.
pub fn comparison_key(use_case: &UseCase, indicator: &Indicator) -> Digest {
    let common = serde_json::json!([use_case, indicator.meaning()]);
    Digest::of_bytes(common.to_string().as_bytes())
}

impl Sharing {
    /// Whether others see the figures by themselves.
    pub const fn shows(self) -> bool {
        match self {
            Self::Open | Self::Pseudonymous => true,
            Self::AggregateOnly => false,
        }
    }
}

impl TrialResult {
    /// The figures it reports now.
    pub const fn figure(&self) -> Figure {
        Figure {
            result: self.id,
            revision: self.figures_revision,
        }
    }

    /// Whether others see its figures by themselves.
    pub fn is_shown(&self) -> bool {
        self.sharing.is_some_and(Sharing::shows)
    }
}

impl Subject for TrialResult {
    const VERBS: &'static [Verb] = &[Verb::ShareResult];

    fn relation(&self, actor: &Actor) -> Relation {
        Relation::of_owner(self.collectivity, actor)
    }

    fn leaves_room_for(&self, _: Verb) -> bool {
        true
    }
}

/// What fewer people said of themselves is not shown by itself: each could be recognised (domain
/// reference §8.4, after Insee's threshold for data on persons).
pub const RESPONDENTS: u32 = 11;

impl Report {
    /// Whether so few people said this of themselves that it must not be shown by itself.
    fn few_respondents(&self) -> bool {
        let smallest = self.figures.smallest_group();
        self.evidence == Evidence::SelfReported && smallest.is_some_and(|n| n < RESPONDENTS)
    }

    /// What is wrong with it for an indicator of this measure.
    fn violations(&self, measure: Measure, now: DateTime<Utc>) -> Vec<Violation> {
        let at = |member: &str| Pointer::root().key(member);
        let mut found = Vec::new();
        let figures = at("figures");
        if let Err(error) = effect(&self.figures, measure) {
            found.push(Violation::at(figures, error.code()));
        }
        if self.until < self.from {
            found.push(Violation::at(at("until"), "period_backwards"));
        }
        if self.until > now.date_naive() {
            found.push(Violation::at(at("until"), "date_to_come"));
        }
        found
    }
}

impl Permitted<act::ConductTrial, Trial> {
    /// Reports an indicator of the protocol that the trial follows, as `new`, or corrects what was
    /// reported (`before`), which stays shared as it was.
    ///
    /// # Errors
    /// `State` before the trial has begun; `NoIndicator`; `Invalid` for figures that show nothing, or
    /// of so few people that they may not stay shown.
    pub fn record(
        self,
        protocol: &ProtocolBody,
        indicator: &ClauseId,
        report: Report,
        before: Option<&TrialResult>,
        new: ResultId,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Recorded>, ResultError> {
        let recorded_by = self.actor().person();
        let trial = self.into_subject();
        let followed = trial.protocol.ok_or(StepError::State)?;
        let indicator = protocol.indicator(indicator);
        let indicator = indicator.ok_or(ResultError::NoIndicator)?.clone();
        let mut found = report.violations(indicator.measure, now);
        if report.few_respondents() && before.is_some_and(TrialResult::is_shown) {
            found.push(Violation::at(
                Pointer::root().key("figures"),
                "respondents_too_few",
            ));
        }
        if !found.is_empty() {
            return Err(StepError::Invalid(found).into());
        }
        let fact = Fact::ResultRecorded {
            resource: trial.resource,
            indicator: indicator.id.clone(),
        };
        let revision = before.map_or(0, |before| before.revision) + 1;
        let result = TrialResult {
            id: before.map_or(new, |before| before.id),
            collectivity: trial.collectivity,
            resource: trial.resource,
            protocol: followed,
            use_case: protocol.use_case.clone(),
            indicator,
            report,
            sharing: before.and_then(|before| before.sharing),
            revision,
            figures_revision: revision,
            recorded_by,
            recorded_at: now,
        };
        Ok(Outcome::new(Recorded(result), fact))
    }
}

impl Permitted<act::ShareResult, TrialResult> {
    /// Shares it with the network, otherwise than before, or no longer. What others have read is read.
    ///
    /// `history` is that of the question it answers: what was released together with it stays hidden
    /// only if enough of it is left (L8).
    ///
    /// # Errors
    /// `Invalid` for what too few people said to be shown by itself; `Uncovers`.
    pub fn share(
        self,
        sharing: Option<Sharing>,
        history: &History,
    ) -> Result<Outcome<ResultShared>, ResultError> {
        let before = self.into_subject();
        let after = TrialResult {
            sharing,
            revision: before.revision + 1,
            ..before.clone()
        };
        if after.is_shown() && after.report.few_respondents() {
            let at = Pointer::root().key("sharing");
            let found = vec![Violation::at(at, "respondents_too_few")];
            return Err(StepError::Invalid(found).into());
        }
        if after.is_shown() && !before.is_shown() {
            let History { log, known } = history;
            let (owner, figure) = (after.collectivity, after.figure());
            may_show(owner, figure, log, known, &Parameters::IN_USE)
                .map_err(|_| ResultError::Uncovers)?;
        }
        let fact = Fact::ResultShared {
            resource: after.resource,
            indicator: after.indicator.id.clone(),
            sharing,
        };
        Ok(Outcome::new(ResultShared(after), fact))
    }
}
