//! Sessions: log-in, refresh with rotation, log-out.
//!
//! No Idempotency-Key here: an answer that holds tokens is never kept. A lost answer to a log-in is
//! harmless, a lost answer to a refresh is tolerated (`identity::redeem` of the domain).

use actix_web::{HttpRequest, HttpResponse, delete, post, web};
use maillage_domain::identity::{ACCESS_LIFETIME, Opened, Redemption, Session, redeem};
use maillage_domain::value::{CollectivityId, EmailAddress, PersonId, SessionId, Siren};
use maillage_infra::ambient::{self, Secret, SecretKind};
use maillage_infra::identity::{self as store, Account, OwnMembership, Throttle};
use maillage_infra::store::{Bearer, Tx};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::values::OwnMembershipView;
use crate::ctx::Ctx;
use crate::http::address;
use crate::http::{Answer, Body, Code, Problem, Reply};
use crate::state::State;

/// Who logs in, and for whom they want to act.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginInput {
    /// The address of the account.
    #[schema(value_type = String, format = Email, example = "director@cergy.demo.example")]
    email: EmailAddress,
    /// Its password.
    #[schema(max_length = 128, example = "sept mésanges sur un toit bleu")]
    password: String,
    /// SIREN of the collectivity to act for; the oldest membership otherwise.
    #[serde(default)]
    #[schema(value_type = Option<String>, pattern = "^[0-9]{9}$", example = "219501277")]
    collectivity: Option<Siren>,
}

/// The refresh token, and for whom to act from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshInput {
    /// The newest refresh token of the session.
    #[schema(
        max_length = 127,
        example = "mlg_rt_9wV1kQ0Zr3tX7bN2sY5uH8cD1fG4jL6mP0qR3vW7xZ2"
    )]
    refresh_token: String,
    /// SIREN of another collectivity to act for.
    #[serde(default)]
    #[schema(value_type = Option<String>, pattern = "^[0-9]{9}$", example = "219501277")]
    collectivity: Option<Siren>,
}

/// The tokens of a session.
#[derive(Serialize, ToSchema)]
pub struct TokensView {
    /// Presented as `Authorization: Bearer`. It carries no role: rights are read live.
    #[schema(example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl")]
    access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds until the access token expires.
    #[schema(example = 600)]
    expires_in: i64,
    /// Good once, for the next pair of tokens.
    #[schema(example = "mlg_rt_9wV1kQ0Zr3tX7bN2sY5uH8cD1fG4jL6mP0qR3vW7xZ2")]
    refresh_token: String,
    /// The membership acted under; null for the operator.
    membership: Option<OwnMembershipView>,
}

fn tokens(
    state: &State,
    session: &Session,
    secret: Secret,
    membership: Option<OwnMembership>,
) -> Result<TokensView, Problem> {
    let bearer = Bearer {
        session: session.id,
        person: session.person,
        collectivity: session.collectivity,
    };
    let access_token = state
        .keys
        .sign(&bearer, state.store.clock().now())
        .map_err(|_| Problem::from(Code::Internal))?;
    Ok(TokensView {
        access_token,
        token_type: "Bearer",
        expires_in: ACCESS_LIFETIME.num_seconds(),
        refresh_token: secret.reveal(),
        membership: membership.map(OwnMembershipView::from),
    })
}

fn respond(request: &HttpRequest, reply: Reply) -> Answer {
    let mut response: HttpResponse = reply.respond(request);
    let no_store = actix_web::http::header::HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(actix_web::http::header::CACHE_CONTROL, no_store);
    Ok(response)
}

/// The address that attempts are counted for.
pub(crate) fn caller(request: &HttpRequest, state: &State) -> String {
    let peer = request.peer_addr().map(|peer| peer.ip());
    let address = address::caller(request.headers(), peer, state.proxy_hops);
    address
        .map(|address| address.to_string())
        .unwrap_or_default()
}

/// Refuses an attempt that comes too soon.
pub(crate) fn pass(throttle: Throttle) -> Result<(), Problem> {
    match throttle {
        Throttle::Pass => Ok(()),
        Throttle::Wait(time) => {
            let seconds = time.num_seconds().max(1).unsigned_abs();
            Err(Problem::from(Code::TooManyAttempts).after(seconds))
        }
    }
}

/// The membership asked for, else the oldest one.
fn choose(memberships: Vec<OwnMembership>, wanted: Option<&Siren>) -> Option<OwnMembership> {
    memberships
        .into_iter()
        .find(|it| wanted.is_none_or(|siren| siren.as_str() == it.siren))
}

