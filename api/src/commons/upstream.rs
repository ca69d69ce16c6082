//! Upstream: what the source has published since, and taking it in.

use chrono::{DateTime, Utc};
use maillage_domain::access::act;
use maillage_domain::commons::merge::{
    Aspect, Choices, Conflict, Fate, Merge, MergeError, Origin, Step,
};
use maillage_domain::commons::{Clausal, Standing, Upstream, UpstreamError, Version};
use maillage_domain::value::{Pointer, ResourceId, Violation};
use maillage_infra::commons as store;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bodies::Exposed;
use super::drafts;
use super::views::{SourceView, tag};
use crate::ctx::Ctx;
use crate::http::{Answer, Code, Problem};

/// An adaptation beside its source.
#[derive(Debug, Serialize, ToSchema)]
pub struct UpstreamView {
    /// How it stands: `no_source`, `hidden`, `current` or `behind`.
    #[schema(example = "behind")]
    standing: &'static str,
    /// What it was made from.
    source: Option<SourceView>,
    /// The version of the source that was taken in last.
    taken: Option<SourceView>,
    /// The source's newest version; null where it may not be reused any more.
    newest: Option<NewestView>,
    /// What taking it in would do; null where there is nothing to take in.
    plan: Option<PlanView>,
}

/// The newest version of a source.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewestView {
    /// Its number.
    #[schema(example = 2)]
    pub(super) version: i32,
    /// Its title.
    #[schema(example = "Charte d'usage de l'IA (démo)")]
    pub(super) title: String,
    /// What its publisher said of it.
    #[schema(example = "Relecture avant envoi précisée.")]
    pub(super) note: String,
    /// Its digest.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub(super) digest: String,
    /// When it was published.
    pub(super) published_at: DateTime<Utc>,
}

/// What a merge does.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanView {
    /// What happens to the body and to each clause, in the order of the merged text; what goes
    /// stands at the end.
    steps: Vec<StepView>,
    /// What someone has to choose.
    conflicts: Vec<ConflictView>,
}

/// What happens to a clause, or to the body.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepView {
    /// The clause; null for the body itself.
    #[schema(example = "controle-humain")]
    clause: Option<String>,
    /// Its title.
    #[schema(example = "Contrôle humain")]
    title: String,
    /// In one word.
    #[schema(value_type = FateSchema)]
    fate: Fate,
    /// Whether it is no part of the merged text.
    #[schema(example = false)]
    goes: bool,
    /// What changed since the version that was taken in last, and through whom.
    changes: Vec<ChangeView>,
}

/// A change to one aspect of a clause.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeView {
    /// What changed: `presence`, `title`, `text`, `lock`, `place`, `order`, `preamble` or
    /// `variables/{name}`.
    #[schema(example = "text")]
    aspect: String,
    /// Through whom.
    #[schema(value_type = OriginSchema)]
    by: Origin,
}

/// Something that both sides changed, and not alike.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConflictView {
    /// Its name in `choices`.
    #[schema(example = "controle-humain/text")]
    at: String,
    /// What it was; null when it was not there.
    #[schema(example = "Répondre sous 30 jours.")]
    base: Option<String>,
    /// What your text says; null when it is not there.
    #[schema(example = "Répondre sous 15 jours.")]
    mine: Option<String>,
    /// What the source says; null when it is not there.
    #[schema(example = "Répondre sous 30 jours ouvrés.")]
    theirs: Option<String>,
    /// Whether a text of your own may settle it.
    #[schema(example = true)]
    takes_text: bool,
}

/// A step in one word.
#[derive(ToSchema)]
#[schema(as = Fate, rename_all = "snake_case")]
pub enum FateSchema {
    /// Nobody changed it.
    Unchanged,
    /// As the source has it now.
    TakeTheirs,
    /// As it is here.
    KeepMine,
    /// Some of each.
    Merged,
    /// Someone has to choose.
    Conflict,
}

/// Where what a merge says comes from.
#[derive(ToSchema)]
#[schema(as = Origin, rename_all = "snake_case")]
pub enum OriginSchema {
    /// Only your text changed it.
    Mine,
    /// Only the source changed it.
    Theirs,
    /// Both changed it alike.
    Both,
    /// Both changed different words of it.
    Words,
    /// You chose.
    Chosen,
    /// Nobody has chosen yet.
    Open,
}

/// How one conflict is settled.
#[derive(ToSchema)]
#[schema(as = Choice, rename_all = "snake_case")]
pub enum ChoiceSchema {
    /// As the source has it.
    Theirs,
    /// As it is here.
    Mine,
    /// As written now: for preamble, titles and texts.
    Text(String),
}

