//! Inclusions: clauses taken over from other texts, each following its own source.

use chrono::{DateTime, Utc};
use maillage_domain::access::{Permitted, act};
use maillage_domain::commons::merge::Choices;
use maillage_domain::commons::{
    Charter, Clausal, Followed, Included, Inclusion, Inclusions, Kind, KindName, Newest, Published,
    Slot, Standing, Template,
};
use maillage_domain::outcome::Outcome;
use maillage_domain::value::{ClauseId, ResourceId};
use maillage_infra::commons as store;
use maillage_infra::error::StoreError;
use maillage_infra::store::Tx;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bodies::Exposed;
use super::drafts;
use super::upstream::{ChoiceSchema, NewestView, PlanView, standing};
use super::views::tag;
use crate::ctx::Ctx;
use crate::http::{Answer, Problem};

/// What was included in a text and stands in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct InclusionsView {
    /// The sources of it, in the order in which the text comes upon them; at most 20.
    sources: Vec<IncludedSourceView>,
}

/// A source of included clauses.
#[derive(Debug, Serialize, ToSchema)]
pub struct IncludedSourceView {
    /// Whose it was.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000001")]
    collectivity: String,
    /// Which resource.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000006")]
    resource: String,
    /// Its kind.
    #[schema(example = "template")]
    kind: &'static str,
    /// How your text stands to it: `hidden`, `current` or, where one clause is, `behind`.
    #[schema(example = "behind")]
    standing: &'static str,
    /// Its newest version; null where you may not reuse it any more.
    newest: Option<NewestView>,
    /// What taking it in would do to these clauses; null where there is nothing to take in.
    plan: Option<PlanView>,
    /// The clauses from it, in the order of your text.
    clauses: Vec<InclusionView>,
}

/// An included clause.
#[derive(Debug, Serialize, ToSchema)]
pub struct InclusionView {
    /// Its id in your text.
    #[schema(example = "controle-humain-2")]
    clause: String,
    /// Its id in the source.
    #[schema(example = "controle-humain")]
    of: String,
    /// The version of the source that was taken in last.
    #[schema(example = 1)]
    version: i32,
    /// The digest of that version.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    digest: String,
    /// When it was taken in.
    taken_at: DateTime<Utc>,
    /// How the clause stands to the source: `hidden`, `current` or `behind`.
    #[schema(example = "behind")]
    standing: &'static str,
}

/// A published version to take clauses from.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InclusionSource {
    /// The kind of the resource.
    #[schema(value_type = KindNameSchema)]
    kind: KindName,
    /// Which resource: one granted to you for reuse, or another of your own.
    #[schema(value_type = uuid::Uuid, example = "019acb5e-0000-7000-8000-000000000006")]
    id: ResourceId,
    /// Which version; the newest otherwise.
    #[serde(default)]
    #[schema(minimum = 1, example = 1)]
    version: Option<i32>,
}

/// A kind of resource that is made of clauses.
#[derive(ToSchema)]
#[schema(as = KindName, rename_all = "snake_case")]
pub enum KindNameSchema {
    /// A usage charter.
    Charter,
    /// Any other reusable text.
    Template,
}

/// Which clauses to take over, and where to put them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InclusionInput {
    /// From where.
    source: InclusionSource,
    /// The clauses, by their ids there; each comes with those below it.
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 1000, example = json!(["controle-humain"]))]
    clauses: Vec<ClauseId>,
    /// Below which clause of your text; without it where `behind` stands, or at the top.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "usages")]
    below: Option<ClauseId>,
    /// Right behind which clause there; without it behind all of them.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "usages-permis")]
    behind: Option<ClauseId>,
}

/// What to take in from a source of included clauses, and how to settle what both sides changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InclusionMergeInput {
    /// The source.
    #[schema(value_type = uuid::Uuid, example = "019acb5e-0000-7000-8000-000000000006")]
    source: ResourceId,
    /// The version of the source that the choices were made for: its newest.
    #[schema(minimum = 1, example = 2)]
    version: i32,
    /// For each conflict, by its `at`: `"theirs"`, `"mine"` or `{"text": "…"}`. A choice may also
    /// overrule what the plan would do by itself.
    #[serde(default)]
    #[schema(value_type = std::collections::BTreeMap<String, ChoiceSchema>, required = false, example = json!({"controle-humain/text": "theirs"}))]
    choices: Choices,
}

impl InclusionView {
    fn of(inclusion: &Inclusion, stands: Standing) -> Self {
        Self {
            clause: inclusion.clause.to_string(),
            of: inclusion.of.to_string(),
            version: inclusion.source.version,
            digest: inclusion.source.digest.to_string(),
            taken_at: inclusion.taken_at,
            standing: standing(stands),
        }
    }
}

