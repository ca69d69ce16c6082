//! A trial from the idea to the decision.

use serde_json::json;

use super::{Lab, paired};
use crate::support::App;

#[actix_web::test]
async fn a_trial_goes_from_the_idea_to_the_decision() {
    let app = App::shared();
    let lab = Lab::new(app, "meeting-minutes").await;
    let (lead, deputy) = (&lab.lead, &lab.deputy);
    let trial = lead.get(&lab.at("/trial")).await.expect(200);
    assert_eq!(trial["state"], "idea");
    assert_eq!(trial["next"], json!(["qualified", "abandoned"]));

    // What is open is named, and stops the authorisation.
    let open = json!({ "ai_act": "undetermined", "dpia": "due", "social_committee": "done" });
    let turn = json!({ "to": "qualified", "qualification": open });
    lab.step(lead, turn).await.expect(200);
    let refused = lab.step(deputy, json!({ "to": "authorised" })).await;
    assert_eq!(
        refused.broken(),
        [
            "/qualification/ai_act still_undetermined",
            "/qualification/dpia still_due"
        ]
    );
    let early = lab.report(18, 4.5, 3.1).await;
    assert_eq!(early.problem(409), "trial_state");
    let jump = lab.step(lead, json!({ "to": "running" })).await;
    assert_eq!(jump.problem(409), "trial_state");

    // Who prepared it does not decide it.
    let clear = json!({ "ai_act": "minimal", "dpia": "done", "social_committee": "done" });
    let turn = json!({ "to": "qualified", "qualification": clear });
    lab.step(lead, turn).await.expect(200);
    let own = lab.step(lead, json!({ "to": "authorised" })).await;
    assert_eq!(own.problem(409), "author_decides");
    lab.step(deputy, json!({ "to": "authorised" }))
        .await
        .expect(200);
    let running = lab.step(lead, json!({ "to": "running" })).await.expect(200);
    assert_eq!(running["protocol"]["version"], 1);

    // A newer protocol changes nothing of it.
    let draft = lab.at("/draft");
    let begin = lead.with("if-none-match", "*");
    let mut body = crate::support::experiment("")["body"].clone();
    body["weeks"] = json!(20);
    begin.put(&draft, body).await.expect(201);
    let publication = lab.at("/publications");
    lead.anyway()
        .post(&publication, json!({}))
        .await
        .expect(201);
    let held = json!({ "to": "suspended", "reason": "Propos inventés.",
        "stop_criterion": "invention" });
    let held = lab.step(deputy, held).await.expect(200);
    assert_eq!(held["protocol"]["version"], 1);
    lab.step(lead, json!({ "to": "running" })).await.expect(200);

    let journal = lab.at("/trial/journal");
    let note = json!({ "type": "deviation", "on": "2026-02-02", "text": "Deux absents." });
    lead.post(&journal, note).await.expect(201);
    let impacts = json!({ "skills": "Deux heures de formation." });
    lead.anyway()
        .put(&lab.at("/trial/impacts"), impacts)
        .await
        .expect(200);
    lab.step(lead, json!({ "to": "finished" }))
        .await
        .expect(200);
    let silent = lab.step(lead, json!({ "to": "evaluated" })).await;
    assert_eq!(silent.broken(), ["/results/temps result_missing"]);
    lab.report(18, 4.5, 3.1).await.expect(201);
    lab.step(lead, json!({ "to": "evaluated" }))
        .await
        .expect(200);
    let decision = json!({ "to": "generalised", "reason": "Gain net." });
    let own = lab.step(lead, decision.clone()).await;
    assert_eq!(own.problem(409), "author_decides");
    let decided = lab.step(deputy, decision).await.expect(200);
    assert_eq!(decided["impacts"]["skills"], "Deux heures de formation.");

    let entries = lead.get(&journal).await.expect(200)["items"].clone();
    let told: Vec<_> = entries
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .map(|it| it["to"].as_str().or(it["type"].as_str()).unwrap())
        .collect();
    assert_eq!(
        told,
        [
            "qualified",
            "qualified",
            "authorised",
            "running",
            "suspended",
            "running",
            "deviation",
            "finished",
            "evaluated",
            "generalised"
        ]
    );
}

