//! Documents: a version as a file that people read, print and file.

use actix_web::HttpResponse;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LANGUAGE, CONTENT_TYPE, ETAG,
};
use futures::future::OptionFuture;
use maillage_documents::{Format, RENDERING};
use maillage_domain::access::act;
use maillage_domain::commons::document::{
    Annexes, Cover, Departures, Document, LANGUAGE, Owner, Reasoned,
};
use maillage_domain::commons::{Clausal, Justified, Version};
use maillage_domain::identity::fold;
use maillage_domain::value::{Digest, ResourceId};
use maillage_infra::commons::{self as store, Imprint, Origin};
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
    /// Whether the deviations that the version was published with, and why, stand at the end: for
    /// its owner only. Of what adapts nothing there are none.
    #[serde(default)]
    #[param(example = false)]
    deviations: bool,
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
    let (actor, ((seen, version), imprint, origin)) = ctx
        .read(async |db| {
            let (version, imprint, origin) = futures::join!(
                store::version::<K>(db, id, Some(number)),
                store::imprint::<K>(db, id, number),
                OptionFuture::from(query.deviations.then(|| store::origin::<K>(db, id, number)))
            );
            Ok((version?, imprint?, origin.transpose()?.flatten()))
        })
        .await?;
    let resource = ctx.authorize::<act::Read, _>(&actor, seen.resource)?;
    if query.deviations {
        // Why an imposed clause was departed from is told to its owner, like what is being written.
        ctx.authorize::<act::ReadDraft, _>(&actor, resource.into_subject())?;
    }
    let owner = Owner {
        siren: seen
            .owner
            .siren
            .parse()
            .map_err(|_| Problem::from(Code::Internal))?,
        name: seen.owner.name,
    };
    let slug = fold(&version.title).replace(' ', "-");
    let document = document::<K>(owner, version, &imprint, origin, query.locks);
    let tag = tag(RENDERING, &document, query.format);
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

/// The validator of a file, from everything that it depends on: it need not be made to be recognised.
fn tag(rendering: u32, document: &Document, format: Format) -> String {
    let seed = format!("{rendering} {document:?} {format}");
    format!("\"{}\"", Digest::of_bytes(seed.as_bytes()))
}

/// What the file will say.
fn document<K: Exposed<Body: Clausal>>(
    owner: Owner,
    version: Version<K::Body>,
    imprint: &Imprint,
    origin: Option<Origin>,
    locks: bool,
) -> Document {
    let day = imprint.published_on;
    let cover = Cover {
        title: version.title,
        owner,
        kind: K::NAME,
        version: version.number,
        digest: version.digest,
        published_on: day,
        adoption: None,
    };
    let row = |it: Justified| Reasoned {
        deviation: it.deviation,
        reason: it.reason.text.into(),
    };
    let departures = |origin: Origin| Departures {
        title: origin.title,
        owner: origin.owner,
        version: origin.version,
        rows: version.deviations.into_iter().map(row).collect(),
    };
    let annexes = Annexes {
        locks,
        deviations: origin.map(departures),
    };
    Document::of_version(cover, imprint.population, &version.body, annexes)
}

#[cfg(test)]
mod tests {
    use maillage_domain::commons::{CharterBody, KindName, Values};

    use super::*;

    #[test]
    fn another_rendering_of_the_same_is_another_file() {
        let cover = Cover {
            title: "Charte".to_owned(),
            owner: Owner {
                siren: "219501277".parse().unwrap(),
                name: "Cergy".to_owned(),
            },
            kind: KindName::Charter,
            version: 1,
            digest: Digest::ZERO,
            published_on: chrono::NaiveDate::default(),
            adoption: None,
        };
        let body = CharterBody {
            preamble: String::new(),
            variables: Vec::new(),
            clauses: Vec::new(),
        };
        let document = Document::new(cover, &body, &Values::default(), Annexes::default());
        let tags: Vec<_> = [(1, Format::Pdf), (2, Format::Pdf), (1, Format::Odt)]
            .map(|(rendering, format)| tag(rendering, &document, format))
            .into();
        assert_eq!(tags[0], tag(1, &document, Format::Pdf));
        assert_ne!(tags[0], tags[1]);
        assert_ne!(tags[0], tags[2]);
    }
}
