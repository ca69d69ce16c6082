//! Pages: keyset pagination with opaque cursors, bound to the caller and the filters.
//!
//! A total costs as much as it counts, so it is for those who prefer to have it (RFC 7240,
//! `return=total-count`). It is counted with the very query that gives the page, and in the same
//! round trip: what a list does not show, its total does not betray.

use actix_web::HttpRequest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use maillage_infra::error::StoreError;
use maillage_infra::identity::Keys;
use maillage_infra::store::{Db, Tally};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Code, Problem, prefer};

/// How many items a page has unless asked otherwise.
pub const DEFAULT_LIMIT: u32 = 20;
/// How many at most.
pub const MAX_LIMIT: u32 = 100;
/// How far a total is counted.
pub const MAX_TOTAL: u32 = 10_000;

/// Which page.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// How many items at most: 1 to 100, 20 by default.
    #[param(minimum = 1, maximum = 100, example = 20)]
    pub limit: Option<u32>,
    /// Where to go on: `next` or `prev` of another page of the same list.
    pub cursor: Option<String>,
}

/// Which page, or the whole as a table.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// How many items at most: 1 to 100, 20 by default. A table without `limit` and `cursor` is whole.
    #[param(minimum = 1, maximum = 100, example = 20)]
    pub limit: Option<u32>,
    /// Where to go on: `next` or `prev` of another page of the same list.
    pub cursor: Option<String>,
    /// Whether a CSV starts with a byte order mark, as some spreadsheets need it: yes by default.
    #[param(example = true)]
    pub bom: Option<bool>,
}

/// A page of a list.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The items.
    #[schema(max_items = 100)]
    pub items: Vec<T>,
    /// The cursor of the page after this one; null on the last.
    #[schema(example = "tIUa3kP0mYw0Qp7dC1nE2Q")]
    pub next: Option<String>,
    /// The cursor of the page before this one; null on the first.
    #[schema(example = "mYw0Qp7dC1nE2QtIUa3kP0")]
    pub prev: Option<String>,
    /// How many items all pages have together; null unless `Prefer: return=total-count` asks for it.
    pub total: Option<TotalView>,
}

/// How many items a list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TotalView {
    /// How many were counted: at most 10,000.
    #[schema(maximum = 10_000, example = 42)]
    pub count: u32,
    /// Whether these are all. When false there are more, and `count` is how many at least.
    #[schema(example = true)]
    pub exact: bool,
}

impl TotalView {
    fn of(counted: u32) -> Self {
        Self {
            count: counted.min(MAX_TOTAL),
            exact: counted <= MAX_TOTAL,
        }
    }
}

/// Which rows of a list are asked for.
#[derive(Clone, Debug)]
pub struct Window<P> {
    /// The row before the first; none for the beginning.
    pub from: Option<P>,
    /// Whether they lie before that row instead.
    pub back: bool,
    /// How many at most.
    pub most: i64,
}

/// Asks a list for the page at `start`, with a row to spare, and for the total if the caller of
/// `request` prefers it; both at once.
///
/// # Errors
/// What `list` fails with.
pub async fn ask<P: Clone, T>(
    db: Db<'_>,
    request: &HttpRequest,
    start: Option<&Start<P>>,
    limit: u32,
    list: impl AsyncFn(Db<'_>, Window<P>) -> Result<T, StoreError>,
) -> Result<(T, Option<TotalView>), StoreError> {
    let page = Window {
        from: start.map(|start| start.from.clone()),
        back: start.is_some_and(|start| start.back),
        most: i64::from(limit) + 1,
    };
    if !prefer::returns(request, "total-count") {
        return Ok((list(db, page).await?, None));
    }
    let whole = Window {
        from: None,
        back: false,
        most: i64::from(MAX_TOTAL) + 1,
    };
    let tally = Tally::default();
    let (rows, counted) = futures::join!(list(db, page), list(db.counting(&tally), whole));
    counted?;
    Ok((rows?, Some(TotalView::of(tally.rows()))))
}

/// Where a page starts, and which way it goes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Start<P> {
    /// The item next to the page.
    pub from: P,
    /// Whether the page lies before that item.
    pub back: bool,
}

