//! Participants: who takes part in a group, addressed by SIREN, and how that changes.

use actix_web::{HttpRequest, delete, get, patch, post};
use chrono::{DateTime, Utc};
use maillage_documents::sheets::Cell;
use maillage_domain::access::{Action, Actor, GroupRole, Permitted, act};
use maillage_domain::groups::{Participation, ParticipationState};
use maillage_domain::outcome::Outcome;
use maillage_domain::value::{CollectivityId, GroupId, Siren};
use maillage_infra::error::StoreError;
use maillage_infra::groups::{self as store, Counts, Fellow};
use maillage_infra::identity::collectivity_by_siren;
use maillage_infra::store::Tx;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::values::{GroupRoleSchema, ParticipationStateSchema};
use crate::ctx::{Ctx, able};
use crate::http::page::Start;
use crate::http::sheet::{Column, Said, Tabular, slug};
use crate::http::{Answer, Body, Id, ListQuery, Page, Params, Problem, Reply, Tag, params, patch};
use crate::identity::values::CollectivityRef;

/// Whom to invite, and as what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupInvitationInput {
    /// SIREN of a collectivity that has joined Maillage.
    #[schema(value_type = String, pattern = "^[0-9]{9}$", example = "219505005")]
    siren: Siren,
    /// The role offered.
    #[schema(value_type = GroupRoleSchema)]
    role: GroupRole,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ranked {
    role: GroupRole,
}

/// The changes to a participation (merge patch).
#[derive(ToSchema)]
#[expect(dead_code, reason = "only documents the patch")]
pub struct ParticipantPatch {
    /// The role it shall have.
    #[schema(value_type = GroupRoleSchema, required = false)]
    role: String,
}

/// A collectivity in a group.
#[derive(Debug, Serialize, ToSchema)]
pub struct ParticipantView {
    /// The group.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000005")]
    group: String,
    /// Who takes part.
    collectivity: CollectivityRef,
    /// As what.
    #[schema(value_type = GroupRoleSchema)]
    role: GroupRole,
    /// Where the participation stands.
    #[schema(value_type = ParticipationStateSchema)]
    state: ParticipationState,
    /// Since when.
    since: DateTime<Utc>,
    /// What you may do with it now.
    #[schema(example = json!(["suspend", "change_group_role"]))]
    abilities: Vec<String>,
}

/// What the list is called.
const PARTICIPANTS: Said = Said::of("Participants", "Participants");

impl Tabular for ParticipantView {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new(
            "/collectivity/name",
            Said::of("Collectivité", "Collectivity"),
            |it| Cell::text(&it.collectivity.name),
        ),
        Column::new("/collectivity/siren", Said::of("SIREN", "SIREN"), |it| {
            Cell::text(&it.collectivity.siren)
        }),
        Column::new("/role", Said::of("Rôle", "Role"), |it| slug(&it.role)),
        Column::new("/state", Said::of("État", "State"), |it| slug(&it.state)),
        Column::new("/since", Said::of("Depuis (UTC)", "Since (UTC)"), |it| {
            Cell::moment(it.since)
        }),
        Column::new(
            "/collectivity/id",
            Said::of("Identifiant de la collectivité", "Id of the collectivity"),
            |it| Cell::text(&it.collectivity.id),
        ),
        Column::new("/group", Said::of("Groupe", "Group"), |it| {
            Cell::text(&it.group)
        }),
    ];
}

fn view(actor: &Actor, it: Fellow) -> ParticipantView {
    let Fellow {
        participation,
        siren,
        name,
    } = it;
    ParticipantView {
        abilities: able(actor, &participation),
        group: participation.group.to_string(),
        collectivity: CollectivityRef {
            id: participation.collectivity.to_string(),
            siren,
            name,
        },
        role: participation.role,
        state: participation.state,
        since: participation.since,
    }
}

