//! A resource from its first draft to its withdrawal, and back.

use insta::assert_json_snapshot;
use maillage_domain::access::Role;
use serde_json::{Value, json};

use crate::support::{Actor, Shelf, World};

/// What a card says to whoever asks, without what differs from run to run.
fn standing(card: &Value) -> Value {
    json!({ "state": card["state"], "access": card["access"], "latest": card["latest"]["number"] })
}

#[actix_web::test]
async fn a_new_resource_is_a_draft_of_its_own_collectivity() {
    let world = World::new().await;
    for shelf in Shelf::ALL {
        let director = &world.agglo_director;
        let created = director
            .post(shelf.path(), shelf.input("Titre", "Texte."))
            .await;
        let body = created.expect(201);
        assert_json_snapshot!(format!("created_{}", shelf.kind()), body, {
            ".id" => "[id]",
            ".owner.id" => "[id]",
            ".owner.siren" => "[siren]",
            ".owner.name" => "[name]",
            ".updated_at" => "[at]",
        });
        assert_eq!(created.header("location"), shelf.at(&created.id(), ""));

        let read = director.get(created.header("location")).await;
        assert_eq!((read.expect(200), read.etag()), (body, created.etag()));
    }
}

#[actix_web::test]
async fn a_resource_lives_through_versions_withdrawal_and_return() {
    let world = World::new().await;
    let (owner, reader) = (&world.agglo_director, &world.commune_director);
    for shelf in Shelf::ALL {
        let id = shelf.create(owner, "Titre", "Un.").await;
        let group = json!({ "type": "group", "id": world.group });
        shelf.share(owner, &id, group, "reuse").await.expect(201);
        let (here, draft) = (shelf.at(&id, ""), shelf.at(&id, "/draft"));

        // Granted, but never published: nobody else knows.
        assert_eq!(reader.get(&here).await.problem(404), "not_found");
        assert_eq!(
            owner.get(&shelf.at(&id, "/versions")).await.expect(200)["items"],
            json!([])
        );

        let first = shelf.publish(owner, &id).await;
        assert_eq!(first.expect(201)["number"], 1);
        assert_eq!(
            first.header("location"),
            shelf.at(&id, "/versions/1"),
            "{first:?}"
        );
        assert_eq!(owner.get(&draft).await.problem(404), "draft_missing");
        let seen = reader.get(&here).await.expect(200);
        assert_eq!(
            standing(&seen),
            json!({ "state": "published", "access": "reuse", "latest": 1 })
        );
        assert_eq!(seen["body"]["clauses"][0]["text"], "Un.");

        // What is being written stays inside until it is published.
        let begin = owner.with("if-none-match", "*");
        let begun = begin.put(&draft, shelf.body("Deux.")).await;
        begun.expect(201);
        assert_eq!(begun.header("location"), draft);
        assert_eq!(reader.get(&draft).await.problem(403), "forbidden");
        let seen = reader.get(&here).await.expect(200);
        assert_eq!(seen["body"]["clauses"][0]["text"], "Un.");
        assert_eq!(
            begin.put(&draft, shelf.body("Trois.")).await.problem(412),
            "stale"
        );

        assert_eq!(shelf.publish(owner, &id).await.expect(201)["number"], 2);
        let seen = reader.get(&here).await.expect(200);
        assert_eq!(seen["body"]["clauses"][0]["text"], "Deux.");
        assert_eq!(numbers(reader, &shelf.at(&id, "/versions")).await, [2, 1]);

        let withdrawn = owner
            .anyway()
            .post(&shelf.at(&id, "/withdrawal"), json!({}))
            .await;
        assert_eq!(withdrawn.expect(200)["state"], "withdrawn");
        assert_eq!(reader.get(&here).await.problem(404), "not_found");
        assert_eq!(numbers(owner, &shelf.at(&id, "/versions")).await, [2, 1]);
        let again = owner
            .anyway()
            .post(&shelf.at(&id, "/withdrawal"), json!({}))
            .await;
        assert_eq!(again.problem(409), "not_published");

        // The very same text may be offered again, and the grant is still there.
        assert_eq!(
            shelf.revised(owner, &id, "Deux.").await.expect(201)["number"],
            3
        );
        assert_eq!(
            standing(&reader.get(&here).await.expect(200)),
            json!({ "state": "published", "access": "reuse", "latest": 3 })
        );
    }
}

async fn numbers(actor: &Actor, versions: &str) -> Vec<i64> {
    let page = actor.get(versions).await.expect(200);
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["number"].as_i64().unwrap())
        .collect()
}

#[actix_web::test]
async fn an_unchanged_draft_is_no_new_version() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    for shelf in Shelf::ALL {
        let id = shelf.published(owner, "Titre", "Un.").await;
        let revised = shelf.revised(owner, &id, "Un.").await;
        assert_eq!(revised.problem(409), "draft_unchanged");
        // A new title is a change, although the text stays.
        let here = shelf.at(&id, "");
        let title = json!({ "title": "Autre" });
        owner.anyway().patch(&here, title).await.expect(200);
        assert_eq!(
            shelf.publish(owner, &id).await.expect(201)["title"],
            "Autre"
        );
        let first = owner.get(&shelf.at(&id, "/versions/1")).await.expect(200);
        assert_eq!(first["title"], "Titre");
    }
}

