//! Facts of experiments: the same as of every kind, and nothing of a replication in its source's
//! chain.

use serde_json::json;

use super::ledger::Ledger;
use crate::support::{World, experiment};

/// An experiment of the agglomeration, which the commune replicates with a deviation.
pub async fn experiments(ledger: &mut Ledger, world: &World) {
    let (owner, id) = (world.agglo_director.anyway(), world.agglo.id.0);
    let (commune, adapter) = (world.commune_director.anyway(), world.commune.id.0);
    let made = owner.post("/v1/experiments", experiment("Essai"));
    let made = ledger
        .leaves("create_experiment", "resource.created", id, made)
        .await;
    let path = format!("/v1/experiments/{}", made.id());
    let described = owner.patch(&path, json!({ "title": "Autre" }));
    ledger
        .leaves("describe_experiment", "resource.described", id, described)
        .await;
    let draft = format!("{path}/draft");
    let written = owner.put(&draft, experiment("")["body"].clone());
    ledger
        .leaves(
            "write_experiment_draft",
            "resource.draft_written",
            id,
            written,
        )
        .await;
    let at = format!("{path}/publications");
    let published = owner.post(&at, json!({}));
    ledger
        .leaves("publish_experiment", "resource.published", id, published)
        .await;
    let shares = format!("{path}/shares");
    let group = json!({ "audience": { "type": "group", "id": world.group }, "level": "reuse" });
    let shared = owner.post(&shares, group);
    let shared = ledger
        .leaves("share_experiment", "resource.shared", id, shared)
        .await;

    let at = format!("{path}/replications");
    let replicated = commune.post(&at, json!({}));
    let replicated = ledger
        .leaves(
            "replicate_experiment",
            "resource.adapted",
            adapter,
            replicated,
        )
        .await;
    let own = format!("/v1/experiments/{}", replicated.id());
    let at = format!("{own}/deviations");
    let reported = commune.patch(&at, json!({ "reported": true }));
    ledger
        .leaves(
            "report_experiment_deviations",
            "resource.deviations_reported",
            adapter,
            reported,
        )
        .await;
    let mut body = experiment("")["body"].clone();
    body["weeks"] = json!(20);
    commune.put(&format!("{own}/draft"), body).await.expect(200);
    let first = world.commune_director.with("if-none-match", "*");
    let weeks = format!("{own}/deviations/weeks");
    let justified = first.put(&weeks, json!({ "reason": "Vacances scolaires." }));
    ledger
        .leaves(
            "justify_experiment_deviation",
            "resource.deviation_justified",
            adapter,
            justified,
        )
        .await;
    let discarded = commune.delete(&own);
    ledger
        .leaves(
            "discard_experiment",
            "resource.discarded",
            adapter,
            discarded,
        )
        .await;

    let at = format!("{shares}/{}", shared.id());
    let unshared = owner.delete(&at);
    ledger
        .leaves("unshare_experiment", "resource.unshared", id, unshared)
        .await;
    let at = format!("{path}/withdrawal");
    let withdrawn = owner.post(&at, json!({}));
    ledger
        .leaves("withdraw_experiment", "resource.withdrawn", id, withdrawn)
        .await;
}
