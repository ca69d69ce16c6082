//! Groups themselves: form, list, read, describe, suggestions.

use actix_web::{get, patch, post};
use chrono::{DateTime, Utc};
use maillage_domain::access::{Actor, GroupRole, act};
use maillage_domain::groups::{Group, GroupCharter, ParticipationState};
use maillage_domain::value::{GroupId, Line, Prose};
use maillage_infra::ambient;
use maillage_infra::groups as store;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::values::{GroupRoleSchema, ParticipationStateSchema};
use crate::ctx::{Ctx, able};
use crate::http::page::{Start, limit};
use crate::http::{Answer, Body, Id, Page, PageQuery, Params, Reply, Tag, patch};
use crate::identity::values::CollectivityRef;

/// What a group says of itself.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupInput {
    /// Its name.
    #[schema(value_type = String, min_length = 1, max_length = 200, example = "Communes et agglomération (démo)")]
    pub(crate) name: Line<200>,
    /// What it is for.
    #[serde(default)]
    #[schema(value_type = String, max_length = 2000, example = "Mutualiser les chartes d'usage de l'IA.")]
    pub(crate) purpose: Prose<2000>,
}

/// The changes to a group (merge patch).
#[derive(ToSchema)]
#[expect(dead_code, reason = "only documents the patch")]
pub struct GroupPatch {
    /// Its name.
    #[schema(
        required = false,
        min_length = 1,
        max_length = 200,
        example = "Communes et agglomération (démo)"
    )]
    name: String,
    /// What it is for; null empties it.
    #[schema(max_length = 2000, example = "Mutualiser les chartes d'usage de l'IA.")]
    purpose: Option<String>,
}

/// A group, as your collectivity sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupView {
    /// Its id.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000005")]
    id: String,
    /// Its name.
    #[schema(example = "Communes et agglomération (démo)")]
    name: String,
    /// What it is for.
    #[schema(example = "Mutualiser les chartes d'usage de l'IA.")]
    purpose: String,
    /// Your collectivity's role in it.
    #[schema(value_type = GroupRoleSchema)]
    role: Option<GroupRole>,
    /// Where your collectivity's participation stands.
    #[schema(value_type = ParticipationStateSchema)]
    state: Option<ParticipationState>,
    /// When it was formed.
    formed_at: DateTime<Utc>,
    /// What you may do with it now.
    #[schema(example = json!(["read_group", "invite_to_group"]))]
    abilities: Vec<String>,
}

fn view(actor: &Actor, it: Group) -> GroupView {
    let (role, state) = it.own.unzip();
    GroupView {
        abilities: able(actor, &it),
        id: it.id.to_string(),
        name: it.charter.name.as_str().to_owned(),
        purpose: it.charter.purpose.as_str().to_owned(),
        role,
        state,
        formed_at: it.formed_at,
    }
}

/// Public bodies that belong together and could form a group.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuggestionView {
    /// The EPCI they belong to.
    #[schema(example = "249500109")]
    siren: String,
    /// Its name.
    #[schema(example = "CA de Cergy-Pontoise")]
    name: String,
    /// Those that have joined, your own collectivity left out.
    joined: Vec<CollectivityRef>,
    /// How many bodies of it have not joined yet.
    #[schema(example = 10)]
    not_joined: i64,
}

/// Suggestions.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuggestionsView {
    /// At most one: the EPCI your collectivity is or belongs to.
    items: Vec<SuggestionView>,
}

/// Forms a group, which your collectivity coordinates at first.
#[utoipa::path(
    tag = "Groups",
    request_body = GroupInput,
    responses((status = 201, body = GroupView))
)]
#[post("/v1/groups")]
pub async fn form_group(ctx: Ctx, input: Body<GroupInput>) -> Answer {
    let GroupInput { name, purpose } = input.0;
    ctx.write(async |tx| {
        let staff = ctx.authorize_staff::<act::FormGroup>(tx.actor()?)?;
        let (id, now) = (GroupId(ambient::id()), tx.now());
        let founded = tx
            .save(staff.form(id, GroupCharter { name, purpose }, now))
            .await?;
        let tag = Tag::Revision(founded.group.revision);
        let view = view(tx.actor()?, founded.group);
        Ok(Reply::created(format!("/v1/groups/{id}"), &view)?.tagged(tag))
    })
    .await
}