/// Lists who takes part, was invited or is suspended, as far as you may see.
#[utoipa::path(
    tag = "Groups",
    params(("id" = uuid::Uuid, Path, description = "The group"), ListQuery),
    responses((status = 200, body = Page<ParticipantView>))
)]
#[get("/v1/groups/{id}/participants")]
pub async fn list_participants(ctx: Ctx, id: Id<GroupId>, page: Params<ListQuery>) -> Answer {
    let (limit, cursors) = (ctx.span(&page.0)?, ctx.cursors());
    let start: Option<Start<CollectivityId>> = cursors.open(page.0.cursor.as_deref())?;
    let (actor, (group, rows)) = ctx
        .read_list(start.as_ref(), limit, async |db, page| {
            let (group, rows) = futures::join!(
                store::group(db, id.0),
                store::participants(db, id.0, page.from, page.most)
            );
            Ok((group?, rows?))
        })
        .await?;
    ctx.authorize::<act::ReadGroup, _>(&actor, group)?;
    let position = |it: &Fellow| it.participation.collectivity;
    let rows = cursors.forward(rows, limit, position, |it| it)?;
    ctx.tabled(rows, &page.0, PARTICIPANTS, move |it| view(&actor, it))
        .await
}

/// Gives one participation.
#[utoipa::path(
    tag = "Groups",
    params(("id" = uuid::Uuid, Path, description = "The group"), ("siren" = String, Path, description = "The collectivity", example = "219505005")),
    responses((status = 200, body = ParticipantView))
)]
#[get("/v1/groups/{id}/participants/{siren}")]
pub async fn get_participant(ctx: Ctx, request: HttpRequest, id: Id<GroupId>) -> Answer {
    let siren: Siren = params::path(&request, "siren")?;
    let (actor, (group, found)) = ctx
        .read(async |db| {
            let (group, found) = futures::join!(
                store::group(db, id.0),
                store::find_participation(db, id.0, &siren)
            );
            Ok((group?, found?))
        })
        .await?;
    ctx.authorize::<act::ReadGroup, _>(&actor, group)?;
    let tag = Tag::Revision(found.participation.revision);
    ctx.show(&view(&actor, found), tag)
}

/// Asks another collectivity to join.
#[utoipa::path(
    tag = "Groups",
    params(("id" = uuid::Uuid, Path, description = "The group")),
    request_body = GroupInvitationInput,
    responses((status = 201, body = ParticipantView))
)]
#[post("/v1/groups/{id}/participants")]
pub async fn invite_to_group(
    ctx: Ctx,
    id: Id<GroupId>,
    input: Body<GroupInvitationInput>,
) -> Answer {
    let GroupInvitationInput { siren, role } = input.0;
    ctx.write(async |tx| {
        let group = store::find_group(tx, id.0).await?;
        let permitted = ctx.authorize::<act::InviteToGroup, _>(tx.actor()?, group)?;
        let invited = collectivity_by_siren(tx.db(), &siren).await?;
        let invited = invited.ok_or_else(|| Problem::field("/siren", "audience_unknown"))?;
        let before = match store::find_participation(tx.db(), id.0, &siren).await {
            Ok(found) => Some(found.participation),
            Err(StoreError::Missing) => None,
            Err(error) => return Err(error.into()),
        };
        let now = tx.now();
        let outcome = permitted.invite(invited.id, role, before.as_ref(), now)?;
        let participation = tx.save(outcome).await?;
        let tag = Tag::Revision(participation.revision);
        let siren = siren.to_string();
        let location = format!("/v1/groups/{}/participants/{siren}", id.0);
        let view = view(
            tx.actor()?,
            Fellow {
                participation,
                siren,
                name: invited.name,
            },
        );
        Ok(Reply::created(location, &view)?.tagged(tag))
    })
    .await
}

/// Changes a participation: find it, ask the policy, compare the ETag, turn it, keep it.
async fn change<A: Action>(
    ctx: Ctx,
    request: HttpRequest,
    group: GroupId,
    turn: impl FnOnce(
        Permitted<A, Participation>,
        Counts,
        &Tx,
    ) -> Result<Outcome<Participation>, Problem>,
) -> Answer {
    let siren: Siren = params::path(&request, "siren")?;
    ctx.write(async |tx| {
        let (found, counts) = store::lock_participation(tx, group, &siren).await?;
        let Fellow {
            participation,
            siren,
            name,
        } = found;
        let permitted = ctx.authorize::<A, _>(tx.actor()?, participation)?;
        ctx.require(permitted.subject().revision)?;
        let outcome = turn(permitted, counts, tx)?;
        let participation = tx.save(outcome).await?;
        let tag = Tag::Revision(participation.revision);
        Ok(Reply::ok(&view(
            tx.actor()?,
            Fellow {
                participation,
                siren,
                name,
            },
        ))?
        .tagged(tag))
    })
    .await
}

