//! The national directory: public, read-only but for the operator.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use maillage_domain::access::act;
use maillage_domain::identity::{BodyType, DirectoryCode, NewBody, Platform};
use maillage_domain::value::Digest;
use maillage_infra::identity::{self as store, DirectoryEntry, DirectoryFilter};
use maillage_infra::store::Db;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::values::BodyTypeSchema;
use crate::ctx::Ctx;
use crate::http::page::{self, Cursors, Start, Window, limit};
use crate::http::{Answer, Body, Code, Page, Params, Problem, Reply, Tag, params, prefer};
use crate::state::State;

/// The longest text to look for, in characters.
const MAX_TEXT: usize = 200;

/// The longest code of a département, in characters.
const MAX_DEPARTMENT: usize = 3;

/// What to look for in the directory.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DirectoryQuery {
    /// Part of a name; accents, case and small mistakes do not matter.
    #[param(max_length = 200, example = "cergy")]
    q: Option<String>,
    /// Only this type.
    #[param(value_type = Option<BodyTypeSchema>, example = "commune")]
    r#type: Option<BodyType>,
    /// Only this département, by its code.
    #[param(max_length = 3, example = "95")]
    department: Option<String>,
    /// How many items at most: 1 to 100, 20 by default.
    #[param(minimum = 1, maximum = 100, example = 20)]
    limit: Option<u32>,
    /// Where to go on: `next` of the page before.
    cursor: Option<String>,
}

/// A public body.
#[derive(Debug, Serialize, ToSchema)]
pub struct DirectoryEntryView {
    /// Its key: the SIREN where there is one, else `dep-95`, `reg-11`, `commune-98831`.
    #[schema(example = "219501277")]
    code: String,
    /// What it is.
    #[schema(value_type = BodyTypeSchema)]
    r#type: String,
    /// Its official name.
    #[schema(example = "Cergy")]
    name: String,
    /// Its SIREN; départements and régions have none here.
    #[schema(example = "219501277")]
    siren: Option<String>,
    /// INSEE code of a commune.
    #[schema(example = "95127")]
    insee_code: Option<String>,
    /// Code of its département.
    #[schema(example = "95")]
    department: Option<String>,
    /// Code of its région.
    #[schema(example = "11")]
    region: Option<String>,
    /// SIREN of the EPCI a commune belongs to.
    #[schema(example = "249500109")]
    epci: Option<String>,
    /// Inhabitants; figures of different types are of different vintages.
    #[schema(example = 70906)]
    population: Option<i32>,
    /// `metro`, `drom` or `com`.
    #[schema(example = "metro")]
    zone: Option<String>,
}

impl From<DirectoryEntry> for DirectoryEntryView {
    fn from(it: DirectoryEntry) -> Self {
        Self {
            code: it.code,
            r#type: it.body_type,
            name: it.name,
            siren: it.siren,
            insee_code: it.insee,
            department: it.department,
            region: it.region,
            epci: it.epci,
            population: it.population,
            zone: it.zone,
        }
    }
}

/// A public body the shipped directory does not hold.
#[derive(ToSchema)]
#[schema(as = NewBody)]
#[expect(
    dead_code,
    reason = "only documents `maillage_domain::identity::NewBody`"
)]
pub struct NewBodySchema {
    /// Its SIREN (Luhn; `000000000` is refused).
    #[schema(pattern = "^[0-9]{9}$", example = "130025265")]
    siren: String,
    /// Its official name.
    #[schema(min_length = 1, max_length = 200, example = "Syndicat mixte (démo)")]
    name: String,
    /// What it is.
    r#type: BodyTypeSchema,
}

