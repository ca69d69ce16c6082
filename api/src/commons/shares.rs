//! Shares: to whom a resource is granted.

use chrono::{DateTime, Utc};
use maillage_domain::access::act;
use maillage_domain::commons::{Audience, Level, Share, Shareable};
use maillage_domain::identity::BodyType;
use maillage_domain::value::{GroupId, Pointer, ResourceId, ShareId, Siren};
use maillage_infra::ambient;
use maillage_infra::commons::{self as store, KeptShare};
use maillage_infra::groups::own_participation;
use maillage_infra::identity::collectivity_by_siren;
use maillage_infra::store::Tx;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bodies::Exposed;
use super::resources::{location, seen};
use crate::ctx::{Ctx, able};
use crate::http::page::{Start, limit};
use crate::http::problem::Place;
use crate::http::{Answer, Code, Moment, PageQuery, Problem, Reply, Tag};
use crate::identity::values::BodyTypeSchema;

/// Whom to grant a resource.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum AudienceInput {
    /// One collectivity.
    Collectivity {
        /// Its SIREN; it must have joined Maillage.
        #[schema(value_type = String, pattern = "^[0-9]{9}$", example = "219501277")]
        siren: Siren,
    },
    /// Everyone who takes part in a group of yours.
    Group {
        /// Its id.
        #[schema(value_type = uuid::Uuid, example = "019acb5e-0000-7000-8000-000000000005")]
        id: GroupId,
    },
    /// Every collectivity of a type.
    CollectivityType {
        /// The type.
        #[schema(value_type = BodyTypeSchema)]
        value: BodyType,
    },
    /// Every collectivity that has joined.
    Network,
    /// Everyone.
    Public,
}

/// The types of `AudienceInput`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum AudienceType {
    Collectivity,
    Group,
    CollectivityType,
    Network,
    Public,
}

/// An audience as it is submitted. Not `AudienceInput` itself: serde reads a tagged enumeration in
/// two steps, and forgets on the way where in the body it is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AudienceParts {
    r#type: AudienceType,
    siren: Option<Siren>,
    id: Option<GroupId>,
    value: Option<BodyType>,
}

impl AudienceParts {
    /// The audience, if it has the members of its type and no other.
    fn whole(self) -> Result<AudienceInput, Problem> {
        let of = self.r#type;
        let members = [
            ("siren", self.siren.is_some(), AudienceType::Collectivity),
            ("id", self.id.is_some(), AudienceType::Group),
            (
                "value",
                self.value.is_some(),
                AudienceType::CollectivityType,
            ),
        ];
        for (name, given, owner) in members {
            let rule = match (given, owner == of) {
                (true, false) => "unknown_field",
                (false, true) => "missing_field",
                (true, true) | (false, false) => continue,
            };
            let place = Place::Body(Pointer::root().key("audience").key(name));
            return Err(Problem::at(Code::InvalidRequest, place, rule));
        }
        Ok(match (self.siren, self.id, self.value) {
            (Some(siren), _, _) => AudienceInput::Collectivity { siren },
            (_, Some(id), _) => AudienceInput::Group { id },
            (_, _, Some(value)) => AudienceInput::CollectivityType { value },
            _ if of == AudienceType::Network => AudienceInput::Network,
            _ => AudienceInput::Public,
        })
    }
}

/// To whom a resource is granted.
#[derive(Serialize, ToSchema)]
#[schema(as = Audience)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AudienceSchema {
    /// One collectivity.
    Collectivity {
        /// Its id.
        #[schema(example = "019acb5e-0000-7000-8000-000000000001")]
        id: uuid::Uuid,
    },
    /// Everyone who takes part in a group.
    Group {
        /// Its id.
        #[schema(example = "019acb5e-0000-7000-8000-000000000005")]
        id: uuid::Uuid,
    },
    /// Every collectivity of a type.
    CollectivityType {
        /// The type.
        #[schema(value_type = BodyTypeSchema)]
        value: String,
    },
    /// Every collectivity that has joined.
    Network,
    /// Everyone.
    Public,
}

/// What a grant allows.
#[derive(ToSchema)]
#[schema(as = Level, rename_all = "snake_case")]
pub enum LevelSchema {
    /// To read.
    Read,
    /// To read and adapt.
    Reuse,
}

/// A grant to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShareInput {
    /// To whom.
    #[schema(value_type = AudienceInput)]
    audience: AudienceParts,
    /// To do what.
    #[schema(value_type = LevelSchema)]
    level: Level,
    /// Until when; for ever if nothing is said.
    #[serde(default)]
    #[schema(value_type = Option<DateTime<Utc>>, example = "2027-12-31T23:00:00Z")]
    expires_at: Option<Moment>,
}

