//! Documents: a version as a file that people read, print and file.

use actix_web::HttpResponse;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LANGUAGE, CONTENT_TYPE, ETAG,
};
use maillage_documents::Format;
use maillage_domain::access::act;
use maillage_domain::commons::document::{Annexes, Cover, Document, LANGUAGE, Owner};
use maillage_domain::commons::{Clausal, Values, Version};
use maillage_domain::identity::fold;
use maillage_domain::value::{Digest, ResourceId};
use maillage_infra::commons::{self as store, Imprint};
use serde::{Deserialize, Deserializer};
use utoipa::{IntoParams, ToSchema};

use super::bodies::Exposed;
use crate::ctx::Ctx;
use crate::http::{Answer, Code, Problem, condition};

/// Which document.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DocumentQuery {
    /// The format of the file.
    #[serde(deserialize_with = "format")]
    #[param(inline, value_type = DocumentFormatSchema, example = "pdf")]
    format: Format,
    /// Whether a table of what adapters may change stands at the end.
    #[serde(default)]
    #[param(example = false)]
    locks: bool,
}

/// The format of a file.
#[derive(ToSchema)]
#[schema(as = DocumentFormat, rename_all = "snake_case")]
pub enum DocumentFormatSchema {
    /// Markdown.
    Md,
    /// A page of HTML that stands alone.
    Html,
    /// PDF/UA-1 and PDF/A-2a.
    Pdf,
    /// OpenDocument text.
    Odt,
    /// Office Open XML text.
    Docx,
}

fn format<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Format, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}

/// Gives version `number` as a document.
pub(super) async fn read<K>(ctx: Ctx, id: ResourceId, number: i32, query: DocumentQuery) -> Answer
where
    K: Exposed<Body: Clausal>,
{
    let (actor, ((seen, version), imprint)) = ctx
        .read(async |db| {
            let (version, imprint) = futures::join!(
                store::version::<K>(db, id, Some(number)),
                store::imprint::<K>(db, id, number)
            );
            Ok((version?, imprint?))
        })
        .await?;
    ctx.authorize::<act::Read, _>(&actor, seen.resource)?;
    let owner = Owner {
        siren: seen
            .owner
            .siren
            .parse()
            .map_err(|_| Problem::from(Code::Internal))?,
        name: seen.owner.name,
    };
    let slug = fold(&version.title).replace(' ', "-");
    let document = document::<K>(owner, version, &imprint, query.locks);
    // Everything that the file depends on, so that it need not be made to be recognised.
    let seed = format!("{document:?} {}", query.format);
    let tag = format!("\"{}\"", Digest::of_bytes(seed.as_bytes()));
    if condition::is_known(ctx.request(), &tag) {
        return Ok(HttpResponse::NotModified()
            .insert_header((ETAG, tag))
            .finish());
    }
    let format = query.format;
    let made = ctx
        .state()
        .documents
        .take(move || maillage_documents::render(&document, format))
        .await?;
    let bytes = made.map_err(|error| {
        tracing::error!(%error, "a document could not be made");
        Problem::from(Code::Internal)
    })?;
    let name: String = slug.chars().take(80).collect();
    let disposition = format!("attachment; filename=\"{name}-v{number}.{format}\"");
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, format.media_type()))
        .insert_header((CONTENT_LANGUAGE, LANGUAGE))
        .insert_header((CONTENT_DISPOSITION, disposition))
        .insert_header((CACHE_CONTROL, "private, no-cache"))
        .insert_header((ETAG, tag))
        .body(bytes))
}

/// What the file will say.
fn document<K: Exposed<Body: Clausal>>(
    owner: Owner,
    version: Version<K::Body>,
    imprint: &Imprint,
    locks: bool,
) -> Document {
    let day = imprint.published_on;
    let values = Values::built_in(&owner.name, &owner.siren, imprint.population, day);
    let values = values.with_defaults(version.body.outline().variables);
    let cover = Cover {
        title: version.title,
        owner,
        kind: K::NAME,
        version: version.number,
        digest: version.digest,
        published_on: day,
        adoption: None,
    };
    let annexes = Annexes {
        locks,
        deviations: None,
    };
    Document::new(cover, &version.body, &values, annexes)
}
