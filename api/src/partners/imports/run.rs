//! A step of an import: some lines, each tried by itself, and what is reported of them.

use actix_web::web::Bytes;
use maillage_documents::Format;
use maillage_documents::lines::Content;
use maillage_domain::access::{Actor, Permitted, act, authorize};
use maillage_domain::commons::{
    Card, Charter, CharterBody, Experiment, KindName, Template, TemplateBody,
};
use maillage_domain::groups::GroupCharter;
use maillage_domain::identity::{InvitationSecret, Invitee, Staff};
use maillage_domain::partners::{Job, JobFile, JobKind, Progress, Yield};
use maillage_domain::value::{Digest, GroupId, InvitationId, ResourceId};
use maillage_infra::ambient::{self, Secret, SecretKind};
use maillage_infra::error::StoreError;
use maillage_infra::partners::{self as store, Role, Step};
use maillage_infra::store::Tx;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::jobs::ReportView;
use super::{Order, Waiting, purpose};
use crate::commons::bodies::{Documented, Exposed};
use crate::commons::views::{CardInput, ResourceInput};
use crate::groups::group::GroupInput;
use crate::http::problem::Place;
use crate::http::{Code, Problem, body};
use crate::identity::invitations::InvitationInput;

/// What became of a line.
#[derive(Debug, Serialize, Deserialize)]
struct Verdict {
    /// Its number in the file.
    line: u64,
    /// `created`, `valid` (a dry run would have), or `refused`.
    status: String,
    /// What was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// The token of the invitation that was made; only for who has the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// Which rules it breaks, and where.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    errors: Vec<Fault>,
}

/// A rule that a line breaks.
#[derive(Debug, Serialize, Deserialize)]
struct Fault {
    /// Where, in a line of JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    /// Where, in a table.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    code: String,
}

/// Where a cell is read from: its column, or its member.
fn fault(place: &Place, code: &str, table: bool) -> Fault {
    let at = match place {
        Place::Body(pointer) => pointer.as_str(),
        Place::Parameter(_) | Place::Header(_) => "",
    };
    let first = at.split('/').nth(1).filter(|name| !name.is_empty());
    let column = match first {
        Some("body" | "clauses" | "preamble" | "variables") => Some("text"),
        other => other,
    };
    Fault {
        pointer: (!table).then(|| at.to_owned()),
        column: column.filter(|_| table).map(str::to_owned),
        code: code.to_owned(),
    }
}

/// What is wrong with us rather than with the line: then nothing is said of the line.
fn of_ours(problem: &Problem) -> Option<StoreError> {
    match problem.code {
        Code::Unauthenticated => Some(StoreError::NotEntered),
        Code::Internal => Some(StoreError::Corrupt("a line of an import".to_owned())),
        code if code.status().is_server_error() => Some(StoreError::Unavailable),
        _ => None,
    }
}

/// Does the next lines of an import.
///
/// # Errors
/// When the database stands in the way; then the same lines are tried again.
pub async fn step(tx: &mut Tx, job: &Job) -> Result<Step, StoreError> {
    let corrupt = |error: serde_json::Error| StoreError::Corrupt(error.to_string());
    let order: Order = serde_json::from_value(job.input.clone()).map_err(corrupt)?;
    let key = (job.collectivity, job.id);
    let piece = store::piece(tx.db(), key, Role::Input, job.cursor).await?;
    let lines: Vec<Waiting> = serde_json::from_slice(&piece).map_err(corrupt)?;
    let mut report = tally(job);
    report.dry_run = order.dry_run;
    let mut said = Vec::new();
    let count = i64::try_from(lines.len()).unwrap_or(i64::MAX);
    for waiting in lines {
        let verdict = judge(tx, job.kind, &order, &waiting).await?;
        match verdict.code {
            None => report.accepted += 1,
            Some(_) => report.refused += 1,
        }
        serde_json::to_writer(&mut said, &verdict).map_err(corrupt)?;
        said.push(b'\n');
    }
    store::add_piece(tx, job, Role::Result, job.cursor, said).await?;
    let progress = Progress {
        done: job.progress.done + count,
        ..job.progress
    };
    let cursor = job.cursor + 1;
    let report = serde_json::to_value(&report).map_err(corrupt)?;
    if cursor < order.pieces {
        return Ok(Step::Going {
            cursor,
            progress,
            report,
        });
    }
    let file = JobFile {
        name: format!("{}-{}.jsonl", job.kind.as_str().replace('_', "-"), job.id),
        media_type: "application/x-ndjson".to_owned(),
        pieces: order.pieces,
    };
    Ok(Step::Done {
        progress,
        result: Yield {
            report,
            file: Some(file),
        },
    })
}

