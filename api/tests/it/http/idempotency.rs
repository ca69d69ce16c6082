//! Idempotency: the same key and request give one effect and one answer (L9).

use chrono::TimeDelta;
use futures::future::join_all;
use maillage_domain::access::Role;
use maillage_infra::testing::Tenant;
use serde_json::{Value, json};

use crate::support::{Actor, App, Response, Shelf, World, charter};

async fn writer(app: &App) -> (Tenant, Actor) {
    let tenant = app.tenant().await;
    let writer = app.member(&tenant, &[Role::Director]).await;
    (tenant, writer)
}

fn replayed(answer: &Response) -> bool {
    answer.header("idempotent-replayed") == "true"
}

async fn charters(actor: &Actor) -> usize {
    actor.get("/v1/charters").await.ids().len()
}

#[actix_web::test]
async fn twenty_duplicates_at_once_have_one_effect() {
    let app = App::shared();
    let (_, writer) = writer(app).await;
    let keyed = writer.with("idempotency-key", "vingt");
    let input = charter("Charte", "Texte.");
    let asked = (0..20).map(|_| keyed.post("/v1/charters", input.clone()));
    let answers = join_all(asked).await;
    let made: Vec<_> = answers.iter().filter(|it| it.status == 201).collect();
    assert_eq!(made.iter().filter(|it| !replayed(it)).count(), 1);
    for answer in &made {
        assert_eq!(answer.bytes(), made[0].bytes());
    }
    for busy in answers.iter().filter(|it| it.status != 201) {
        assert_eq!(busy.problem(409), "idempotency_in_flight");
        assert_eq!(busy.header("retry-after"), "1");
    }
    assert_eq!(charters(&writer).await, 1);
    // Whoever was told to come back gets the answer then.
    let again = keyed.post("/v1/charters", input).await;
    assert!(replayed(&again));
    assert_eq!(again.bytes(), made[0].bytes());
}

#[actix_web::test]
async fn a_key_belongs_to_one_request() {
    let app = App::shared();
    let (_, writer) = writer(app).await;
    let keyed = writer.with("idempotency-key", "une-fois");
    let input = charter("Charte", "Texte.");
    let first = keyed.post("/v1/charters", input.clone()).await;
    first.expect(201);
    assert!(!replayed(&first));
    // Another body, be it by a space.
    let spaced = format!(" {input}").into_bytes();
    let post = reqwest::Method::POST;
    for other in [
        keyed.post("/v1/charters", charter("Autre", "Texte.")).await,
        keyed.ask(post, "/v1/charters", Some(spaced)).await,
    ] {
        assert_eq!(other.problem(422), "idempotency_key_reused");
    }
    // Another resource at the same kind of address.
    let publish = |id: String| {
        let keyed = keyed.anyway();
        async move {
            keyed
                .post(&format!("/v1/charters/{id}/publications"), json!({}))
                .await
        }
    };
    let second = writer.post("/v1/charters", input.clone()).await.id();
    publish(first.id()).await.expect(201);
    assert_eq!(publish(second).await.problem(422), "idempotency_key_reused");
    // Another kind of address is another matter, and so is another person.
    let template = Shelf::Templates.input("Modèle", "Texte.");
    let elsewhere = keyed.post("/v1/templates", template).await;
    assert!(elsewhere.status == 201 && !replayed(&elsewhere));
    assert_eq!(charters(&writer).await, 2);
}

#[actix_web::test]
async fn a_key_belongs_to_one_caller() {
    let app = App::shared();
    let (tenant, writer) = writer(app).await;
    let colleague = app.member(&tenant, &[Role::Director]).await;
    let login = app
        .database
        .member_with_password(&tenant, &[Role::Director])
        .await;
    let second = app.tenant().await;
    let here = app.actor(&login.bearer);
    let there = app.actor(
        &app.database
            .colleague(&second, &login, &[Role::Director])
            .await,
    );
    let mut made = Vec::new();
    for actor in [&writer, &colleague, &here, &there] {
        let keyed = actor.with("idempotency-key", "la-même".replace('ê', "e"));
        let answer = keyed
            .post("/v1/charters", charter("Charte", "Texte."))
            .await;
        answer.expect(201);
        assert!(!replayed(&answer));
        made.push(answer.id());
    }
    made.sort();
    made.dedup();
    assert_eq!(made.len(), 4);
}

