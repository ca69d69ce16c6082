//! Facts of imports: the same as of what is written by hand.

use reqwest::Method;

use super::ledger::Ledger;
use crate::support::{Shelf, World};

/// Begins a text of the commune as a file, and replaces its draft by another.
pub async fn imports(ledger: &mut Ledger, world: &World, shelf: Shelf) {
    let commune = world
        .commune_director
        .anyway()
        .with("content-type", "text/markdown");
    let (tenant, kind) = (world.commune.id.0, shelf.kind());
    let query = match shelf {
        Shelf::Charters => "",
        Shelf::Templates => "?use=other",
    };
    let file = |text: &str| Some(format!("# Objet\n\n{text}").into_bytes());
    let path = format!("{}/imports{query}", shelf.path());
    let begun = commune.ask(Method::POST, &path, file("Un."));
    let operation = format!("import_{kind}");
    let begun = ledger
        .leaves(&operation, "resource.created", tenant, begun)
        .await;
    let path = shelf.at(&begun.id(), "/draft/imports");
    let written = commune.ask(Method::POST, &path, file("Deux."));
    let operation = format!("import_{kind}_draft");
    ledger
        .leaves(&operation, "resource.draft_written", tenant, written)
        .await;
}
