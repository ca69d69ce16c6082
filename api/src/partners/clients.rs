//! Clients: software of partners, registered, changed and stopped by administrators.

use actix_web::{delete, get, patch, post};
use chrono::TimeDelta;
use maillage_domain::access::{Permitted, Relation, Verb, act, decide};
use maillage_domain::groups::Group;
use maillage_domain::partners::{ClientKeys, NewSecret, Registered, Terms};
use maillage_domain::value::{ClientId, GroupId, SecretId};
use maillage_infra::ambient::{self, Secret, SecretKind};
use maillage_infra::error::StoreError;
use maillage_infra::groups::find_group;
use maillage_infra::identity;
use maillage_infra::partners as store;
use maillage_infra::store::Tx;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::values::{
    ClientInput, ClientPatch, ClientView, CredentialsView, Current, KeySetSchema, Patched,
};
use crate::ctx::Ctx;
use crate::http::page::Start;
use crate::http::sheet::Said;
use crate::http::{Answer, Body, Code, Id, ListQuery, Page, Params, Problem, Reply, Tag, patch};
use crate::identity::sessions::{caller, pass};

/// How long a replaced secret works when nobody says.
const OVERLAP: u32 = 24 * 60 * 60;

/// What the list is called.
const CLIENTS: Said = Said::of("Clients", "Clients");

/// What replaces a secret, or the keys of a client that signs.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RotationInput {
    /// Your own password: whoever has the secret acts in your stead.
    #[schema(max_length = 128, example = "sept mésanges sur un toit bleu")]
    password: String,
    /// How long the secret before it goes on working, in seconds: seven days at most.
    #[serde(default = "overlap")]
    #[schema(minimum = 0, maximum = 604_800, default = 86_400, example = 86_400)]
    overlap_seconds: u32,
    /// New public keys, for a client that signs; they replace all it has.
    #[serde(default)]
    #[schema(value_type = Option<KeySetSchema>)]
    keys: Option<Value>,
}

fn overlap() -> u32 {
    OVERLAP
}

/// A secret to be shown once, and what is kept of it.
fn draw() -> Result<(Secret, NewSecret), Problem> {
    let secret = Secret::draw(SecretKind::Client)?;
    let id = SecretId(ambient::id());
    let digest = secret.digest();
    Ok((secret, NewSecret { id, digest }))
}

fn read_keys(keys: Option<&Value>) -> Result<Option<ClientKeys>, Problem> {
    let keys = keys.map(ClientKeys::try_from).transpose();
    keys.map_err(|_| Problem::field("/keys", "client_keys_invalid"))
}

/// Whether the person behind the session has just proven to be there, for an action that takes more
/// than a session that somebody left open.
///
/// Nobody's password is asked for what they may not do anyway: the change itself refuses that, and
/// tells the trail.
pub(super) async fn is_present(ctx: &Ctx, verb: Verb, password: String) -> Result<bool, Problem> {
    let Ok(bearer) = ctx.person() else {
        return Ok(false);
    };
    let (actor, (_, email)) = ctx
        .read(async |db| identity::own_person(db, bearer.person).await)
        .await?;
    if decide(verb, &actor, Relation::Own).is_err() {
        return Ok(false);
    }
    let email = email.parse().map_err(|_| Problem::from(Code::Internal))?;
    let (state, address) = (ctx.state(), caller(ctx.request(), ctx.state()));
    let (throttle, account) = state
        .store
        .authenticate(async |tx| {
            let throttle = identity::attempt(tx, &email, &address).await?;
            Ok::<_, Problem>((throttle, identity::account(tx, &email).await?))
        })
        .await?;
    pass(throttle)?;
    let hash = account.map(|account| account.password_hash);
    // Hashed between two transactions: no connection waits for it.
    if !state.passwords.verify(password, hash).await? {
        return Err(Problem::field("/password", "password_wrong"));
    }
    state
        .store
        .authenticate(async |tx| {
            identity::forget(tx, &email, &address).await?;
            Ok::<_, Problem>(true)
        })
        .await
}