/// Seals and opens cursors of one list for one caller.
pub struct Cursors<'a> {
    keys: &'a Keys,
    bound_to: String,
}

/// The number of items asked for.
///
/// # Errors
/// When it is not between 1 and 100.
pub fn limit(asked: Option<u32>) -> Result<u32, Problem> {
    match asked.unwrap_or(DEFAULT_LIMIT) {
        limit @ 1..=MAX_LIMIT => Ok(limit),
        _ => Err(Problem::parameter("limit", "limit_out_of_range")),
    }
}

impl<'a> Cursors<'a> {
    /// The cursors of the list behind `request`, for `caller`.
    pub fn of(keys: &'a Keys, request: &HttpRequest, caller: &str) -> Self {
        let mut filters: Vec<_> = form_urlencoded::parse(request.query_string().as_bytes())
            .filter(|(name, _)| name != "cursor" && name != "limit")
            .collect();
        filters.sort();
        Self {
            keys,
            bound_to: format!("{caller}\n{}\n{filters:?}", request.path()),
        }
    }

    /// Cursors of what several addresses show alike, for whom `bound_to` names.
    pub fn bound(keys: &'a Keys, bound_to: String) -> Self {
        Self { keys, bound_to }
    }

    /// The cursor that starts at `start`.
    pub fn seal<P: Serialize>(&self, start: &Start<P>) -> Result<String, Problem> {
        let payload = serde_json::to_vec(start).map_err(|_| Problem::from(Code::Internal))?;
        let tag = self.keys.cursor_tag(&self.bound_to, &payload);
        Ok(URL_SAFE_NO_PAD.encode([tag.as_slice(), &payload].concat()))
    }

    /// Where `cursor` starts.
    ///
    /// # Errors
    /// `InvalidCursor` when it was not sealed here, for this caller and these filters.
    pub fn open<P: DeserializeOwned>(
        &self,
        cursor: Option<&str>,
    ) -> Result<Option<Start<P>>, Problem> {
        let Some(cursor) = cursor else {
            return Ok(None);
        };
        let invalid = || Problem {
            ..Code::InvalidCursor.into()
        };
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| invalid())?;
        let (tag, payload) = bytes.split_first_chunk::<16>().ok_or_else(invalid)?;
        if !self.keys.is_cursor_tag(tag, &self.bound_to, payload) {
            return Err(invalid());
        }
        serde_json::from_slice(payload)
            .map(Some)
            .map_err(|_| invalid())
    }

    /// Makes a page of at most `limit` of `rows`, which were asked for with one to spare.
    ///
    /// # Errors
    /// When a cursor cannot be sealed, which no position prevents.
    pub fn page<R, P: Serialize, T>(
        &self,
        mut rows: Vec<R>,
        limit: u32,
        start: Option<&Start<P>>,
        position: impl Fn(&R) -> P,
        view: impl Fn(R) -> T,
    ) -> Result<Page<T>, Problem> {
        let limit = limit as usize;
        let back = start.is_some_and(|start| start.back);
        let more = rows.len() > limit;
        if more && back {
            // The spare row of a page that goes back is its first.
            rows.remove(0);
        }
        rows.truncate(limit);
        let cursor = |row: Option<&R>, back: bool| {
            row.map(|row| {
                self.seal(&Start {
                    from: position(row),
                    back,
                })
            })
            .transpose()
        };
        let has_next = if back { true } else { more };
        let has_prev = if back { more } else { start.is_some() };
        let next = if has_next {
            cursor(rows.last(), false)?
        } else {
            None
        };
        let prev = if has_prev {
            cursor(rows.first(), true)?
        } else {
            None
        };
        Ok(Page {
            items: rows.into_iter().map(view).collect(),
            next,
            prev,
            total: None,
        })
    }

    /// The same for lists that only go forward.
    ///
    /// # Errors
    /// When a cursor cannot be sealed, which no position prevents.
    pub fn forward<R, P: Serialize, T>(
        &self,
        rows: Vec<R>,
        limit: u32,
        position: impl Fn(&R) -> P,
        view: impl Fn(R) -> T,
    ) -> Result<Page<T>, Problem> {
        self.page(rows, limit, None::<&Start<P>>, position, view)
    }
}
