//! L-1, L-5: every operation of the contract, asked by every kind of caller, on fresh things.
//!
//! What must be answered is computed from the policy (`gate`); the answers themselves are kept as
//! `matrix.txt`, for a person to read and review.

use futures::StreamExt as _;
use maillage_domain::access::Verb;
use reqwest::Method;

use super::ask::{Ask, Masked};
use super::cast::Cast;
use super::gate::{Caller, Expected, Gate};
use super::operations::{Operation, document, operations};
use super::recipes;
use super::stage::{Stage, app};
use crate::support::{Actor, Response};

const GOLDEN: &str = include_str!("matrix.txt");
const FRESH: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/it/access/matrix.txt.new"
);

const HEADER: &str = "\
What every operation answers to every caller
============================================

A line is an operation of the contract, with the right it asks for and what the thing asked for is
to the collectivity that owns it. A column is a caller:

  operator             runs the platform
  administrator … auditor
                       holds that one role in the collectivity that owns the thing
  client               software of the owner, with every scope, created by who holds every role there
  narrow_client        the same with the scope `read` and no other
  fellow               a director whose collectivity takes part in the owner's group
  suspended            a director whose collectivity is suspended from that group
  outsider             a director whose collectivity has nothing to do with the owner
  anonymous, garbage   without a token, with a token that is none
  revoked, logged_out  a director of the owner, with a token that has not expired, after their
                       membership was revoked, or after they have logged out

Where a thing is the caller's own (own collectivity, any live token), each caller has another one.
A cell is the status: 2xx done, 401 who are you, 403 known but not allowed, 404 not for you to know.
";

/// The operations that ask for no token. This list may only shrink.
const OPEN: [&str; 13] = [
    "GET /.well-known/jwks.json",
    "GET /.well-known/oauth-authorization-server",
    "GET /health/live",
    "GET /health/ready",
    "GET /metrics",
    "GET /v1/directory",
    "GET /v1/directory/{code}",
    "POST /oauth/introspect",
    "POST /oauth/revoke",
    "POST /oauth/token",
    "POST /v1/invitations/acceptances",
    "POST /v1/sessions",
    "POST /v1/sessions/refresh",
];

#[test]
fn only_the_doors_ask_for_no_token() {
    let public = operations().into_iter().filter(|one| one.public);
    let mut names: Vec<_> = public.map(|one| one.name()).collect();
    names.sort();
    assert_eq!(names, OPEN);
}

#[actix_web::test]
async fn every_operation_answers_every_caller_as_the_policy_says() {
    let stage = Stage::new(app().await).await;
    let cast = Cast::of(&stage).await;
    let (stage, cast) = (&stage, &cast);
    let lines: Vec<Line> = futures::stream::iter(operations())
        .map(|operation| async move { Line::of(stage, cast, operation).await })
        .buffered(4)
        .collect()
        .await;
    let wrong: Vec<_> = lines.iter().flat_map(|line| &line.wrong).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let matrix = matrix(&lines);
    if matrix != GOLDEN {
        std::fs::write(FRESH, &matrix).unwrap();
        let known: Vec<_> = GOLDEN.lines().collect();
        let new: Vec<_> = matrix
            .lines()
            .filter(|line| !known.contains(line))
            .collect();
        panic!("the answers and matrix.txt differ; see {FRESH}. New lines: {new:#?}");
    }
}

#[actix_web::test]
async fn a_grant_to_read_lets_read_and_nothing_else() {
    let stage = Stage::new(app().await).await;
    let by_newcomer = |operation: &Operation| match operation.pattern().as_str() {
        // Alike for everyone, or about things that are not shared.
        "POST /v1/{kind}"
        | "POST /v1/{kind}:bulk"
        | "POST /v1/{kind}/imports"
        | "GET /v1/{kind}"
        | "DELETE /v1/{kind}/{id}" => None,
        trial if trial.contains("/{id}/trial") || trial.contains("/{id}/results") => None,
        _ => operation.kind().map(|_| stage.newcomer.actor.clone()),
    };
    for operation in operations() {
        let Some(actor) = by_newcomer(&operation) else {
            continue;
        };
        let recipe = recipes::prepare(&stage, &operation).await;
        let answer = recipe.ask.by(&actor).await;
        let Gate::Right(verb, _) = recipe.gate else {
            panic!("{} asks for no right", operation.name());
        };
        let expected = if verb == Verb::Read { 200 } else { 403 };
        let status = answer.status.as_u16();
        assert_eq!(status, expected, "{}: {answer:?}", operation.name());
    }
}

/// A line of the matrix.
struct Line {
    operation: Operation,
    gate: Gate,
    statuses: Vec<u16>,
    wrong: Vec<String>,
}

