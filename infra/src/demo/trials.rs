//! How the trials of the demo went: the AI lead conducts them, the director decides and shares.

use chrono::{Months, NaiveDate};
use maillage_domain::access::{act, authorize};
use maillage_domain::evaluation::trial::{
    EntryKind, Grounds, Impacts, Qualification, StepError, Trial, TrialState, Turn,
};
use maillage_domain::evaluation::{Report, Sharing};
use maillage_domain::value::{ClauseId, Prose, ResourceId, ResultId};
use serde::Deserialize;

use super::DemoError;
use super::contents::member;
use crate::ambient::id as new;
use crate::error::StoreError;
use crate::evaluation::{history, result, trial_for_update};
use crate::store::{Bearer, Store, Tx};

/// Who carries a trial out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hands<'a> {
    /// Prepares and conducts.
    pub(super) lead: &'a Bearer,
    /// Decides and shares.
    pub(super) director: &'a Bearer,
}

/// Something that happens to a trial.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Move {
    /// A step.
    Step {
        to: TrialState,
        #[serde(default)]
        reason: Prose<2000>,
        stop_criterion: Option<ClauseId>,
        qualification: Option<Qualification>,
    },
    /// A deviation is noted.
    Deviation { on: NaiveDate, text: Prose<2000> },
    /// A review is noted.
    Review { on: NaiveDate, text: Prose<2000> },
    /// What it did to work and people is written down.
    Impacts { impacts: Box<Impacts> },
    /// An indicator is reported.
    Report {
        indicator: ClauseId,
        report: Box<Report>,
    },
    /// A result is shared with the network.
    Share {
        indicator: ClauseId,
        sharing: Sharing,
    },
}

impl Move {
    /// Whether it is for the director.
    const fn is_decision(&self) -> bool {
        match self {
            Self::Step { to, .. } => to.is_decision(),
            Self::Share { .. } => true,
            _ => false,
        }
    }

    /// Whether it makes a revision of the trial.
    const fn is_of_trial(&self) -> bool {
        !matches!(self, Self::Report { .. } | Self::Share { .. })
    }
}

/// Makes the moves that were not made yet, each in a transaction of its own.
pub(super) async fn carry_out(
    store: &Store,
    hands: Hands<'_>,
    experiment: ResourceId,
    moves: Vec<Move>,
) -> Result<(), DemoError> {
    let mut revision = 0;
    for it in moves {
        let by = if it.is_decision() {
            hands.director
        } else {
            hands.lead
        };
        let after = revision;
        revision += i64::from(it.is_of_trial());
        let step = async |tx: &mut Tx| make(tx, experiment, it, after).await;
        store.write(by, step).await?;
    }
    Ok(())
}

/// The trial, unless it is past the revision that a move follows: then that was made.
async fn awaiting(
    tx: &Tx,
    id: ResourceId,
    after: i64,
) -> Result<Option<(Trial, Grounds)>, StoreError> {
    let found = trial_for_update(tx, id).await?;
    Ok(Some(found).filter(|(trial, _)| trial.revision <= after))
}

/// How long after a review the next one is.
const QUARTER: Months = Months::new(3);

async fn make(tx: &mut Tx, id: ResourceId, it: Move, after: i64) -> Result<(), DemoError> {
    match it {
        Move::Step {
            to,
            reason,
            stop_criterion,
            qualification,
        } => {
            let turn = Turn {
                to,
                reason,
                stop_criterion,
                qualification,
            };
            step(tx, id, turn, after).await
        }
        Move::Deviation { on, text } => note(tx, id, EntryKind::Deviation, (on, text), after).await,
        Move::Review { on, text } => {
            let next = on.checked_add_months(QUARTER);
            note(tx, id, EntryKind::Review { next }, (on, text), after).await
        }
        Move::Impacts { impacts } => write_impacts(tx, id, *impacts, after).await,
        Move::Report { indicator, report } => record(tx, id, &indicator, *report).await,
        Move::Share { indicator, sharing } => share(tx, id, &indicator, sharing).await,
    }
}

async fn step(tx: &mut Tx, id: ResourceId, turn: Turn, after: i64) -> Result<(), DemoError> {
    let Some((trial, grounds)) = awaiting(tx, id, after).await? else {
        return Ok(());
    };
    let ((actor, _), now) = (member(tx)?, tx.now());
    let stepped = if turn.to.is_decision() {
        authorize::<act::DecideTrial, _>(&actor, trial)?.decide(turn, &grounds, now)?
    } else {
        authorize::<act::ConductTrial, _>(&actor, trial)?.step(turn, &grounds, now)?
    };
    tx.save(stepped).await?;
    Ok(())
}

async fn note(
    tx: &mut Tx,
    id: ResourceId,
    kind: EntryKind,
    (on, text): (NaiveDate, Prose<2000>),
    after: i64,
) -> Result<(), DemoError> {
    let Some((trial, _)) = awaiting(tx, id, after).await? else {
        return Ok(());
    };
    let ((actor, _), now) = (member(tx)?, tx.now());
    let permitted = authorize::<act::ConductTrial, _>(&actor, trial)?;
    tx.save(permitted.note(kind, on, text, now)?).await?;
    Ok(())
}

async fn write_impacts(
    tx: &mut Tx,
    id: ResourceId,
    impacts: Impacts,
    after: i64,
) -> Result<(), DemoError> {
    let Some((trial, _)) = awaiting(tx, id, after).await? else {
        return Ok(());
    };
    let (actor, _) = member(tx)?;
    let permitted = authorize::<act::ConductTrial, _>(&actor, trial)?;
    tx.save(permitted.write_impacts(impacts)?).await?;
    Ok(())
}

/// Reports an indicator, unless it was reported.
async fn record(
    tx: &mut Tx,
    id: ResourceId,
    indicator: &ClauseId,
    report: Report,
) -> Result<(), DemoError> {
    if result(tx.db(), id, indicator).await?.is_some() {
        return Ok(());
    }
    let ((actor, _), now) = (member(tx)?, tx.now());
    let (trial, grounds) = trial_for_update(tx, id).await?;
    let (_, protocol) = grounds.protocol.ok_or(StepError::NotPublished)?;
    let permitted = authorize::<act::ConductTrial, _>(&actor, trial)?;
    let recorded = permitted.record(&protocol, indicator, report, None, ResultId(new()), now)?;
    tx.save(recorded).await?;
    Ok(())
}

/// Shares a result, unless it is shared.
async fn share(
    tx: &mut Tx,
    id: ResourceId,
    indicator: &ClauseId,
    sharing: Sharing,
) -> Result<(), DemoError> {
    let (actor, _) = member(tx)?;
    let found = result(tx.db(), id, indicator).await?;
    let found = found.ok_or(StoreError::Missing)?;
    if found.sharing.is_some() {
        return Ok(());
    }
    let history = history(tx, &found, Some(sharing)).await?;
    let permitted = authorize::<act::ShareResult, _>(&actor, found)?;
    tx.save(permitted.share(Some(sharing), &history)?).await?;
    Ok(())
}
