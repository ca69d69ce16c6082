//! Invitations: offers of membership, and their acceptance with a password.

use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use chrono::{DateTime, Utc};
use maillage_domain::access::{Roles, act};
use maillage_domain::identity::{Invitation, InvitationSecret, Invitee, Password};
use maillage_domain::value::{EmailAddress, InvitationId, Line, MembershipId, PersonId};
use maillage_infra::ambient::{self, Secret, SecretKind};
use maillage_infra::error::StoreError;
use maillage_infra::identity::{self as store, Acceptor, Throttle};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::sessions::{caller, pass};
use super::values::RoleSchema;
use crate::ctx::{Ctx, able};
use crate::http::page::{Start, limit};
use crate::http::{Answer, Body, Code, Id, Page, PageQuery, Params, Problem, Reply, Tag};
use crate::state::State;

/// Who is invited, and as what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationInput {
    /// The address they will log in with.
    #[schema(value_type = String, format = Email, example = "referent-ia@cergy.demo.example")]
    pub(crate) email: EmailAddress,
    /// Their name.
    #[schema(value_type = String, min_length = 1, max_length = 200, example = "Référente IA (démo)")]
    pub(crate) name: Line<200>,
    /// The roles offered.
    #[schema(value_type = Vec<RoleSchema>, min_items = 1, max_items = 9)]
    pub(crate) roles: Roles,
}

/// An offer of membership.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationView {
    /// Its id.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000002")]
    id: String,
    /// To whom.
    #[schema(format = Email, example = "referent-ia@cergy.demo.example")]
    email: String,
    /// Their name.
    #[schema(example = "Référente IA (démo)")]
    name: String,
    /// As what.
    #[schema(value_type = Vec<RoleSchema>)]
    roles: Vec<String>,
    /// When the offer was made.
    offered_at: DateTime<Utc>,
    /// When it lapses.
    expires_at: DateTime<Utc>,
    /// What you may do with it now.
    #[schema(example = json!(["revoke_invitation"]))]
    abilities: Vec<String>,
}

/// An offer just made: the only time its token is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferView {
    /// Its id.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000002")]
    id: String,
    /// To whom.
    #[schema(format = Email, example = "referent-ia@cergy.demo.example")]
    email: String,
    /// As what.
    #[schema(value_type = Vec<RoleSchema>)]
    roles: Vec<String>,
    /// When it lapses.
    expires_at: DateTime<Utc>,
    /// What its addressee presents to accept. Hand it over by a safe way; it is kept nowhere.
    #[schema(example = "mlg_inv_5cJ0kQ0Zr3tX7bN2sY5uH8cD1fG4jL6mP0qR3vW7xZ2")]
    token: String,
}

impl OfferView {
    /// The offer with its secret.
    pub fn of(invitation: &Invitation, secret: Secret) -> Self {
        Self {
            id: invitation.id.to_string(),
            email: invitation.invitee.email.to_string(),
            roles: invitation.invitee.roles.slugs(),
            expires_at: invitation.expires_at,
            token: secret.reveal(),
        }
    }
}

/// What its addressee presents.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptanceInput {
    /// The token of the invitation.
    #[schema(
        max_length = 127,
        example = "mlg_inv_5cJ0kQ0Zr3tX7bN2sY5uH8cD1fG4jL6mP0qR3vW7xZ2"
    )]
    token: String,
    /// The password to be: at least 12 characters, hard to guess. For an address that has an account: its password.
    #[schema(
        min_length = 12,
        max_length = 128,
        example = "sept mésanges sur un toit bleu"
    )]
    password: String,
}

/// A membership just begun.
#[derive(Debug, Serialize, ToSchema)]
pub struct AcceptanceView {
    /// The membership.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000003")]
    membership: String,
    /// The collectivity.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000001")]
    collectivity: String,
    /// The address to log in with.
    #[schema(format = Email, example = "referent-ia@cergy.demo.example")]
    email: String,
    /// The roles it gives.
    #[schema(value_type = Vec<RoleSchema>)]
    roles: Vec<String>,
}

/// Offers someone a membership of your collectivity.
#[utoipa::path(
    tag = "Members",
    request_body = InvitationInput,
    responses((status = 201, body = OfferView))
)]
#[post("/v1/invitations")]
pub async fn invite(ctx: Ctx, input: Body<InvitationInput>) -> Answer {
    let InvitationInput { email, name, roles } = input.0;
    ctx.write(async |tx| {
        let staff = ctx.authorize_staff::<act::Invite>(tx.actor()?)?;
        let (secret, kept) = draw()?;
        let now = tx.now();
        let outcome = staff.invite(Invitee { email, name, roles }, kept, now)?;
        let invitation = tx.save(outcome).await?;
        let location = format!("/v1/invitations/{}", invitation.id);
        Ok(Reply::created(location, &OfferView::of(&invitation, secret))?.tagged(Tag::Revision(1)))
    })
    .await
}