impl From<&Newest> for NewestView {
    fn from(it: &Newest) -> Self {
        Self {
            version: it.source.version,
            title: it.title.clone(),
            note: it.note.as_str().to_owned(),
            digest: it.source.digest.to_string(),
            published_at: it.published_at,
        }
    }
}

/// A source with its clauses, and what taking in its newest version would do.
fn followed<K>(all: &Inclusions<K>, it: &Followed<'_>) -> Option<IncludedSourceView>
where
    K: Kind<Body: Clausal>,
{
    let first = it.clauses.first()?;
    let clauses = it.clauses.iter();
    Some(IncludedSourceView {
        collectivity: first.source.collectivity.to_string(),
        resource: it.resource.to_string(),
        kind: first.kind.as_str(),
        standing: standing(it.standing()),
        newest: it.newest.map(NewestView::from),
        plan: all.plan(it, &Choices::new()).map(PlanView::of),
        clauses: clauses
            .map(|clause| InclusionView::of(clause, it.standing_of(clause)))
            .collect(),
    })
}

/// Lists what was included and stands in the text, and how each source has gone on since.
pub(super) async fn read<K>(ctx: Ctx, id: ResourceId) -> Answer
where
    K: Exposed<Body: Clausal>,
{
    let (actor, found) = ctx
        .read(async |db| store::inclusions::<K>(db, id).await)
        .await?;
    let resource = found.bench.resource.clone();
    let resource = ctx
        .authorize::<act::ReadDraft, _>(&actor, resource)?
        .into_subject();
    // As with one source: long texts take long to merge.
    let work = move || {
        let sources = found.followed();
        let sources = sources.iter().filter_map(|it| followed(&found, it));
        InclusionsView {
            sources: sources.collect(),
        }
    };
    let view = ctx.state().documents.take(work).await?;
    ctx.show(&view, tag(&resource))
}

/// Takes clauses of a version of kind `S` over; what is hidden answers like what does not exist.
async fn take<K, S>(
    ctx: &Ctx,
    tx: &Tx,
    permitted: Permitted<act::Write, Inclusions<K>>,
    input: InclusionInput,
) -> Result<Outcome<Included<K>>, Problem>
where
    K: Kind<Body: Clausal>,
    S: Kind<Body: Clausal>,
{
    let InclusionSource { id, version, .. } = input.source;
    let found = store::version::<S>(tx.db(), id, version).await;
    let (seen, version) = found.map_err(|error| match error {
        StoreError::Missing => Problem::field("/source/id", "source_unknown"),
        error => error.into(),
    })?;
    let published = Published {
        resource: seen.resource,
        version,
    };
    let source = ctx.authorize::<act::Adapt, _>(tx.actor()?, published)?;
    let slot = Slot {
        below: input.below,
        behind: input.behind,
    };
    Ok(permitted.include(source, &input.clauses, &slot, tx.now())?)
}

/// Takes clauses of another text into the draft, or begins one with them.
pub(super) async fn include<K>(ctx: Ctx, id: ResourceId, input: InclusionInput) -> Answer
where
    K: Exposed<Body: Clausal>,
{
    ctx.write(async |tx| {
        let here = store::inclusions_for_update::<K>(tx, id).await?;
        let permitted = ctx.authorize::<act::Write, _>(tx.actor()?, here)?;
        drafts::require(&ctx, permitted.subject().bench.draft.as_ref())?;
        let included = match input.source.kind {
            KindName::Charter => take::<K, Charter>(&ctx, tx, permitted, input).await?,
            KindName::Template => take::<K, Template>(&ctx, tx, permitted, input).await?,
            KindName::Experiment => {
                return Err(Problem::field("/source/kind", "kind_without_clauses"));
            }
        };
        drafts::reply::<K>(id, tx.save(included).await?.drafted)
    })
    .await
}

/// Takes the newest version of a source into the clauses that were included from it.
pub(super) async fn merge<K>(ctx: Ctx, id: ResourceId, input: InclusionMergeInput) -> Answer
where
    K: Exposed<Body: Clausal>,
{
    ctx.write(async |tx| {
        let here = store::inclusions_for_update::<K>(tx, id).await?;
        let permitted = ctx.authorize::<act::Merge, _>(tx.actor()?, here)?;
        drafts::require(&ctx, permitted.subject().bench.draft.as_ref())?;
        let InclusionMergeInput {
            source,
            version,
            choices,
        } = input;
        let merged = permitted.merge(source, version, &choices, tx.now())?;
        drafts::reply::<K>(id, tx.save(merged).await?.drafted)
    })
    .await
}
