//! Bulk: many resources of a kind at once, each with an answer of its own.
//!
//! One transaction: each item is made or refused by itself, for reasons of its own. What is no item's
//! fault, such as a database that fails, is answered for the whole, and then nothing was made.

use std::collections::HashSet;

use maillage_domain::access::act;
use maillage_domain::commons::Card;
use maillage_domain::value::{Digest, ResourceId};
use maillage_infra::ambient;
use maillage_infra::trail::{self, Answer as Kept, Attempt, Earlier};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::bodies::{Documented, Exposed};
use super::resources::location;
use super::views::ResourceInput;
use crate::ctx::Ctx;
use crate::http::problem::{FieldErrorView, Place};
use crate::http::{Answer, Code, Language, Problem, Reply, body};

/// Items of one request.
pub const MAX_ITEMS: usize = 1_000;

/// Resources to start.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkInput<B> {
    /// What to start, each by itself.
    #[serde(bound = "")]
    #[schema(value_type = Vec<BulkItemInput<B>>, min_items = 1, max_items = 1_000)]
    items: Vec<Value>,
    #[serde(skip)]
    kind: std::marker::PhantomData<B>,
}

/// A resource to start.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkItemInput<B> {
    /// The same key and resource give one effect, in whatever request they come, for 24 hours.
    #[serde(default)]
    #[schema(value_type = Option<String>, required = false, min_length = 1, max_length = 255, example = "registre-2026-0017")]
    idempotency_key: Option<String>,
    /// What it says.
    resource: ResourceInput<B>,
}

/// What became of all.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkView {
    /// One for each item of the request, in its order.
    #[schema(max_items = 1_000)]
    items: Vec<BulkItemView>,
}

/// What became of an item.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct BulkItemView {
    /// The status it would have had by itself: 201 when it was made.
    #[schema(minimum = 200, maximum = 599, example = 201)]
    status: u16,
    /// What was made.
    #[schema(value_type = Option<uuid::Uuid>, example = "019acb5e-0000-7000-8000-000000000006")]
    id: Option<String>,
    /// Where it is.
    #[schema(example = "/v1/charters/019acb5e-0000-7000-8000-000000000006")]
    location: Option<String>,
    /// Whether that was done by an earlier request with the same key.
    #[schema(example = false)]
    replayed: bool,
    /// Why it was not made; a code as problems have.
    #[schema(example = "invalid")]
    code: Option<String>,
    /// What that means.
    #[schema(example = "Contenu refusé")]
    title: Option<String>,
    /// The fields concerned, with pointers into the item.
    #[schema(max_items = 10_000)]
    errors: Vec<FieldErrorView>,
}

impl BulkItemView {
    fn refused(problem: &Problem, language: Language) -> Self {
        let view = problem.view(language, "", "");
        Self {
            status: view.status,
            code: Some(view.code.to_owned()),
            title: Some(view.title.to_owned()),
            errors: view.errors,
            ..Self::default()
        }
    }

    fn made<K: Exposed>(id: &str, replayed: bool) -> Self {
        Self {
            status: 201,
            location: Some(format!("/v1/{}/{id}", K::NAME.plural())),
            id: Some(id.to_owned()),
            replayed,
            ..Self::default()
        }
    }
}

/// Whether it is the whole that fails, and not an item.
fn concerns_all(problem: &Problem) -> bool {
    problem.code.status().is_server_error() || problem.code == Code::Unauthenticated
}

/// Starts resources of kind `K`, each with a first draft.
pub(super) async fn create<K: Exposed>(ctx: Ctx, input: BulkInput<Documented<K>>) -> Answer {
    let language = Language::of(ctx.request());
    if input.items.is_empty() || input.items.len() > MAX_ITEMS {
        return Err(Problem::field("/items", "bulk_items"));
    }
    ctx.write(async |tx| {
        // Nobody reads of their items' faults who may make none.
        ctx.authorize_staff::<act::Create>(tx.actor()?)?;
        let (mut views, mut outcomes, mut attempts) = (Vec::new(), Vec::new(), Vec::new());
        let mut keys = HashSet::new();
        for item in &input.items {
            let text = item.to_string();
            let made = async {
                let item: BulkItemInput<Documented<K>> = body::parse(text.as_bytes())?;
                let attempt = attempt::<K>(item.idempotency_key.as_deref(), &text)?;
                if let Some(attempt) = &attempt {
                    if !keys.insert(attempt.key.clone()) {
                        return Err(Problem::field("/idempotency_key", "bulk_key_twice"));
                    }
                    match trail::earlier(tx, attempt).await? {
                        Earlier::Never => {}
                        Earlier::Answered(_, kept) => {
                            return Ok(Err(BulkItemView::made::<K>(&kept.body, true)));
                        }
                        Earlier::OtherRequest => return Err(Code::IdempotencyKeyReused.into()),
                        Earlier::InFlight => return Err(Code::IdempotencyInFlight.into()),
                    }
                }
                let ResourceInput {
                    title,
                    summary,
                    tags,
                    body,
                } = item.resource;
                let card = Card {
                    title,
                    summary,
                    tags,
                };
                let staff = ctx.authorize_staff::<act::Create>(tx.actor()?)?;
                let id = ResourceId(ambient::id());
                let created = staff.create::<K>(id, card, body.0, tx.now());
                let outcome = created.map_err(|error| Problem::from(error).under("resource"))?;
                Ok(Ok((id, outcome, attempt)))
            };
            views.push(match made.await {
                Ok(Ok((id, outcome, attempt))) => {
                    outcomes.push(outcome);
                    attempts.extend(attempt.map(|attempt| (attempt, id)));
                    BulkItemView::made::<K>(&id.to_string(), false)
                }
                Ok(Err(replayed)) => replayed,
                Err(problem) if concerns_all(&problem) => return Err(problem),
                Err(problem) => BulkItemView::refused(&problem, language),
            });
        }
        tx.save_all(outcomes).await?;
        for (attempt, id) in attempts {
            let kept = Kept {
                status: 201,
                headers: vec![("location".to_owned(), location::<K>(id))],
                body: id.to_string(),
            };
            trail::remember(tx, &attempt, None, &kept).await?;
        }
        Reply::of_many(&BulkView { items: views })
    })
    .await
}

/// The attempt that an item is, if it has a key.
fn attempt<K: Exposed>(key: Option<&str>, item: &str) -> Result<Option<Attempt>, Problem> {
    let Some(key) = key else {
        return Ok(None);
    };
    if key.is_empty() || key.len() > 255 || key.chars().any(char::is_control) {
        let place = Place::Body(maillage_domain::value::Pointer::root().key("idempotency_key"));
        return Err(Problem::at(Code::InvalidRequest, place, "invalid_value"));
    }
    Ok(Some(Attempt {
        key: key.to_owned(),
        route: format!("POST /v1/{}:bulk items", K::NAME.plural()),
        request: Digest::of_bytes(item.as_bytes()),
    }))
}
