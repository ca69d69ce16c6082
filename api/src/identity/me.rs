//! `me`: who the caller is, for whom they act, what they may do there.

use actix_web::get;
use maillage_domain::access::Actor;
use maillage_domain::identity::{Platform, Staff};
use maillage_infra::identity as store;
use serde::Serialize;
use utoipa::ToSchema;

use super::values::{OwnMembershipView, RoleSchema};
use crate::ctx::{Ctx, able};
use crate::http::{Answer, Code, Tag};

/// The caller.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeView {
    /// Their id.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000004")]
    person: String,
    /// Their name.
    #[schema(example = "Référente IA (démo)")]
    name: String,
    /// Their address.
    #[schema(format = Email, example = "referent-ia@cergy.demo.example")]
    email: String,
    /// Whether they act as the platform's operator.
    #[schema(example = false)]
    operator: bool,
    /// The collectivity they act for.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000001")]
    collectivity: Option<String>,
    /// Their roles there.
    #[schema(value_type = Vec<RoleSchema>)]
    roles: Vec<String>,
    /// All their memberships; refresh the session to act for another one.
    memberships: Vec<OwnMembershipView>,
    /// What they may do in general.
    #[schema(example = json!(["create"]))]
    abilities: Vec<String>,
}

/// Says who you are and for whom you act.
#[utoipa::path(tag = "Sessions", responses((status = 200, body = MeView)))]
#[get("/v1/me")]
pub async fn get_me(ctx: Ctx) -> Answer {
    let person = ctx.person()?.person;
    let (actor, (who, memberships)) = ctx
        .read(async |db| {
            let (who, memberships) = futures::join!(
                store::own_person(db, person),
                store::own_memberships(db, person)
            );
            Ok((who?, memberships?))
        })
        .await?;
    let (name, email) = who;
    let abilities = match &actor {
        Actor::Operator { .. } => able(&actor, &Platform),
        Actor::Member(member) => able(
            &actor,
            &Staff {
                collectivity: member.collectivity,
            },
        ),
        // No person has a session here. A client asks what its token is worth at /oauth/introspect.
        Actor::Client(_) => return Err(Code::Forbidden.into()),
    };
    let view = MeView {
        person: person.to_string(),
        name,
        email,
        operator: matches!(actor, Actor::Operator { .. }),
        collectivity: actor.collectivity().map(|id| id.to_string()),
        roles: actor.roles().slugs(),
        memberships: memberships
            .into_iter()
            .map(OwnMembershipView::from)
            .collect(),
        abilities,
    };
    ctx.show(&view, Tag::Content)
}
