//! Adaptations and lineage: where a text comes from is told to its owner, and never lost (L3).

use serde_json::{Value, json};

use crate::support::{Actor, Shelf, World};

/// A resource with two versions, granted to the group for reuse.
async fn shared(world: &World, shelf: Shelf) -> String {
    let owner = &world.agglo_director;
    let id = shelf.published(owner, "Premier titre", "Un.").await;
    let title = json!({ "title": "Second titre" });
    owner
        .anyway()
        .patch(&shelf.at(&id, ""), title)
        .await
        .expect(200);
    shelf.revised(owner, &id, "Deux.").await.expect(201);
    let group = json!({ "type": "group", "id": world.group });
    shelf.share(owner, &id, group, "reuse").await.expect(201);
    id
}

async fn adapted(actor: &Actor, shelf: Shelf, id: &str, input: Value) -> Value {
    let answer = actor.post(&shelf.at(id, "/adaptations"), input).await;
    let view = answer.expect(201);
    assert_eq!(answer.header("location"), shelf.at(&answer.id(), ""));
    view
}

fn id(view: &Value) -> &str {
    view["id"].as_str().unwrap()
}

async fn lineage(actor: &Actor, shelf: Shelf, id: &str) -> Value {
    actor.get(&shelf.at(id, "/lineage")).await.expect(200)
}

#[actix_web::test]
async fn an_adaptation_is_an_own_draft_that_names_its_source() {
    let world = World::new().await;
    let actor = &world.commune_director;
    for shelf in Shelf::ALL {
        let source = shared(&world, shelf).await;
        for (input, version, title, text) in [
            (json!({}), 2, "Second titre", "Deux."),
            (json!({ "version": null }), 2, "Second titre", "Deux."),
            (json!({ "version": 2 }), 2, "Second titre", "Deux."),
            (json!({ "version": 1 }), 1, "Premier titre", "Un."),
        ] {
            let made = adapted(actor, shelf, &source, input).await;
            assert_eq!(
                (&made["state"], &made["access"]),
                (&json!("draft"), &json!("own"))
            );
            assert_eq!(made["title"], title);
            assert_eq!(made["owner"]["siren"], world.commune.siren.as_str());
            let origin = shelf.at(&source, &format!("/versions/{version}"));
            let origin = actor.get(&origin).await.expect(200);
            assert_eq!(
                made["source"],
                json!({ "collectivity": world.agglo.id.to_string(), "resource": source,
                    "version": version, "digest": origin["digest"] })
            );
            let draft = actor.get(&shelf.at(id(&made), "/draft")).await.expect(200);
            assert_eq!(draft["body"], origin["body"]);
            assert_eq!(draft["body"]["clauses"][0]["text"], text);
            let told = lineage(actor, shelf, id(&made)).await;
            assert_eq!(told["source"], made["source"]);
            assert_eq!(told["taken"], made["source"]);
        }
    }
}

#[actix_web::test]
async fn only_what_was_granted_for_reuse_can_be_adapted() {
    let world = World::new().await;
    let shelf = Shelf::Charters;
    let source = shared(&world, shelf).await;
    let adaptations = shelf.at(&source, "/adaptations");
    let stranger = world.stranger_director.post(&adaptations, json!({})).await;
    assert_eq!(stranger.problem(404), "not_found");
    for version in [0, -1, 3, i32::MAX] {
        let input = json!({ "version": version });
        let unknown = world.commune_director.post(&adaptations, input).await;
        assert_eq!(unknown.problem(404), "not_found", "{version}");
    }
    // One's own published text may be adapted too, a draft has no version to adapt.
    adapted(&world.agglo_director, shelf, &source, json!({})).await;
    let draft = shelf.create(&world.agglo_director, "Titre", "Un.").await;
    let adaptations = shelf.at(&draft, "/adaptations");
    let nothing = world.agglo_director.post(&adaptations, json!({})).await;
    assert_eq!(nothing.problem(404), "not_found");
}

