//! What the network shows of results, to whom.

use serde_json::{Value, json};

use super::Lab;
use crate::support::App;

/// A use case that no other test has.
pub(super) fn topic() -> String {
    format!("x-essai-{}", maillage_infra::ambient::id().simple())
}

async fn insight(lab: &Lab, use_case: &str) -> Value {
    let path = format!("/v1/insights/{use_case}/time_saved");
    lab.lead.get(&path).await.expect(200)["sets"][0].clone()
}

#[actix_web::test]
async fn each_sees_what_is_shown_and_nobody_what_is_for_pooling_alone() {
    let app = App::shared();
    let use_case = topic();
    let mut labs = Vec::new();
    for (mean, sharing) in [
        (4.0, Some("open")),
        (5.0, Some("pseudonymous")),
        (90.0, Some("aggregate_only")),
        (70.0, None),
        (6.0, Some("open")),
    ] {
        let lab = Lab::new(app, &use_case).await;
        lab.run().await;
        lab.report(20, mean, 3.0).await.expect(201);
        if let Some(sharing) = sharing {
            lab.share(sharing).await;
        }
        labs.push(lab);
    }
    // A reader elsewhere sees three, two of them with a name.
    let reader = Lab::new(app, "mail-sorting").await;
    let set = insight(&reader, &use_case).await;
    let studies = set["studies"].as_array().unwrap();
    let mut effects: Vec<_> = studies
        .iter()
        .map(|it| it["effect"].as_f64().unwrap())
        .collect();
    effects.sort_by(f64::total_cmp);
    assert_eq!(effects, [4.0, 5.0, 6.0]);
    let unnamed: Vec<_> = studies
        .iter()
        .filter(|it| it["siren"] == Value::Null)
        .collect();
    assert_eq!(unnamed.len(), 1);
    assert_eq!(
        (&unnamed[0]["effect"], &unnamed[0]["caveats"]),
        (&json!(5.0), &json!(""))
    );
    assert_eq!(unnamed[0]["collectivity"], Value::Null);
    let raw = reader
        .lead
        .get(&format!("/v1/insights/{use_case}/time_saved"))
        .await;
    let hidden = &labs[1].tenant;
    assert!(!raw.body.contains(hidden.siren.as_str()));
    assert!(!raw.body.contains(&hidden.id.0.to_string()));

    // Three are pooled: equal variances, so that the estimate is their mean.
    let pooled = &set["pooled"];
    assert_eq!(pooled["count"], 3);
    let estimate = pooled["estimate"].as_f64().unwrap();
    assert!((estimate - 5.0).abs() < 1e-9, "{estimate}");
    assert!(pooled["prediction_low"].as_f64().unwrap() < pooled["low"].as_f64().unwrap());
    assert!(!set["sentence"].as_str().unwrap().is_empty());

    // The same is drawn; nothing on it names who is not named.
    let drawn = async |format: &str| {
        let path = format!("/v1/insights/{use_case}/time_saved/forest?format={format}");
        reader.lead.get(&path).await
    };
    let svg = drawn("svg").await;
    assert_eq!(svg.header("content-type"), "image/svg+xml");
    assert!(svg.body.contains("<title") && svg.body.contains("Sans nom"));
    assert!(!svg.body.contains(hidden.siren.as_str()));
    let page = drawn("html").await;
    assert!(page.body.contains("<table") && page.body.contains("<svg"));
    assert!(page.body.contains(set["sentence"].as_str().unwrap()));
    assert_eq!(drawn("png").await.header("content-type"), "image/png");
    assert_eq!(drawn("pdf").await.problem(400), "invalid_request");

    // Each sees their own beside them, shared or not.
    let own = insight(&labs[3], &use_case).await;
    let studies = own["studies"].as_array().unwrap();
    assert_eq!(studies.len(), 4);
    assert_eq!(
        (&studies[0]["own"], &studies[0]["effect"]),
        (&json!(true), &json!(70.0))
    );

    // What is taken back shows no more.
    let sharing = labs[4].at("/results/temps/sharing");
    let back = json!({ "sharing": null });
    labs[4].lead.anyway().put(&sharing, back).await.expect(200);
    let set = insight(&reader, &use_case).await;
    assert_eq!(set["studies"].as_array().unwrap().len(), 2);
    assert_eq!(set["pooled"], Value::Null);
}

#[actix_web::test]
async fn results_of_another_definition_stand_apart() {
    let app = App::shared();
    let use_case = topic();
    for definition in ["Chronomètre.", "Chronomètre.", "Carnet."] {
        let lab = Lab::new(app, &use_case).await;
        let draft = lab.at("/draft");
        let published = lab.lead.get(&lab.at("")).await.expect(200);
        let mut body = published["body"].clone();
        body["indicators"][0]["definition"] = json!(definition);
        let begin = lab.lead.with("if-none-match", "*");
        begin.put(&draft, body).await.expect(201);
        let publication = lab.at("/publications");
        lab.lead
            .anyway()
            .post(&publication, json!({}))
            .await
            .expect(201);
        lab.run().await;
        lab.report(20, 4.0, 3.0).await.expect(201);
        lab.share("open").await;
    }
    let reader = Lab::new(app, "mail-sorting").await;
    let path = format!("/v1/insights/{use_case}/time_saved");
    let view = reader.lead.get(&path).await.expect(200);
    let sizes: Vec<_> = view["sets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|set| set["studies"].as_array().unwrap().len())
        .collect();
    assert_eq!(sizes, [2, 1]);
    let topics = reader.lead.get("/v1/insights").await.expect(200);
    let topics = topics["topics"].as_array().unwrap();
    let ours = topics.iter().find(|it| it["use_case"] == use_case.as_str());
    assert_eq!(ours.unwrap()["results"], 3);
}

/// Words of a contributor could name it: those of the indicator too.
#[actix_web::test]
async fn the_words_of_a_result_without_a_name_are_nobodys() {
    let app = App::shared();
    let use_case = topic();
    let lab = Lab::new(app, &use_case).await;
    let mut body = lab.lead.get(&lab.at("")).await.expect(200)["body"].clone();
    body["indicators"][0]["name"] = json!("Temps gagné à Exempleville");
    body["indicators"][0]["definition"] = json!("Montre en main à Exempleville.");
    let begin = lab.lead.with("if-none-match", "*");
    begin.put(&lab.at("/draft"), body).await.expect(201);
    let publish = lab.at("/publications");
    lab.lead
        .anyway()
        .post(&publish, json!({}))
        .await
        .expect(201);
    lab.run().await;
    lab.report(20, 4.0, 3.0).await.expect(201);
    lab.share("pseudonymous").await;
    let reader = Lab::new(app, "mail-sorting").await;
    let path = format!("/v1/insights/{use_case}/time_saved");
    let seen = reader.lead.get(&path).await;
    assert!(!seen.body.contains("Exempleville"), "{}", seen.body);
    let set = insight(&reader, &use_case).await;
    assert_eq!(set["name"], "Temps gagné par tâche");
    assert_eq!(set["definition"], "");
    let page = reader.lead.get(&format!("{path}/forest?format=html")).await;
    assert!(!page.body.contains("Exempleville"));
    // Under a name they are shown as they are.
    lab.share("open").await;
    let set = insight(&reader, &use_case).await;
    assert_eq!(set["name"], "Temps gagné à Exempleville");
    assert_eq!(set["definition"], "Montre en main à Exempleville.");
}