/// Lists the offers that nobody has accepted or revoked.
#[utoipa::path(tag = "Members", params(PageQuery), responses((status = 200, body = Page<InvitationView>)))]
#[get("/v1/invitations")]
pub async fn list_invitations(ctx: Ctx, page: Params<PageQuery>) -> Answer {
    let (limit, cursors) = (limit(page.0.limit)?, ctx.cursors());
    let start: Option<Start<InvitationId>> = cursors.open(page.0.cursor.as_deref())?;
    let tenant = ctx.home();
    let (actor, rows) = ctx
        .read_list(start.as_ref(), limit, async |db, page| {
            store::invitations(db, tenant, page.from, page.most).await
        })
        .await?;
    ctx.authorize_staff::<act::ReadMembers>(&actor)?;
    let view = |it: Invitation| InvitationView {
        abilities: able(&actor, &it),
        id: it.id.to_string(),
        email: it.invitee.email.to_string(),
        name: it.invitee.name.as_str().to_owned(),
        roles: it.invitee.roles.slugs(),
        offered_at: it.offered_at,
        expires_at: it.expires_at,
    };
    ctx.list(cursors.forward(rows, limit, |it| it.id, view)?)
}

/// Takes an offer back.
#[utoipa::path(
    tag = "Members",
    params(("id" = uuid::Uuid, Path, description = "The invitation"), ("If-Match" = String, Header, description = "The ETag of the offer, or `*`", example = "*")),
    responses((status = 204))
)]
#[delete("/v1/invitations/{id}")]
pub async fn revoke_invitation(ctx: Ctx, id: Id<InvitationId>) -> Answer {
    ctx.write(async |tx| {
        let invitation = store::find_invitation(tx, ctx.home(), id.0).await?;
        let permitted = ctx.authorize::<act::RevokeInvitation, _>(tx.actor()?, invitation)?;
        ctx.require(1)?;
        let now = tx.now();
        tx.save(permitted.revoke(now)?).await?;
        Ok(Reply::no_content())
    })
    .await
}

/// Accepts an offer and chooses a password.
///
/// An address that has an account joins with the password it has. No Idempotency-Key: a token works
/// once, and says so.
#[utoipa::path(
    tag = "Members",
    security(()),
    request_body = AcceptanceInput,
    responses((status = 201, body = AcceptanceView))
)]
#[post("/v1/invitations/acceptances")]
pub async fn accept_invitation(
    state: web::Data<State>,
    request: HttpRequest,
    input: Body<AcceptanceInput>,
) -> Answer {
    let AcceptanceInput { token, password } = input.0;
    let invalid = || Problem::from(Code::InvitationInvalid);
    let secret = Secret::presented(SecretKind::Invitation, &token).ok_or_else(invalid)?;
    let find = async |tx: &maillage_infra::store::Tx| match store::invitation_by_secret(tx, secret)
        .await
    {
        Err(StoreError::Missing) => Err(invalid()),
        found => Ok(found?),
    };
    let address = caller(&request, &state);
    let (invitation, account, throttle) = state
        .store
        .authenticate(async |tx| {
            let invitation = find(tx).await?;
            let email = &invitation.invitee.email;
            let account = store::account(tx, email).await?;
            // Guessing the password of an account is throttled here as it is at log-in.
            let throttle = match account {
                Some(_) => store::attempt(tx, email, &address).await?,
                None => Throttle::Pass,
            };
            Ok::<_, Problem>((invitation, account, throttle))
        })
        .await?;
    if !invitation.stands(state.store.clock().now()) {
        return Err(invalid());
    }
    pass(throttle)?;
    // Hashed between two transactions: no connection waits for it.
    let acceptor = match account {
        Some(account) => {
            let hash = Some(account.password_hash);
            if !state.passwords.verify(password, hash).await? {
                return Err(Problem::field("/password", "password_of_account"));
            }
            Acceptor::Known(PersonId(account.person))
        }
        None => {
            let Invitee { email, name, .. } = &invitation.invitee;
            let password = Password::choose(password, email, name.as_str())?;
            let password_hash = state.passwords.hash(password.expose().to_owned()).await?;
            let id = PersonId(ambient::id());
            Acceptor::New { id, password_hash }
        }
    };
    let view = state
        .store
        .authenticate(async |tx| {
            let (invitation, now) = (find(tx).await?, tx.now());
            // Somebody may have been faster: then the account is not looked at again.
            if !invitation.stands(now) {
                return Err(invalid());
            }
            let person = store::person_for_invitation(tx, &invitation, acceptor).await?;
            let outcome = invitation.accept(person, MembershipId(ambient::id()), now)?;
            let accepted = tx.save(outcome).await?;
            Ok::<_, Problem>(AcceptanceView {
                membership: accepted.membership.id.to_string(),
                collectivity: accepted.membership.collectivity.to_string(),
                email: accepted.invitation.invitee.email.to_string(),
                roles: accepted.membership.roles.slugs(),
            })
        })
        .await?;
    let location = format!("/v1/memberships/{}", view.membership);
    let response: HttpResponse = Reply::created(location, &view)?.respond(&request);
    Ok(response)
}

/// A secret to be shown once, and what is kept of it.
pub(super) fn draw() -> Result<(Secret, InvitationSecret), Problem> {
    let secret = Secret::draw(SecretKind::Invitation)?;
    let kept = InvitationSecret {
        id: InvitationId(ambient::id()),
        digest: secret.digest(),
    };
    Ok((secret, kept))
}
