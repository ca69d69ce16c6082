//! The problems an operation may answer with: most follow from its form, the rest stands here.

use std::collections::{BTreeMap, HashSet};

use serde_json::{Map, Value, json};

use super::operations::{self, Form};
use crate::http::{Code, Language, Problem};

/// Where the examples say that problems are explained.
const SITE: &str = "https://maillage.example";
/// The request that the examples are about.
const REQUEST: &str = "019acb5e-3b7e-7cc0-8a55-6b4f3d1f2a10";

/// Every problem that one of these answers tells of, as it is sent, by its slug.
///
/// That a method is not allowed is told of by none: an operation has one.
pub(super) fn examples(answers: &Map<String, Value>) -> Value {
    let told: HashSet<_> = answers.keys().flat_map(|name| name.split('.')).collect();
    let example = |code: &Code| {
        let view = exemplary(*code).view(Language::French, SITE, REQUEST);
        let example = json!({ "summary": code.title(Language::English), "value": view });
        (code.slug().to_owned(), example)
    };
    let codes = Code::ALL.iter().filter(|code| told.contains(code.slug()));
    Value::Object(codes.map(example).collect())
}

/// A problem with the fields that such a problem is about.
fn exemplary(code: Code) -> Problem {
    match code {
        Code::InvalidRequest => Problem::parameter("limit", "limit_out_of_range"),
        Code::Invalid => Problem::field("/body/clauses/0/id", "clause_id_duplicate"),
        Code::FileRefused => {
            Problem::field("", "import_without_headings").as_code(Code::FileRefused)
        }
        code @ (Code::InvalidClient | Code::UnsupportedGrantType | Code::InvalidScope) => {
            Problem::from(code).of_oauth()
        }
        code => code.into(),
    }
}

