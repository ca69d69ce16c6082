//! Problems (RFC 9457): the only form in which anything goes wrong.
//!
//! Errors of the inner crates become a `Code` here and nowhere else. Their inner text never leaves:
//! what is a bug of ours is logged once, with the request id, and answered as `internal_error`.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use maillage_domain::access::Refusal;
use maillage_domain::commons::{ResourceError, ShareError};
use maillage_domain::groups::ParticipationError;
use maillage_domain::identity::{InvitationError, MembershipError, PasswordError};
use maillage_domain::value::{ClauseId, Pointer, Violation};
use maillage_infra::error::{Constraint, StoreError};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Code, Language, fields};

/// Characters of a name that are shown. An address is not longer, and no field that we know.
pub const MAX_NAME: usize = 2_048;

/// Where in a request a field stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the body, at a JSON Pointer.
    Body(Pointer),
    /// In the query string or the path.
    Parameter(String),
    /// In the headers.
    Header(&'static str),
}

/// One broken rule and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Where.
    pub place: Place,
    /// The slug of the rule.
    pub code: &'static str,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which problem it is.
    pub code: Code,
    /// The fields it is about.
    pub errors: Vec<FieldError>,
    /// How many fields it is about, where `errors` names only the first of them.
    pub total_errors: Option<usize>,
    /// In how many seconds to try again.
    pub retry_after: Option<u64>,
    /// The methods the address accepts.
    pub allow: Option<String>,
    /// What OAuth calls it, at its own addresses.
    pub error: Option<&'static str>,
}

/// A problem as it is sent (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProblemView {
    /// An address that explains the problem.
    #[serde(rename = "type")]
    #[schema(example = "https://maillage.example/problems/not_found")]
    pub kind: String,
    /// Its short name, in the language asked for.
    #[schema(example = "Introuvable")]
    pub title: &'static str,
    /// The HTTP status.
    #[schema(example = 404)]
    pub status: u16,
    /// What it means and what to do.
    #[schema(example = "Aucune ressource visible pour vous à cette adresse.")]
    pub detail: &'static str,
    /// The request id, to report it with.
    #[schema(example = "019acb5e-3b7e-7cc0-8a55-6b4f3d1f2a10")]
    pub instance: String,
    /// The stable slug to branch on.
    #[schema(example = "not_found")]
    pub code: &'static str,
    /// The fields concerned.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldErrorView>,
    /// How many fields are concerned, where only the first of them are told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = usize, required = false, example = 57)]
    pub total_errors: Option<usize>,
    /// What OAuth calls it (RFC 6749 §5.2), at the addresses under `/oauth`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "invalid_client")]
    pub error: Option<&'static str>,
}

/// One field of a problem.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FieldErrorView {
    /// JSON Pointer (RFC 6901) into the request body.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "/body/clauses/0/id")]
    pub pointer: Option<String>,
    /// Name of the query or path parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "limit")]
    pub parameter: Option<String>,
    /// Name of the header.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "If-Match")]
    pub header: Option<&'static str>,
    /// The stable slug of the rule.
    #[schema(example = "clause_id_duplicate")]
    pub code: &'static str,
    /// What the rule says.
    #[schema(example = "Cet identifiant de clause est déjà utilisé dans le document.")]
    pub detail: &'static str,
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self {
            code,
            errors: Vec::new(),
            total_errors: None,
            retry_after: None,
            allow: None,
            error: None,
        }
    }
}

impl Problem {
    /// The problem `code` at one place.
    pub fn at(code: Code, place: Place, rule: &'static str) -> Self {
        Self {
            errors: vec![FieldError { place, code: rule }],
            ..code.into()
        }
    }

    /// The same problem, under the name that OAuth has for it (RFC 6749 §5.2).
    #[must_use]
    pub fn of_oauth(self) -> Self {
        let error = Some(self.code.slug());
        Self { error, ..self }
    }

    /// A rule broken at one field of the body.
    pub fn field(pointer: &str, rule: &'static str) -> Self {
        let pointer = pointer
            .split('/')
            .skip(1)
            .fold(Pointer::root(), |at, key| at.key(key));
        Self::at(Code::Invalid, Place::Body(pointer), rule)
    }

    /// A rule broken by one query parameter.
    pub fn parameter(name: &str, rule: &'static str) -> Self {
        Self::at(
            Code::InvalidRequest,
            Place::Parameter(name.to_owned()),
            rule,
        )
    }

    /// Rules broken in the body.
    pub fn violations(found: Vec<Violation>) -> Self {
        let errors = found
            .into_iter()
            .map(|violation| FieldError {
                place: Place::Body(violation.pointer),
                code: violation.code,
            })
            .collect();
        Self {
            errors,
            ..Code::Invalid.into()
        }
    }

    /// The same problem, which is about so many fields in all.
    #[must_use]
    pub fn of(self, total: usize) -> Self {
        let total_errors = (total > self.errors.len()).then_some(total);
        Self {
            total_errors,
            ..self
        }
    }

    /// The same errors under another code.
    #[must_use]
    pub fn as_code(self, code: Code) -> Self {
        Self {
            errors: self.errors,
            ..code.into()
        }
    }

    /// The same problem, to be tried again after so many seconds.
    #[must_use]
    pub fn after(self, seconds: u64) -> Self {
        Self {
            retry_after: Some(seconds),
            ..self
        }
    }

    /// The same problem, its body pointers seen from a document that holds the value under `key`.
    #[must_use]
    pub fn under(mut self, key: &str) -> Self {
        for error in &mut self.errors {
            if let Place::Body(pointer) = &error.place {
                let violation = Violation::at(pointer.clone(), error.code).under(key);
                error.place = Place::Body(violation.pointer);
            }
        }
        self
    }

