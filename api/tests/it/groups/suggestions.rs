//! Suggestions: the EPCI and its communes, from the real directory.

use insta::assert_json_snapshot;
use maillage_domain::access::Role;
use maillage_domain::identity::BodyType;
use serde_json::{Value, json};

use crate::support::{Actor, App};

async fn joined(app: &App, siren: &str, body_type: BodyType) -> Actor {
    let tenant = app
        .database
        .tenant_of(siren.parse().unwrap(), body_type)
        .await;
    app.member(&tenant, &[Role::Reader]).await
}

async fn suggested(actor: &Actor) -> Value {
    actor.get("/v1/groups/suggestions").await.expect(200)
}

/// SIREN of those who have joined, and how many communes have not.
async fn counted(actor: &Actor) -> Value {
    let found = suggested(actor).await;
    let found = &found["items"][0];
    let joined = found["joined"].as_array().unwrap();
    let sirens: Vec<_> = joined.iter().map(|it| it["siren"].clone()).collect();
    json!([found["siren"], sirens, found["not_joined"]])
}

#[actix_web::test]
async fn a_commune_and_its_epci_are_suggested_to_each_other() {
    let app = App::wide().await;
    // The CA de Cergy-Pontoise has 13 communes, in two départements.
    let cergy = joined(app, "219501277", BodyType::Commune).await;
    assert_eq!(counted(&cergy).await, json!(["249500109", [], 12]));

    let pontoise = joined(app, "219505005", BodyType::Commune).await;
    let agglo = joined(app, "249500109", BodyType::Ca).await;
    assert_eq!(
        counted(&cergy).await,
        json!(["249500109", ["219505005", "249500109"], 11])
    );
    assert_eq!(
        counted(&pontoise).await,
        json!(["249500109", ["219501277", "249500109"], 11])
    );
    assert_eq!(
        counted(&agglo).await,
        json!(["249500109", ["219501277", "219505005"], 11])
    );
    assert_json_snapshot!(suggested(&agglo).await, { ".items[].joined[].id" => "[id]" });

    // Venelles belongs to another EPCI, of which nobody else has joined.
    let venelles = joined(app, "211301130", BodyType::Commune).await;
    let found = counted(&venelles).await;
    assert_eq!((&found[0], &found[1]), (&json!("200054807"), &json!([])));
    assert_eq!(counted(&cergy).await[2], 11);
}

#[actix_web::test]
async fn who_belongs_to_no_epci_gets_no_suggestion() {
    let app = App::wide().await;
    let island = joined(app, "218501138", BodyType::Commune).await;
    assert_eq!(suggested(&island).await, json!({ "items": [] }));
    let department = app
        .database
        .tenant_of(app.database.siren(), BodyType::Departement)
        .await;
    let department = app.member(&department, &[Role::Director]).await;
    assert_eq!(suggested(&department).await, json!({ "items": [] }));
}

#[actix_web::test]
async fn suggestions_are_for_members_and_not_sent_twice() {
    let app = App::shared();
    let tenant = app.tenant().await;
    let reader = app.member(&tenant, &[Role::Reader]).await;
    let path = "/v1/groups/suggestions";
    let first = reader.get(path).await;
    let again = reader.with("if-none-match", first.etag()).get(path).await;
    assert_eq!((again.status.as_u16(), again.body.as_str()), (304, ""));
    assert_eq!(
        app.anonymous().get(path).await.problem(401),
        "unauthenticated"
    );
}