#[actix_web::test]
async fn who_may_not_any_more_does_not_see_the_answer_again() {
    let app = App::shared();
    let tenant = app.tenant().await;
    let administrator = app.actor(&tenant.administrator).anyway();
    let writer = app.member(&tenant, &[Role::Director]).await;
    let keyed = writer.with("idempotency-key", "puis-plus");
    let ask = || keyed.post("/v1/charters", charter("Charte", "Texte."));
    let first = ask().await;
    let newest = administrator
        .get("/v1/memberships?limit=1")
        .await
        .ids()
        .remove(0);
    let membership = format!("/v1/memberships/{newest}");
    let rank = async |role: &str| {
        administrator
            .patch(&membership, json!({ "roles": [role] }))
            .await
            .expect(200);
    };
    rank("reader").await;
    let before = app.database.audited(tenant.id.0).await.len();
    assert_eq!(ask().await.problem(403), "forbidden");
    let told = app.database.audited(tenant.id.0).await.split_off(before);
    assert_eq!(
        told,
        [json!({ "type": "action.refused", "verb": "create" })]
    );
    // A role that allows it lets the answer be seen again.
    rank("contributor").await;
    assert_eq!(ask().await.bytes(), first.bytes());
    administrator.delete(&membership).await.expect(204);
    assert_eq!(ask().await.problem(401), "unauthenticated");
}

#[actix_web::test]
async fn what_failed_is_not_remembered() {
    let app = App::shared();
    let (_, writer) = writer(app).await;
    let keyed = writer.with("idempotency-key", "essai");
    for bad in [json!({}), charter("", ""), json!([])] {
        let refused = keyed.post("/v1/charters", bad).await;
        assert!(refused.status.is_client_error());
    }
    let made = keyed
        .post("/v1/charters", charter("Charte", "Texte."))
        .await;
    assert!(made.status == 201 && !replayed(&made));
}

#[actix_web::test]
async fn an_answer_is_kept_for_a_day() {
    let app = App::listen(App::shared().database.clone(), &[]);
    let tenant = app.tenant().await;
    let bearer = app.database.member(&tenant, &[Role::Director]).await;
    let ask = async || {
        let keyed = app.actor(&bearer).with("idempotency-key", "un-jour");
        keyed
            .post("/v1/charters", charter("Charte", "Texte."))
            .await
    };
    let first = ask().await;
    app.clock
        .advance(TimeDelta::hours(24) - TimeDelta::minutes(1));
    assert_eq!(ask().await.bytes(), first.bytes());
    app.clock.advance(TimeDelta::minutes(2));
    let second = ask().await;
    assert!(second.status == 201 && !replayed(&second));
    assert_ne!(second.id(), first.id());
    assert_eq!(ask().await.bytes(), second.bytes());
}

#[actix_web::test]
async fn a_key_has_between_1_and_255_characters() {
    let app = App::shared();
    let (_, writer) = writer(app).await;
    for key in ["", " ", "\t", &"k".repeat(256)] {
        let keyed = writer.with("idempotency-key", key);
        let refused = keyed
            .post("/v1/charters", charter("Charte", "Texte."))
            .await;
        assert_eq!(refused.problem(400), "invalid_request", "{key}");
        assert_eq!(refused.broken(), ["Idempotency-Key header_invalid"]);
    }
    assert_eq!(charters(&writer).await, 0);
    for key in [
        "k".repeat(255),
        "0b0f4e1e-7a55-4d0e-9f0c-3d0c6a1f7b42".to_owned(),
        "a,b \"c\"".to_owned(),
    ] {
        let keyed = writer.with("idempotency-key", key);
        keyed
            .post("/v1/charters", charter("Charte", "Texte."))
            .await
            .expect(201);
    }
    assert_eq!(charters(&writer).await, 3);
}

#[actix_web::test]
async fn nothing_of_the_key_or_the_answer_can_be_read_in_the_database() {
    let world = World::new().await;
    let administrator = world.app.actor(&world.agglo.administrator);
    let before = world.app.database.footprint(world.agglo.id.0).await;
    let input = json!({ "email": "secret@agglo.example", "name": "S", "roles": ["reader"] });
    let keyed = administrator.with("idempotency-key", "un-secret");
    let offered = keyed.post("/v1/invitations", input.clone()).await;
    let after = world.app.database.footprint(world.agglo.id.0).await;
    assert_eq!(
        after["idempotency_keys"].0,
        before["idempotency_keys"].0 + 1
    );
    let token: &Value = &offered.json()["token"];
    for canary in [token.as_str().unwrap(), "un-secret"] {
        assert!(!world.app.database.holds(canary).await, "{canary} is kept");
    }
    assert!(
        world.app.database.holds("secret@agglo.example").await,
        "the search finds nothing"
    );
    assert_eq!(
        keyed.post("/v1/invitations", input).await.bytes(),
        offered.bytes()
    );
}
