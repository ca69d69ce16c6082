//! Facts of deviations: what an adapter says of them stays in the adapter's own chain.

use serde_json::json;
use uuid::Uuid;

use super::ledger::Ledger;
use crate::support::{Actor, Shelf};

/// Lets the draft `id` of `tenant` depart from the clause that its source imposes.
pub async fn departures(
    ledger: &mut Ledger,
    adapter: &Actor,
    tenant: Uuid,
    shelf: Shelf,
    id: &str,
) {
    let kind = shelf.kind();
    let deviations = shelf.at(id, "/deviations");
    let reported = adapter.patch(&deviations, json!({ "reported": true }));
    let report = format!("report_{kind}_deviations");
    ledger
        .leaves(&report, "resource.deviations_reported", tenant, reported)
        .await;
    let draft = shelf.at(id, "/draft");
    adapter
        .put(&draft, shelf.body("Autrement."))
        .await
        .expect(200);
    let first = ledger.app.bearing(adapter.token.as_deref().unwrap());
    let first = first.with("if-none-match", "*");
    let objet = format!("{deviations}/objet");
    let justified = first.put(&objet, json!({ "reason": "Parce que." }));
    let justify = format!("justify_{kind}_deviation");
    ledger
        .leaves(&justify, "resource.deviation_justified", tenant, justified)
        .await;
}
