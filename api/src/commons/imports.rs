//! Imports: a file that an office has written becomes a draft.
//!
//! The file is read before any transaction begins, in the turns of documents: it is work for the
//! processor, and what it takes is bounded by `maillage_documents::limits`.

use maillage_documents::{ImportError, Imported};
use maillage_domain::access::act;
use maillage_domain::commons::{
    Card, Charter, CharterBody, Clausal, Template, TemplateBody, TemplateUse, reread,
};
use maillage_domain::value::{Line, Prose, ResourceId};
use maillage_infra::commons as store;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use super::bodies::{Exposed, TemplateUseSchema};
use super::{drafts, resources};
use crate::ctx::Ctx;
use crate::http::problem::Place;
use crate::http::{Answer, Code, File, Problem};

/// A kind whose resources may begin as files.
pub trait Importable: Exposed<Body: Clausal> {
    /// What the file does not say.
    type Query: DeserializeOwned + IntoParams;

    /// The title that is asked for, and what makes a body of the parts that were read.
    fn shell(query: Self::Query) -> (Option<Line<200>>, impl FnOnce(CharterBody) -> Self::Body);
}

/// How a charter is to be named.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CharterImportQuery {
    /// Its title; else the title of the file, else its first heading.
    #[param(value_type = Option<String>, min_length = 1, max_length = 200, example = "Charte d'usage de l'IA")]
    title: Option<Line<200>>,
}

/// How a template is to be named, and what it is for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TemplateImportQuery {
    /// Its title; else the title of the file, else its first heading.
    #[param(value_type = Option<String>, min_length = 1, max_length = 200, example = "Clauses d'achat d'IA")]
    title: Option<Line<200>>,
    /// What it is a template of.
    #[serde(rename = "use")]
    #[param(value_type = TemplateUseSchema, example = "procurement")]
    purpose: TemplateUse,
}

impl Importable for Charter {
    type Query = CharterImportQuery;

    fn shell(query: Self::Query) -> (Option<Line<200>>, impl FnOnce(CharterBody) -> CharterBody) {
        (query.title, |body| body)
    }
}

impl Importable for Template {
    type Query = TemplateImportQuery;

    fn shell(query: Self::Query) -> (Option<Line<200>>, impl FnOnce(CharterBody) -> TemplateBody) {
        let purpose = query.purpose;
        let body = move |read: CharterBody| TemplateBody {
            purpose,
            preamble: read.preamble,
            variables: read.variables,
            clauses: read.clauses,
        };
        (query.title, body)
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        let rule = match error {
            ImportError::Body(found) => {
                return Self::violations(found).as_code(Code::FileRefused);
            }
            ImportError::Format => "import_format",
            ImportError::TooLarge => "import_too_large",
            ImportError::UnpacksTooLarge => "import_unpacks_too_large",
            ImportError::TooManyParts => "import_too_many_parts",
            ImportError::TooDeep => "import_too_deep",
            ImportError::Malformed => "import_malformed",
            ImportError::Doctype => "import_doctype",
            ImportError::Encrypted => "import_encrypted",
            ImportError::NoHeadings => "import_without_headings",
        };
        Self::field("", rule).as_code(Code::FileRefused)
    }
}

/// Reads a file when its turn has come.
async fn read(ctx: &Ctx, file: File) -> Result<Imported, Problem> {
    let read = move || maillage_documents::import(&file.bytes, file.format);
    Ok(ctx.state().documents.take(read).await??)
}

/// The title of what was read: the file's own, or else its first heading.
fn title(own: Option<String>, body: &CharterBody) -> Result<Line<200>, Problem> {
    let first = body.clauses.first().map(|clause| clause.title.clone());
    let title = own.or(first).unwrap_or_default();
    let place = Place::Parameter("title".to_owned());
    title
        .try_into()
        .map_err(|_| Problem::at(Code::FileRefused, place, "import_title"))
}

/// Starts a resource of kind `K` whose first draft says what the file says.
pub(super) async fn create<K: Importable>(ctx: Ctx, query: K::Query, file: File) -> Answer {
    let (asked, shell) = K::shell(query);
    let Imported { title: own, body } = read(&ctx, file).await?;
    let card = Card {
        title: asked.map_or_else(|| title(own, &body), Ok)?,
        summary: Prose::default(),
        tags: Vec::new(),
    };
    resources::begin::<K>(ctx, card, shell(body)).await
}

/// Replaces the draft by what the file says, or begins one; what a file cannot say stays.
pub(super) async fn write<K: Importable>(ctx: Ctx, id: ResourceId, file: File) -> Answer {
    let Imported { body: read, .. } = read(&ctx, file).await?;
    ctx.write(async |tx| {
        let bench = store::find_for_update::<K>(tx, id).await?;
        let permitted = ctx.authorize::<act::Write, _>(tx.actor()?, bench)?;
        drafts::require(&ctx, permitted.subject().draft.as_ref())?;
        let text = permitted.subject().text();
        // Nothing was ever begun without a text.
        let text = text.ok_or(Problem::from(Code::Internal))?;
        let body = reread(text, read);
        let now = tx.now();
        let drafted = tx.save(permitted.write(body, now)?).await?;
        drafts::reply::<K>(id, drafted)
    })
    .await
}
