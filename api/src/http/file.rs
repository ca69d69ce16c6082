//! Files as bodies: bounded, of a format that is read, told apart by their media type.

use std::future::Future;
use std::pin::Pin;

use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, dev::Payload};
use maillage_documents::lines::Writing;
use maillage_documents::{Format, limits};
use maillage_domain::value::Digest;
use utoipa::ToSchema;

use super::body::{self, BodyDigest, Bound, MAX_BODY};
use super::{Code, Problem};

/// A file as it was sent.
#[derive(Debug)]
pub struct File {
    /// Its bytes.
    pub bytes: Bytes,
    /// What it says it is.
    pub format: Format,
}

/// A table as it was sent.
#[derive(Debug)]
pub struct Table(pub Bytes);

/// Lines to import, as they were sent.
#[derive(Debug)]
pub struct Lines {
    /// Their bytes.
    pub bytes: Bytes,
    /// How they are written.
    pub writing: Writing,
}

/// The bytes of a file.
#[derive(ToSchema)]
#[schema(as = File, value_type = String, format = Binary, example = "(octets)")]
#[expect(dead_code, reason = "only documents files")]
pub struct FileSchema(Vec<u8>);

/// A text in Markdown, a clause for each heading.
#[derive(ToSchema)]
#[schema(as = MarkdownFile, value_type = String, example = "# Objet\n\nLa charte vaut pour tous.")]
#[expect(dead_code, reason = "only documents files")]
pub struct MarkdownSchema(String);

/// A table, its first line the headings; separated by semicolons, tabs or commas.
#[derive(ToSchema)]
#[schema(as = TableFile, value_type = String, example = "groupe;valeur\nessai;18,5\nessai;21\ntémoin;24\ntémoin;26,5\n")]
#[expect(dead_code, reason = "only documents tables")]
pub struct TableSchema(String);

/// The format that a body says it has.
fn format(request: &HttpRequest) -> Option<Format> {
    let said = body::essence(request);
    let mut read = Format::ALL.iter().filter(|format| format.is_read());
    let found = read.find(|format| {
        let known = format.media_type().split(';').next();
        known.is_some_and(|known| known.eq_ignore_ascii_case(said))
    });
    found.copied()
}

async fn read(request: HttpRequest, payload: Payload) -> Result<File, Problem> {
    let format = format(&request).ok_or(Problem::from(Code::UnsupportedFile))?;
    let bound = Bound {
        most: limits::FILE,
        beyond: Code::FileTooLarge,
        broken: Code::InvalidRequest,
    };
    let bytes = body::collect(&request, payload, bound).await?.freeze();
    note(&request, format.as_str(), &bytes);
    Ok(File { bytes, format })
}

async fn read_table(request: HttpRequest, payload: Payload) -> Result<Table, Problem> {
    if !body::essence(&request).eq_ignore_ascii_case("text/csv") {
        return Err(Code::UnsupportedFile.into());
    }
    let bound = Bound {
        most: MAX_BODY,
        beyond: Code::PayloadTooLarge,
        broken: Code::InvalidRequest,
    };
    let bytes = body::collect(&request, payload, bound).await?.freeze();
    note(&request, "csv", &bytes);
    Ok(Table(bytes))
}

async fn read_lines(request: HttpRequest, payload: Payload) -> Result<Lines, Problem> {
    let essence = body::essence(&request);
    let known = [
        ("text/csv", Writing::Csv),
        ("application/x-ndjson", Writing::Jsonl),
    ];
    let writing = known
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(essence));
    let (name, writing) = *writing.ok_or(Problem::from(Code::UnsupportedFile))?;
    let bound = Bound {
        most: MAX_BODY,
        beyond: Code::PayloadTooLarge,
        broken: Code::InvalidRequest,
    };
    let bytes = body::collect(&request, payload, bound).await?.freeze();
    note(&request, name, &bytes);
    Ok(Lines { bytes, writing })
}

/// Notes what a retry is recognised by: the same bytes mean something else in another format, or
/// with other parameters.
fn note(request: &HttpRequest, format: &str, bytes: &[u8]) {
    let query = request.query_string();
    let whole = format!("{format}\n{query}\n{}", Digest::of_bytes(bytes));
    let digest = BodyDigest(Digest::of_bytes(whole.as_bytes()));
    request.extensions_mut().insert(digest);
}

impl FromRequest for File {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        Box::pin(read(request.clone(), payload.take()))
    }
}

impl FromRequest for Table {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        Box::pin(read_table(request.clone(), payload.take()))
    }
}

impl FromRequest for Lines {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        Box::pin(read_lines(request.clone(), payload.take()))
    }
}