impl Line {
    async fn of(stage: &Stage, cast: &Cast, operation: Operation) -> Self {
        let mut recipe = recipes::prepare(stage, &operation).await;
        let own_cast = match recipe.ends_session {
            true => Some(Cast::of(stage).await),
            false => None,
        };
        let cast = own_cast.as_ref().unwrap_or(cast);
        let mut line = Self {
            gate: recipe.gate,
            operation,
            statuses: Vec::new(),
            wrong: Vec::new(),
        };
        for (caller, actor) in cast.iter() {
            let answer = recipe.ask.by(actor).await;
            line.judge(caller, &answer);
            if line.operation.is_read() {
                line.look(caller, actor, &recipe.ask, &answer).await;
            }
            if answer.status == 404 {
                line.compare(stage, caller, actor, &recipe.ask, &answer)
                    .await;
            }
            let changed = answer.status.is_success() && !line.operation.is_read();
            if changed {
                recipe = recipes::prepare(stage, &line.operation).await;
            }
        }
        line
    }

    /// Notes the answer, and what is wrong with it.
    fn judge(&mut self, caller: Caller, answer: &Response) {
        let status = answer.status.as_u16();
        self.statuses.push(status);
        let expected = self.gate.expects(caller);
        let declared = &self.operation.spec["responses"][status.to_string()];
        let fits = match expected {
            Expected::Success => {
                answer.status.is_success() && declared.is_object() && self.is_kept_well(answer)
            }
            Expected::Problem(wanted) => wanted == status && is_bare(answer),
        };
        if !fits {
            let name = self.operation.name();
            let wrong = format!("{name} by {caller:?}: {expected:?}, not {answer:?}");
            self.wrong.push(wrong);
        }
    }

    /// Whether no cache gives the answer to somebody else (L-18).
    fn is_kept_well(&self, answer: &Response) -> bool {
        let control = answer.header("cache-control");
        let varies = answer.header("vary").contains("Authorization");
        let private = control.starts_with("private") || control == "no-store";
        varies && (private || self.gate == Gate::Open && control.starts_with("public"))
    }

    /// `HEAD` opens no window that `GET` does not.
    async fn look(&mut self, caller: Caller, actor: &Actor, ask: &Ask, answer: &Response) {
        let mut ask = ask.clone();
        ask.method = Method::HEAD;
        let head = ask.by(actor).await;
        if head.status != answer.status || !head.body.is_empty() {
            let name = self.operation.name();
            let wrong = format!("{name} by {caller:?}: {answer:?}, but HEAD {head:?}");
            self.wrong.push(wrong);
        }
    }

    /// What is hidden is answered as what does not exist.
    async fn compare(
        &mut self,
        stage: &Stage,
        caller: Caller,
        actor: &Actor,
        ask: &Ask,
        hidden: &Response,
    ) {
        let nowhere = ask.with_random_ids(&stage.app, &ask.names());
        let absent = nowhere.by(actor).await;
        if Masked::of(&absent) != Masked::of(hidden) {
            let name = self.operation.name();
            let wrong = format!("{name} by {caller:?}: {hidden:?}, but of a random id {absent:?}");
            self.wrong.push(wrong);
        }
    }
}

/// Whether a refusal says what it must and nothing else.
fn is_bare(answer: &Response) -> bool {
    let body = answer.json();
    let code = match answer.status.as_u16() {
        401 => "unauthenticated",
        403 => "forbidden",
        _ => "not_found",
    };
    let challenge = answer.header("www-authenticate");
    let challenged = challenge.starts_with("Bearer ") == (answer.status == 401);
    body["code"] == code
        && body.get("errors").is_none()
        && challenged
        && answer.header("content-type") == "application/problem+json"
        && answer.header("cache-control") == "no-store"
}

/// A line of text: the operation, what it asks for, and a cell under the heading of each caller.
fn row<'a>(first: &str, second: &str, cells: impl Iterator<Item = &'a str>) -> String {
    let mut row = format!("{first:<58}  {second:<37}");
    for (cell, caller) in cells.zip(Caller::all()) {
        row.push_str(&format!("  {cell:<width$}", width = caller.heading().len()));
    }
    format!("{}\n", row.trim_end())
}

fn matrix(lines: &[Line]) -> String {
    let mut matrix = HEADER.to_owned();
    let mut tag = "";
    let tags = document()["tags"].as_array().unwrap();
    let place = |line: &&Line| {
        tags.iter()
            .position(|tag| tag["name"] == line.operation.tag.as_str())
    };
    let mut lines: Vec<&Line> = lines.iter().collect();
    lines.sort_by_key(place);
    for line in lines {
        if line.operation.tag != tag {
            tag = &line.operation.tag;
            let callers = Caller::all();
            let headings = callers.iter().map(|caller| caller.heading());
            matrix.push_str(&format!("\n{}", row(tag, "asks for", headings)));
        }
        let statuses: Vec<_> = line.statuses.iter().map(u16::to_string).collect();
        let cells = statuses.iter().map(String::as_str);
        matrix.push_str(&row(&line.operation.name(), &line.gate.words(), cells));
    }
    matrix
}
