//! Imports: a file of lines becomes a job that does, line by line, what each asks for.
//!
//! The file is told apart while its sender waits, so that a wrong heading is refused at once; what a
//! line says is read when its turn comes, with the rights of that moment. The lines of one step, their
//! effects and what is reported of them are one transaction: none is ever done twice.

mod run;

use actix_web::post;
use maillage_documents::lines::{Column, Line, Writing, lines};
use maillage_domain::commons::{KindName, TemplateUse};
use maillage_domain::partners::{Job, JobError, JobKind};
use maillage_domain::value::{Digest, JobId};
use maillage_infra::ambient::{self, Secret, SecretKind};
use maillage_infra::partners::{self as store, Role};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::jobs::JobView;
use crate::ctx::Ctx;
use crate::http::file::TableSchema;
use crate::http::problem::Place;
use crate::http::{Answer, Code, Lines, Params, Problem, Reply, Tag};

pub use run::{step, with_tokens};

/// Lines that are done in one step, at most.
const LINES: usize = 25;
/// Bytes of them, unless one line has more.
const BYTES: usize = 512 * 1024;

/// What an import was asked to do, kept with its job.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Order {
    /// Of which kind the resources are to be.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    kind: Option<KindName>,
    /// Whether nothing is to be kept.
    dry_run: bool,
    /// In how many pieces the lines are kept.
    pieces: i64,
    /// The digest of the key to the tokens that come of it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    key: Option<Digest>,
}

/// A line as it waits.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Waiting {
    line: Line,
    /// The digest of the token that its invitation will have.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    token: Option<Digest>,
}

/// Whether to try only.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ImportQuery {
    /// Whether nothing is to be kept: the report says what would have become of each line.
    #[serde(default)]
    #[param(required = false, default = false, example = true)]
    dry_run: bool,
}

/// A kind of resource.
#[derive(ToSchema)]
#[schema(as = ImportedKind, rename_all = "snake_case")]
#[expect(dead_code, reason = "only documents the kinds")]
pub enum ImportedKindSchema {
    /// Charters.
    Charter,
    /// Templates.
    Template,
    /// Experiments: as JSON lines only.
    Experiment,
}

/// What the lines are to become.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ResourceImportQuery {
    /// Of which kind the resources are.
    #[param(value_type = ImportedKindSchema, inline, example = "charter")]
    kind: KindName,
    /// Whether nothing is to be kept: the report says what would have become of each line.
    #[serde(default)]
    #[param(required = false, default = false, example = true)]
    dry_run: bool,
}

/// An import that was just asked for.
#[derive(Serialize, ToSchema)]
pub struct ImportView {
    /// The job that does it.
    #[serde(flatten)]
    job: JobView,
    /// The key to the tokens of the invitations, shown only here: send it as `Result-Key` when you
    /// download the result. Null where there are none.
    #[schema(example = "mlg_rk_5cJ0kQ0Zr3tX7bN2sY5uH8cD1fG4jL6mP0qR3vW7xZ2")]
    result_key: Option<String>,
}

const fn column(name: &'static str, required: bool) -> Column {
    Column {
        name,
        required,
        prose: false,
    }
}

const fn prose(name: &'static str, required: bool) -> Column {
    Column {
        name,
        required,
        prose: true,
    }
}

/// The columns of a table of each sort.
fn columns(kind: JobKind, of: Option<KindName>) -> &'static [Column] {
    const CHARTERS: &[Column] = &[
        column("title", true),
        column("summary", false),
        column("tags", false),
        prose("text", true),
    ];
    const TEMPLATES: &[Column] = &[
        column("title", true),
        column("summary", false),
        column("tags", false),
        column("use", true),
        prose("text", true),
    ];
    const PEOPLE: &[Column] = &[
        column("email", true),
        column("name", true),
        column("roles", true),
    ];
    const GROUPS: &[Column] = &[column("name", true), column("purpose", false)];
    match (kind, of) {
        (JobKind::ImportResources, Some(KindName::Template)) => TEMPLATES,
        (JobKind::ImportResources, _) => CHARTERS,
        (JobKind::ImportPeople, _) => PEOPLE,
        (JobKind::ImportGroups, _) => GROUPS,
        // It takes no table.
        (JobKind::ExportCollectivity, _) => &[],
    }
}

impl From<JobError> for Problem {
    fn from(error: JobError) -> Self {
        match error {
            JobError::Ended => Code::JobEnded.into(),
            JobError::TooMany => Code::JobsTooMany.into(),
        }
    }
}

/// The lines in the pieces of one step each.
fn pieces(lines: Vec<Line>, key: Option<&Secret>) -> Result<Vec<Vec<u8>>, Problem> {
    let (mut all, mut piece, mut bytes) = (Vec::new(), Vec::new(), 0);
    let whole =
        |piece: &Vec<Waiting>| serde_json::to_vec(piece).map_err(|_| Problem::from(Code::Internal));
    for line in lines {
        let size = format!("{:?}", line.content).len();
        if !piece.is_empty() && (piece.len() >= LINES || bytes + size > BYTES) {
            all.push(whole(&piece)?);
            (piece, bytes) = (Vec::new(), 0);
        }
        bytes += size;
        let token =
            key.map(|key| Secret::derive(SecretKind::Invitation, key.seed(), line.number).digest());
        piece.push(Waiting { line, token });
    }
    all.push(whole(&piece)?);
    Ok(all)
}

