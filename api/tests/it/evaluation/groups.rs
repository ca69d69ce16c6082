//! What stands around a pooled answer, and that it names nobody who is not named.

use maillage_domain::identity::BodyType;
use serde_json::{Value, json};

use super::insights::topic;
use super::{Lab, paired};
use crate::support::App;

/// Type, inhabitants, minutes, evidence, origin, sharing.
type Told = (
    BodyType,
    Option<u32>,
    f64,
    &'static str,
    &'static str,
    &'static str,
);

/// Collectivités, and how they show what.
const SHOWN: [Told; 6] = [
    (
        BodyType::Commune,
        Some(900),
        4.0,
        "measured",
        "staff",
        "open",
    ),
    (
        BodyType::Commune,
        Some(2_000),
        5.0,
        "measured",
        "vendor",
        "open",
    ),
    (
        BodyType::Commune,
        Some(3_000),
        6.0,
        "self_reported",
        "staff",
        "open",
    ),
    (
        BodyType::Departement,
        None,
        9.0,
        "measured",
        "staff",
        "open",
    ),
    (
        BodyType::Region,
        Some(800_000),
        5.5,
        "measured",
        "study",
        "pseudonymous",
    ),
    (
        BodyType::Metropole,
        Some(500_000),
        90.0,
        "measured",
        "staff",
        "aggregate_only",
    ),
];

async fn labs(app: &App, use_case: &str) -> Vec<Lab> {
    let mut labs = Vec::new();
    for (body_type, population, mean, evidence, origin, sharing) in SHOWN {
        let lab = Lab::of(app, use_case, body_type).await;
        if let Some(population) = population {
            app.database.populate(&lab.tenant, population).await;
        }
        lab.run().await;
        let mut report = paired(20, mean, 3.0);
        report["evidence"] = json!(evidence);
        report["origin"] = json!(origin);
        let first = lab.lead.with("if-none-match", "*");
        first
            .put(&lab.at("/results/temps"), report)
            .await
            .expect(201);
        lab.share(sharing).await;
        labs.push(lab);
    }
    labs
}

async fn set(lab: &Lab, use_case: &str) -> Value {
    let path = format!("/v1/insights/{use_case}/time_saved");
    lab.lead.get(&path).await.expect(200)["sets"][0].clone()
}

/// The groups of each dimension, with their counts.
fn groups(set: &Value) -> Vec<String> {
    let told = |it: &Value| {
        let groups = it["groups"].as_array().unwrap().iter();
        let groups = groups.map(|group| {
            let pooled = if group["pooled"].is_null() { "" } else { "*" };
            format!(
                " {}={}{pooled}",
                group["id"].as_str().unwrap(),
                group["count"]
            )
        });
        it["by"].as_str().unwrap().to_owned() + &groups.collect::<String>()
    };
    set["subgroups"]
        .as_array()
        .unwrap()
        .iter()
        .map(told)
        .collect()
}

fn close(value: &Value, expected: f64) {
    let value = value.as_f64().unwrap();
    assert!((value - expected).abs() < 1e-9, "{value}, not {expected}");
}