/// Joins a group that your collectivity was invited to.
#[utoipa::path(
    tag = "Groups",
    params(("id" = uuid::Uuid, Path, description = "The group"), ("siren" = String, Path, description = "Your collectivity", example = "219505005"), ("If-Match" = String, Header, description = "The ETag of the participation")),
    responses((status = 200, body = ParticipantView))
)]
#[post("/v1/groups/{id}/participants/{siren}/acceptance")]
pub async fn accept_group(ctx: Ctx, request: HttpRequest, id: Id<GroupId>) -> Answer {
    change::<act::AcceptInvitation>(ctx, request, id.0, |it, _, tx| Ok(it.accept(tx.now()))).await
}

/// Declines to join.
#[utoipa::path(
    tag = "Groups",
    params(("id" = uuid::Uuid, Path, description = "The group"), ("siren" = String, Path, description = "Your collectivity", example = "219505005"), ("If-Match" = String, Header, description = "The ETag of the participation")),
    responses((status = 200, body = ParticipantView))
)]
#[post("/v1/groups/{id}/participants/{siren}/refusal")]
pub async fn decline_group(ctx: Ctx, request: HttpRequest, id: Id<GroupId>) -> Answer {
    change::<act::DeclineInvitation>(ctx, request, id.0, |it, _, tx| Ok(it.decline(tx.now()))).await
}

/// Suspends a collectivity from a group; it acts on their next request.
#[utoipa::path(
    tag = "Groups",
    params(("id" = uuid::Uuid, Path, description = "The group"), ("siren" = String, Path, description = "The collectivity", example = "219505005"), ("If-Match" = String, Header, description = "The ETag of the participation")),
    responses((status = 200, body = ParticipantView))
)]
#[post("/v1/groups/{id}/participants/{siren}/suspension")]
pub async fn suspend_participant(ctx: Ctx, request: HttpRequest, id: Id<GroupId>) -> Answer {
    change::<act::Suspend>(ctx, request, id.0, |it, _, tx| Ok(it.suspend(tx.now())?)).await
}

/// Ends a suspension.
#[utoipa::path(
    tag = "Groups",
    params(("id" = uuid::Uuid, Path, description = "The group"), ("siren" = String, Path, description = "The collectivity", example = "219505005"), ("If-Match" = String, Header, description = "The ETag of the participation")),
    responses((status = 200, body = ParticipantView))
)]
#[delete("/v1/groups/{id}/participants/{siren}/suspension")]
pub async fn resume_participant(ctx: Ctx, request: HttpRequest, id: Id<GroupId>) -> Answer {
    change::<act::Resume>(ctx, request, id.0, |it, _, tx| Ok(it.resume(tx.now())?)).await
}

/// Gives a collectivity another role in the group.
#[utoipa::path(
    tag = "Groups",
    params(("id" = uuid::Uuid, Path, description = "The group"), ("siren" = String, Path, description = "The collectivity", example = "219505005"), ("If-Match" = String, Header, description = "The ETag of the participation")),
    request_body(content = ParticipantPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, body = ParticipantView))
)]
#[patch("/v1/groups/{id}/participants/{siren}")]
pub async fn change_group_role(
    ctx: Ctx,
    request: HttpRequest,
    id: Id<GroupId>,
    changes: Body<patch::Patch>,
) -> Answer {
    change::<act::ChangeGroupRole>(ctx, request, id.0, |it, counts, _| {
        let Ranked { role } = patch::patched(
            &Ranked {
                role: it.subject().role,
            },
            changes.0,
        )?;
        Ok(it.change_role(role, counts.other_coordinators)?)
    })
    .await
}

/// Leaves a group. What your collectivity had shared with it is no longer shared.
#[utoipa::path(
    tag = "Groups",
    params(("id" = uuid::Uuid, Path, description = "The group"), ("siren" = String, Path, description = "Your collectivity", example = "219505005"), ("If-Match" = String, Header, description = "The ETag of the participation")),
    responses((status = 200, body = ParticipantView))
)]
#[delete("/v1/groups/{id}/participants/{siren}")]
pub async fn leave_group(ctx: Ctx, request: HttpRequest, id: Id<GroupId>) -> Answer {
    change::<act::Leave>(ctx, request, id.0, |it, counts, tx| {
        Ok(it.leave(counts.other_coordinators, counts.grants, tx.now())?)
    })
    .await
}