/// What to take in, and how to settle what both sides changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeInput {
    /// The version of the source that the choices were made for: its newest.
    #[schema(minimum = 1, example = 2)]
    version: i32,
    /// For each conflict, by its `at`: `"theirs"`, `"mine"` or `{"text": "…"}`. A choice may also
    /// overrule what the plan would do by itself.
    #[serde(default)]
    #[schema(value_type = std::collections::BTreeMap<String, ChoiceSchema>, required = false, example = json!({"controle-humain/text": "theirs"}))]
    choices: Choices,
}

impl StepView {
    fn of(step: Step) -> Self {
        let fate = step.fate();
        let change = |(aspect, by): (Aspect, Origin)| ChangeView {
            aspect: aspect.to_string(),
            by,
        };
        Self {
            clause: step.clause.map(|id| id.to_string()),
            title: step.title,
            fate,
            goes: step.goes,
            changes: step.changes.into_iter().map(change).collect(),
        }
    }
}

impl ConflictView {
    fn of(conflict: Conflict) -> Self {
        Self {
            at: conflict.spot.to_string(),
            takes_text: conflict.spot.takes_text(),
            base: conflict.base,
            mine: conflict.mine,
            theirs: conflict.theirs,
        }
    }
}

impl PlanView {
    pub(super) fn of<B>(merge: Merge<B>) -> Self {
        Self {
            steps: merge.steps.into_iter().map(StepView::of).collect(),
            conflicts: merge.conflicts.into_iter().map(ConflictView::of).collect(),
        }
    }
}

impl NewestView {
    fn of<B>(version: Version<B>) -> Self {
        Self {
            version: version.number,
            title: version.title,
            note: version.note.as_str().to_owned(),
            digest: version.digest.to_string(),
            published_at: version.published_at,
        }
    }
}

/// A standing, as the API writes it.
pub(super) fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::NoSource => "no_source",
        Standing::Hidden => "hidden",
        Standing::Current => "current",
        Standing::Behind => "behind",
    }
}

/// Says how an adaptation stands to its source, and what taking in its newest version would do.
pub(super) async fn read<K>(ctx: Ctx, id: ResourceId) -> Answer
where
    K: Exposed<Body: Clausal>,
{
    let (actor, found) = ctx
        .read(async |db| store::upstream::<K>(db, id).await)
        .await?;
    // Long texts take as long to merge as to compare.
    let work = move || {
        let plan = found.plan(&Choices::new()).map(PlanView::of);
        (found, plan)
    };
    let (found, plan) = ctx.state().documents.take(work).await?;
    let Upstream { bench, newest, .. } = &found;
    let view = UpstreamView {
        standing: standing(found.standing()),
        source: bench.resource.source.map(SourceView::from),
        taken: bench.resource.taken.map(SourceView::from),
        newest: newest.clone().map(NewestView::of),
        plan,
    };
    let resource = ctx
        .authorize::<act::ReadDraft, _>(&actor, found.bench.resource)?
        .into_subject();
    ctx.show(&view, tag(&resource))
}

/// Takes the source's newest version into the draft, or begins one with it.
pub(super) async fn merge<K>(ctx: Ctx, id: ResourceId, input: MergeInput) -> Answer
where
    K: Exposed<Body: Clausal>,
{
    ctx.write(async |tx| {
        let upstream = store::upstream_for_update::<K>(tx, id).await?;
        let permitted = ctx.authorize::<act::Merge, _>(tx.actor()?, upstream)?;
        drafts::require(&ctx, permitted.subject().bench.draft.as_ref())?;
        let now = tx.now();
        let merged = permitted.merge(input.version, &input.choices, now)?;
        let merged = tx.save(merged).await?;
        drafts::reply::<K>(id, merged.drafted)
    })
    .await
}

impl From<UpstreamError> for Problem {
    fn from(error: UpstreamError) -> Self {
        match error {
            UpstreamError::NothingNew => Code::NothingNew.into(),
            UpstreamError::NotNewest => Self::field("/version", "version_not_newest"),
            UpstreamError::Merge(MergeError::Invalid(found)) => Self::violations(found),
            UpstreamError::Merge(MergeError::Unknown(spots)) => {
                Self::violations(at_choices(spots.iter(), "choice_unknown"))
            }
            UpstreamError::Merge(MergeError::Open(open)) => {
                let spots: Vec<_> = open.iter().map(|open| open.spot.to_string()).collect();
                let found = at_choices(spots.iter(), "choice_missing");
                Self::violations(found).as_code(Code::ConflictsOpen)
            }
        }
    }
}

/// A rule broken at each of these choices.
fn at_choices<'a>(spots: impl Iterator<Item = &'a String>, rule: &'static str) -> Vec<Violation> {
    let choices = Pointer::root().key("choices");
    spots
        .map(|spot| Violation::at(choices.key(spot), rule))
        .collect()
}
