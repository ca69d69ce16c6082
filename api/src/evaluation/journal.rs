//! The journal of a trial: steps, deviations from the protocol and reviews, in order and for good.

use actix_web::{get, post};
use chrono::{DateTime, NaiveDate, Utc};
use maillage_domain::access::act;
use maillage_domain::evaluation::trial::{Entry, EntryKind, TrialState};
use maillage_domain::value::{Pointer, Prose, ResourceId, Violation};
use maillage_infra::evaluation as store;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::trials::TrialStateSchema;
use crate::ctx::Ctx;
use crate::http::page::{Start, limit};
use crate::http::{Answer, Body, Id, Page, PageQuery, Params, Problem, Reply, Tag};

/// What an entry tells of.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryType {
    /// A step.
    Step,
    /// Something that was not done as the protocol says.
    Deviation,
    /// What was found when the trial was looked at.
    Review,
}

/// What may be written into a journal; steps write themselves.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoteType {
    /// Something that was not done as the protocol says.
    Deviation,
    /// What was found when the trial was looked at.
    Review,
}

/// An entry of a journal.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryView {
    /// Its place, from 1.
    #[schema(example = 4)]
    number: i64,
    /// What it tells of.
    #[serde(rename = "type")]
    what: EntryType,
    /// From where the step went; null for what is no step.
    #[schema(value_type = Option<TrialStateSchema>, example = json!(null))]
    from: Option<TrialState>,
    /// To where; null for what is no step.
    #[schema(value_type = Option<TrialStateSchema>, example = json!(null))]
    to: Option<TrialState>,
    /// The stop criterion that was met, where one was.
    #[schema(example = json!(null))]
    stop_criterion: Option<String>,
    /// When the trial is to be looked at again; of reviews only.
    #[schema(example = json!(null))]
    next: Option<NaiveDate>,
    /// Of which day it tells.
    #[schema(example = "2026-11-02")]
    on: NaiveDate,
    /// In words.
    #[schema(example = "Deux agents absents : la mesure porte sur dix-huit personnes.")]
    text: String,
    /// Who wrote it.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000003")]
    by: String,
    /// When.
    at: DateTime<Utc>,
}

/// A deviation or a review.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteInput {
    /// Which of the two.
    #[serde(rename = "type")]
    what: NoteType,
    /// Of which day it tells.
    #[schema(example = "2026-11-02")]
    on: NaiveDate,
    /// In words.
    #[schema(value_type = String, min_length = 1, max_length = 2000, example = "Deux agents absents : la mesure porte sur dix-huit personnes.")]
    text: Prose<2000>,
    /// When the trial is to be looked at again; with a review only.
    #[serde(default)]
    #[schema(example = json!(null))]
    next: Option<NaiveDate>,
}

fn view(it: Entry) -> EntryView {
    let (what, from, to, stop_criterion, next) = match it.kind {
        EntryKind::Step {
            from,
            to,
            stop_criterion,
        } => (EntryType::Step, Some(from), Some(to), stop_criterion, None),
        EntryKind::Deviation => (EntryType::Deviation, None, None, None, None),
        EntryKind::Review { next } => (EntryType::Review, None, None, None, next),
    };
    EntryView {
        number: it.number,
        what,
        from,
        to,
        stop_criterion: stop_criterion.map(|id| id.to_string()),
        next,
        on: it.on,
        text: it.text.as_str().to_owned(),
        by: it.by.to_string(),
        at: it.at,
    }
}

/// Lists the journal of a trial of your collectivity, newest first.
#[utoipa::path(
    tag = "Trials",
    params(("id" = uuid::Uuid, Path, description = "The experiment"), PageQuery),
    responses((status = 200, body = Page<EntryView>))
)]
#[get("/{id}/trial/journal")]
pub async fn list_journal(ctx: Ctx, id: Id<ResourceId>, page: Params<PageQuery>) -> Answer {
    let (limit, cursors) = (limit(page.0.limit)?, ctx.cursors());
    let start: Option<Start<i64>> = cursors.open(page.0.cursor.as_deref())?;
    let (actor, (trial, rows)) = ctx
        .read_list(start.as_ref(), limit, async |db, page| {
            let (trial, rows) = futures::join!(
                store::trial(db, id.0),
                store::journal(db, id.0, page.from, page.most)
            );
            Ok((trial?, rows?))
        })
        .await?;
    ctx.authorize::<act::ReadTrial, _>(&actor, trial.0)?;
    ctx.list(cursors.forward(rows, limit, |it| it.number, view)?)
}

/// Writes a deviation or a review of a trial that has begun.
///
/// It cannot be changed afterwards.
#[utoipa::path(
    tag = "Trials",
    params(("id" = uuid::Uuid, Path, description = "The experiment")),
    request_body = NoteInput,
    responses((status = 201, body = EntryView))
)]
#[post("/{id}/trial/journal")]
pub async fn note(ctx: Ctx, id: Id<ResourceId>, input: Body<NoteInput>) -> Answer {
    let NoteInput {
        what,
        on,
        text,
        next,
    } = input.0;
    let kind = match (what, next) {
        (NoteType::Deviation, None) => EntryKind::Deviation,
        (NoteType::Deviation, Some(_)) => {
            let place = Pointer::root().key("next");
            let found = vec![Violation::at(place, "next_review_misplaced")];
            return Err(Problem::violations(found));
        }
        (NoteType::Review, next) => EntryKind::Review { next },
    };
    ctx.write(async |tx| {
        let (trial, _) = store::trial_for_update(tx, id.0).await?;
        let permitted = ctx.authorize::<act::ConductTrial, _>(tx.actor()?, trial)?;
        let noted = permitted.note(kind.clone(), on, text.clone(), tx.now())?;
        let noted = tx.save(noted).await?;
        let location = format!("/v1/experiments/{}/trial/journal", id.0);
        let tag = Tag::Revision(noted.entry.number);
        Ok(Reply::created(location, &view(noted.entry))?.tagged(tag))
    })
    .await
}