#[actix_web::test]
async fn an_adaptation_outlives_its_source() {
    let world = World::new().await;
    let (owner, actor) = (&world.agglo_director, &world.commune_director);
    for shelf in Shelf::ALL {
        let source = shared(&world, shelf).await;
        let made = adapted(actor, shelf, &source, json!({ "version": 1 })).await;
        let withdrawal = shelf.at(&source, "/withdrawal");
        owner
            .anyway()
            .post(&withdrawal, json!({}))
            .await
            .expect(200);
        let shares = owner.get(&shelf.at(&source, "/shares")).await.ids();
        let share = shelf.at(&source, &format!("/shares/{}", shares[0]));
        owner.anyway().delete(&share).await.expect(204);
        assert_eq!(
            actor.get(&shelf.at(&source, "")).await.problem(404),
            "not_found"
        );

        let kept = actor.get(&shelf.at(id(&made), "")).await.expect(200);
        assert_eq!(kept["source"], made["source"]);
        shelf.publish(actor, id(&made)).await.expect(201);
        shelf
            .revised(actor, id(&made), "Chez nous.")
            .await
            .expect(201);
        assert_eq!(
            lineage(actor, shelf, id(&made)).await["source"],
            made["source"]
        );
    }
}

#[actix_web::test]
async fn the_owner_is_told_how_many_but_not_whose() {
    let world = World::new().await;
    let (owner, actor) = (&world.agglo_director, &world.commune_director);
    for shelf in Shelf::ALL {
        let source = shared(&world, shelf).await;
        assert_eq!(
            lineage(owner, shelf, &source).await,
            json!({ "source": null, "taken": null, "adaptation_count": 0, "adaptations": [] })
        );
        let kept = adapted(actor, shelf, &source, json!({})).await;
        let shown = adapted(actor, shelf, &source, json!({})).await;
        let told = lineage(owner, shelf, &source).await;
        assert_eq!(
            (&told["adaptation_count"], &told["adaptations"]),
            (&json!(2), &json!([]))
        );

        // Granted back and published: now the owner of the source sees that one, and only that.
        let back = json!({ "type": "collectivity", "siren": world.agglo.siren.as_str() });
        shelf
            .share(actor, id(&shown), back, "read")
            .await
            .expect(201);
        assert_eq!(
            lineage(owner, shelf, &source).await["adaptations"],
            json!([])
        );
        shelf.publish(actor, id(&shown)).await.expect(201);
        shelf.publish(actor, id(&kept)).await.expect(201);
        let told = lineage(owner, shelf, &source).await;
        assert_eq!(told["adaptation_count"], 2);
        let cards = told["adaptations"].as_array().unwrap();
        assert_eq!(cards.iter().map(id).collect::<Vec<_>>(), [id(&shown)]);
        // Where somebody else found their text is theirs to tell.
        assert_eq!(cards[0]["source"], Value::Null);
        assert_eq!(
            lineage(owner, shelf, id(&shown)).await["source"],
            Value::Null
        );
        assert_eq!(
            lineage(owner, shelf, id(&shown)).await["adaptation_count"],
            Value::Null
        );

        assert_eq!(
            lineage(owner, shelf, id(&shown)).await["taken"],
            Value::Null
        );

        // Who may read the source learns of their own adaptations only, and of no number.
        let told = lineage(actor, shelf, &source).await;
        assert_eq!(
            (&told["source"], &told["adaptation_count"]),
            (&Value::Null, &Value::Null)
        );
        let cards = told["adaptations"].as_array().unwrap();
        assert_eq!(
            cards.iter().map(id).collect::<Vec<_>>(),
            [id(&shown), id(&kept)]
        );
        let hidden = world
            .stranger_director
            .get(&shelf.at(&source, "/lineage"))
            .await;
        assert_eq!(hidden.problem(404), "not_found");
    }
}

#[actix_web::test]
async fn an_adaptation_of_an_adaptation_names_the_nearest_source() {
    let world = World::new().await;
    let (owner, actor) = (&world.agglo_director, &world.commune_director);
    let shelf = Shelf::Charters;
    let source = shared(&world, shelf).await;
    let middle = adapted(actor, shelf, &source, json!({})).await;
    shelf.publish(actor, id(&middle)).await.expect(201);
    let on = json!({ "type": "collectivity", "siren": world.stranger.siren.as_str() });
    shelf
        .share(actor, id(&middle), on, "reuse")
        .await
        .expect(201);
    let last = adapted(&world.stranger_director, shelf, id(&middle), json!({})).await;
    assert_eq!(last["source"]["resource"], middle["id"]);
    assert_eq!(last["source"]["collectivity"], world.commune.id.to_string());
    assert_eq!(
        lineage(actor, shelf, id(&middle)).await["adaptation_count"],
        1
    );
    assert_eq!(lineage(owner, shelf, &source).await["adaptation_count"], 1);
}
