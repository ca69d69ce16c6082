//! ETags and preconditions (RFC 9110 §13): no update is lost (L10).
//!
//! An entity tag is `"<revision>-<hash>"`: the hash of the representation makes it strong for
//! caches, the revision is what a write must not have missed. Whoever does not own a thing gets the
//! hash alone: revisions count changes that are none of their business (L17).

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderName, IF_MATCH, IF_NONE_MATCH};
use maillage_domain::value::Digest;

use super::problem::Place;
use super::{Code, Problem};

/// The validator of a representation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// Of something the caller may change: it counts revisions.
    Revision(i64),
    /// Of something the caller may only read.
    Content,
    /// Of a published version: its digest.
    Digest(Digest),
}

impl Tag {
    /// The field value for a representation.
    pub fn of(self, representation: &str) -> String {
        let hash = || {
            let digest = Digest::of_bytes(representation.as_bytes()).to_string();
            digest.chars().take(16).collect::<String>()
        };
        match self {
            Self::Revision(revision) => format!("\"{revision}-{}\"", hash()),
            Self::Content => format!("\"{}\"", hash()),
            Self::Digest(digest) => format!("\"{digest}\""),
        }
    }
}

fn tags(request: &HttpRequest, name: HeaderName) -> Vec<String> {
    request
        .headers()
        .get_all(name)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|tag| tag.trim().to_owned())
        .collect()
}

/// Whether the caller already has the representation behind `tag`.
pub fn is_known(request: &HttpRequest, tag: &str) -> bool {
    tags(request, IF_NONE_MATCH)
        .iter()
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

/// Whether the caller asks for creation only (`If-None-Match: *`).
pub fn only_if_absent(request: &HttpRequest) -> bool {
    tags(request, IF_NONE_MATCH).iter().any(|tag| tag == "*")
}

/// Whether the caller says what they have read (`If-Match`).
pub fn is_given(request: &HttpRequest) -> bool {
    !tags(request, IF_MATCH).is_empty()
}

/// Why a write on what is not there is refused: no tag names it, `*` neither (RFC 9110 §13.1.1).
pub fn names_nothing(request: &HttpRequest) -> Problem {
    if is_given(request) {
        return Code::Stale.into();
    }
    let place = Place::Header("If-Match");
    Problem::at(Code::PreconditionRequired, place, "missing_field")
}

/// Refuses a write whose `If-Match` does not name `revision`.
///
/// # Errors
/// `PreconditionRequired` without the header, `Stale` when no tag fits. Weak tags never fit.
pub fn require(request: &HttpRequest, revision: i64) -> Result<(), Problem> {
    let names = |tag: &String| {
        let inner = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
        let number = inner.and_then(|tag| tag.split('-').next());
        tag == "*" || number.is_some_and(|number| number == revision.to_string())
    };
    if tags(request, IF_MATCH).iter().any(names) {
        Ok(())
    } else {
        Err(names_nothing(request))
    }
}