/// What was counted before.
fn tally(job: &Job) -> ReportView {
    let report = job.report.clone().map(serde_json::from_value);
    report.and_then(Result::ok).unwrap_or_default()
}

/// Tries a line, and keeps what it did unless it fails or this is a dry run.
async fn judge(
    tx: &mut Tx,
    kind: JobKind,
    order: &Order,
    waiting: &Waiting,
) -> Result<Verdict, StoreError> {
    let table = !matches!(waiting.line.content, Content::Json(_));
    let work = async |tx: &mut Tx| perform(tx, kind, order.kind, waiting).await;
    let mut verdict = Verdict {
        line: waiting.line.number,
        status: if order.dry_run { "valid" } else { "created" }.to_owned(),
        id: None,
        token: None,
        code: None,
        errors: Vec::new(),
    };
    match tx.attempt(!order.dry_run, work).await {
        Ok(id) => verdict.id = (!order.dry_run).then_some(id),
        Err(problem) => {
            if let Some(error) = of_ours(&problem) {
                return Err(error);
            }
            let errors = problem.errors.iter();
            "refused".clone_into(&mut verdict.status);
            verdict.code = Some(problem.code.slug().to_owned());
            verdict.errors = errors
                .map(|error| fault(&error.place, error.code, table))
                .collect();
        }
    }
    Ok(verdict)
}

/// Does what a line asks for, as its asker may do it by hand; gives the id of what was made.
async fn perform(
    tx: &mut Tx,
    kind: JobKind,
    of: Option<KindName>,
    waiting: &Waiting,
) -> Result<String, Problem> {
    let content = &waiting.line.content;
    if let Content::Unfit(rule, column) = content {
        let at = column.as_ref().map(|column| format!("/{column}"));
        let rule = crate::http::fields::known(rule);
        return Err(Problem::field(at.as_deref().unwrap_or_default(), rule));
    }
    match (kind, of) {
        (JobKind::ImportPeople, _) => invite(tx, read(content)?, waiting.token).await,
        (JobKind::ImportGroups, _) => form(tx, read(content)?).await,
        (JobKind::ImportResources, Some(KindName::Charter)) => {
            create::<Charter>(tx, content, |body, _| Ok(body)).await
        }
        (JobKind::ImportResources, Some(KindName::Template)) => {
            create::<Template>(tx, content, |body, cells| {
                Ok(TemplateBody {
                    purpose: purpose(cell(cells, "use"))?,
                    preamble: body.preamble,
                    variables: body.variables,
                    clauses: body.clauses,
                })
            })
            .await
        }
        (JobKind::ImportResources, Some(KindName::Experiment)) => {
            let unsupported = |_, _: &[(String, String)]| Err(Code::UnsupportedFile.into());
            create::<Experiment>(tx, content, unsupported).await
        }
        (JobKind::ImportResources, None) | (JobKind::ExportCollectivity, _) => {
            Err(Code::Internal.into())
        }
    }
}

fn cell<'a>(cells: &'a [(String, String)], name: &str) -> &'a str {
    let found = cells.iter().find(|(column, _)| column == name);
    found.map_or("", |(_, cell)| cell)
}

/// The cells as the JSON that says the same; lists have a bar between their items.
fn object(cells: &[(String, String)], but: &[&str]) -> Value {
    let cells = cells
        .iter()
        .filter(|(name, _)| !but.contains(&name.as_str()));
    let member = |(name, cell): &(String, String)| {
        let value = match name.as_str() {
            "tags" | "roles" => cell.split('|').map(str::trim).collect(),
            _ => Value::from(cell.as_str()),
        };
        (name.clone(), value)
    };
    Value::Object(cells.map(member).collect::<Map<_, _>>())
}