/// The codes an operation may answer with, by status.
fn by_status(form: &Form<'_>) -> BTreeMap<u16, Vec<Code>> {
    let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in of_form(form)
        .into_iter()
        .chain(of_operation(form.id).iter().copied())
    {
        let codes = by_status.entry(code.status().as_u16()).or_default();
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    by_status
}

/// The answers of an operation that goes wrong, by status; what they say is added to `shared`.
pub(super) fn responses(form: &Form<'_>, shared: &mut Map<String, Value>) -> Map<String, Value> {
    let mut responses = Map::new();
    for (status, codes) in by_status(form) {
        let slugs: Vec<_> = codes.iter().map(|code| code.slug()).collect();
        let name = match form.is_counted() {
            true => slugs.join("."),
            false => format!("uncounted.{}", slugs.join(".")),
        };
        let at = json!({ "$ref": format!("#/components/responses/{name}") });
        shared
            .entry(name)
            .or_insert_with(|| response(form, status, &codes));
        responses.insert(status.to_string(), at);
    }
    responses
}

fn response(form: &Form<'_>, status: u16, codes: &[Code]) -> Value {
    let titles: Vec<_> = codes
        .iter()
        .map(|code| code.title(Language::English))
        .collect();
    let examples: Map<_, _> = codes
        .iter()
        .map(|code| {
            let at = format!("#/components/examples/{}", code.slug());
            (code.slug().to_owned(), json!({ "$ref": at }))
        })
        .collect();
    let header =
        |text: &str, kind: &str| json!({ "description": text, "schema": { "type": kind } });
    let mut headers = match form.is_counted() && status < 500 {
        true => operations::quota(),
        false => Map::new(),
    };
    let more = match status {
        401 => Some(("WWW-Authenticate", header("How to authenticate.", "string"))),
        429 | 503 => Some(("Retry-After", header("Seconds to wait.", "integer"))),
        _ => None,
    };
    headers.extend(more.map(|(name, header)| (name.to_owned(), header)));
    headers.extend(operations::request_id());
    json!({
        "description": format!("{}.", titles.join(" · ")),
        "headers": headers,
        "content": { "application/problem+json": {
            "schema": { "$ref": "#/components/schemas/ProblemView" },
            "examples": examples,
        }}
    })
}

/// What follows from the form.
fn of_form(form: &Form<'_>) -> Vec<Code> {
    let mut codes = vec![Code::Internal, Code::Unavailable];
    let mut add = |when: bool, more: &[Code]| {
        if when {
            codes.extend(more);
        }
    };
    add(form.is_counted(), &[Code::RateLimited]);
    add(!form.public, &[Code::Unauthenticated, Code::Forbidden]);
    add(form.path.contains('{'), &[Code::NotFound]);
    add(form.query, &[Code::InvalidRequest]);
    add(
        form.takes("cursor") || form.takes("after"),
        &[Code::InvalidCursor],
    );
    add(
        form.is_tabular(),
        &[Code::NotAcceptable, Code::TableTooLong],
    );
    add(
        form.file,
        &[
            Code::InvalidRequest,
            Code::FileTooLarge,
            Code::RequestTimeout,
            Code::UnsupportedFile,
            Code::FileRefused,
        ],
    );
    add(
        form.table,
        &[
            Code::InvalidRequest,
            Code::PayloadTooLarge,
            Code::RequestTimeout,
            Code::UnsupportedFile,
            Code::Invalid,
        ],
    );
    add(
        form.form,
        &[
            Code::InvalidRequest,
            Code::FormTooLarge,
            Code::RequestTimeout,
            Code::UnsupportedMediaType,
            Code::InvalidClient,
            Code::TooManyAttempts,
        ],
    );
    add(
        form.body && !form.file && !form.table && !form.form,
        &[
            Code::InvalidJson,
            Code::InvalidRequest,
            Code::PayloadTooLarge,
            Code::RequestTimeout,
            Code::UnsupportedMediaType,
            Code::Invalid,
        ],
    );
    add(
        form.takes("If-Match"),
        &[Code::Stale, Code::PreconditionRequired],
    );
    add(form.writes(), &[Code::Concurrent, Code::OutcomeUnknown]);
    // A key used for something else is answered 422 even where there is no body.
    add(
        form.takes("Idempotency-Key"),
        &[
            Code::InvalidRequest,
            Code::IdempotencyInFlight,
            Code::IdempotencyKeyReused,
        ],
    );
    codes
}

/// What only this operation refuses.
fn of_operation(id: &str) -> &'static [Code] {
    use Code::*;
    match id {
        "stream_events" | "follow_job" => &[TooManyStreams],
        "register_webhook_endpoint" => &[EndpointsTooMany],
        "log_in" => &[InvalidCredentials, TooManyAttempts],
        "refresh" => &[InvalidRefreshToken],
        "extend_directory" => &[DirectoryEntryExists],
        "register_collectivity" | "invite_administrator" => &[CollectivityJoined],
        "invite" => &[AlreadyMember, AlreadyInvited],
        "accept_invitation" => &[InvitationInvalid, AlreadyMember, TooManyAttempts],
        "metrics" => &[NotFound],
        "revoke_invitation" => &[InvitationInvalid],
        "change_roles" => &[LastAdministrator, MembershipRevoked, Invalid],
        "register_client" => &[TooManyAttempts],
        "rotate_client" => &[TooManyAttempts, ClientRevoked],
        "change_client" | "revoke_client" => &[ClientRevoked],
        "test_webhook_endpoint" | "replay_webhook_deliveries" => &[EndpointDisabled],
        "issue_token" => &[UnsupportedGrantType, InvalidScope],
        "cancel_job" => &[JobEnded],
        "get_job_result" => &[InvalidRequest, JobWithoutResult],
        "import_resources" | "import_people" | "import_groups" => &[JobsTooMany],
        "revoke_membership" => &[LastAdministrator, MembershipRevoked],
        "invite_to_group" => &[AlreadyInGroup],
        "change_group_role" => &[LastCoordinator, ParticipationState],
        "leave_group" => &[LastCoordinator, ParticipationState],
        "suspend_participant" | "resume_participant" => &[ParticipationState],
        id if id.starts_with("get_") && id.ends_with("_draft") => &[DraftMissing],
        id if id.starts_with("publish_") => &[
            DraftMissing,
            DraftUnchanged,
            VariablesUnresolved,
            DeviationsUnjustified,
        ],
        id if id.starts_with("merge_") => &[NothingNew, ConflictsOpen],
        "accept_amendment" => &[AmendmentSettled, ConflictsOpen],
        "add_group_use_case" => &[UseCaseKnown, UseCasesTooMany],
        "share_result" => &[FiguresReleased],
        "step_trial" => &[TrialState, AuthorDecides, NotPublished],
        "write_impacts" | "note" | "record_result" => &[TrialState],
        "plan_amendment" => &[AmendmentSettled],
        "comment_amendment" => &[CommentsTooMany],
        id if id.starts_with("amend_") => &[AmendmentsTooMany],
        "decline_amendment" | "withdraw_amendment" => &[AmendmentSettled],
        id if id.starts_with("discard_") => &[AlreadyPublished],
        id if id.starts_with("withdraw_") => &[NotPublished],
        id if id.starts_with("share_") => &[AlreadyShared, SharesTooMany],
        _ => &[],
    }
}
