//! Facts of inclusions: in the chain of who includes, and nothing in that of the source.

use serde_json::json;

use super::ledger::Ledger;
use crate::support::{Shelf, World};

/// Includes a clause of the agglomeration in a text of the commune, and takes in what it says next.
pub async fn inclusions(ledger: &mut Ledger, world: &World, shelf: Shelf) {
    let (owner, commune) = (&world.agglo_director, world.commune_director.anyway());
    let (tenant, kind) = (world.commune.id.0, shelf.kind());
    let source = shelf.published(owner, "Source", "Un.").await;
    let group = json!({ "type": "group", "id": world.group });
    shelf
        .share(owner, &source, group, "reuse")
        .await
        .expect(201);
    let own = shelf.create(&commune, "Titre", "À nous.").await;
    let path = shelf.at(&own, "/inclusions");
    let input = json!({ "source": { "kind": kind, "id": source }, "clauses": ["objet"] });
    let included = commune.post(&path, input);
    let operation = format!("include_in_{kind}");
    ledger
        .leaves(&operation, "resource.included", tenant, included)
        .await;
    shelf.revised(owner, &source, "Deux.").await.expect(201);
    let merges = format!("{path}/merges");
    let merged = commune.post(&merges, json!({ "source": source, "version": 2 }));
    let operation = format!("merge_{kind}_inclusions");
    ledger
        .leaves(&operation, "resource.inclusions_merged", tenant, merged)
        .await;
}
