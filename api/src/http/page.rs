//! Pages: keyset pagination with opaque cursors, bound to the caller and the filters.

use actix_web::HttpRequest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use maillage_infra::identity::Keys;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Code, Problem};

/// How many items a page has unless asked otherwise.
pub const DEFAULT_LIMIT: u32 = 20;
/// How many at most.
pub const MAX_LIMIT: u32 = 100;

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
        if *tag != self.keys.cursor_tag(&self.bound_to, payload) {
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
