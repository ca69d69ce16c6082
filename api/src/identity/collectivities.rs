//! Collectivities: the operator lets a directory entry join.

use actix_web::{HttpRequest, post};
use chrono::{DateTime, Utc};
use maillage_domain::access::{Roles, act};
use maillage_domain::identity::{Collectivity, DirectoryCode, Invitee, Platform};
use maillage_domain::value::{CollectivityId, EmailAddress, Line, Siren};
use maillage_infra::ambient;
use maillage_infra::error::StoreError;
use maillage_infra::identity as store;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::invitations::{OfferView, draw};
use super::values::BodyTypeSchema;
use crate::ctx::Ctx;
use crate::http::{Answer, Body, Problem, Reply, params};

/// Who joins, and who administers it first.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistrationInput {
    /// SIREN of a directory entry.
    #[schema(value_type = String, pattern = "^[0-9]{9}$", example = "219501277")]
    siren: Siren,
    /// The first administrator, who receives an invitation.
    administrator: AdministratorInput,
}

/// The first administrator.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdministratorInput {
    /// The address they will log in with.
    #[schema(value_type = String, format = Email, example = "administratrice@cergy.demo.example")]
    email: EmailAddress,
    /// Their name.
    #[schema(value_type = String, min_length = 1, max_length = 200, example = "Administratrice (démo)")]
    name: Line<200>,
}

/// A new tenant.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegisteredView {
    /// Its id.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000001")]
    id: String,
    /// Its SIREN.
    #[schema(example = "219501277")]
    siren: String,
    /// Its name.
    #[schema(example = "Cergy")]
    name: String,
    /// What it is.
    #[schema(value_type = BodyTypeSchema)]
    r#type: String,
    /// When it joined.
    joined_at: DateTime<Utc>,
    /// The invitation of its first administrator; its token is shown this once.
    invitation: OfferView,
}

/// Lets a public body of the directory join.
#[utoipa::path(
    tag = "Collectivities",
    request_body = RegistrationInput,
    responses((status = 201, body = RegisteredView))
)]
#[post("/v1/collectivities")]
pub async fn register_collectivity(ctx: Ctx, input: Body<RegistrationInput>) -> Answer {
    let input = input.0;
    ctx.write(async |tx| {
        let platform = ctx.authorize::<act::RegisterCollectivity, _>(tx.actor()?, Platform)?;
        let code = DirectoryCode::Siren(input.siren.clone());
        let entry = match store::directory_entry(tx.db(), code).await {
            Err(StoreError::Missing) => return Err(Problem::field("/siren", "siren_unknown")),
            entry => entry?,
        };
        let collectivity = Collectivity {
            id: CollectivityId(ambient::id()),
            siren: input.siren,
            name: entry.name,
            body_type: entry.body_type.parse().map_err(|_| StoreError::Missing)?,
            joined_at: tx.now(),
        };
        let (secret, kept) = draw()?;
        let (invitee, now) = (input.administrator.invitee(), tx.now());
        let registered = tx
            .save(platform.register(collectivity, invitee, kept, now))
            .await?;
        let it = registered.collectivity;
        let view = RegisteredView {
            id: it.id.to_string(),
            siren: it.siren.to_string(),
            name: it.name,
            r#type: it.body_type.to_string(),
            joined_at: it.joined_at,
            invitation: OfferView::of(&registered.invitation, secret),
        };
        Reply::created(format!("/v1/directory/{}", view.siren), &view)
    })
    .await
}

/// Invites the first administrator again, or another, as long as nobody has joined.
///
/// For an invitation that lapsed, was lost or went to the wrong address; what was offered before is
/// off. Once someone has joined, the collectivity invites by itself.
#[utoipa::path(
    tag = "Collectivities",
    params(("siren" = String, Path, description = "The collectivity", example = "219501277")),
    request_body = AdministratorInput,
    responses((status = 201, body = OfferView))
)]
#[post("/v1/collectivities/{siren}/invitations")]
pub async fn invite_administrator(
    ctx: Ctx,
    request: HttpRequest,
    input: Body<AdministratorInput>,
) -> Answer {
    let siren: Siren = params::path(&request, "siren")?;
    ctx.write(async |tx| {
        let platform = ctx.authorize::<act::RegisterCollectivity, _>(tx.actor()?, Platform)?;
        let collectivity = store::collectivity_by_siren(tx.db(), &siren)
            .await?
            .ok_or(StoreError::Missing)?;
        let (secret, kept) = draw()?;
        let (invitee, now) = (input.0.invitee(), tx.now());
        let offered = tx
            .save(platform.offer_again(collectivity.id, invitee, kept, now))
            .await?;
        let location = format!("/v1/directory/{}", collectivity.siren);
        Reply::created(location, &OfferView::of(&offered.0, secret))
    })
    .await
}

impl AdministratorInput {
    fn invitee(self) -> Invitee {
        Invitee {
            email: self.email,
            name: self.name,
            roles: Roles::NONE,
        }
    }
}
