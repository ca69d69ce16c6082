//! JSON bodies: bounded, strict, and with an error that points at the field.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::web::BytesMut;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, dev::Payload};
use futures::StreamExt as _;
use maillage_domain::value::{Digest, Pointer};
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use super::problem::Place;
use super::strict::Strict;
use super::{Code, Problem, fields};

/// The greatest body, in bytes.
pub const MAX_BODY: usize = 4 * 1024 * 1024;

/// How long a body may take to arrive: whoever stalls holds memory.
const PATIENCE: Duration = Duration::from_secs(30);

/// A parsed JSON body.
#[derive(Debug)]
pub struct Body<T>(pub T);

/// SHA-256 of the body as it came, for idempotency.
#[derive(Clone, Copy, Debug)]
pub struct BodyDigest(pub Digest);

/// Parses JSON and says where it fails.
///
/// # Errors
/// `InvalidJson` when it is none, `InvalidRequest` with a pointer when it is not a `T`.
pub fn parse<T: DeserializeOwned>(json: &[u8]) -> Result<T, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let value = serde_path_to_error::deserialize(Strict(&mut deserializer))
        .map_err(|error| refuse(error, json))?;
    deserializer
        .end()
        .map_err(|_| Problem::from(Code::InvalidJson))?;
    Ok(value)
}

/// Turns a serde error into a problem at the place where it arose.
fn refuse(error: serde_path_to_error::Error<serde_json::Error>, json: &[u8]) -> Problem {
    let pointer = error
        .path()
        .iter()
        .fold(Pointer::root(), |at, segment| match segment {
            Segment::Seq { index } => at.index(*index),
            Segment::Map { key } | Segment::Enum { variant: key } => at.key(key),
            Segment::Unknown => at,
        });
    let inner = error.into_inner();
    // A number where the name of a variant belongs is bad syntax to serde_json, though not to JSON.
    if !inner.is_data() && serde_json::from_slice::<serde_json::Value>(json).is_err() {
        return Code::InvalidJson.into();
    }
    let message = inner.to_string();
    let slug = message.split(" at line ").next().unwrap_or_default();
    let (pointer, rule) = match slug.split('`').collect::<Vec<_>>().as_slice() {
        ["missing field ", field, ..] => (pointer.key(field), "missing_field"),
        // The path of an unknown field ends with the field itself.
        ["unknown field ", ..] => (pointer, "unknown_field"),
        ["duplicate field ", field, ..] => (pointer.key(field), "duplicate_field"),
        _ => (pointer, fields::known(slug)),
    };
    // What a value type refuses is a rule; what serde refuses is a malformed request.
    let shape = [
        "invalid_value",
        "missing_field",
        "unknown_field",
        "duplicate_field",
    ];
    let code = if shape.contains(&rule) {
        Code::InvalidRequest
    } else {
        Code::Invalid
    };
    Problem::at(code, Place::Body(pointer), rule)
}

/// The media type that the body says it is of, without parameters.
pub(super) fn essence(request: &HttpRequest) -> &str {
    let kind = request.headers().get(CONTENT_TYPE);
    let kind = kind.and_then(|value| value.to_str().ok());
    kind.and_then(|kind| kind.split(';').next())
        .map(str::trim)
        .unwrap_or_default()
}

/// Whether the body says it is JSON.
fn is_json(request: &HttpRequest) -> bool {
    ["application/json", "application/merge-patch+json"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(essence(request)))
}

/// How much a body may be, and what is said of one that is not whole or is more.
#[derive(Clone, Copy)]
pub(super) struct Bound {
    /// Bytes at most.
    pub most: usize,
    /// Of one that is more.
    pub beyond: Code,
    /// Of one that breaks off.
    pub broken: Code,
}

/// Takes a body in, as far as its bound and everybody's patience go.
pub(super) async fn collect(
    request: &HttpRequest,
    payload: Payload,
    bound: Bound,
) -> Result<BytesMut, Problem> {
    let read = actix_web::rt::time::timeout(PATIENCE, read(request, payload, bound)).await;
    read.map_err(|_| Problem::from(Code::RequestTimeout))?
}

async fn read(
    request: &HttpRequest,
    mut payload: Payload,
    bound: Bound,
) -> Result<BytesMut, Problem> {
    // Not waited for when it says itself that it is too long.
    let declared = request.headers().get(CONTENT_LENGTH);
    let declared = declared.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > bound.most) {
        return Err(bound.beyond.into());
    }
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Problem::from(bound.broken))?;
        if bytes.len() + chunk.len() > bound.most {
            return Err(bound.beyond.into());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

async fn json(request: &HttpRequest, payload: Payload) -> Result<BytesMut, Problem> {
    if !is_json(request) {
        return Err(Code::UnsupportedMediaType.into());
    }
    let bound = Bound {
        most: MAX_BODY,
        beyond: Code::PayloadTooLarge,
        broken: Code::InvalidJson,
    };
    let bytes = collect(request, payload, bound).await?;
    let digest = BodyDigest(Digest::of_bytes(&bytes));
    request.extensions_mut().insert(digest);
    Ok(bytes)
}

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move { parse(&json(&request, payload).await?).map(Self) })
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use actix_web::test::TestRequest;
    use actix_web::web::Bytes;
    use futures::stream;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_body_that_trickles_in_is_cut_off() {
        let json = (CONTENT_TYPE, "application/json");
        let request = TestRequest::default().insert_header(json).to_http_request();
        // A byte every ten seconds: never silent for long, and never done.
        let bytes = stream::unfold((), async |()| {
            tokio::time::sleep(Duration::from_secs(10)).await;
            Some((Ok(Bytes::from_static(b" ")), ()))
        });
        let mut payload: Payload = Payload::Stream {
            payload: Box::pin(bytes),
        };
        let body = Body::<u8>::from_request(&request, &mut payload);
        let told = tokio::time::timeout(2 * PATIENCE, body).await;
        let refused = told.expect("it goes on").unwrap_err();
        assert_eq!(refused.code, Code::RequestTimeout);
        assert_eq!(refused.code.status(), StatusCode::REQUEST_TIMEOUT);
        assert_eq!(refused.code.slug(), "request_timeout");
    }
}