#[actix_web::test]
async fn groups_and_influence_name_nobody_who_is_not_named() {
    let app = App::shared();
    let use_case = topic();
    let labs = labs(app, &use_case).await;
    let reader = Lab::new(app, "mail-sorting").await;
    let seen = set(&reader, &use_case).await;
    assert_eq!(
        groups(&seen),
        [
            "body_type commune=3* departement=1",
            "size under_3500=3* unknown=1",
            "evidence measured=4* self_reported=1",
            "origin not_vendor=4* vendor=1",
        ]
    );
    let by_type = &seen["subgroups"][0];
    assert_eq!(by_type["test"], Value::Null);
    let sentence = by_type["sentence"].as_str().unwrap();
    assert!(
        sentence.ends_with("Un résultat sans nom n’y figure pas."),
        "{sentence}"
    );
    let warnings: Vec<_> = seen["warnings"].as_array().unwrap().iter().collect();
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0]["code"], "vendor_supplied");
    assert!(
        warnings[0]["detail"]
            .as_str()
            .unwrap()
            .contains("fournisseur")
    );

    // The open ones alone are the base, and each of them is left out once.
    let left = &seen["leave_one_out"];
    assert_eq!(
        (&left["base"]["count"], &seen["pooled"]["count"]),
        (&json!(4), &json!(5))
    );
    close(&left["base"]["estimate"], 6.0);
    let without = left["without"].as_array().unwrap();
    assert_eq!(without.len(), 4);
    for (one, lab) in without.iter().flat_map(|one| {
        let named = labs
            .iter()
            .filter(|lab| one["siren"] == lab.tenant.siren.as_str());
        named.map(move |lab| (one, lab))
    }) {
        let study = &seen["studies"][one["study"].as_u64().unwrap() as usize];
        assert_eq!(study["siren"], one["siren"]);
        assert_eq!(one["collectivity"], lab.tenant.name.as_str());
        close(
            &one["estimate"],
            (24.0 - study["effect"].as_f64().unwrap()) / 3.0,
        );
    }
    // Without 6, the interval around 4, 5 and 9 is wide enough to hold zero.
    let named = left["sentence"].as_str().unwrap();
    assert!(named.contains(&labs[2].tenant.name), "{named}");
    let hinges = without.iter().filter(|one| one["influential"] == true);
    let hinges: Vec<_> = hinges
        .map(|one| (&one["siren"], &one["decisive"]))
        .collect();
    assert_eq!(
        hinges,
        [(&json!(labs[2].tenant.siren.as_str()), &json!(true))]
    );
    let page = format!("/v1/insights/{use_case}/time_saved/forest?format=html");
    let page = reader.lead.get(&page).await.body;
    for shown in [
        named,
        "Communes",
        "<caption>Type de collectivité</caption>",
        "fournisseur",
    ] {
        assert!(page.contains(shown), "{shown}\n{page}");
    }

    // Nothing tells what the two are that have no name, or who.
    let whole = seen.to_string();
    for hidden in &labs[4..] {
        assert!(!whole.contains(hidden.tenant.siren.as_str()));
        assert!(!page.contains(hidden.tenant.siren.as_str()));
    }
    for hidden in ["region", "metropole", "from_100000"] {
        assert!(!whole.contains(hidden), "{hidden}");
    }
    for hidden in ["Régions", "Métropoles", "100\u{202f}000 habitants et plus"] {
        assert!(!page.contains(hidden), "{hidden}");
    }

    // Whose it is sees in which group they are; it is no more open for that.
    let own = set(&labs[4], &use_case).await;
    assert_eq!(
        groups(&own)[..2],
        [
            "body_type commune=3* departement=1 region=1",
            "size under_3500=3* from_100000=1 unknown=1"
        ]
    );
    assert_eq!(own["leave_one_out"]["base"], left["base"]);

    // What is for pooling alone is seen by its owner, and counts nowhere here.
    let own = set(&labs[5], &use_case).await;
    let studies = own["studies"].as_array().unwrap();
    assert_eq!(studies.len(), 6);
    assert_eq!(
        (
            &studies[0]["own"],
            &studies[0]["effect"],
            &studies[0]["weight"]
        ),
        (&json!(true), &json!(90.0), &Value::Null)
    );
    let weight: f64 = studies[1..]
        .iter()
        .map(|it| it["weight"].as_f64().unwrap())
        .sum();
    assert!((weight - 1.0).abs() < 1e-9, "{weight}");
    for member in ["pooled", "subgroups", "sentence", "warnings"] {
        assert_eq!(own[member], seen[member], "{member}");
    }
    for member in ["base", "sentence"] {
        assert_eq!(own["leave_one_out"][member], left[member], "{member}");
    }

    // Without a name there are three open ones left: two of these would be no pool.
    labs[3].share("pseudonymous").await;
    let seen = set(&reader, &use_case).await;
    assert_eq!(seen["leave_one_out"], Value::Null);
    assert_eq!(
        groups(&seen),
        [
            "evidence measured=4* self_reported=1",
            "origin not_vendor=4* vendor=1"
        ]
    );
}

#[actix_web::test]
async fn an_answer_reads_the_newest_results_only() {
    let app = App::shared();
    let use_case = topic();
    let lab = Lab::new(app, &use_case).await;
    lab.run().await;
    lab.report(20, 70.0, 3.0).await.expect(201);
    lab.share("open").await;
    app.database.repeat_result(&use_case, 1..=999).await;
    let reader = Lab::new(app, "mail-sorting").await;
    let whole = set(&reader, &use_case).await;
    let counted = |set: &Value| {
        let studies = set["studies"].as_array().unwrap();
        let oldest = studies.iter().any(|it| it["effect"] == 70.0);
        let cut = set["warnings"].to_string().contains("results_cut");
        (studies.len(), oldest, cut)
    };
    assert_eq!(counted(&whole), (1_000, true, false));
    app.database.repeat_result(&use_case, 1_000..=1_000).await;
    let cut = set(&reader, &use_case).await;
    assert_eq!(counted(&cut), (1_000, false, true));
    assert_eq!(cut["pooled"]["count"], 1_000);
    assert_eq!(cut["leave_one_out"], Value::Null);
    let topics = reader.lead.get("/v1/insights").await.expect(200);
    let topics = topics["topics"].as_array().unwrap();
    let topic = topics.iter().find(|it| it["use_case"] == use_case.as_str());
    assert_eq!(topic.unwrap()["results"], 1_001);
    // Of one's own, too.
    let own = set(&lab, &use_case).await;
    assert_eq!(counted(&own), (100, false, true));
}

/// An order made of ids would tell whose a result is to who knows the ids.
#[actix_web::test]
async fn the_order_of_results_says_nothing_of_whose_they_are() {
    let app = App::shared();
    let reader = Lab::new(app, "mail-sorting").await;
    let mut orders = Vec::new();
    for _ in 0..2 {
        let use_case = topic();
        for minutes in [4.0, 5.0, 6.0, 7.0, 8.0] {
            let lab = Lab::new(app, &use_case).await;
            lab.run().await;
            lab.report(20, minutes, 3.0).await.expect(201);
            lab.share("pseudonymous").await;
        }
        let seen = set(&reader, &use_case).await;
        let studies = seen["studies"].as_array().unwrap().iter();
        let effects: Vec<_> = studies.map(|it| it["effect"].as_f64().unwrap()).collect();
        orders.push(effects);
    }
    assert_eq!(orders[0].len(), 5);
    assert_eq!(orders[0], orders[1]);
}