#[actix_web::test]
async fn a_result_is_held_to_sense_and_to_its_etag() {
    let lab = Lab::new(App::shared(), "meeting-minutes").await;
    lab.run().await;
    let path = lab.at("/results/temps");
    let refused = lab.report(1, 4.5, 3.1).await;
    assert_eq!(refused.broken(), ["/figures n_too_small"]);
    let first = lab.lead.with("if-none-match", "*");
    let mut wrong = paired(18, 4.5, 3.1);
    wrong["figures"] = json!({ "type": "proportion", "events": 3, "n": 8 });
    wrong["until"] = json!("2025-01-01");
    let refused = first.put(&path, wrong).await;
    assert_eq!(
        refused.broken(),
        ["/figures measure_mismatch", "/until period_backwards"]
    );
    assert_eq!(lab.lead.get(&path).await.problem(404), "not_found");
    let kept = lab.report(18, 4.5, 3.1).await;
    kept.expect(201);
    assert_eq!(lab.report(18, 4.5, 3.1).await.problem(412), "stale");
    let corrected = lab.lead.matching(&kept);
    corrected.put(&path, paired(18, 5.0, 3.1)).await.expect(200);
    let stale = corrected.put(&path, paired(18, 6.0, 3.1)).await;
    assert_eq!(stale.problem(412), "stale");
    let bare = lab.lead.put(&path, paired(18, 6.0, 3.1)).await;
    assert_eq!(bare.problem(428), "precondition_required");
    let unknown = first
        .put(&lab.at("/results/poids"), paired(18, 5.0, 3.1))
        .await;
    assert_eq!(unknown.problem(404), "not_found");
    let results = lab.lead.get(&lab.at("/results")).await.expect(200);
    assert_eq!(results["results"][0]["figures"]["mean"], 5.0);
}

#[actix_web::test]
async fn a_trial_is_its_owners_alone() {
    let app = App::shared();
    let (lab, other) = (
        Lab::new(app, "meeting-minutes").await,
        Lab::new(app, "meeting-minutes").await,
    );
    lab.run().await;
    lab.report(18, 4.5, 3.1).await.expect(201);
    let network = json!({ "type": "network" });
    let share = json!({ "audience": network, "level": "reuse" });
    lab.lead.post(&lab.at("/shares"), share).await.expect(201);
    // The experiment shows, what was made of it does not.
    other.lead.get(&lab.at("")).await.expect(200);
    for rest in ["/trial", "/trial/journal", "/results", "/results/temps"] {
        let hidden = other.lead.get(&lab.at(rest)).await;
        assert_eq!(hidden.problem(404), "not_found", "{rest}");
    }
}

#[actix_web::test]
async fn a_review_plans_the_next_one_and_tells_when_it_is_due() {
    let app = App::shared();
    let lab = Lab::new(app, "mail-sorting").await;
    lab.run().await;
    let journal = lab.at("/trial/journal");
    let write = async |what: &str, next: &str| {
        let note = json!({ "type": what, "on": "2026-02-02", "text": "Vu.", "next": next });
        lab.lead.post(&journal, note).await
    };
    let told = async || {
        let trial = lab.lead.get(&lab.at("/trial")).await.expect(200);
        (trial["next_review"].clone(), trial["review_due"].clone())
    };
    assert_eq!(told().await, (json!(null), json!(false)));
    let refused = write("deviation", "2026-05-02").await;
    assert_eq!(refused.problem(422), "invalid");
    assert!(
        refused.body.contains("next_review_misplaced"),
        "{}",
        refused.body
    );
    let refused = write("review", "2026-02-02").await;
    assert!(
        refused.body.contains("next_review_too_early"),
        "{}",
        refused.body
    );
    let made = write("review", "2026-03-02").await;
    assert_eq!(made.expect(201)["next"], "2026-03-02");
    assert_eq!(told().await, (json!("2026-03-02"), json!(true)));
    write("review", "2999-01-01").await.expect(201);
    assert_eq!(told().await, (json!("2999-01-01"), json!(false)));
}

#[actix_web::test]
async fn a_version_nobody_authorised_does_not_begin() {
    let app = App::shared();
    let lab = Lab::new(app, "mail-sorting").await;
    let qualification = json!({ "ai_act": "minimal", "dpia": "done",
        "social_committee": "not_required" });
    let qualify = json!({ "to": "qualified", "qualification": qualification });
    lab.step(&lab.lead, qualify.clone()).await.expect(200);
    let authorise = json!({ "to": "authorised" });
    lab.step(&lab.deputy, authorise.clone()).await.expect(200);
    let mut body = lab.lead.get(&lab.at("")).await.expect(200)["body"].clone();
    body["weeks"] = json!(52);
    let begin = lab.lead.with("if-none-match", "*");
    begin.put(&lab.at("/draft"), body).await.expect(201);
    let publish = lab.at("/publications");
    lab.lead
        .anyway()
        .post(&publish, json!({}))
        .await
        .expect(201);
    let start = json!({ "to": "running" });
    let refused = lab.step(&lab.lead, start.clone()).await;
    assert!(
        refused.body.contains("protocol_changed"),
        "{}",
        refused.body
    );
    lab.step(&lab.lead, qualify).await.expect(200);
    lab.step(&lab.deputy, authorise).await.expect(200);
    let trial = lab.step(&lab.lead, start).await.expect(200);
    assert_eq!(trial["protocol"]["version"], 2);
}