/// Lists the groups of your collectivity.
///
/// Those it takes part in, was invited to or is suspended from.
#[utoipa::path(tag = "Groups", params(PageQuery), responses((status = 200, body = Page<GroupView>)))]
#[get("/v1/groups")]
pub async fn list_groups(ctx: Ctx, page: Params<PageQuery>) -> Answer {
    let (limit, cursors) = (limit(page.0.limit)?, ctx.cursors());
    let start: Option<Start<GroupId>> = cursors.open(page.0.cursor.as_deref())?;
    let (actor, rows) = ctx
        .read_list(start.as_ref(), limit, async |db, page| {
            store::groups(db, page.from, page.most).await
        })
        .await?;
    ctx.within_scope::<act::ReadGroup>(&actor)?;
    ctx.list(cursors.forward(rows, limit, |it| it.id, |it| view(&actor, it))?)
}

/// Suggests a group that your collectivity could form.
///
/// The EPCI it is or belongs to, with its communes.
#[utoipa::path(tag = "Groups", responses((status = 200, body = SuggestionsView)))]
#[get("/v1/groups/suggestions")]
pub async fn suggest_groups(ctx: Ctx) -> Answer {
    let (actor, found) = ctx.read(async |db| store::suggestions(db).await).await?;
    ctx.within_scope::<act::ReadGroup>(&actor)?;
    let items = found
        .into_iter()
        .map(|it| SuggestionView {
            siren: it.epci,
            name: it.name,
            joined: it
                .joined
                .into_iter()
                .map(|(siren, name, id)| CollectivityRef {
                    id: id.to_string(),
                    siren,
                    name,
                })
                .collect(),
            not_joined: it.not_joined,
        })
        .collect();
    ctx.show(&SuggestionsView { items }, Tag::Content)
}

/// Gives one group.
#[utoipa::path(
    tag = "Groups",
    params(("id" = uuid::Uuid, Path, description = "The group")),
    responses((status = 200, body = GroupView))
)]
#[get("/v1/groups/{id}")]
pub async fn get_group(ctx: Ctx, id: Id<GroupId>) -> Answer {
    let (actor, group) = ctx.read(async |db| store::group(db, id.0).await).await?;
    let group = ctx
        .authorize::<act::ReadGroup, _>(&actor, group)?
        .into_subject();
    let tag = Tag::Revision(group.revision);
    ctx.show(&view(&actor, group), tag)
}

/// Renames a group or restates its purpose.
#[utoipa::path(
    tag = "Groups",
    params(("id" = uuid::Uuid, Path, description = "The group"), ("If-Match" = String, Header, description = "Its ETag")),
    request_body(content = GroupPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, body = GroupView))
)]
#[patch("/v1/groups/{id}")]
pub async fn describe_group(ctx: Ctx, id: Id<GroupId>, changes: Body<patch::Patch>) -> Answer {
    ctx.write(async |tx| {
        let group = store::find_group(tx, id.0).await?;
        let permitted = ctx.authorize::<act::DescribeGroup, _>(tx.actor()?, group)?;
        ctx.require(permitted.subject().revision)?;
        let GroupCharter { name, purpose } = permitted.subject().charter.clone();
        let GroupInput { name, purpose } =
            patch::patched(&GroupInput { name, purpose }, changes.0)?;
        let group = tx
            .save(permitted.describe(GroupCharter { name, purpose }))
            .await?;
        let tag = Tag::Revision(group.revision);
        Ok(Reply::ok(&view(tx.actor()?, group))?.tagged(tag))
    })
    .await
}
