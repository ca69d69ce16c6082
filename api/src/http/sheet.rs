//! Lists as tables: the same list at the same address, as CSV, ODS or XLSX by `Accept`.
//!
//! The columns of a list are declared once, beside what it shows as JSON; headings, cells and the
//! three forms come from there. A table is the whole list, or none: a file that ends early without a
//! word would be taken for the whole. Who asks for a page gets that page.

use actix_web::HttpResponse;
use actix_web::http::header::{
    ACCEPT, Accept, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LANGUAGE, CONTENT_TYPE,
    Header as _, LINK, Quality,
};
use maillage_documents::sheets::{Cell, Sheet, SheetFormat};
use maillage_domain::identity::fold;
use serde::Serialize;

use super::language::chosen;
use super::page::{ListQuery, limit};
use super::{Answer, Code, Language, Page, Problem, Reply};
use crate::ctx::Ctx;

/// How many rows a table has at most.
pub const MAX_ROWS: u32 = 10_000;

/// Words for people, in both languages.
#[derive(Clone, Copy, Debug)]
pub struct Said {
    /// In French.
    pub french: &'static str,
    /// In English.
    pub english: &'static str,
}

impl Said {
    /// The words in both languages.
    pub const fn of(french: &'static str, english: &'static str) -> Self {
        Self { french, english }
    }

    /// The words in one of them.
    pub const fn to(self, language: Language) -> &'static str {
        match language {
            Language::French => self.french,
            Language::English => self.english,
        }
    }
}

/// A column of a table of `R`.
#[derive(Clone, Copy, Debug)]
pub struct Column<R> {
    /// Where the JSON of a row has it (RFC 6901).
    pub pointer: &'static str,
    /// What stands above it.
    pub heading: Said,
    /// What stands in it.
    pub cell: fn(&R) -> Cell,
}

impl<R> Column<R> {
    /// A column.
    pub const fn new(pointer: &'static str, heading: Said, cell: fn(&R) -> Cell) -> Self {
        Self {
            pointer,
            heading,
            cell,
        }
    }
}

/// What a list shows, which is a row of a table too.
pub trait Tabular: Serialize + Sized + 'static {
    /// Its columns, in their order.
    const COLUMNS: &'static [Column<Self>];
}

/// The slug of a value, as JSON has it.
pub fn slug(value: &impl Serialize) -> Cell {
    let value = serde_json::to_value(value).unwrap_or_default();
    Cell::of(value.as_str(), Cell::text)
}

/// How a list is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Json,
    Sheet(SheetFormat),
}

impl Shape {
    /// Every shape; the first goes out when several are equally welcome.
    const ALL: [Self; 4] = [
        Self::Json,
        Self::Sheet(SheetFormat::Csv),
        Self::Sheet(SheetFormat::Ods),
        Self::Sheet(SheetFormat::Xlsx),
    ];

    const fn essence(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Sheet(format) => format.essence(),
        }
    }

    /// How welcome it is, and how exactly that is said (RFC 9110 §12.5.1).
    fn welcome(self, accept: &Accept) -> Option<(Quality, usize)> {
        let essence = self.essence();
        let kind = essence.split('/').next().unwrap_or_default();
        let exactly = |range: &str| match range {
            range if range == essence => Some(2),
            "*/*" => Some(0),
            range if range.strip_suffix("/*") == Some(kind) => Some(1),
            _ => None,
        };
        let said = accept.0.iter().filter_map(|it| {
            let exactly = exactly(it.item.essence_str())?;
            Some((exactly, it.quality))
        });
        let (exactly, quality) = said.max_by_key(|(exactly, _)| *exactly)?;
        (quality != Quality::ZERO).then_some((quality, exactly))
    }

    /// The most welcome shape of a list.
    ///
    /// # Errors
    /// `NotAcceptable` when none is.
    fn of(request: &actix_web::HttpRequest) -> Result<Self, Problem> {
        let said = request.headers().contains_key(ACCEPT);
        let accept = Accept::parse(request)
            .ok()
            .filter(|it| said && !it.0.is_empty());
        let Some(accept) = accept else {
            return Ok(Self::Json);
        };
        let mut best = None;
        for shape in Self::ALL {
            let welcome = shape.welcome(&accept);
            if welcome.is_some() && best.is_none_or(|(most, _)| welcome > most) {
                best = Some((welcome, shape));
            }
        }
        let found = best.map(|(_, shape)| shape);
        found.ok_or(Code::NotAcceptable.into())
    }
}