/// The group, of which the caller's collectivity is the coordinator.
async fn speaks_for(
    ctx: &Ctx,
    tx: &Tx,
    group: GroupId,
) -> Result<Permitted<act::DescribeGroup, Group>, Problem> {
    let unknown = || Problem::field("/group", "group_not_coordinated");
    let found = match find_group(tx, group).await {
        Err(StoreError::Missing) => return Err(unknown()),
        found => found?,
    };
    ctx.authorize(tx.actor()?, found).map_err(|_| unknown())
}

/// Lets software of a partner act for your collectivity, within your own roles.
///
/// Its secret is shown in this answer and never again. It takes your password again.
#[utoipa::path(
    tag = "Clients",
    request_body = ClientInput,
    responses((status = 201, body = CredentialsView))
)]
#[post("/v1/clients")]
pub async fn register_client(ctx: Ctx, input: Body<ClientInput>) -> Answer {
    let mut input = input.0;
    let keys = read_keys(input.keys.as_ref())?;
    let password = std::mem::take(&mut input.password);
    let (group, terms) = (input.group, input.terms());
    let present = is_present(&ctx, Verb::RegisterClient, password).await?;
    ctx.write(async |tx| {
        let staff = ctx.authorize_staff::<act::RegisterClient>(tx.actor()?)?;
        if !present {
            return Err(Code::Forbidden.into());
        }
        let (secret, kept) = draw()?;
        let shown = keys.is_none().then(|| secret.reveal());
        let (id, now) = (ClientId(ambient::id()), tx.now());
        let proof = keys.ok_or(kept);
        let outcome = match group {
            None => staff.register(id, terms, proof, now)?,
            Some(group) => {
                let group = speaks_for(&ctx, tx, group).await?;
                staff.register_for(&group, id, terms, proof, now)?
            }
        };
        let Registered(client) = tx.save(outcome).await?;
        let tag = Tag::Revision(client.revision);
        let view = CredentialsView {
            client: ClientView::of(tx.actor()?, client, now),
            client_secret: shown,
        };
        Ok(Reply::created(format!("/v1/clients/{id}"), &view)?.tagged(tag))
    })
    .await
}

/// Lists the clients of your collectivity, newest first.
#[utoipa::path(tag = "Clients", params(ListQuery), responses((status = 200, body = Page<ClientView>)))]
#[get("/v1/clients")]
pub async fn list_clients(ctx: Ctx, page: Params<ListQuery>) -> Answer {
    let (limit, cursors) = (ctx.span(&page.0)?, ctx.cursors());
    let start: Option<Start<ClientId>> = cursors.open(page.0.cursor.as_deref())?;
    let tenant = ctx.home();
    let (actor, rows) = ctx
        .read_list(start.as_ref(), limit, async |db, page| {
            store::clients(db, tenant, page.from, page.most).await
        })
        .await?;
    ctx.authorize_staff::<act::ReadClients>(&actor)?;
    let now = ctx.state().store.clock().now();
    let rows = cursors.forward(rows, limit, |it| it.id, |it| it)?;
    let view = move |it| ClientView::of(&actor, it, now);
    ctx.tabled(rows, &page.0, CLIENTS, view).await
}

/// Gives one client.
#[utoipa::path(
    tag = "Clients",
    params(("id" = uuid::Uuid, Path, description = "The client")),
    responses((status = 200, body = ClientView))
)]
#[get("/v1/clients/{id}")]
pub async fn get_client(ctx: Ctx, id: Id<ClientId>) -> Answer {
    let tenant = ctx.home();
    let (actor, client) = ctx
        .read(async |db| store::client(db, tenant, id.0).await)
        .await?;
    let client = ctx.authorize::<act::ReadClients, _>(&actor, client)?;
    let client = client.into_subject();
    let tag = Tag::Revision(client.revision);
    let now = ctx.state().store.clock().now();
    ctx.show(&ClientView::of(&actor, client, now), tag)
}