#[actix_web::test]
async fn only_what_was_never_published_can_be_discarded() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    for shelf in Shelf::ALL {
        let id = shelf.create(owner, "Titre", "Un.").await;
        let here = shelf.at(&id, "");
        assert_eq!(
            owner.delete(&here).await.problem(428),
            "precondition_required"
        );
        let stale = owner.with("if-match", "\"7-0\"").delete(&here).await;
        assert_eq!(stale.problem(412), "stale");
        let found = owner.get(&here).await;
        let discarded = owner.matching(&found).delete(&here).await;
        assert_eq!(
            (discarded.expect(204), discarded.body.as_str()),
            (Value::Null, "")
        );
        for rest in ["", "/draft", "/versions", "/shares", "/lineage"] {
            assert_eq!(
                owner.get(&shelf.at(&id, rest)).await.problem(404),
                "not_found"
            );
        }

        let id = shelf.published(owner, "Titre", "Un.").await;
        let kept = owner.anyway().delete(&shelf.at(&id, "")).await;
        assert_eq!(kept.problem(409), "already_published");
    }
}

#[actix_web::test]
async fn a_charter_is_no_template() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    let id = Shelf::Charters.published(owner, "Titre", "Un.").await;
    for rest in ["", "/versions", "/versions/1", "/shares", "/lineage"] {
        let asked = owner.get(&Shelf::Templates.at(&id, rest)).await;
        assert_eq!(asked.problem(404), "not_found", "{rest}");
    }
    let adaptations = Shelf::Templates.at(&id, "/adaptations");
    let adapted = owner.post(&adaptations, json!({}));
    assert_eq!(adapted.await.problem(404), "not_found");
    let charter = Shelf::Charters.body("Un.");
    let put = owner
        .anyway()
        .put(&Shelf::Templates.at(&id, "/draft"), charter)
        .await;
    assert_eq!(
        (put.problem(400).as_str(), put.broken()),
        ("invalid_request", vec!["/use missing_field".to_owned()])
    );
}

#[actix_web::test]
async fn abilities_are_what_the_caller_can_do_now() {
    let world = World::new().await;
    let (owner, reader) = (&world.agglo_director, &world.commune_director);
    let shelf = Shelf::Charters;
    let id = shelf.create(owner, "Titre", "Un.").await;
    let group = json!({ "type": "group", "id": world.group });
    shelf.share(owner, &id, group, "read").await.expect(201);
    let abilities = async |actor: &Actor| {
        let seen = actor.get(&shelf.at(&id, "")).await.expect(200);
        seen["abilities"].clone()
    };
    assert_eq!(
        abilities(owner).await,
        json!([
            "read",
            "read_draft",
            "describe",
            "write",
            "discard",
            "publish",
            "read_shares",
            "share"
        ])
    );
    shelf.publish(owner, &id).await.expect(201);
    // Nothing to publish, until somebody begins a new draft.
    let published = json!([
        "read",
        "describe",
        "write",
        "withdraw",
        "read_shares",
        "share",
        "adapt"
    ]);
    assert_eq!(abilities(owner).await, published);
    let listed = owner.get(shelf.path()).await.expect(200);
    assert_eq!(listed["items"][0]["abilities"], published);
    let begin = owner.with("if-none-match", "*");
    begin
        .put(&shelf.at(&id, "/draft"), shelf.body("Deux."))
        .await
        .expect(201);
    assert_eq!(
        abilities(owner).await,
        json!([
            "read",
            "read_draft",
            "describe",
            "write",
            "publish",
            "withdraw",
            "read_shares",
            "share",
            "adapt"
        ])
    );
    // Whoever sees only what was published is not told of the draft.
    assert_eq!(abilities(reader).await, json!(["read"]));
}

#[actix_web::test]
async fn what_others_see_is_described_by_who_may_publish() {
    let world = World::new().await;
    let writer = world.app.member(&world.agglo, &[Role::Contributor]).await;
    let leader = &world.agglo_director;
    for shelf in Shelf::ALL {
        let id = shelf.create(&writer, "Titre", "Un.").await;
        let here = shelf.at(&id, "");
        let change = async |actor: &Actor| {
            let title = json!({ "title": "Autre titre" });
            actor.anyway().patch(&here, title).await
        };
        let may = async |actor: &Actor| {
            let seen = actor.get(&here).await.expect(200);
            seen["abilities"]
                .as_array()
                .unwrap()
                .contains(&json!("describe"))
        };
        change(&writer).await.expect(200);
        assert!(may(&writer).await);
        shelf.publish(leader, &id).await.expect(201);
        assert_eq!(change(&writer).await.problem(403), "forbidden");
        assert!(!may(&writer).await);
        change(leader).await.expect(200);
        assert!(may(leader).await);
        let withdrawal = shelf.at(&id, "/withdrawal");
        let withdrawn = leader.anyway().post(&withdrawal, json!({})).await;
        withdrawn.expect(200);
        assert_eq!(change(&writer).await.problem(403), "forbidden");
    }
}
