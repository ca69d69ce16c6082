//! Deviations: where an adaptation departs from what its source imposes, and why.

use chrono::{DateTime, Utc};
use maillage_domain::access::act;
use maillage_domain::commons::deviation::{Breach, Deviation};
use maillage_domain::commons::limits::REPORTING;
use maillage_domain::commons::{Justified, Reason};
use maillage_domain::value::{ClauseId, Prose, ResourceId};
use maillage_infra::commons::{self as store, Received, ReceivedClause};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::bodies::Exposed;
use super::resources::{location, seen};
use super::views::tag;
use crate::ctx::Ctx;
use crate::http::{Answer, Code, Reply, Tag, patch};

/// Of which text.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DeviationsQuery {
    /// The number of a version: what it was published with. Else the draft, or without one the
    /// newest version, with the reasons as they are now.
    #[param(minimum = 1, example = 1)]
    version: Option<i32>,
}

/// The deviations of a text from what its source imposes.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeviationsView {
    /// Whether the owner of the source may count them once they are published.
    #[schema(example = false)]
    reported: bool,
    /// The deviations, in the order of the source.
    deviations: Vec<DeviationView>,
}

/// An imposed clause of the source, or a part of its protocol, that is departed from.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeviationView {
    /// The clause, or the part: `baseline`, `indicator-` and the id of one…
    #[schema(example = "controle-humain")]
    clause: String,
    /// Its title in the source.
    #[schema(example = "Contrôle humain")]
    title: String,
    /// In which ways, at least one.
    #[schema(value_type = Vec<BreachSchema>, example = json!(["rewritten"]))]
    breaches: Vec<Breach>,
    /// Why; null until someone says so. Without it the text is not published.
    reason: Option<ReasonView>,
}

/// Why an imposed clause, or a part of a protocol, is departed from.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReasonView {
    /// The words.
    #[schema(example = "La relecture est confiée à un service mutualisé.")]
    text: String,
    /// How often it was written: `If-Match: "1"` replaces the first.
    #[schema(example = 1)]
    revision: i64,
    /// Who wrote it last.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000003")]
    written_by: String,
    /// When.
    written_at: DateTime<Utc>,
}

/// A deviation from an imposed clause, in a comparison.
#[derive(Debug, Serialize, ToSchema)]
pub struct DepartureView {
    /// In which ways, at least one.
    #[schema(value_type = Vec<BreachSchema>, example = json!(["rewritten"]))]
    pub(super) breaches: Vec<Breach>,
    /// Why; null until someone says so.
    #[schema(example = "La relecture est confiée à un service mutualisé.")]
    pub(super) reason: Option<String>,
}

/// How an imposed clause, or a part of a protocol, is departed from.
#[derive(ToSchema)]
#[schema(as = Breach, rename_all = "snake_case")]
pub enum BreachSchema {
    /// It is not there.
    Removed,
    /// It says something else.
    Rewritten,
    /// It is imposed no longer.
    Loosened,
}

/// Why an imposed clause, or a part of a protocol, is departed from.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonInput {
    /// The words.
    #[schema(value_type = String, min_length = 1, max_length = 2000, example = "La relecture est confiée à un service mutualisé.")]
    reason: Prose<2000>,
}

/// What of the deviations may be changed.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportingInput {
    /// Whether they are counted.
    reported: bool,
}

/// What of the deviations may be changed (merge patch).
#[derive(ToSchema)]
#[expect(dead_code, reason = "only documents the patch")]
pub struct DeviationsPatch {
    /// Whether the owner of the source may count them once they are published: never whose they are,
    /// nor the reasons.
    #[schema(required = false, example = true)]
    reported: bool,
}

/// What the published adaptations of a text depart from, in numbers.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceivedView {
    /// How many collectivities must agree before anything is told.
    #[schema(example = 3)]
    least: i64,
    /// How many published adaptations are counted; null while too few collectivities agree.
    #[schema(example = 4)]
    reporting: Option<i64>,
    /// The imposed clauses, or parts of the protocol, that any of them departs from; none while too few
    /// agree.
    clauses: Vec<ReceivedClauseView>,
}

/// How many adaptations depart from an imposed clause, or a part of a protocol.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceivedClauseView {
    /// The clause, or the part.
    #[schema(example = "controle-humain")]
    clause: String,
    /// Its title, as the source had it.
    #[schema(example = "Contrôle humain")]
    title: String,
    /// How many depart from it in any way.
    #[schema(example = 2)]
    deviating: i64,
    /// How many have removed it.
    #[schema(example = 0)]
    removed: i64,
    /// How many say something else.
    #[schema(example = 2)]
    rewritten: i64,
    /// How many impose it no longer.
    #[schema(example = 1)]
    loosened: i64,
}

