//! Amendments: what who adapted a source proposes to it, to be read by its owner and their groups.

use actix_web::get;
use chrono::{DateTime, Utc};
use maillage_domain::access::{Actor, act};
use maillage_domain::commons::{
    Amendment, AmendmentState, Change, Clausal, Lock, ProposalError, Settlement, Words,
};
use maillage_domain::value::{AmendmentId, ClauseId, Line, Prose, ResourceId};
use maillage_infra::ambient;
use maillage_infra::commons::{self as store, KeptAmendment, Owner};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bodies::{Exposed, LockSchema};
use super::resources::seen;
use super::views::SourceView;
use crate::ctx::{Ctx, able};
use crate::http::page::{Start, limit};
use crate::http::{Answer, Code, Id, PageQuery, Problem, Reply, Tag};
use crate::identity::values::CollectivityRef;

/// What to propose to a source.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AmendmentInput {
    /// Which adaptation of yours says it; your newest published one otherwise.
    #[serde(default)]
    #[schema(value_type = Option<uuid::Uuid>, example = "019acb5e-0000-7000-8000-000000000008")]
    adaptation: Option<ResourceId>,
    /// The clauses to propose, as your adaptation's newest version has them. One that it does
    /// without is proposed to go.
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 1000, example = json!(["controle-humain"]))]
    clauses: Vec<ClauseId>,
    /// Why.
    #[schema(value_type = String, min_length = 1, max_length = 2000, example = "Six mois d'usage ont montré que la relecture doit être tracée.")]
    reason: Prose<2000>,
    /// Who stands for it.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200, example = "Camille Dupont, référente IA")]
    signature: Option<Line<200>>,
}

/// Where an amendment stands.
#[derive(ToSchema)]
#[schema(as = AmendmentState, rename_all = "snake_case")]
pub enum AmendmentStateSchema {
    /// The owner of the source has not decided.
    Proposed,
    /// It went into a draft of the source.
    Accepted,
    /// The owner said no.
    Declined,
    /// The proposer took it back.
    Withdrawn,
}

/// What a clause says, apart from those below it.
#[derive(Debug, Serialize, ToSchema)]
pub struct WordsView {
    /// Its heading.
    #[schema(example = "Contrôle humain")]
    title: String,
    /// Its text, in Markdown.
    #[schema(example = "Un agent relit toute production avant usage, et le note.")]
    text: String,
    /// How much an adapter may change it.
    #[schema(value_type = LockSchema)]
    lock: Lock,
}

/// What is proposed for one clause.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposedClauseView {
    /// The clause.
    #[schema(example = "controle-humain")]
    clause: String,
    /// What the source says, in the version the amendment was written against; null where it has no
    /// such clause.
    before: Option<WordsView>,
    /// What it shall say; null where the clause shall go.
    after: Option<WordsView>,
    /// Below which clause a new one shall stand; null for the top.
    #[schema(example = "usages")]
    below: Option<String>,
    /// Behind which clause it shall stand there; null for the first place.
    #[schema(example = "usages-permis")]
    behind: Option<String>,
}

/// How an amendment was settled.
#[derive(Debug, Serialize, ToSchema)]
pub struct SettlementView {
    /// By whom.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000003")]
    by: String,
    /// When.
    at: DateTime<Utc>,
    /// What they said of it.
    #[schema(example = "Repris dans la prochaine version.")]
    reason: String,
    /// The version of the source into whose draft it went; null unless it was accepted.
    #[schema(example = 2)]
    into_version: Option<i32>,
}

/// A change proposed to a source by who adapted it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AmendmentView {
    /// Its id.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000009")]
    id: String,
    /// The kind of its source.
    #[schema(example = "charter")]
    kind: &'static str,
    /// The version of the source it was written against.
    source: SourceView,
    /// Who proposes it.
    proposer: CollectivityRef,
    /// In which of their resources it is practised; told to the proposer only.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000008")]
    adaptation: Option<String>,
    /// What it would change.
    clauses: Vec<ProposedClauseView>,
    /// Why.
    #[schema(example = "Six mois d'usage ont montré que la relecture doit être tracée.")]
    reason: String,
    /// Who stands for it.
    #[schema(example = "Camille Dupont, référente IA")]
    signature: Option<String>,
    /// Where it stands.
    #[schema(value_type = AmendmentStateSchema)]
    state: AmendmentState,
    /// Whether the source has published since it was written, as far as you may see that. It can be
    /// accepted all the same.
    #[schema(example = false)]
    stale: bool,
    /// Since when it is proposed.
    proposed_at: DateTime<Utc>,
    /// How it was settled; null while it is open.
    settlement: Option<SettlementView>,
    /// What you may do with it now.
    #[schema(example = json!(["read_amendment", "comment_amendment"]))]
    abilities: Vec<String>,
}

