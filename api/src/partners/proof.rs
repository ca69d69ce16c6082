//! How a client proves who it is: by a secret in `Authorization: Basic`, or by an assertion that it
//! has signed (RFC 7523). One of them, never both, and no secret in the body.

use actix_web::HttpRequest;
use actix_web::http::header::{AUTHORIZATION, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maillage_domain::access::{Actor, ServiceAccount};
use maillage_domain::partners::Client;
use maillage_domain::value::{ClientId, Digest};
use maillage_infra::ambient::{self, Secret, SecretKind};
use maillage_infra::error::StoreError;
use maillage_infra::identity::Throttle;
use maillage_infra::partners::{self as store, Assertion};
use maillage_infra::store::{ClientBearer, Tx};

use crate::http::{Code, Form, Problem};
use crate::identity::sessions::{caller, pass};
use crate::state::State;

/// What the parameter says of an assertion (RFC 7523 §2.2).
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What a client presents.
enum Presented {
    Secret(Digest),
    Assertion(String),
    /// Nothing that could prove anything.
    Nothing,
}

/// A client that has proven who it is, and may act at this moment.
pub(super) struct Proven {
    /// The client.
    pub client: Client,
    /// As whom it acts.
    pub account: ServiceAccount,
}

fn refused() -> Problem {
    Problem::from(Code::InvalidClient).of_oauth()
}

/// A value as it is written in a form (RFC 6749 §2.3.1).
fn plain(text: &str) -> Option<String> {
    let form = format!("x={text}");
    let mut pairs = form_urlencoded::parse(form.as_bytes());
    let (_, value) = pairs.next()?;
    pairs.next().is_none().then(|| value.into_owned())
}

fn is_basic(header: &HeaderValue) -> bool {
    let scheme = header.as_bytes().split(|byte| *byte == b' ').next();
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"basic"))
}

/// Name and secret of `Authorization: Basic`.
fn basic(header: &HeaderValue) -> Option<(String, String)> {
    let (_, encoded) = header.to_str().ok()?.split_once(' ')?;
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (name, secret) = text.split_once(':')?;
    Some((plain(name)?, plain(secret)?))
}

/// Who it claims to be, and by what it would prove that.
fn presented(request: &HttpRequest, form: &Form) -> Result<(ClientId, Presented), Problem> {
    let mut headers = request.headers().get_all(AUTHORIZATION);
    let (header, second) = (headers.next(), headers.next());
    // Any other scheme proves nothing here, and stands in the way of no assertion.
    let header = header.filter(|header| is_basic(header));
    let assertion = form.get("client_assertion");
    if second.is_some() || header.is_some() && assertion.is_some() {
        return Err(Problem::from(Code::InvalidRequest).of_oauth());
    }
    let found = match (header, assertion) {
        (Some(header), _) => {
            let (name, secret) = basic(header).ok_or_else(refused)?;
            let id = name.parse().map_err(|_| refused())?;
            let digest = Secret::presented(SecretKind::Client, &secret);
            (id, digest.map_or(Presented::Nothing, Presented::Secret))
        }
        (None, Some(text)) => {
            if form.get("client_assertion_type") != Some(ASSERTION) {
                return Err(refused());
            }
            let id = Assertion::claimed_by(text).ok_or_else(refused)?;
            (id, Presented::Assertion(text.to_owned()))
        }
        (None, None) => return Err(refused()),
    };
    // Whoever names a client in the form too means the same one (RFC 7521 §4.2).
    let named = form.get("client_id").map(str::parse);
    match named {
        Some(named) if named != Ok(found.0) => Err(refused()),
        _ => Ok(found),
    }
}

/// Whether what is presented proves to be `client`; an assertion is spent by that.
async fn proves(
    tx: &Tx,
    client: &Client,
    presented: &Presented,
    audience: &str,
) -> Result<bool, StoreError> {
    let now = tx.now();
    match presented {
        Presented::Secret(digest) => Ok(client.is_proven_by(*digest, now)),
        Presented::Assertion(text) => {
            let Some(assertion) = Assertion::verify(text, client, audience, now) else {
                return Ok(false);
            };
            store::spend(tx, client, assertion).await?;
            Ok(true)
        }
        Presented::Nothing => Ok(false),
    }
}

/// The client that asks, once it has proven who it is and that it may act now.
///
/// # Errors
/// `InvalidClient`, whatever the reason: unknown, stopped, or not the one it claims to be.
pub(super) async fn prove(
    state: &State,
    request: &HttpRequest,
    form: &Form,
) -> Result<Proven, Problem> {
    let (id, presented) = presented(request, form)?;
    let audience = format!("{}/oauth/token", state.public_url);
    let proven = state
        .store
        .authenticate(async |tx: &mut Tx| {
            let Some(client) = store::find_client(tx, id).await? else {
                return Ok(None);
            };
            let proven = proves(tx, &client, &presented, &audience).await?;
            Ok::<_, Problem>(proven.then_some(client))
        })
        .await
        .map_err(|problem| match problem.code {
            Code::InvalidClient => refused(),
            _ => problem,
        })?;
    let Some(client) = proven else {
        return Err(failed(state, request, id).await?);
    };
    // Asked as at every request of it: one truth about networks, expiry and its creator.
    let bearer = ClientBearer {
        client: client.id,
        collectivity: client.collectivity,
        scopes: client.terms.scopes,
        token: Digest::of_bytes(ambient::id().as_bytes()),
        address: state.address(request),
    };
    match state.store.read(&bearer, async |_| Ok(())).await {
        Ok((Actor::Client(account), ())) => Ok(Proven { client, account }),
        Ok(_) | Err(StoreError::NotEntered) => Err(refused()),
        Err(error) => Err(error.into()),
    }
}

/// Counts a failure, and says what to answer. A proof that is good is never counted or refused for
/// the failures of others, so nobody locks a client out.
async fn failed(state: &State, request: &HttpRequest, id: ClientId) -> Result<Problem, Problem> {
    let address = caller(request, state);
    let throttle = state
        .store
        .authenticate(async |tx: &mut Tx| {
            Ok::<_, Problem>(store::count_failure(tx, id, &address).await?)
        })
        .await?;
    Ok(match throttle {
        Throttle::Pass => refused(),
        throttle @ Throttle::Wait(_) => pass(throttle).err().unwrap_or_else(refused),
    })
}