fn read<T: serde::de::DeserializeOwned>(content: &Content) -> Result<T, Problem> {
    match content {
        Content::Json(text) => body::parse(text.as_bytes()),
        Content::Cells(cells) => body::parse(object(cells, &[]).to_string().as_bytes()),
        Content::Unfit(..) => Err(Code::InvalidRequest.into()),
    }
}

fn staff<A: maillage_domain::access::Action>(
    actor: &Actor,
) -> Result<Permitted<A, Staff>, Problem> {
    let collectivity = actor.collectivity().ok_or(Problem::from(Code::Forbidden))?;
    Ok(authorize(actor, Staff { collectivity })?)
}

async fn invite(
    tx: &mut Tx,
    input: InvitationInput,
    token: Option<Digest>,
) -> Result<String, Problem> {
    let id = InvitationId(ambient::id());
    let digest = match token {
        Some(digest) => digest,
        // Of a dry run: nobody will ever have it.
        None => Secret::draw(SecretKind::Invitation)?.digest(),
    };
    let InvitationInput { email, name, roles } = input;
    let (invitee, now) = (Invitee { email, name, roles }, tx.now());
    let permitted = staff::<act::Invite>(tx.actor()?)?;
    tx.save(permitted.invite(invitee, InvitationSecret { id, digest }, now)?)
        .await?;
    Ok(id.to_string())
}

async fn form(tx: &mut Tx, input: GroupInput) -> Result<String, Problem> {
    let GroupInput { name, purpose } = input;
    let (id, now) = (GroupId(ambient::id()), tx.now());
    let permitted = staff::<act::FormGroup>(tx.actor()?)?;
    tx.save(permitted.form(id, GroupCharter { name, purpose }, now))
        .await?;
    Ok(id.to_string())
}

async fn create<K: Exposed>(
    tx: &mut Tx,
    content: &Content,
    shell: impl FnOnce(CharterBody, &[(String, String)]) -> Result<K::Body, Problem>,
) -> Result<String, Problem> {
    let (card, body) = match content {
        Content::Cells(cells) => {
            let card = object(cells, &["text", "use"]).to_string();
            let card: CardInput = body::parse(card.as_bytes())?;
            let text = cell(cells, "text").as_bytes();
            let read = maillage_documents::import(text, Format::Markdown)
                .map_err(|error| Problem::from(error).under("text"))?;
            (card, shell(read.body, cells)?)
        }
        content => {
            let input: ResourceInput<Documented<K>> = read(content)?;
            let ResourceInput {
                title,
                summary,
                tags,
                body,
            } = input;
            let card = CardInput {
                title,
                summary,
                tags,
            };
            (card, body.0)
        }
    };
    let CardInput {
        title,
        summary,
        tags,
    } = card;
    let card = Card {
        title,
        summary,
        tags,
    };
    let (id, now) = (ResourceId(ambient::id()), tx.now());
    let permitted = staff::<act::Create>(tx.actor()?)?;
    tx.save(permitted.create::<K>(id, card, body, now)?).await?;
    Ok(id.to_string())
}

/// A piece of the result, with the tokens that follow from `key` where invitations were made.
pub fn with_tokens(piece: Vec<u8>, key: Option<&str>) -> Bytes {
    let Some(key) = key else {
        return piece.into();
    };
    let mut shown = Vec::new();
    for line in piece
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
    {
        match serde_json::from_slice::<Verdict>(line) {
            Ok(mut verdict) if verdict.status == "created" => {
                let token = Secret::derive(SecretKind::Invitation, key, verdict.line);
                verdict.token = Some(token.reveal());
                if serde_json::to_writer(&mut shown, &verdict).is_err() {
                    shown.extend_from_slice(line);
                }
            }
            _ => shown.extend_from_slice(line),
        }
        shown.push(b'\n');
    }
    shown.into()
}