impl From<Words> for WordsView {
    fn from(it: Words) -> Self {
        Self {
            title: it.title,
            text: it.text,
            lock: it.lock,
        }
    }
}

impl From<Change> for ProposedClauseView {
    fn from(it: Change) -> Self {
        Self {
            clause: it.clause.to_string(),
            before: it.before.map(WordsView::from),
            after: it.after.map(WordsView::from),
            below: it.below.map(|id| id.to_string()),
            behind: it.behind.map(|id| id.to_string()),
        }
    }
}

impl From<Settlement> for SettlementView {
    fn from(it: Settlement) -> Self {
        Self {
            by: it.by.to_string(),
            at: it.at,
            reason: it.reason.as_str().to_owned(),
            into_version: it.into,
        }
    }
}

impl AmendmentView {
    /// What `actor` sees.
    pub(super) fn of(actor: &Actor, amendment: Amendment, proposer: Owner) -> Self {
        let own = actor.collectivity() == Some(amendment.proposer);
        Self {
            abilities: able(actor, &amendment),
            id: amendment.id.to_string(),
            kind: amendment.kind.as_str(),
            source: amendment.source.into(),
            proposer: proposer.into(),
            adaptation: own.then(|| amendment.adaptation.to_string()),
            clauses: amendment.changes.into_iter().map(Into::into).collect(),
            reason: amendment.reason.as_str().to_owned(),
            signature: amendment.signature.map(|it| it.as_str().to_owned()),
            state: amendment.state,
            stale: amendment.stale,
            proposed_at: amendment.proposed_at,
            settlement: amendment.settlement.map(SettlementView::from),
        }
    }
}

/// The validator of an amendment.
pub(super) fn tag(amendment: &Amendment) -> Tag {
    Tag::Revision(amendment.seen_as())
}

/// Proposes to a source what one's own adaptation says.
pub(super) async fn propose<K>(ctx: Ctx, id: ResourceId, input: AmendmentInput) -> Answer
where
    K: Exposed<Body: Clausal>,
{
    ctx.write(async |tx| {
        let source = seen::<K>(tx.db(), id).await?.resource;
        let permitted = ctx.authorize::<act::Amend, _>(tx.actor()?, source)?;
        let practice = store::practice::<K>(tx.db(), id, input.adaptation).await?;
        let (fresh, now) = (AmendmentId(ambient::id()), tx.now());
        let AmendmentInput {
            clauses,
            reason,
            signature,
            ..
        } = input;
        let proposed = permitted.propose(fresh, practice, &clauses, reason, signature, now)?;
        tx.save(proposed).await?;
        let kept = store::amendment(tx.db(), fresh).await?;
        let tag = tag(&kept.amendment);
        let view = AmendmentView::of(tx.actor()?, kept.amendment, kept.proposer);
        Ok(Reply::created(format!("/v1/amendments/{fresh}"), &view)?.tagged(tag))
    })
    .await
}

/// Lists the amendments to a resource that the caller may read, newest first.
pub(super) async fn list<K: Exposed>(ctx: Ctx, id: ResourceId, page: PageQuery) -> Answer {
    let (limit, cursors) = (limit(page.limit)?, ctx.cursors());
    let start: Option<Start<AmendmentId>> = cursors.open(page.cursor.as_deref())?;
    let (actor, (seen, rows)) = ctx
        .read_list(start.as_ref(), limit, async |db, page| {
            let (seen, rows) = futures::join!(
                seen::<K>(db, id),
                store::amendments::<K>(db, id, page.from, page.most)
            );
            Ok((seen?, rows?))
        })
        .await?;
    ctx.authorize::<act::Read, _>(&actor, seen.resource)?;
    let view = |it: KeptAmendment| AmendmentView::of(&actor, it.amendment, it.proposer);
    let page = cursors.forward(rows, limit, |it| it.amendment.id, view)?;
    ctx.list(page)
}

/// Gives one amendment.
#[utoipa::path(
    tag = "Amendments",
    params(("id" = uuid::Uuid, Path, description = "The amendment")),
    responses((status = 200, body = AmendmentView))
)]
#[get("/v1/amendments/{id}")]
pub async fn get_amendment(ctx: Ctx, id: Id<AmendmentId>) -> Answer {
    let (actor, kept) = ctx
        .read(async |db| store::amendment(db, id.0).await)
        .await?;
    let permitted = ctx.authorize::<act::ReadAmendment, _>(&actor, kept.amendment)?;
    let amendment = permitted.into_subject();
    let tag = tag(&amendment);
    ctx.show(&AmendmentView::of(&actor, amendment, kept.proposer), tag)
}

impl From<ProposalError> for Problem {
    fn from(error: ProposalError) -> Self {
        match error {
            ProposalError::TooMany => Code::AmendmentsTooMany.into(),
            ProposalError::NoAdaptation => Self::field("/adaptation", "adaptation_unknown"),
            ProposalError::Invalid(found) => Self::violations(found),
        }
    }
}
