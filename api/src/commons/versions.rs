//! Versions: what was published, for ever; the digest is the ETag.

use chrono::{DateTime, Utc};
use maillage_domain::access::act;
use maillage_domain::commons::Version;
use maillage_domain::value::ResourceId;
use maillage_infra::commons::{self as store, VersionCard};
use serde::Serialize;
use utoipa::ToSchema;

use super::bodies::{Documented, Exposed};
use super::resources::seen;
use crate::ctx::Ctx;
use crate::http::page::{Start, limit};
use crate::http::{Answer, PageQuery, Tag};

/// A published version.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionView<B> {
    /// Its number, from 1 without gaps.
    #[schema(example = 1)]
    pub number: i32,
    /// The title the resource had then.
    #[schema(example = "Charte d'usage de l'IA (démo)")]
    pub title: String,
    /// What the publisher said of it.
    #[schema(example = "Première version.")]
    pub note: String,
    /// SHA-256 of the canonical JSON (RFC 8785) of `{kind, title, body}`.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub digest: String,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// The content.
    pub body: B,
}

impl<K: Exposed> VersionView<Documented<K>> {
    /// What everyone sees of a version who may see it.
    pub fn of(it: Version<K::Body>) -> Self {
        Self {
            number: it.number,
            title: it.title,
            note: it.note.as_str().to_owned(),
            digest: it.digest.to_string(),
            published_at: it.published_at,
            body: Documented::of(it.body),
        }
    }
}

/// A version without its content.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionCardView {
    /// Its number.
    #[schema(example = 1)]
    number: i32,
    /// The title the resource had then.
    #[schema(example = "Charte d'usage de l'IA (démo)")]
    title: String,
    /// What the publisher said of it.
    #[schema(example = "Première version.")]
    note: String,
    /// Its digest.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    digest: String,
    /// When it was published.
    published_at: DateTime<Utc>,
}

/// Lists the versions, newest first.
pub(super) async fn list<K: Exposed>(ctx: Ctx, id: ResourceId, page: PageQuery) -> Answer {
    let (limit, cursors) = (limit(page.limit)?, ctx.cursors());
    let start: Option<Start<i32>> = cursors.open(page.cursor.as_deref())?;
    let (actor, (seen, rows)) = ctx
        .read_list(start.as_ref(), limit, async |db, page| {
            let (seen, rows) = futures::join!(
                seen::<K>(db, id),
                store::versions::<K>(db, id, page.from, page.most)
            );
            Ok((seen?, rows?))
        })
        .await?;
    ctx.authorize::<act::Read, _>(&actor, seen.resource)?;
    let view = |it: VersionCard| VersionCardView {
        number: it.number,
        title: it.title,
        note: it.note,
        digest: it.digest.to_string(),
        published_at: it.published_at,
    };
    ctx.list(cursors.forward(rows, limit, |it| it.number, view)?)
}

/// Gives one version.
pub(super) async fn read<K: Exposed>(ctx: Ctx, id: ResourceId, number: i32) -> Answer {
    let (actor, (seen, version)) = ctx
        .read(async |db| store::version::<K>(db, id, Some(number)).await)
        .await?;
    ctx.authorize::<act::Read, _>(&actor, seen.resource)?;
    let tag = Tag::Digest(version.digest);
    ctx.show(&VersionView::<Documented<K>>::of(version), tag)
}
