//! Path and query parameters, strict: an unknown filter is an error, not an ignored wish.

use std::future::{Ready, ready};
use std::str::FromStr;

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use super::problem::Place;
use super::{Code, Problem, fields};

/// The path parameter `id`, or another one by its name in the type.
///
/// What does not even have the form of an id is answered like what does not exist.
#[derive(Clone, Copy, Debug)]
pub struct Id<T>(pub T);

/// Reads the path parameter `name`.
///
/// # Errors
/// `NotFound` when it does not parse.
pub fn path<T: FromStr>(request: &HttpRequest, name: &str) -> Result<T, Problem> {
    let text = request.match_info().get(name).unwrap_or_default();
    text.parse().map_err(|_| Code::NotFound.into())
}

impl<T: FromStr> FromRequest for Id<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(path(request, "id").map(Self))
    }
}

/// The query string as a `T`.
#[derive(Clone, Debug)]
pub struct Params<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Params<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let pairs = form_urlencoded::parse(request.query_string().as_bytes());
        // No parameter means anything with a NUL in it, and PostgreSQL refuses it.
        if let Some((name, _)) = pairs.clone().find(|(_, value)| value.contains('\0')) {
            return ready(Err(Problem::parameter(&name, "text_control_character")));
        }
        let deserializer = serde_urlencoded::Deserializer::new(pairs);
        ready(
            serde_path_to_error::deserialize(deserializer)
                .map(Self)
                .map_err(|error| {
                    let name = error.path().iter().find_map(|segment| match segment {
                        Segment::Map { key } => Some(key.clone()),
                        _ => None,
                    });
                    let message = error.into_inner().to_string();
                    let (name, rule) = match message.split('`').collect::<Vec<_>>().as_slice() {
                        ["missing field ", field, ..] => ((*field).to_owned(), "missing_field"),
                        ["unknown field ", field, ..] => ((*field).to_owned(), "unknown_field"),
                        ["duplicate field ", field, ..] => ((*field).to_owned(), "duplicate_field"),
                        _ => (name.unwrap_or_default(), fields::known(&message)),
                    };
                    Problem::at(Code::InvalidRequest, Place::Parameter(name), rule)
                }),
        )
    }
}