impl DeviationView {
    fn of((deviation, reason): (Deviation, Option<Reason>)) -> Self {
        let view = |it: Reason| ReasonView {
            text: it.text.as_str().to_owned(),
            revision: it.revision,
            written_by: it.written_by.to_string(),
            written_at: it.written_at,
        };
        Self {
            clause: deviation.clause.to_string(),
            title: deviation.title,
            breaches: deviation.breaches,
            reason: reason.map(view),
        }
    }
}

impl From<Justified> for DeviationView {
    fn from(it: Justified) -> Self {
        Self::of((it.deviation, Some(it.reason)))
    }
}

impl DepartureView {
    /// What a comparison says of one clause.
    pub(super) fn of((deviation, reason): (Deviation, Option<Reason>)) -> Self {
        Self {
            breaches: deviation.breaches,
            reason: reason.map(|it| it.text.as_str().to_owned()),
        }
    }
}

impl DeviationsView {
    fn of(found: Vec<(Deviation, Option<Reason>)>, reported: bool) -> Self {
        Self {
            reported,
            deviations: found.into_iter().map(DeviationView::of).collect(),
        }
    }
}

impl ReceivedView {
    fn of(received: Received) -> Self {
        let clause = |it: ReceivedClause| ReceivedClauseView {
            clause: it.clause,
            title: it.title,
            deviating: it.deviating,
            removed: it.removed,
            rewritten: it.rewritten,
            loosened: it.loosened,
        };
        Self {
            least: REPORTING,
            reporting: received.reporting,
            clauses: received.clauses.into_iter().map(clause).collect(),
        }
    }
}

/// Lists the deviations of what is worked on, or those that a version was published with.
///
/// A version itself says nothing of them: it has the same bytes for whoever may read it.
pub(super) async fn list<K: Exposed>(ctx: Ctx, id: ResourceId, query: DeviationsQuery) -> Answer {
    let (actor, (resource, deviations)) = ctx
        .read(async |db| {
            let Some(number) = query.version else {
                let bench = store::workbench::<K>(db, id).await?;
                let found = bench.deviations();
                return Ok((bench.resource, found));
            };
            let (seen, version) = store::version::<K>(db, id, Some(number)).await?;
            let kept = version.deviations.into_iter();
            let kept = kept.map(|it| (it.deviation, Some(it.reason))).collect();
            Ok((seen.resource, kept))
        })
        .await?;
    let resource = ctx
        .authorize::<act::ReadDraft, _>(&actor, resource)?
        .into_subject();
    let view = DeviationsView::of(deviations, resource.reports_deviations);
    ctx.show(&view, tag(&resource))
}

/// Says why a text departs from an imposed clause, or says it anew.
pub(super) async fn justify<K: Exposed>(
    ctx: Ctx,
    id: ResourceId,
    clause: ClauseId,
    input: ReasonInput,
) -> Answer {
    ctx.write(async |tx| {
        let bench = store::find_for_update::<K>(tx, id).await?;
        let permitted = ctx.authorize::<act::Write, _>(tx.actor()?, bench)?;
        let found = permitted.subject().deviations();
        let found = found.into_iter().find(|(it, _)| it.clause == clause);
        let (_, before) = found.ok_or(Code::NotFound)?;
        ctx.require_at(before.as_ref().map(|before| before.revision))?;
        let now = tx.now();
        let justified = tx
            .save(permitted.justify(&clause, input.reason, now)?)
            .await?;
        let tag = Tag::Revision(justified.justified.reason.revision);
        let view = DeviationView::from(justified.justified);
        let reply = match before {
            Some(_) => Reply::ok(&view)?,
            None => Reply::created(format!("{}/deviations", location::<K>(id)), &view)?,
        };
        Ok(reply.tagged(tag))
    })
    .await
}

/// Lets the owner of the source count the deviations, or no longer.
pub(super) async fn report<K: Exposed>(ctx: Ctx, id: ResourceId, changes: patch::Patch) -> Answer {
    ctx.write(async |tx| {
        let bench = store::find_for_update::<K>(tx, id).await?;
        let permitted = ctx.authorize::<act::Publish, _>(tx.actor()?, bench.resource.clone())?;
        ctx.require(bench.resource.revision)?;
        let reported = bench.resource.reports_deviations;
        let ReportingInput { reported } = patch::patched(&ReportingInput { reported }, changes)?;
        let resource = tx.save(permitted.report_deviations(reported)).await?.0;
        let view = DeviationsView::of(bench.deviations(), resource.reports_deviations);
        Ok(Reply::ok(&view)?.tagged(tag(&resource)))
    })
    .await
}

/// Tells the owner of a source what its adaptations depart from, in numbers.
pub(super) async fn received<K: Exposed>(ctx: Ctx, id: ResourceId) -> Answer {
    let (actor, (seen, received)) = ctx
        .read(async |db| {
            let (seen, received) =
                futures::join!(seen::<K>(db, id), store::received_deviations(db, id));
            Ok((seen?, received?))
        })
        .await?;
    let resource = ctx
        .authorize::<act::ReadDraft, _>(&actor, seen.resource)?
        .into_subject();
    ctx.show(&ReceivedView::of(received), tag(&resource))
}
