//! Facts of trials and results: in the chain of who carries them out.

use maillage_domain::access::Role;
use reqwest::Method;
use serde_json::{Value, json};

use super::ledger::Ledger;
use crate::support::{World, experiment};

/// An experiment of the commune, from its draft to a result that is shared.
pub async fn evaluation(ledger: &mut Ledger, world: &World) {
    let tenant = world.commune.id.0;
    let lead = world.commune_director.anyway();
    let deputy = world.app.member(&world.commune, &[Role::Director]).await;
    let made = lead.post("/v1/experiments", experiment("Essai"));
    let made = ledger
        .leaves("create_experiment", "resource.created", tenant, made)
        .await;
    let path = format!("/v1/experiments/{}", made.id());
    let published = lead.post(&format!("{path}/publications"), json!({})).await;
    published.expect(201);
    let clear = json!({ "ai_act": "minimal", "dpia": "done", "social_committee": "done" });
    let steps: [(_, Value); 3] = [
        (&lead, json!({ "to": "qualified", "qualification": clear })),
        (&deputy.anyway(), json!({ "to": "authorised" })),
        (&lead, json!({ "to": "running" })),
    ];
    for (by, turn) in steps {
        let stepped = by.post(&format!("{path}/trial/steps"), turn).await;
        stepped.expect(200);
    }
    let held = json!({ "to": "suspended", "reason": "Panne." });
    let (steps, journal) = (
        format!("{path}/trial/steps"),
        format!("{path}/trial/journal"),
    );
    let held = lead.post(&steps, held);
    ledger
        .leaves("step_trial", "trial.stepped", tenant, held)
        .await;
    // What figures are made of leaves nothing, nor do they before they are reported.
    let before = ledger.read().await;
    let table = Some(b"difference\n-2\n-4\n".to_vec());
    let csv = lead.with("content-type", "text/csv");
    let reduced = csv.ask(Method::POST, "/v1/figures?type=paired", table);
    reduced.await.expect(200);
    assert_eq!(ledger.read().await, before);
    ledger.tried.insert("reduce_figures".to_owned());
    let note = json!({ "type": "review", "on": "2026-01-05", "text": "Revue." });
    let noted = lead.post(&journal, note);
    ledger.leaves("note", "trial.noted", tenant, noted).await;
    let at = format!("{path}/trial/impacts");
    let impacts = lead.put(&at, json!({ "skills": "Deux heures." }));
    ledger
        .leaves("write_impacts", "trial.impacts_written", tenant, impacts)
        .await;
    let report = json!({ "figures": { "type": "paired", "n": 18, "mean": 4.5, "sd": 3.1 },
        "evidence": "measured", "origin": "staff", "from": "2026-01-05", "until": "2026-03-27" });
    let first = world.commune_director.with("if-none-match", "*");
    let result = format!("{path}/results/temps");
    let recorded = first.put(&result, report);
    ledger
        .leaves("record_result", "result.recorded", tenant, recorded)
        .await;
    let sharing = format!("{result}/sharing");
    let shared = lead.put(&sharing, json!({ "sharing": "aggregate_only" }));
    ledger
        .leaves("share_result", "result.shared", tenant, shared)
        .await;
}