/// Changes what a client of yours may do, from where and until when.
///
/// It acts on the client's next request.
#[utoipa::path(
    tag = "Clients",
    params(("id" = uuid::Uuid, Path, description = "The client"), ("If-Match" = String, Header, description = "Its ETag")),
    request_body(content = ClientPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, body = ClientView))
)]
#[patch("/v1/clients/{id}")]
pub async fn change_client(ctx: Ctx, id: Id<ClientId>, changes: Body<patch::Patch>) -> Answer {
    ctx.write(async |tx| {
        let client = store::client_to_change(tx, ctx.home(), id.0).await?;
        let permitted = ctx.authorize::<act::ChangeClient, _>(tx.actor()?, client)?;
        let before = permitted.subject();
        ctx.require(before.revision)?;
        let terms: Patched = patch::patched(&Current::from(&before.terms), changes.0)?;
        let now = tx.now();
        let client = tx.save(permitted.change(Terms::from(terms), now)?).await?;
        let tag = Tag::Revision(client.revision);
        Ok(Reply::ok(&ClientView::of(tx.actor()?, client, now))?.tagged(tag))
    })
    .await
}

/// Gives a client of yours a new secret; the one before it works for a while.
///
/// Two secrets work at most. For a client that signs, its keys are replaced. It takes your password
/// again.
#[utoipa::path(
    tag = "Clients",
    params(("id" = uuid::Uuid, Path, description = "The client"), ("If-Match" = String, Header, description = "Its ETag")),
    request_body = RotationInput,
    responses((status = 200, body = CredentialsView))
)]
#[post("/v1/clients/{id}/secrets")]
pub async fn rotate_client(ctx: Ctx, id: Id<ClientId>, input: Body<RotationInput>) -> Answer {
    let RotationInput {
        password,
        overlap_seconds,
        keys,
    } = input.0;
    let keys = read_keys(keys.as_ref())?;
    let present = is_present(&ctx, Verb::RotateSecret, password).await?;
    ctx.write(async |tx| {
        let client = store::client_to_change(tx, ctx.home(), id.0).await?;
        let permitted = ctx.authorize::<act::RotateSecret, _>(tx.actor()?, client)?;
        ctx.require(permitted.subject().revision)?;
        if !present {
            return Err(Code::Forbidden.into());
        }
        let now = tx.now();
        let (outcome, shown) = match keys {
            Some(keys) => (permitted.replace_keys(keys)?, None),
            None => {
                let (secret, kept) = draw()?;
                let overlap = TimeDelta::seconds(overlap_seconds.into());
                let rotated = permitted.rotate(kept, overlap, now)?;
                (rotated, Some(secret.reveal()))
            }
        };
        let client = tx.save(outcome).await?;
        let tag = Tag::Revision(client.revision);
        let view = CredentialsView {
            client: ClientView::of(tx.actor()?, client, now),
            client_secret: shown,
        };
        Ok(Reply::ok(&view)?.tagged(tag))
    })
    .await
}

/// Stops a client, for ever; it acts on its next request.
#[utoipa::path(
    tag = "Clients",
    params(("id" = uuid::Uuid, Path, description = "The client"), ("If-Match" = String, Header, description = "Its ETag")),
    responses((status = 204))
)]
#[delete("/v1/clients/{id}")]
pub async fn revoke_client(ctx: Ctx, id: Id<ClientId>) -> Answer {
    ctx.write(async |tx| {
        let client = store::client_to_change(tx, ctx.home(), id.0).await?;
        let permitted = ctx.authorize::<act::RevokeClient, _>(tx.actor()?, client)?;
        ctx.require(permitted.subject().revision)?;
        let now = tx.now();
        tx.save(permitted.revoke(now)?).await?;
        Ok(Reply::no_content())
    })
    .await
}
