//! Search: full text over what the caller may see, across kinds.

use actix_web::get;
use chrono::{DateTime, Utc};
use maillage_domain::access::act;
use maillage_domain::commons::KindName;
use maillage_domain::value::ResourceId;
use maillage_infra::commons::{self as store, Hit, MARK_END, MARK_START};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::ctx::Ctx;
use crate::http::page::{Start, limit};
use crate::http::{Answer, Page, Params, Problem};
use crate::identity::values::CollectivityRef;

/// The longest text to look for, in characters.
const MAX_TEXT: usize = 200;

/// What to look for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SearchQuery {
    /// Words; `"in quotes"`, `or` and `-without` are understood.
    #[param(min_length = 1, max_length = 200, example = "contrôle humain")]
    q: String,
    /// Only this kind.
    #[param(value_type = Option<String>, example = "charter")]
    kind: Option<KindName>,
    /// How many items at most: 1 to 100, 20 by default.
    #[param(minimum = 1, maximum = 100, example = 20)]
    limit: Option<u32>,
    /// Where to go on: `next` of the page before.
    cursor: Option<String>,
}

/// Where the words stand: HTML-escaped, each found word in `<mark>`.
#[derive(Debug, Serialize, ToSchema)]
pub struct HighlightsView {
    /// In the title.
    #[schema(example = "Charte d'usage (démo)")]
    title: String,
    /// In the text.
    #[schema(example = "un <mark>contrôle</mark> <mark>humain</mark> avant tout usage")]
    text: String,
}

/// A resource that was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct HitView {
    /// Its id.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000006")]
    id: String,
    /// Its kind.
    #[schema(example = "charter")]
    kind: &'static str,
    /// Its address.
    #[schema(example = "/v1/charters/019acb5e-0000-7000-8000-000000000006")]
    href: String,
    /// Whose it is.
    owner: CollectivityRef,
    /// Its title.
    #[schema(example = "Charte d'usage (démo)")]
    title: String,
    /// Whether it was found in your draft rather than in what is published.
    #[schema(example = false)]
    draft: bool,
    /// Where the words stand.
    highlights: HighlightsView,
    /// When what you see of it last changed.
    updated_at: DateTime<Utc>,
}

/// Escapes for HTML and turns the marks of the store into elements.
fn highlight(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            MARK_START => html.push_str("<mark>"),
            MARK_END => html.push_str("</mark>"),
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}

fn view(it: Hit) -> HitView {
    HitView {
        href: format!("/v1/{}/{}", it.kind.plural(), it.id),
        id: it.id.to_string(),
        kind: it.kind.as_str(),
        owner: it.owner.into(),
        title: it.title.replace([MARK_START, MARK_END], ""),
        draft: it.draft,
        highlights: HighlightsView {
            title: highlight(&it.title),
            text: highlight(&it.extract),
        },
        updated_at: it.updated_at,
    }
}

/// Searches everything you may see, the best first; French stems, accents ignored.
///
/// Of a search that fits very much, the best 1,000 documents are listed; a total counts those.
#[utoipa::path(tag = "Commons", params(SearchQuery), responses((status = 200, body = Page<HitView>)))]
#[get("/v1/search")]
pub async fn search(ctx: Ctx, query: Params<SearchQuery>) -> Answer {
    let SearchQuery {
        q,
        kind,
        limit: asked,
        cursor,
    } = query.0;
    if q.trim().is_empty() {
        return Err(Problem::parameter("q", "query_empty"));
    }
    if q.chars().count() > MAX_TEXT {
        return Err(Problem::parameter("q", "query_too_long"));
    }
    let (limit, cursors) = (limit(asked)?, ctx.cursors());
    let start: Option<Start<(f32, ResourceId)>> = cursors.open(cursor.as_deref())?;
    let (actor, rows) = ctx
        .read_list(start.as_ref(), limit, async |db, page| {
            store::search(db, &q, kind, page.from, page.most).await
        })
        .await?;
    ctx.within_scope::<act::Read>(&actor)?;
    ctx.list(cursors.forward(rows, limit, |it| (it.rank, it.id), view)?)
}
