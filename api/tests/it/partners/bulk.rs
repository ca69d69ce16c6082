//! Bulk: each item is made or refused by itself, and none is made twice under the same key.

use maillage_domain::access::{Role, Scopes, Verb};
use serde_json::{Value, json};

use super::Home;
use crate::support::charter;

fn item(title: &str, key: Option<&str>) -> Value {
    let resource = charter(title, "Texte.");
    match key {
        Some(key) => json!({ "resource": resource, "idempotency_key": key }),
        None => json!({ "resource": resource }),
    }
}

#[actix_web::test]
async fn items_are_made_or_refused_each_by_itself() {
    let home = Home::new().await;
    let mut doubled = item("Deux fois", None);
    let clause = doubled["resource"]["body"]["clauses"][0].clone();
    doubled["resource"]["body"]["clauses"]
        .as_array_mut()
        .unwrap()
        .push(clause);
    let items = json!({ "items": [item("Une", None), doubled, { "x": 1 }, item("Autre", None)] });
    let done = home
        .creator
        .post("/v1/charters:bulk", items)
        .await
        .expect(207);
    let told = done["items"].as_array().unwrap();
    let statuses: Vec<_> = told
        .iter()
        .map(|it| it["status"].as_u64().unwrap())
        .collect();
    assert_eq!(statuses, [201, 422, 400, 201]);
    assert_eq!(
        told[1]["errors"][0]["pointer"],
        "/resource/body/clauses/1/id"
    );
    assert_eq!(told[2]["errors"][0]["code"], "unknown_field");
    for made in [&told[0], &told[3]] {
        home.creator
            .get(made["location"].as_str().unwrap())
            .await
            .expect(200);
    }
    let facts = home.app.database.told(&[home.tenant.id.0]).await.remove(0);
    assert_eq!(facts.audited, facts.posted);
    let created = facts
        .audited
        .iter()
        .filter(|fact| fact["type"] == "resource.created");
    assert_eq!(created.count(), 2);
    let verdict = home.creator.get("/v1/audit/verification").await;
    if verdict.status == 200 {
        assert!(verdict.json()["broken_at"].is_null());
    }
}

#[actix_web::test]
async fn an_item_under_a_key_is_made_once_in_whatever_request_it_comes() {
    let home = Home::new().await;
    let first = json!({ "items": [item("Une", Some("un")), item("Deux", Some("deux"))] });
    let first = home
        .creator
        .post("/v1/charters:bulk", first)
        .await
        .expect(207);
    let again = json!({ "items": [
        item("Trois", Some("trois")), item("Deux", Some("deux")), item("Autre", Some("un")),
        item("Trois", Some("trois")),
    ] });
    let again = home
        .creator
        .post("/v1/charters:bulk", again)
        .await
        .expect(207);
    let told = again["items"].as_array().unwrap();
    assert_eq!(
        (&told[0]["status"], &told[0]["replayed"]),
        (&json!(201), &json!(false))
    );
    assert_eq!(told[1]["id"], first["items"][1]["id"]);
    assert_eq!(told[1]["replayed"], true);
    assert_eq!(told[2]["code"], "idempotency_key_reused");
    assert_eq!(told[3]["errors"][0]["code"], "bulk_key_twice");
    let list = home.creator.get("/v1/charters").await;
    assert_eq!(list.ids().len(), 3);
}

#[actix_web::test]
async fn a_thousand_are_made_at_once_and_no_more() {
    let home = Home::new().await;
    let items: Vec<_> = (0..1_000)
        .map(|n| item(&format!("Charte {n}"), None))
        .collect();
    let done = home
        .creator
        .post("/v1/charters:bulk", json!({ "items": items }));
    let done = done.await.expect(207);
    let told = done["items"].as_array().unwrap();
    assert!(told.len() == 1_000 && told.iter().all(|it| it["status"] == 201));
    for items in [json!([]), json!(vec![item("x", None); 1_001])] {
        let refused = home
            .creator
            .post("/v1/charters:bulk", json!({ "items": items }))
            .await;
        assert_eq!(refused.problem(422), "invalid");
        assert_eq!(refused.json()["errors"][0]["code"], "bulk_items");
    }
}

#[actix_web::test]
async fn who_may_make_none_makes_none_in_bulk() {
    let home = Home::new().await;
    let items = json!({ "items": [item("Une", None)] });
    let reader = home.app.member(&home.tenant, &[Role::Reader]).await;
    let refused = reader.post("/v1/charters:bulk", items.clone()).await;
    assert_eq!(refused.problem(403), "forbidden");
    for (scopes, status) in [([Verb::Read], 403), ([Verb::Create], 207)] {
        let software = home.software(Scopes::of(scopes).unwrap()).await;
        let software = home.app.software(&software.bearer);
        let answer = software.post("/v1/charters:bulk", items.clone()).await;
        assert_eq!(answer.status, status);
    }
}
