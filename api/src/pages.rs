//! The few pages for people: the welcome page, the interactive contract, one page per problem code.
//!
//! They are not part of the contract: machines read `type` and `code`, people follow the link.

use std::sync::{Arc, LazyLock};

use actix_web::http::header::{CONTENT_ENCODING, CONTENT_SECURITY_POLICY, ContentType};
use actix_web::{HttpRequest, HttpResponse, web};
use maud::{DOCTYPE, Markup, html};
use utoipa_swagger_ui::Config;

use crate::http::language::chosen;
use crate::http::{Code, Language, Problem};

/// Registers the pages.
pub fn pages(config: &mut web::ServiceConfig) {
    config
        .route("/", web::get().to(welcome))
        .route("/openapi.json", web::get().to(contract))
        .route("/docs", web::get().to(to_docs))
        .route("/docs/{file:.*}", web::get().to(docs))
        .route("/style.css", web::get().to(style))
        .route("/problems/{code}", web::get().to(problem));
}

/// What the pages of the interactive contract may load: our own files, and the icons in their style
/// sheet. Its scripts set styles through the DOM, which no policy hinders.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; \
    form-action 'none'";

/// The contract as it is served, written out once.
pub struct Contract(web::Bytes);

impl Contract {
    /// The text of a document.
    pub fn of(document: &serde_json::Value) -> Self {
        Self(document.to_string().into())
    }
}

async fn contract(contract: web::Data<Contract>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(ContentType::json())
        .insert_header(("cache-control", "public, max-age=300"))
        .body(contract.0.clone())
}

async fn to_docs() -> HttpResponse {
    HttpResponse::PermanentRedirect()
        .insert_header(("location", "/docs/"))
        .finish()
}

/// The interactive contract, whose files are in the binary.
async fn docs(file: web::Path<String>) -> Result<HttpResponse, Problem> {
    static CONFIG: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
        let config = Config::from("/openapi.json").use_base_layout();
        Arc::new(config.validator_url("none").display_operation_id(true))
    });
    let found = utoipa_swagger_ui::serve(&file, Arc::clone(&CONFIG));
    let found = found.map_err(|_| Problem::from(Code::Internal))?;
    let found = found.ok_or(Problem::from(Code::NotFound))?;
    let mut response = HttpResponse::Ok();
    response
        .content_type(found.content_type)
        .insert_header((CONTENT_SECURITY_POLICY, DOCS_POLICY))
        .insert_header(("cache-control", "public, max-age=3600"));
    if found.gzpipped {
        response.insert_header((CONTENT_ENCODING, "gzip"));
    }
    Ok(response.body(found.bytes.into_owned()))
}

async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .insert_header(("cache-control", "public, max-age=3600"))
        .body(include_str!("pages/style.css"))
}

/// A page in the house style.
pub(crate) fn page(language: Language, title: &str, content: &Markup) -> HttpResponse {
    let tag = language.tag();
    let page = html! {
        (DOCTYPE)
        html lang=(tag) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · Maillage" }
                link rel="stylesheet" href="/style.css";
            }
            body {
                header { a href="/" { "Maillage" } }
                main {
                    h1 { (title) }
                    (content)
                }
            }
        }
    };
    HttpResponse::Ok()
        .content_type(ContentType::html())
        .insert_header(("content-language", tag))
        .body(page.into_string())
}

async fn welcome(request: HttpRequest) -> HttpResponse {
    let language = chosen(&request);
    let (lead, docs, contract, ready) = match language {
        Language::French => (
            "La plateforme commune où les collectivités font ensemble leur gouvernance de l’IA.",
            "Documentation interactive de l’API",
            "Contrat OpenAPI 3.1",
            "État du service",
        ),
        Language::English => (
            "The shared platform on which French local authorities do their AI governance together.",
            "Interactive API documentation",
            "OpenAPI 3.1 contract",
            "Service status",
        ),
    };
    let content = html! {
        p { (lead) }
        ul {
            li { a href="/docs/" { (docs) } }
            li { a href="/openapi.json" { (contract) } }
            li { a href="/health/ready" { (ready) } }
        }
    };
    page(language, "Maillage", &content)
}

async fn problem(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let language = chosen(&request);
    let slug = request.match_info().get("code").unwrap_or_default();
    let code = Code::ALL.iter().copied().find(|code| code.slug() == slug);
    let code = code.ok_or(Problem::from(Code::NotFound))?;
    let content = html! {
        p { (code.detail(language)) }
        p { code { (slug) } " · HTTP " (code.status().as_u16()) }
    };
    Ok(page(language, code.title(language), &content))
}