/// Finds public bodies by name, type and département.
#[utoipa::path(
    tag = "Directory",
    security(()),
    params(DirectoryQuery),
    responses((status = 200, body = Page<DirectoryEntryView>))
)]
#[get("/v1/directory")]
pub async fn list_directory(
    state: web::Data<State>,
    request: HttpRequest,
    query: Params<DirectoryQuery>,
) -> Answer {
    let query = query.0;
    if query
        .q
        .as_ref()
        .is_some_and(|text| text.chars().count() > MAX_TEXT)
    {
        return Err(Problem::parameter("q", "query_too_long"));
    }
    let department = query.department.as_ref();
    if department.is_some_and(|code| code.len() > MAX_DEPARTMENT) {
        return Err(Problem::parameter("department", "text_too_long"));
    }
    let (limit, cursors) = (
        limit(query.limit)?,
        Cursors::of(&state.keys, &request, "public"),
    );
    let start: Option<Start<(f32, String)>> = cursors.open(query.cursor.as_deref())?;
    // Everyone gets the same answer, so it is worth keeping: with and without its total.
    let counted = prefer::returns(&request, "total-count");
    let name = format!(
        "directory:{counted}:{}",
        Digest::of_bytes(request.query_string().as_bytes())
    );
    let place = match state.cache.get(&name).await {
        Ok(body) => {
            let page: Page<serde_json::Value> =
                serde_json::from_str(&body).map_err(|_| Problem::from(Code::Internal))?;
            return publish(&request, Reply::page(&request, &page)?);
        }
        Err(place) => place,
    };
    let filter = DirectoryFilter {
        text: query.q,
        body_type: query.r#type,
        department: query.department,
        ..DirectoryFilter::default()
    };
    let list = async |db: Db<'_>, page: Window<_>| {
        let filter = DirectoryFilter {
            limit: page.most,
            after: page.from,
            ..filter.clone()
        };
        store::directory_entries(db, &filter).await
    };
    let (rows, total) = state
        .store
        .read_public(async |db| page::ask(db, &request, start.as_ref(), limit, list).await)
        .await?;
    let position = |(entry, rank): &(DirectoryEntry, f32)| (*rank, entry.code.clone());
    let page = cursors.forward(rows, limit, position, |(entry, _)| {
        DirectoryEntryView::from(entry)
    })?;
    let page = Page { total, ..page };
    let body = serde_json::to_string(&page).map_err(|_| Problem::from(Code::Internal))?;
    state.cache.put(place, &body).await;
    publish(&request, Reply::page(&request, &page)?)
}

/// Gives one public body.
#[utoipa::path(
    tag = "Directory",
    security(()),
    params(("code" = String, Path, description = "SIREN, INSEE code of a commune, `dep-95`, `reg-11`", example = "219501277")),
    responses((status = 200, body = DirectoryEntryView))
)]
#[get("/v1/directory/{code}")]
pub async fn get_directory_entry(state: web::Data<State>, request: HttpRequest) -> Answer {
    let code: DirectoryCode = params::path(&request, "code")?;
    let entry = state
        .store
        .read_public(async |db| store::directory_entry(db, code).await)
        .await?;
    publish(&request, Reply::ok(&DirectoryEntryView::from(entry))?)
}

/// The directory is public: anyone may keep it for a while.
fn publish(request: &HttpRequest, reply: Reply) -> Answer {
    let mut response: HttpResponse = reply.tagged(Tag::Content).respond(request);
    let public = actix_web::http::header::HeaderValue::from_static("public, max-age=300");
    response
        .headers_mut()
        .insert(actix_web::http::header::CACHE_CONTROL, public);
    Ok(response)
}

/// Adds a public body that the shipped directory does not hold.
#[utoipa::path(
    tag = "Directory",
    request_body = NewBodySchema,
    responses((status = 201, body = DirectoryEntryView))
)]
#[post("/v1/directory")]
pub async fn extend_directory(ctx: Ctx, body: Body<NewBody>) -> Answer {
    let answer = ctx
        .write(async |tx| {
            let platform = ctx.authorize::<act::ExtendDirectory, _>(tx.actor()?, Platform)?;
            let body = tx.save(platform.extend(body.0)).await?;
            let code = DirectoryCode::Siren(body.siren);
            let entry = store::directory_entry(tx.db(), code).await?;
            let location = format!("/v1/directory/{}", entry.code);
            Reply::created(location, &DirectoryEntryView::from(entry))
        })
        .await?;
    ctx.state().cache.forget().await;
    Ok(answer)
}