/// Opens a session.
#[utoipa::path(
    tag = "Sessions",
    security(()),
    request_body = LoginInput,
    responses((status = 201, body = TokensView))
)]
#[post("/v1/sessions")]
pub async fn log_in(
    state: web::Data<State>,
    request: HttpRequest,
    input: Body<LoginInput>,
) -> Answer {
    let LoginInput {
        email,
        password,
        collectivity,
    } = input.0;
    let address = caller(&request, &state);
    let (throttle, account) = state
        .store
        .authenticate(async |tx| {
            let throttle = store::attempt(tx, &email, &address).await?;
            Ok::<_, Problem>((throttle, store::account(tx, &email).await?))
        })
        .await?;
    pass(throttle)?;
    let hash = account
        .as_ref()
        .map(|account| account.password_hash.clone());
    // Hashed between two transactions: no connection waits for it.
    let proven = state.passwords.verify(password, hash).await?;
    let refused = || Problem::from(Code::InvalidCredentials);
    let Account {
        person, operator, ..
    } = account.filter(|_| proven).ok_or_else(refused)?;
    let person = PersonId(person);
    let view = state
        .store
        .authenticate(async |tx: &mut Tx| {
            store::identify(tx, person).await?;
            let memberships = store::own_memberships(tx.db(), person).await?;
            let operates = operator && collectivity.is_none();
            let membership = if operates {
                None
            } else {
                choose(memberships, collectivity.as_ref())
            };
            if !operates && membership.is_none() {
                return Err(refused());
            }
            store::forget(tx, &email, &address).await?;
            let tenant = membership.as_ref().map(|it| it.collectivity);
            let now = tx.now();
            let opened = Session::open(SessionId(ambient::id()), person, tenant, now);
            let Opened(session) = tx.save(opened).await?;
            let secret = store::issue(tx, session.id, None).await?;
            tokens(&state, &session, secret, membership)
        })
        .await?;
    respond(
        &request,
        Reply::created("/v1/sessions/current".to_owned(), &view)?,
    )
}

/// Rotates the refresh token; may switch to another collectivity.
#[utoipa::path(
    tag = "Sessions",
    security(()),
    request_body = RefreshInput,
    responses((status = 200, body = TokensView))
)]
#[post("/v1/sessions/refresh")]
pub async fn refresh(
    state: web::Data<State>,
    request: HttpRequest,
    input: Body<RefreshInput>,
) -> Answer {
    let RefreshInput {
        refresh_token,
        collectivity,
    } = input.0;
    let refused = || Problem::from(Code::InvalidRefreshToken);
    let digest = Secret::presented(SecretKind::Refresh, &refresh_token).ok_or_else(refused)?;
    // The inner result: what is refused may still have something to keep, the closed session.
    let view = state
        .store
        .authenticate(async |tx: &mut Tx| {
            let Some(found) = store::find_refresh(tx, digest).await? else {
                return Ok(Err(refused()));
            };
            let (session, now) = (found.session, tx.now());
            if session.closed_at.is_some() {
                return Ok(Err(refused()));
            }
            match redeem(found.expires_at, found.spent_at, found.successor_waits, now) {
                Redemption::Rotate | Redemption::Reissue => {}
                Redemption::Lapsed => return Ok(Err(refused())),
                Redemption::Reuse => {
                    tx.save(session.shut(now)).await?;
                    return Ok(Err(refused()));
                }
            }
            let memberships = store::own_memberships(tx.db(), session.person).await?;
            let operates = session.collectivity.is_none() && collectivity.is_none();
            let membership = if operates {
                None
            } else {
                let kept = session.collectivity;
                let wanted = memberships.into_iter().find(|it| match &collectivity {
                    Some(siren) => siren.as_str() == it.siren,
                    None => kept == Some(it.collectivity),
                });
                // As enter() asks: who was revoked and invited again logs in again.
                wanted.filter(|it| kept != Some(it.collectivity) || session.stands_for(it.since))
            };
            let tenant: Option<CollectivityId> = membership.as_ref().map(|it| it.collectivity);
            let session = match tenant {
                None if !operates => return Ok(Err(refused())),
                Some(tenant) if session.collectivity != Some(tenant) => {
                    tx.save(session.switch(tenant, now)).await?
                }
                _ => session,
            };
            let secret = store::issue(tx, session.id, Some(digest)).await?;
            Ok::<_, Problem>(tokens(&state, &session, secret, membership))
        })
        .await??;
    respond(&request, Reply::ok(&view)?)
}

/// Closes the session; its tokens stop working at once.
#[utoipa::path(tag = "Sessions", responses((status = 204)))]
#[delete("/v1/sessions/current")]
pub async fn log_out(ctx: Ctx) -> Answer {
    let open = ctx.person()?.session;
    ctx.write(async |tx| {
        let session = store::find_session(tx, open).await?;
        let now = tx.now();
        tx.save(session.close(now)).await?;
        Ok(Reply::no_content())
    })
    .await
}
