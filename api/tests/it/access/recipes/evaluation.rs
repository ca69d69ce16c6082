//! How to ask the operations of trials, results and insights.

use maillage_domain::access::{Role, Verb};
use serde_json::{Value, json};

use super::{Recipe, Stage, Thing};
use crate::access::ask::Ask;
use crate::support::Response;

pub async fn find(stage: &Stage, pattern: &str, kind: Option<&str>, ask: Ask) -> Option<Recipe> {
    if pattern == "POST /v1/figures" {
        let ask = ask.looking_for("type", "paired");
        let ask = ask.sending("text/csv", "difference\n-2\n-4\n");
        return Some(Recipe::right(Verb::ReadInsights, Thing::Home, ask));
    }
    if pattern == "GET /v1/insights" {
        tried(stage).await?;
        return Some(Recipe::right(Verb::ReadInsights, Thing::Home, ask));
    }
    if pattern.starts_with("GET /v1/insights/{use_case}/{indicator}") {
        let (_, use_case, _) = tried(stage).await?;
        let ask = ask.at("use_case", &use_case).at("indicator", &use_case);
        return Some(Recipe::right(Verb::ReadInsights, Thing::Private, ask));
    }
    if kind != Some("experiments") {
        return None;
    }
    let rest = pattern.split_once("/v1/{kind}/{id}")?.1;
    if !["/trial", "/results"]
        .iter()
        .any(|part| rest.starts_with(part))
    {
        return None;
    }
    let (id, _, indicator) = tried(stage).await?;
    let ask = ask.at("id", &id);
    let path = format!("/v1/experiments/{id}");
    let trial = stage.champion().get(&format!("{path}/trial")).await;
    let result = stage
        .champion()
        .get(&format!("{path}/results/{indicator}"))
        .await;
    let (verb, ask) = match (pattern.split_once(' ')?.0, rest) {
        ("POST", "/trial/steps") => {
            let turn = json!({ "to": "finished", "reason": stage.text("Motif") });
            (Verb::ConductTrial, ask.matching(trial.etag()).saying(turn))
        }
        ("PUT", "/trial/impacts") => {
            let impacts = json!({ "skills": stage.text("Formation") });
            (
                Verb::ConductTrial,
                ask.matching(trial.etag()).saying(impacts),
            )
        }
        ("POST", "/trial/journal") => {
            let note = json!({ "type": "review", "on": "2026-01-05", "text": stage.text("Revue") });
            (Verb::ConductTrial, ask.saying(note))
        }
        ("GET", "/results/{indicator}") => (Verb::ReadTrial, ask.at("indicator", indicator)),
        ("PUT", "/results/{indicator}") => {
            let ask = ask.at("indicator", indicator).matching(result.etag());
            (Verb::ConductTrial, ask.saying(report(stage)))
        }
        ("PUT", "/results/{indicator}/sharing") => {
            let ask = ask.at("indicator", indicator).matching(result.etag());
            (
                Verb::ShareResult,
                ask.saying(json!({ "sharing": "aggregate_only" })),
            )
        }
        ("GET", _) => (Verb::ReadTrial, ask),
        _ => return None,
    };
    Some(Recipe::right(verb, Thing::Private, ask))
}

fn report(stage: &Stage) -> Value {
    json!({ "figures": { "type": "paired", "n": 18, "mean": 4.5, "sd": 3.1 },
        "evidence": "measured", "origin": "staff", "from": "2026-01-05", "until": "2026-03-27",
        "caveats": stage.text("Réserve") })
}

/// An experiment of the owner that is under way, with a result that is theirs alone: its id, its use
/// case and the id of its indicator, which no other experiment has.
async fn tried(stage: &Stage) -> Option<(String, String, String)> {
    let champion = stage.champion();
    let deputy = stage
        .app
        .member(&stage.owner.tenant, &[Role::Director])
        .await;
    let mut experiment = stage.resource("experiments")?;
    let count = crate::access::stage::count();
    let (use_case, indicator) = (
        format!("x-{}-{count}", stage.word),
        format!("temps-{count}"),
    );
    experiment["body"]["use_case"] = json!(use_case);
    experiment["body"]["indicators"] = json!([{ "id": indicator, "code": use_case,
        "name": stage.text("Temps"), "unit": "min", "better": "higher",
        "measure": "mean_difference", "primary": true }]);
    let made = champion.post("/v1/experiments", experiment).await;
    made.expect(201);
    let id = made.id();
    stage.publish("experiments", &id).await;
    let path = format!("/v1/experiments/{id}");
    let step = async |by: &crate::support::Actor, turn: Value| -> Response {
        let stepped = by.anyway().post(&format!("{path}/trial/steps"), turn).await;
        stepped.expect(200);
        stepped
    };
    let qualification = json!({ "ai_act": "minimal", "dpia": "done", "social_committee": "done",
        "grounds": stage.text("Fondement") });
    step(
        champion,
        json!({ "to": "qualified", "qualification": qualification }),
    )
    .await;
    step(&deputy, json!({ "to": "authorised" })).await;
    step(
        champion,
        json!({ "to": "running", "reason": stage.text("Début") }),
    )
    .await;
    let first = champion.with("if-none-match", "*");
    let recorded = first
        .put(&format!("{path}/results/{indicator}"), report(stage))
        .await;
    recorded.expect(201);
    Some((id, use_case, indicator))
}