async fn import(
    ctx: Ctx,
    kind: JobKind,
    of: Option<KindName>,
    dry_run: bool,
    file: Lines,
) -> Answer {
    if of == Some(KindName::Experiment) && file.writing == Writing::Csv {
        return Err(Code::UnsupportedFile.into());
    }
    let read = lines(&file.bytes, file.writing, columns(kind, of));
    ctx.write(async |tx| {
        let commission = ctx.commission(tx.actor()?, kind)?;
        // Nobody learns of a file's faults who may not import it.
        let lines = read
            .map_err(|error| Problem::field("", crate::http::fields::known(&error.to_string())))?;
        let total = i64::try_from(lines.len()).unwrap_or(i64::MAX);
        let key =
            (kind == JobKind::ImportPeople && !dry_run).then(|| Secret::draw(SecretKind::Result));
        let key = key.transpose()?;
        let pieces = pieces(lines, key.as_ref())?;
        let order = Order {
            kind: of,
            dry_run,
            pieces: i64::try_from(pieces.len()).unwrap_or(i64::MAX),
            key: key.as_ref().map(Secret::digest),
        };
        let input = serde_json::to_value(order).map_err(|_| Problem::from(Code::Internal))?;
        let open = store::open_jobs(tx, ctx.home()).await?;
        let (id, now) = (JobId(ambient::id()), tx.now());
        let asked = commission.ask(id, input, Some(total), open, now)?;
        let job: Job = store::ask(tx, asked, &ctx.caller()).await?;
        for (number, piece) in (0..).zip(pieces) {
            store::add_piece(tx, &job, Role::Input, number, piece).await?;
        }
        let tag = Tag::Revision(job.revision);
        let view = ImportView {
            job: JobView::of(tx.actor()?, job, now),
            result_key: key.map(Secret::reveal),
        };
        Ok(Reply::accepted(format!("/v1/jobs/{id}"), &view)?.tagged(tag))
    })
    .await
}

/// Starts resources from the lines of a file, as a job.
///
/// A table of charters has the columns `title`, `summary`, `tags` (with `|` between) and `text` (in
/// Markdown, a clause for each heading); one of templates `use` as well. A JSON line says what `POST`
/// of the kind takes.
#[utoipa::path(
    tag = "Jobs",
    params(ResourceImportQuery),
    request_body(content((TableSchema = "text/csv"), (TableSchema = "application/x-ndjson"))),
    responses((status = 202, body = ImportView, description = "Asked for: the job tells how far it is."))
)]
#[post("/v1/resource-imports")]
pub async fn import_resources(ctx: Ctx, query: Params<ResourceImportQuery>, file: Lines) -> Answer {
    let ResourceImportQuery { kind, dry_run } = query.0;
    import(ctx, JobKind::ImportResources, Some(kind), dry_run, file).await
}

/// Offers memberships to the people of a file, as a job.
///
/// A table has the columns `email`, `name` and `roles` (with `|` between); a JSON line says what
/// `POST /v1/invitations` takes.
#[utoipa::path(
    tag = "Jobs",
    params(ImportQuery),
    request_body(content((TableSchema = "text/csv"), (TableSchema = "application/x-ndjson"))),
    responses((status = 202, body = ImportView, description = "Asked for: the job tells how far it is."))
)]
#[post("/v1/invitation-imports")]
pub async fn import_people(ctx: Ctx, query: Params<ImportQuery>, file: Lines) -> Answer {
    import(ctx, JobKind::ImportPeople, None, query.0.dry_run, file).await
}

/// Forms groups from the lines of a file, as a job; you coordinate them.
///
/// A table has the columns `name` and `purpose`; a JSON line says what `POST /v1/groups` takes.
#[utoipa::path(
    tag = "Jobs",
    params(ImportQuery),
    request_body(content((TableSchema = "text/csv"), (TableSchema = "application/x-ndjson"))),
    responses((status = 202, body = ImportView, description = "Asked for: the job tells how far it is."))
)]
#[post("/v1/group-imports")]
pub async fn import_groups(ctx: Ctx, query: Params<ImportQuery>, file: Lines) -> Answer {
    import(ctx, JobKind::ImportGroups, None, query.0.dry_run, file).await
}

/// Refuses a key that is not the one shown when `job` was asked for.
///
/// # Errors
/// When it is another.
pub fn check_key(job: &Job, key: &str) -> Result<(), Problem> {
    let order = serde_json::from_value::<Order>(job.input.clone());
    let own = order.ok().and_then(|order| order.key);
    match own == Some(Digest::of_bytes(key.as_bytes())) {
        true => Ok(()),
        false => Err(Problem::at(
            Code::InvalidRequest,
            Place::Header("Result-Key"),
            "result_key_wrong",
        )),
    }
}

/// A template's use, as a cell names it.
fn purpose(cell: &str) -> Result<TemplateUse, Problem> {
    serde_json::from_value(cell.into()).map_err(|_| Problem::field("/use", "invalid_value"))
}