/// Whether all of a list is asked for, and not one page.
fn is_whole(query: &ListQuery) -> bool {
    query.limit.is_none() && query.cursor.is_none()
}

impl Ctx {
    /// How many rows to ask for: those of a page, or all that a table may have.
    ///
    /// # Errors
    /// `NotAcceptable` when the list has no such form; when the limit is out of range.
    pub fn span(&self, query: &ListQuery) -> Result<u32, Problem> {
        match Shape::of(self.request())? {
            Shape::Sheet(_) if is_whole(query) => Ok(MAX_ROWS),
            _ => limit(query.limit),
        }
    }

    /// A page of the list that was read, or the list as a table of that name.
    ///
    /// # Errors
    /// `TableTooLong` when the whole was asked for and there is more; `Unavailable` when too many
    /// tables are being made.
    pub async fn tabled<R, T>(
        &self,
        page: Page<R>,
        query: &ListQuery,
        name: Said,
        view: impl Fn(R) -> T + Send + 'static,
    ) -> Answer
    where
        R: Send + 'static,
        T: Tabular,
    {
        let Shape::Sheet(format) = Shape::of(self.request())? else {
            let Page {
                items,
                next,
                prev,
                total,
            } = page;
            let items = items.into_iter().map(view).collect();
            return self.list(Page {
                items,
                next,
                prev,
                total,
            });
        };
        self.fenced()?;
        if is_whole(query) && page.next.is_some() {
            return Err(Code::TableTooLong.into());
        }
        let link = Reply::links(self.request(), page.next.as_ref(), page.prev.as_ref());
        let (language, mark) = (chosen(self.request()), query.bom.unwrap_or(true));
        let rows = page.items;
        // What each row shows takes its time too, with thousands of them.
        let work = move || sheet(rows, name, language, view).render(format, mark);
        let made = self.state().documents.take(work).await?;
        let bytes = made.map_err(|error| {
            tracing::error!(%error, "a table could not be made");
            Problem::from(Code::Internal)
        })?;
        let day = self.state().store.clock().now().format("%Y-%m-%d");
        let file = fold(name.to(language)).replace(' ', "-");
        let disposition = format!("attachment; filename=\"{file}-{day}.{format}\"");
        let mut response = HttpResponse::Ok();
        response
            .insert_header((CONTENT_TYPE, format.media_type()))
            .insert_header((CONTENT_LANGUAGE, language.tag()))
            .insert_header((CONTENT_DISPOSITION, disposition))
            .insert_header((CACHE_CONTROL, "private, no-cache"));
        if let Some(link) = link {
            response.insert_header((LINK, link));
        }
        Ok(response.body(bytes))
    }
}

fn sheet<R, T: Tabular>(
    rows: Vec<R>,
    name: Said,
    language: Language,
    view: impl Fn(R) -> T,
) -> Sheet {
    let headings: Vec<_> = T::COLUMNS
        .iter()
        .map(|column| column.heading.to(language))
        .collect();
    let mut sheet = Sheet::new(name.to(language), language.tag(), &headings);
    for row in rows {
        let row = view(row);
        sheet.push(T::COLUMNS.iter().map(|it| (it.cell)(&row)).collect());
    }
    sheet
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn shape(accept: &str) -> Option<Shape> {
        let request = TestRequest::default().insert_header((ACCEPT, accept));
        Shape::of(&request.to_http_request()).ok()
    }

    #[test]
    fn the_most_welcome_form_goes_out_and_json_among_equals() {
        let [json, csv, ods, xlsx] = Shape::ALL;
        let none = TestRequest::default().to_http_request();
        assert_eq!(Shape::of(&none).ok(), Some(json));
        for (accept, expected) in [
            ("", Some(json)),
            ("*/*", Some(json)),
            ("application/*", Some(json)),
            ("text/html, application/xhtml+xml, */*;q=0.8", Some(json)),
            ("text/csv", Some(csv)),
            ("TEXT/CSV; charset=utf-8", Some(csv)),
            ("text/*", Some(csv)),
            ("text/csv, */*", Some(csv)),
            ("application/json, text/csv", Some(json)),
            ("application/json;q=0.5, text/csv;q=0.9", Some(csv)),
            ("application/json;q=0, */*", Some(csv)),
            (SheetFormat::Ods.essence(), Some(ods)),
            (SheetFormat::Xlsx.essence(), Some(xlsx)),
            ("text/html", None),
            ("text/csv;q=0", None),
            ("application/pdf, image/*", None),
        ] {
            assert_eq!(shape(accept), expected, "{accept}");
        }
    }
}