/// A grant.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShareView {
    /// Its id.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000007")]
    id: String,
    /// To whom.
    #[schema(value_type = AudienceSchema)]
    audience: Audience,
    /// The name of that collectivity or group.
    #[schema(example = "Communes et agglomération (démo)")]
    audience_name: Option<String>,
    /// To do what.
    #[schema(value_type = LevelSchema)]
    level: Level,
    /// Until when.
    #[schema(example = "2027-12-31T23:00:00Z")]
    expires_at: Option<DateTime<Utc>>,
    /// Since when.
    granted_at: DateTime<Utc>,
    /// What you may do with it now.
    #[schema(example = json!(["unshare"]))]
    abilities: Vec<String>,
}

fn view(actor: &maillage_domain::access::Actor, share: &Share, name: Option<String>) -> ShareView {
    ShareView {
        abilities: able(actor, share),
        id: share.id.to_string(),
        audience: share.audience,
        audience_name: name,
        level: share.level,
        expires_at: share.expires_at,
        granted_at: share.granted_at,
    }
}

/// Lists the grants, oldest first.
pub(super) async fn list<K: Exposed>(ctx: Ctx, id: ResourceId, page: PageQuery) -> Answer {
    let (limit, cursors) = (limit(page.limit)?, ctx.cursors());
    let start: Option<Start<ShareId>> = cursors.open(page.cursor.as_deref())?;
    let tenant = ctx.home();
    let (actor, (seen, rows)) = ctx
        .read_list(start.as_ref(), limit, async |db, page| {
            let (seen, rows) = futures::join!(
                seen::<K>(db, id),
                store::shares(db, tenant, id, page.from, page.most)
            );
            Ok((seen?, rows?))
        })
        .await?;
    ctx.authorize::<act::ReadShares, _>(&actor, seen.resource)?;
    let position = |it: &KeptShare| it.share.id;
    let page = cursors.forward(rows, limit, position, |it| {
        view(&actor, &it.share, it.audience_name.clone())
    })?;
    ctx.list(page)
}

/// The audience meant, with its name.
async fn resolve(tx: &Tx, input: AudienceInput) -> Result<(Audience, Option<String>), Problem> {
    Ok(match input {
        AudienceInput::Collectivity { siren } => {
            let found = collectivity_by_siren(tx.db(), &siren).await?;
            let found =
                found.ok_or_else(|| Problem::field("/audience/siren", "audience_unknown"))?;
            (Audience::Collectivity { id: found.id }, Some(found.name))
        }
        AudienceInput::Group { id } => {
            let name = match maillage_infra::groups::group(tx.db(), id).await {
                Ok(group) => Some(group.charter.name.as_str().to_owned()),
                Err(maillage_infra::error::StoreError::Missing) => None,
                Err(error) => return Err(error.into()),
            };
            (Audience::Group { id }, name)
        }
        AudienceInput::CollectivityType { value } => (Audience::CollectivityType { value }, None),
        AudienceInput::Network => (Audience::Network, None),
        AudienceInput::Public => (Audience::Public, None),
    })
}

/// Grants a resource to an audience.
pub(super) async fn share<K: Exposed>(ctx: Ctx, id: ResourceId, input: ShareInput) -> Answer {
    let wanted = input.audience.whole()?;
    ctx.write(async |tx| {
        let resource = store::find_for_update::<K>(tx, id).await?.resource;
        let participation = match &wanted {
            AudienceInput::Group { id } => own_participation(tx.db(), *id).await?,
            _ => None,
        };
        let shareable = Shareable {
            resource,
            participation,
        };
        let permitted = ctx.authorize::<act::Share, _>(tx.actor()?, shareable)?;
        let (audience, name) = resolve(tx, wanted).await?;
        let (share, now) = (ShareId(ambient::id()), tx.now());
        let expires_at = input.expires_at.map(|expiry| expiry.0);
        let outcome = permitted.share(share, audience, input.level, expires_at, now)?;
        let share = tx.save(outcome).await?;
        let location = format!("{}/shares/{}", location::<K>(id), share.id);
        let view = view(tx.actor()?, &share, name);
        Ok(Reply::created(location, &view)?.tagged(Tag::Revision(1)))
    })
    .await
}

/// Takes a grant back.
pub(super) async fn unshare<K: Exposed>(ctx: Ctx, id: ResourceId, share: ShareId) -> Answer {
    ctx.write(async |tx| {
        let resource = store::find_for_update::<K>(tx, id).await?.resource;
        let found = match store::find_share(tx, ctx.home(), id, share).await {
            // Known to exist, but somebody else's: the right is missing, not the thing.
            Err(maillage_infra::error::StoreError::Missing) => {
                ctx.authorize::<act::Unshare, _>(tx.actor()?, resource)?;
                return Err(crate::http::Code::NotFound.into());
            }
            found => found?,
        };
        let permitted = ctx.authorize::<act::Unshare, _>(tx.actor()?, found)?;
        ctx.require(1)?;
        tx.save(permitted.unshare()).await?;
        Ok(Reply::no_content())
    })
    .await
}
