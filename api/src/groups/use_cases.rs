//! Use cases of a group: its own part of the catalogue.

use actix_web::{get, post};
use chrono::{DateTime, Utc};
use maillage_domain::access::act;
use maillage_domain::groups::{CatalogueError, GroupUseCase};
use maillage_domain::value::{GroupId, Line};
use maillage_infra::groups as store;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ctx::Ctx;
use crate::http::{Answer, Body, Code, Id, Problem, Reply, Tag};

/// A use case to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupUseCaseInput {
    /// The end of its code: lower-case letters, digits and hyphens.
    #[schema(
        min_length = 1,
        max_length = 53,
        pattern = "^[a-z0-9-]+$",
        example = "parcours-emploi"
    )]
    slug: String,
    /// What people call it, in French.
    #[schema(value_type = String, min_length = 1, max_length = 200, example = "Accompagnement vers l'emploi")]
    name: Line<200>,
}

/// A use case that a group has added.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupUseCaseView {
    /// Its code, by which protocols name it.
    #[schema(example = "x-3f2a9c1b-parcours-emploi")]
    code: String,
    /// What people call it, in French.
    #[schema(example = "Accompagnement vers l'emploi")]
    name: String,
    /// When it was added.
    added_at: DateTime<Utc>,
}

/// The use cases of a group.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupUseCasesView {
    /// By code; at most 100.
    items: Vec<GroupUseCaseView>,
}

fn view(it: GroupUseCase) -> GroupUseCaseView {
    GroupUseCaseView {
        code: it.code.as_str().to_owned(),
        name: it.name.as_str().to_owned(),
        added_at: it.added_at,
    }
}

/// Lists the use cases that a group has added to the catalogue.
///
/// Empty for who was invited, or is suspended.
#[utoipa::path(
    tag = "Groups",
    params(("id" = uuid::Uuid, Path, description = "The group")),
    responses((status = 200, body = GroupUseCasesView))
)]
#[get("/v1/groups/{id}/use-cases")]
pub async fn list_group_use_cases(ctx: Ctx, id: Id<GroupId>) -> Answer {
    let (actor, (group, items)) = ctx
        .read(async |db| {
            let (group, items) =
                futures::join!(store::group(db, id.0), store::group_use_cases(db, id.0));
            Ok((group?, items?))
        })
        .await?;
    ctx.authorize::<act::ReadGroup, _>(&actor, group)?;
    let items = items.into_iter().map(view).collect();
    ctx.show(&GroupUseCasesView { items }, Tag::Content)
}

/// Adds a use case to the catalogue of a group, for good.
///
/// Its code is formed from the group's id and the slug, so that no two groups mean different things
/// by one code. Who takes part sees its name wherever its results are shown; others see the code.
#[utoipa::path(
    tag = "Groups",
    params(("id" = uuid::Uuid, Path, description = "The group")),
    request_body = GroupUseCaseInput,
    responses((status = 201, body = GroupUseCaseView))
)]
#[post("/v1/groups/{id}/use-cases")]
pub async fn add_group_use_case(
    ctx: Ctx,
    id: Id<GroupId>,
    input: Body<GroupUseCaseInput>,
) -> Answer {
    let GroupUseCaseInput { slug, name } = input.0;
    ctx.write(async |tx| {
        let group = store::find_group(tx, id.0).await?;
        let permitted = ctx.authorize::<act::ExtendCatalogue, _>(tx.actor()?, group)?;
        let known = store::group_use_cases(tx.db(), id.0).await?;
        let added = permitted.add_use_case(&slug, name.clone(), &known, tx.now())?;
        let added = tx.save(added).await?;
        let location = format!("/v1/groups/{}/use-cases", id.0);
        Ok(Reply::created(location, &view(added))?.tagged(Tag::Content))
    })
    .await
}

impl From<CatalogueError> for Problem {
    fn from(error: CatalogueError) -> Self {
        match error {
            CatalogueError::Known => Code::UseCaseKnown.into(),
            CatalogueError::TooMany => Code::UseCasesTooMany.into(),
            CatalogueError::Invalid(violation) => Self::violations(vec![violation]),
        }
    }
}
