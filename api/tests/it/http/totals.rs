//! Totals: for who prefers them, with the filters of the list, and never more than is true.

use maillage_domain::access::Role;
use serde_json::{Value, json};

use crate::support::{Actor, App, Shelf};

fn counting(actor: &Actor) -> Actor {
    actor.with("prefer", "return=total-count")
}

async fn total(actor: &Actor, path: &str) -> Value {
    counting(actor).get(path).await.expect(200)["total"].clone()
}

#[actix_web::test]
async fn a_total_keeps_to_the_filters() {
    let app = App::shared();
    let writer = app.member(&app.tenant().await, &[Role::Director]).await;
    for number in 0..5 {
        let id = Shelf::Charters.create(&writer, "Charte", "Texte.").await;
        if number < 2 {
            Shelf::Charters.publish(&writer, &id).await.expect(201);
        }
    }
    for (filter, count) in [
        ("", 5),
        ("?state=published", 2),
        ("?state=draft&limit=1", 3),
        ("?state=withdrawn", 0),
        ("?updated_since=2999-01-01T00:00:00Z", 0),
    ] {
        let told = total(&writer, &format!("/v1/charters{filter}")).await;
        assert_eq!(told, json!({ "count": count, "exact": true }), "{filter}");
    }
}

#[actix_web::test]
async fn what_is_too_much_to_count_is_said_to_be_more() {
    let anyone = App::shared().anonymous();
    let told = total(&anyone, "/v1/directory?limit=1").await;
    assert_eq!(told, json!({ "count": 10_000, "exact": false }));
    let regions = "/v1/directory?type=region&limit=100";
    let listed = anyone.get(regions).await.expect(200)["items"].clone();
    let count = listed.as_array().unwrap().len();
    let told = total(&anyone, regions).await;
    assert_eq!(told, json!({ "count": count, "exact": true }));
}

#[actix_web::test]
async fn what_is_kept_for_everybody_is_kept_with_and_without_its_total() {
    let anyone = App::shared().anonymous();
    let path = "/v1/directory?q=pontoise&limit=3";
    for _ in 0..2 {
        let plain = anyone.get(path).await;
        assert_eq!(plain.header("preference-applied"), "");
        assert!(plain.expect(200)["total"].is_null());
        let counted = counting(&anyone).get(path).await;
        assert_eq!(counted.header("preference-applied"), "return=total-count");
        assert_ne!(counted.etag(), plain.etag());
        assert!(counted.header("vary").contains("Prefer"));
        assert!(counted.expect(200)["total"]["count"].as_u64() >= Some(1));
    }
}

#[actix_web::test]
async fn the_first_preference_of_its_name_counts() {
    let anyone = App::shared().anonymous();
    let path = "/v1/directory?type=region&limit=1";
    for (prefer, applies) in [
        ("return=total-count", true),
        ("Return = \"total-count\"", true),
        ("wait=5, return=total-count; exactly=no", true),
        ("return=minimal, return=total-count", false),
        ("wait=5; return=total-count", false),
        ("total-count", false),
    ] {
        let page = anyone.with("prefer", prefer).get(path).await;
        assert_eq!(page.expect(200)["total"].is_object(), applies, "{prefer}");
    }
}