    /// What is sent.
    pub fn view(&self, language: Language, base: &str, instance: &str) -> ProblemView {
        let errors = self.errors.iter().map(|error| {
            let (pointer, parameter, header) = match &error.place {
                Place::Body(pointer) => (Some(shown(pointer.as_str())), None, None),
                Place::Parameter(name) => (None, Some(shown(name)), None),
                Place::Header(name) => (None, None, Some(*name)),
            };
            let detail = fields::message(error.code, language);
            FieldErrorView {
                pointer,
                parameter,
                header,
                code: error.code,
                detail,
            }
        });
        ProblemView {
            kind: format!("{base}/problems/{}", self.code.slug()),
            title: self.code.title(language),
            status: self.code.status().as_u16(),
            detail: self.code.detail(language),
            instance: instance.to_owned(),
            code: self.code.slug(),
            errors: errors.collect(),
            total_errors: self.total_errors,
            error: self.error,
        }
    }
}

/// A name that the caller made up, as it is shown: of bounded length, without control characters.
fn shown(name: &str) -> String {
    let plain = |c: char| match c.is_control() {
        true => char::REPLACEMENT_CHARACTER,
        false => c,
    };
    name.chars().take(MAX_NAME).map(plain).collect()
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code.slug())
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    /// The edge writes the body: only there language and request id are known.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::new(self.status_code());
        response.extensions_mut().insert(self.clone());
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let code = match error {
            StoreError::Missing => Code::NotFound,
            StoreError::NotEntered => Code::Unauthenticated,
            StoreError::Conflict(constraint) => match constraint {
                Constraint::CollectivityJoined => Code::CollectivityJoined,
                Constraint::DirectoryEntryExists => Code::DirectoryEntryExists,
                Constraint::AlreadyMember => Code::AlreadyMember,
                Constraint::AlreadyInvited => Code::AlreadyInvited,
                Constraint::AlreadyShared => Code::AlreadyShared,
                Constraint::TokenSpent => Code::InvalidClient,
                Constraint::Concurrent => Code::Concurrent,
            },
            StoreError::Unavailable => return Self::from(Code::Unavailable).after(2),
            StoreError::Unknown => return Self::from(Code::OutcomeUnknown).after(1),
            StoreError::Corrupt(what) => {
                tracing::error!(what, "the store failed");
                Code::Internal
            }
        };
        code.into()
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Hidden => Code::NotFound.into(),
            Refusal::Forbidden => Code::Forbidden.into(),
        }
    }
}

/// The same rule broken by each of these members.
fn named<'a>(of: &str, names: impl Iterator<Item = &'a str>, rule: &'static str) -> Vec<Violation> {
    let of = Pointer::root().key(of);
    names
        .map(|name| Violation::at(of.key(name), rule))
        .collect()
}

impl From<ResourceError> for Problem {
    fn from(error: ResourceError) -> Self {
        match error {
            ResourceError::Invalid(found) => Self::violations(found),
            ResourceError::NoDraft => Code::DraftMissing.into(),
            ResourceError::Unchanged => Code::DraftUnchanged.into(),
            ResourceError::NoDeviation => Code::NotFound.into(),
            ResourceError::Unjustified(clauses) => {
                let names = clauses.iter().map(ClauseId::as_str);
                Self::violations(named("deviations", names, "deviation_unjustified"))
                    .as_code(Code::DeviationsUnjustified)
            }
            ResourceError::Unresolved(names) => {
                let names = names.iter().map(String::as_str);
                Self::violations(named("variables", names, "variable_unresolved"))
                    .as_code(Code::VariablesUnresolved)
            }
            ResourceError::NotPublished => Code::NotPublished.into(),
            ResourceError::AlreadyPublished => Code::AlreadyPublished.into(),
        }
    }
}

impl From<ShareError> for Problem {
    fn from(error: ShareError) -> Self {
        match error {
            ShareError::Owner => Self::field("/audience", "audience_is_owner"),
            ShareError::UnknownGroup => Self::field("/audience", "audience_unknown"),
            ShareError::GroupReader => Self::field("/audience", "group_reader"),
            ShareError::Expired => Self::field("/expires_at", "expiry_in_the_past"),
            ShareError::TooMany => Code::SharesTooMany.into(),
        }
    }
}

impl From<ParticipationError> for Problem {
    fn from(error: ParticipationError) -> Self {
        match error {
            ParticipationError::AlreadyThere => Code::AlreadyInGroup.into(),
            ParticipationError::LastCoordinator => Code::LastCoordinator.into(),
            ParticipationError::WrongState => Code::ParticipationState.into(),
        }
    }
}

impl From<MembershipError> for Problem {
    fn from(error: MembershipError) -> Self {
        match error {
            MembershipError::NoRole => Self::field("/roles", "roles_empty"),
            MembershipError::LastAdministrator => Code::LastAdministrator.into(),
            MembershipError::Revoked => Code::MembershipRevoked.into(),
        }
    }
}

impl From<InvitationError> for Problem {
    fn from(error: InvitationError) -> Self {
        match error {
            InvitationError::NoRole => Self::field("/roles", "roles_empty"),
            InvitationError::Invalid => Code::InvitationInvalid.into(),
        }
    }
}

impl From<PasswordError> for Problem {
    fn from(error: PasswordError) -> Self {
        let rule = match error {
            PasswordError::TooShort => "password_too_short",
            PasswordError::TooLong => "password_too_long",
            PasswordError::TooWeak => "password_too_weak",
        };
        Self::field("/password", rule)
    }
}
