//! Memberships: who works for the collectivity, with which roles.

use actix_web::{delete, get, patch};
use chrono::{DateTime, Utc};
use maillage_documents::sheets::Cell;
use maillage_domain::access::{Actor, Roles, act};
use maillage_domain::identity::MembershipState;
use maillage_domain::value::MembershipId;
use maillage_infra::identity::{self as store, MemberView};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::values::RoleSchema;
use crate::ctx::{Ctx, able};
use crate::http::page::Start;
use crate::http::sheet::{Column, Said, Tabular, slug};
use crate::http::{Answer, Body, Id, ListQuery, Page, Params, Reply, Tag, patch};

/// What can change of a membership.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Roled {
    roles: Roles,
}

/// The changes to a membership (merge patch).
#[derive(ToSchema)]
#[expect(dead_code, reason = "only documents the patch")]
pub struct MembershipPatch {
    /// The roles it shall give.
    #[schema(value_type = Vec<RoleSchema>, required = false, min_items = 1, max_items = 9)]
    roles: Vec<String>,
}

/// A membership.
#[derive(Debug, Serialize, ToSchema)]
pub struct MembershipView {
    /// Its id.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000003")]
    id: String,
    /// The person's id.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000004")]
    person: String,
    /// The person's name.
    #[schema(example = "Référente IA (démo)")]
    name: String,
    /// The person's address.
    #[schema(format = Email, example = "referent-ia@cergy.demo.example")]
    email: String,
    /// What it gives.
    #[schema(value_type = Vec<RoleSchema>)]
    roles: Vec<String>,
    /// `active` or `revoked`.
    #[schema(value_type = String, example = "active")]
    state: MembershipState,
    /// Since when.
    since: DateTime<Utc>,
    /// What you may do with it now.
    #[schema(example = json!(["change_roles", "revoke_membership"]))]
    abilities: Vec<String>,
}

/// What the list is called.
const MEMBERS: Said = Said::of("Membres", "Members");

impl Tabular for MembershipView {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("/name", Said::of("Nom", "Name"), |it| Cell::text(&it.name)),
        Column::new(
            "/email",
            Said::of("Adresse électronique", "Email address"),
            |it| Cell::text(&it.email),
        ),
        Column::new("/roles", Said::of("Rôles", "Roles"), |it| {
            Cell::list(&it.roles)
        }),
        Column::new("/state", Said::of("État", "State"), |it| slug(&it.state)),
        Column::new("/since", Said::of("Depuis (UTC)", "Since (UTC)"), |it| {
            Cell::moment(it.since)
        }),
        Column::new("/id", Said::of("Identifiant", "Id"), |it| {
            Cell::text(&it.id)
        }),
        Column::new("/person", Said::of("Personne", "Person"), |it| {
            Cell::text(&it.person)
        }),
    ];
}

fn view(actor: &Actor, it: MemberView) -> MembershipView {
    let MemberView {
        membership,
        name,
        email,
    } = it;
    MembershipView {
        abilities: able(actor, &membership),
        id: membership.id.to_string(),
        person: membership.person.to_string(),
        name,
        email,
        roles: membership.roles.slugs(),
        state: membership.state,
        since: membership.since,
    }
}

/// Lists the memberships of your collectivity, newest first.
#[utoipa::path(tag = "Members", params(ListQuery), responses((status = 200, body = Page<MembershipView>)))]
#[get("/v1/memberships")]
pub async fn list_memberships(ctx: Ctx, page: Params<ListQuery>) -> Answer {
    let (limit, cursors) = (ctx.span(&page.0)?, ctx.cursors());
    let start: Option<Start<MembershipId>> = cursors.open(page.0.cursor.as_deref())?;
    let (actor, rows) = ctx
        .read_list(start.as_ref(), limit, async |db, page| {
            store::members(db, page.from, page.most).await
        })
        .await?;
    ctx.authorize_staff::<act::ReadMembers>(&actor)?;
    let rows = cursors.forward(rows, limit, |it| it.membership.id, |it| it)?;
    ctx.tabled(rows, &page.0, MEMBERS, move |it| view(&actor, it))
        .await
}

/// Gives one membership.
#[utoipa::path(
    tag = "Members",
    params(("id" = uuid::Uuid, Path, description = "The membership")),
    responses((status = 200, body = MembershipView))
)]
#[get("/v1/memberships/{id}")]
pub async fn get_membership(ctx: Ctx, id: Id<MembershipId>) -> Answer {
    let (actor, found) = ctx.read(async |db| store::member(db, id.0).await).await?;
    ctx.authorize_staff::<act::ReadMembers>(&actor)?;
    let tag = Tag::Revision(found.membership.revision);
    ctx.show(&view(&actor, found), tag)
}

/// Changes the roles of a membership; it acts on the person's next request.
#[utoipa::path(
    tag = "Members",
    params(("id" = uuid::Uuid, Path, description = "The membership"), ("If-Match" = String, Header, description = "Its ETag")),
    request_body(content = MembershipPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, body = MembershipView))
)]
#[patch("/v1/memberships/{id}")]
pub async fn change_roles(ctx: Ctx, id: Id<MembershipId>, changes: Body<patch::Patch>) -> Answer {
    ctx.write(async |tx| {
        let (found, others) = store::find_membership(tx, id.0).await?;
        let MemberView {
            membership,
            name,
            email,
        } = found;
        let permitted = ctx.authorize::<act::ChangeRoles, _>(tx.actor()?, membership)?;
        let before = permitted.subject();
        ctx.require(before.revision)?;
        let Roled { roles } = patch::patched(
            &Roled {
                roles: before.roles,
            },
            changes.0,
        )?;
        let membership = tx.save(permitted.change_roles(roles, others)?).await?;
        let tag = Tag::Revision(membership.revision);
        let view = view(
            tx.actor()?,
            MemberView {
                membership,
                name,
                email,
            },
        );
        Ok(Reply::ok(&view)?.tagged(tag))
    })
    .await
}

/// Ends a membership; it acts on the person's next request.
#[utoipa::path(
    tag = "Members",
    params(("id" = uuid::Uuid, Path, description = "The membership"), ("If-Match" = String, Header, description = "Its ETag")),
    responses((status = 204))
)]
#[delete("/v1/memberships/{id}")]
pub async fn revoke_membership(ctx: Ctx, id: Id<MembershipId>) -> Answer {
    ctx.write(async |tx| {
        let (found, others) = store::find_membership(tx, id.0).await?;
        let permitted = ctx.authorize::<act::RevokeMembership, _>(tx.actor()?, found.membership)?;
        ctx.require(permitted.subject().revision)?;
        tx.save(permitted.revoke(others)?).await?;
        Ok(Reply::no_content())
    })
    .await
}
