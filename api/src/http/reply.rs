//! Replies: what a handler answers, before it becomes bytes on the wire.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName, LINK, LOCATION};
use actix_web::{HttpRequest, HttpResponse};
use maillage_infra::trail;
use serde::Serialize;

use super::{Code, Page, Problem, Tag, condition, prefer};

/// What every handler returns.
pub type Answer = Result<HttpResponse, Problem>;

/// An answer that went well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    status: StatusCode,
    headers: Vec<(HeaderName, String)>,
    body: Option<String>,
}

impl Reply {
    fn with_body(status: StatusCode, view: &impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_string(view).map_err(|_| Problem::from(Code::Internal))?;
        Ok(Self {
            status,
            headers: Vec::new(),
            body: Some(body),
        })
    }

    /// 200 with a representation.
    ///
    /// # Errors
    /// When the view has no JSON form, which no view lacks.
    pub fn ok(view: &impl Serialize) -> Result<Self, Problem> {
        Self::with_body(StatusCode::OK, view)
    }

    /// 201 with a representation and the address of what was made.
    ///
    /// # Errors
    /// When the view has no JSON form, which no view lacks.
    pub fn created(location: String, view: &impl Serialize) -> Result<Self, Problem> {
        let mut reply = Self::with_body(StatusCode::CREATED, view)?;
        reply.headers.push((LOCATION, location));
        Ok(reply)
    }

    /// 207 with what became of each of many.
    ///
    /// # Errors
    /// When the view has no JSON form, which no view lacks.
    pub fn of_many(view: &impl Serialize) -> Result<Self, Problem> {
        Self::with_body(StatusCode::MULTI_STATUS, view)
    }

    /// 202 with a representation of the work and its address.
    ///
    /// # Errors
    /// When the view has no JSON form, which no view lacks.
    pub fn accepted(location: String, view: &impl Serialize) -> Result<Self, Problem> {
        let mut reply = Self::with_body(StatusCode::ACCEPTED, view)?;
        reply.headers.push((LOCATION, location));
        Ok(reply)
    }

    /// 204.
    pub fn no_content() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            headers: Vec::new(),
            body: None,
        }
    }

    /// The same with an entity tag.
    #[must_use]
    pub fn tagged(mut self, tag: Tag) -> Self {
        let value = tag.of(self.body.as_deref().unwrap_or_default());
        self.headers.push((ETAG, value));
        self
    }

    /// Says which preference was followed.
    fn applied(&mut self, preference: &str) {
        let applied = HeaderName::from_static("preference-applied");
        self.headers.push((applied, preference.to_owned()));
    }

    /// A page, with its `Link` header (RFC 8288).
    ///
    /// # Errors
    /// When the view has no JSON form, which no view lacks.
    pub fn page<T: Serialize>(request: &HttpRequest, page: &Page<T>) -> Result<Self, Problem> {
        let mut reply = Self::ok(page)?;
        let links = Self::links(request, page.next.as_ref(), page.prev.as_ref());
        reply.headers.extend(links.map(|links| (LINK, links)));
        if page.total.is_some() {
            reply.applied("return=total-count");
        }
        Ok(reply)
    }

    /// The `Link` header of a page that has others beside it.
    pub fn links(
        request: &HttpRequest,
        next: Option<&String>,
        prev: Option<&String>,
    ) -> Option<String> {
        let link = |cursor: &String, rel: &str| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            let kept = form_urlencoded::parse(request.query_string().as_bytes());
            query.extend_pairs(kept.filter(|(name, _)| name != "cursor"));
            query.append_pair("cursor", cursor);
            format!("<{}?{}>; rel=\"{rel}\"", request.path(), query.finish())
        };
        let next = next.map(|cursor| link(cursor, "next"));
        let prev = prev.map(|cursor| link(cursor, "prev"));
        let links: Vec<_> = next.into_iter().chain(prev).collect();
        (!links.is_empty()).then(|| links.join(", "))
    }

    /// Leaves the representation out if the caller prefers (RFC 7240, `return=minimal`).
    #[must_use]
    pub fn preferred(mut self, request: &HttpRequest) -> Self {
        if prefer::returns(request, "minimal") && self.body.is_some() {
            self.body = None;
            self.applied("return=minimal");
            if self.status == StatusCode::OK {
                self.status = StatusCode::NO_CONTENT;
            }
        }
        self
    }

    /// What is kept for a replay.
    pub fn to_kept(&self) -> trail::Answer {
        let headers = self
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), value.clone()))
            .collect();
        let body = self.body.clone().unwrap_or_default();
        trail::Answer {
            status: self.status.as_u16(),
            headers,
            body,
        }
    }

    /// What was kept, to go out again.
    ///
    /// # Errors
    /// When what was kept is no answer.
    pub fn from_kept(kept: trail::Answer) -> Result<Self, Problem> {
        let status =
            StatusCode::from_u16(kept.status).map_err(|_| Problem::from(Code::Internal))?;
        let mut headers = Vec::new();
        for (name, value) in kept.headers {
            headers.push((
                name.parse::<HeaderName>()
                    .map_err(|_| Problem::from(Code::Internal))?,
                value,
            ));
        }
        headers.push((
            HeaderName::from_static("idempotent-replayed"),
            "true".to_owned(),
        ));
        let body = (!kept.body.is_empty()).then_some(kept.body);
        Ok(Self {
            status,
            headers,
            body,
        })
    }

    /// The answer on the wire; 304 if the caller has the representation already.
    pub fn respond(self, request: &HttpRequest) -> HttpResponse {
        let tag = self
            .headers
            .iter()
            .find(|(name, _)| *name == ETAG)
            .map(|(_, tag)| tag);
        let safe = request.method().is_safe();
        let known = safe && tag.is_some_and(|tag| condition::is_known(request, tag));
        let mut response = if known {
            HttpResponse::NotModified()
        } else {
            HttpResponse::build(self.status)
        };
        // What one caller sees is nobody else's business, and may change with the next request.
        response.insert_header((CACHE_CONTROL, "private, no-cache"));
        for header in self.headers {
            response.append_header(header);
        }
        match self.body {
            Some(body) if !known => response
                .insert_header((CONTENT_TYPE, "application/json"))
                .body(body),
            _ => response.finish(),
        }
    }
}
