//! Releases: results that are never shown count together, and nobody learns whose they are.

use chrono::TimeDelta;
use maillage_infra::ambient::Clock;
use maillage_infra::evaluation::make_batches;
use maillage_infra::store::Store;
use maillage_infra::testing::TestDatabase;
use serde_json::{Value, json};

use super::Lab;
use crate::support::{App, QUOTAS};

const USE_CASE: &str = "canteen-waste";

/// Makes the batches of the month that is so many days ahead.
async fn batches(app: &App, days: i64) -> usize {
    let clock = Clock::default();
    clock.advance(TimeDelta::days(days));
    let store = Store::new(&app.database.app_url(), 2, clock).unwrap();
    make_batches(&store).await.unwrap()
}

async fn contributes(app: &App, mean: f64, sharing: &str) -> Lab {
    contributes_to(app, USE_CASE, mean, sharing).await
}

async fn contributes_to(app: &App, use_case: &str, mean: f64, sharing: &str) -> Lab {
    let lab = Lab::new(app, use_case).await;
    lab.run().await;
    lab.report(20, mean, 3.0).await.expect(201);
    lab.share(sharing).await;
    lab
}

async fn insight(lab: &Lab) -> Value {
    let path = format!("/v1/insights/{USE_CASE}/time_saved");
    lab.lead.get(&path).await.expect(200)
}

fn released(insight: &Value) -> Vec<(String, Value)> {
    let set = &insight["sets"][0];
    let all = set["releases"].as_array().unwrap().iter();
    all.map(|it| {
        (
            it["group"].as_str().unwrap().to_owned(),
            it["estimate"].clone(),
        )
    })
    .collect()
}

#[actix_web::test]
async fn hidden_results_are_told_together_or_not_at_all() {
    let app = App::listen(TestDatabase::shared().clone_fresh().await, &QUOTAS);
    let reader = Lab::new(&app, "mail-sorting").await;
    let path = format!("/v1/insights/{USE_CASE}/time_saved");
    let mut labs = Vec::new();
    for mean in [1.0, 2.0, 3.0, 4.0, 5.0] {
        labs.push(contributes(&app, mean, "aggregate_only").await);
    }
    // Five are too few, and there is nothing to be seen: not even that there are some.
    assert_eq!(batches(&app, 40).await, 0);
    assert_eq!(reader.lead.get(&path).await.problem(404), "not_found");
    let topics = reader.lead.get("/v1/insights").await.expect(200);
    assert_eq!(topics["topics"], json!([]));

    // Six are enough: of each cell they all fall into, once a month.
    labs.push(contributes(&app, 9.0, "aggregate_only").await);
    assert_eq!(batches(&app, 40).await, 0, "once a month");
    // Two servers at once make one batch.
    let (one, other) = futures::join!(batches(&app, 80), batches(&app, 80));
    assert!(one.max(other) > 0 && one.min(other) == 0, "{one} {other}");
    let seen = insight(&reader).await;
    let set = &seen["sets"][0];
    assert_eq!(set["studies"], json!([]));
    let everything = &set["releases"][0];
    assert_eq!(everything["group"], "all");
    assert_eq!(everything["estimate"], 4.0);
    assert_eq!(
        (&everything["contributors"], &everything["people"]),
        (&json!(5), &json!(120))
    );
    let sentence = everything["sentence"].as_str().unwrap();
    assert!(
        sentence.starts_with("Au moins 5 collectivités"),
        "{sentence}"
    );
    let raw = reader.lead.get(&path).await.body;
    for lab in &labs {
        assert!(!raw.contains(lab.tenant.siren.as_str()));
        assert!(!raw.contains(&lab.tenant.id.0.to_string()));
    }
    let topics = reader.lead.get("/v1/insights").await.expect(200);
    assert_eq!(topics["topics"][0]["results"], 0);
    assert_eq!(topics["topics"][0]["released"], true);

    // Now one of them may be withdrawn, but not shown: five would be left, who could be told apart.
    let sharing = labs[0].at("/results/temps/sharing");
    for how in ["open", "pseudonymous"] {
        let shown = json!({ "sharing": how });
        let refused = labs[0].lead.anyway().put(&sharing, shown).await;
        assert_eq!(refused.problem(409), "figures_released");
    }
    let taken_back = json!({ "sharing": null });
    labs[0]
        .lead
        .anyway()
        .put(&sharing, taken_back)
        .await
        .expect(200);
    labs.push(contributes(&app, 100.0, "aggregate_only").await);
    assert_eq!(batches(&app, 120).await, 0, "one left, one came");
    assert_eq!(released(&insight(&reader).await), released(&seen));
}

#[actix_web::test]
async fn what_is_released_stands_beside_what_is_shown_as_one_more_row() {
    let app = App::listen(TestDatabase::shared().clone_fresh().await, &QUOTAS);
    let reader = Lab::new(&app, "mail-sorting").await;
    let mut hidden = Vec::new();
    for mean in [1.0, 2.0, 3.0, 4.0, 5.0, 9.0] {
        hidden.push(contributes(&app, mean, "aggregate_only").await);
    }
    contributes(&app, 4.0, "open").await;
    contributes(&app, 4.0, "pseudonymous").await;
    batches(&app, 40).await;
    let set = insight(&reader).await["sets"][0].clone();
    assert_eq!(set["studies"].as_array().unwrap().len(), 2);
    assert_eq!(set["pooled"]["count"], 3);
    assert_eq!(set["pooled"]["estimate"], 4.0);
    let sentence = set["sentence"].as_str().unwrap();
    assert!(
        sentence.starts_with("2 résultats et un groupe de résultats qui ne se montrent pas"),
        "{sentence}"
    );
    // Whoever contributes sees their own beside, and it counts once.
    let own = insight(&hidden[5]).await["sets"][0].clone();
    assert_eq!(own["pooled"], set["pooled"]);
    assert_eq!(own["studies"][0]["own"], true);
    assert_eq!(own["studies"][0]["weight"], Value::Null);
    assert_eq!(own["releases"], set["releases"]);
    // It is drawn as a row of its own.
    let path = format!("/v1/insights/{USE_CASE}/time_saved/forest?format=html");
    let page = reader.lead.get(&path).await;
    assert!(
        page.body.contains("Groupe de résultats non montrés"),
        "{}",
        page.body
    );
}

#[actix_web::test]
async fn a_question_that_cannot_be_read_keeps_no_other_waiting() {
    let app = App::listen(TestDatabase::shared().clone_fresh().await, &QUOTAS);
    let reader = Lab::new(&app, "mail-sorting").await;
    for use_case in ["water-leaks", "flood-forecast", "road-vision"] {
        contributes_to(&app, use_case, 1.0, "aggregate_only").await;
    }
    app.database.spoil_results().await;
    for mean in [1.0, 2.0, 3.0, 4.0, 5.0, 9.0] {
        contributes(&app, mean, "aggregate_only").await;
    }
    let clock = Clock::default();
    clock.advance(TimeDelta::days(40));
    let store = Store::new(&app.database.app_url(), 2, clock).unwrap();
    assert!(make_batches(&store).await.is_err(), "it is told");
    assert_eq!(
        insight(&reader).await["sets"][0]["releases"][0]["estimate"],
        4.0
    );
}
