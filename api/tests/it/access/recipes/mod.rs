//! Recipes: how each operation is asked so that who may, succeeds; on fresh things of the owner.

mod amendments;
mod commons;
mod evaluation;
mod groups;
mod identity;
mod inclusions;
mod partners;

use super::ask::Ask;
use super::gate::{Gate, Thing};
use super::operations::Operation;
use super::stage::Stage;

/// What an operation asks of its caller, and a request that is lawful but for that.
pub struct Recipe {
    pub gate: Gate,
    pub ask: Ask,
    /// Whether the caller's session ends with it.
    pub ends_session: bool,
}

impl Recipe {
    fn new(gate: Gate, ask: Ask) -> Self {
        Self {
            gate,
            ask,
            ends_session: false,
        }
    }

    fn right(verb: maillage_domain::access::Verb, thing: Thing, ask: Ask) -> Self {
        Self::new(Gate::Right(verb, thing), ask)
    }
}

/// The recipe of an operation, with fresh things to ask for; none for an operation that is new.
///
/// Of a list there are at least two items.
pub async fn find(stage: &Stage, operation: &Operation) -> Option<Recipe> {
    let (pattern, ask) = (operation.pattern(), Ask::of(operation));
    if let Some(recipe) = identity::find(stage, &pattern, ask.clone()).await {
        return Some(recipe);
    }
    if let Some(recipe) = groups::find(stage, &pattern, ask.clone()).await {
        return Some(recipe);
    }
    if let Some(recipe) = partners::find(stage, &pattern, ask.clone()).await {
        return Some(recipe);
    }
    let kind = operation.kind();
    if let Some(recipe) = amendments::find(stage, &pattern, kind, ask.clone()).await {
        return Some(recipe);
    }
    if let Some(recipe) = evaluation::find(stage, &pattern, kind, ask.clone()).await {
        return Some(recipe);
    }
    if let Some(recipe) = inclusions::find(stage, &pattern, kind, ask.clone()).await {
        return Some(recipe);
    }
    commons::find(stage, &pattern, kind, ask).await
}

/// The same for operations that must have one.
pub async fn prepare(stage: &Stage, operation: &Operation) -> Recipe {
    let name = operation.name();
    let found = find(stage, operation).await;
    found.unwrap_or_else(|| panic!("{name} has no recipe: write one in `access/recipes`"))
}
