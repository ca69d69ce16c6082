//! Lists: what the caller may see of a kind, newest first, and the filters.

use maillage_domain::access::Role;
use serde_json::json;

use crate::support::{Actor, Shelf, World};

async fn listed(actor: &Actor, shelf: Shelf, query: &str) -> Vec<String> {
    actor.get(&format!("{}?{query}", shelf.path())).await.ids()
}

/// A timestamp as a query wants it.
fn moment(at: &serde_json::Value) -> String {
    at.as_str().unwrap().replace('+', "%2B")
}

#[actix_web::test]
async fn a_list_holds_what_the_caller_may_see_newest_first() {
    let world = World::new().await;
    let (owner, reader) = (&world.agglo_director, &world.commune_director);
    for shelf in Shelf::ALL {
        let group = || json!({ "type": "group", "id": world.group });
        let draft = shelf.create(owner, "Brouillon", "Un.").await;
        let private = shelf.published(owner, "Privé", "Un.").await;
        let shared = shelf.published(owner, "Partagé", "Un.").await;
        shelf
            .share(owner, &shared, group(), "read")
            .await
            .expect(201);
        let foreign = shelf.published(reader, "Reçu", "Un.").await;
        shelf
            .share(reader, &foreign, group(), "reuse")
            .await
            .expect(201);
        assert_eq!(
            listed(owner, shelf, "").await,
            [&foreign, &shared, &private, &draft].map(Clone::clone)
        );
        assert_eq!(
            listed(reader, shelf, "").await,
            [&foreign, &shared].map(Clone::clone)
        );
        assert_eq!(listed(&world.stranger_director, shelf, "").await, [""; 0]);

        // What its owner writes moves it up for them; others see what is published.
        let begin = owner.with("if-none-match", "*");
        begin
            .put(&shelf.at(&shared, "/draft"), shelf.body("Deux."))
            .await
            .expect(201);
        assert_eq!(listed(owner, shelf, "limit=1").await, [shared.as_str()]);
        assert_eq!(listed(reader, shelf, "limit=1").await, [foreign.as_str()]);
        shelf.publish(owner, &shared).await.expect(201);
        assert_eq!(listed(reader, shelf, "limit=1").await, [shared]);
    }
}

#[actix_web::test]
async fn filters_hold_together() {
    let world = World::new().await;
    let (owner, reader) = (&world.agglo_director, &world.commune_director);
    for shelf in Shelf::ALL {
        let tagged = async |actor: &Actor, tags: &[&str]| {
            let mut input = shelf.input("Titre", "Un.");
            input["tags"] = json!(tags);
            actor.post(shelf.path(), input).await.id()
        };
        let a = tagged(owner, &["rgpd", "école"]).await;
        let b = tagged(owner, &["rgpd"]).await;
        let c = tagged(owner, &["école"]).await;
        for id in [&b, &c] {
            shelf.publish(owner, id).await.expect(201);
        }
        let withdrawal = shelf.at(&c, "/withdrawal");
        owner
            .anyway()
            .post(&withdrawal, json!({}))
            .await
            .expect(200);
        let d = tagged(reader, &["rgpd"]).await;
        shelf.publish(reader, &d).await.expect(201);
        let group = json!({ "type": "group", "id": world.group });
        shelf.share(reader, &d, group, "read").await.expect(201);

        let (agglo, commune) = (world.agglo.id, world.commune.id);
        for (query, expected) in [
            ("state=draft".to_owned(), vec![&a]),
            ("state=published".to_owned(), vec![&d, &b]),
            ("state=withdrawn".to_owned(), vec![&c]),
            ("tag=rgpd".to_owned(), vec![&d, &b, &a]),
            ("tag=%C3%A9cole".to_owned(), vec![&c, &a]),
            ("tag=rgp".to_owned(), vec![]),
            (format!("owner={agglo}"), vec![&c, &b, &a]),
            (format!("owner={commune}"), vec![&d]),
            (format!("owner={}", world.stranger.id), vec![]),
            (format!("owner={agglo}&tag=rgpd&state=published"), vec![&b]),
            (format!("owner={commune}&state=draft"), vec![]),
        ] {
            let expected: Vec<_> = expected.into_iter().cloned().collect();
            assert_eq!(listed(owner, shelf, &query).await, expected, "{query}");
        }
    }
}

#[actix_web::test]
async fn updated_since_is_about_what_the_caller_sees() {
    let world = World::new().await;
    let (owner, reader) = (&world.agglo_director, &world.commune_director);
    let shelf = Shelf::Charters;
    let first = world.published(owner, "Un", "Un.").await;
    let second = world.published(owner, "Deux", "Un.").await;
    for id in [&first, &second] {
        world.share_with_group(owner, id, "read").await.expect(201);
    }
    let page = reader.get(shelf.path()).await.expect(200);
    let (newer, older) = (&page["items"][0], &page["items"][1]);
    assert_eq!(
        (newer["id"].as_str(), older["id"].as_str()),
        (Some(&*second), Some(&*first))
    );
    let since = async |at: &serde_json::Value| {
        listed(reader, shelf, &format!("updated_since={}", moment(at))).await
    };
    assert_eq!(
        since(&older["updated_at"]).await,
        [second.clone(), first.clone()]
    );
    assert_eq!(since(&newer["updated_at"]).await, [second.as_str()]);
    assert_eq!(since(&json!("2999-01-01T00:00:00Z")).await, [""; 0]);
    assert_eq!(since(&json!("2000-01-01T00:00:00+02:00")).await.len(), 2);

    let here = shelf.at(&first, "");
    let described = owner
        .anyway()
        .patch(&here, json!({ "summary": "Neuf." }))
        .await;
    let at = described.expect(200)["updated_at"].clone();
    assert_eq!(since(&at).await, [first.as_str()]);
}

#[actix_web::test]
async fn everyone_of_a_collectivity_sees_the_same_list() {
    let world = World::new().await;
    let shelf = Shelf::Templates;
    let id = shelf
        .create(&world.agglo_director, "Brouillon", "Un.")
        .await;
    for role in Role::ALL {
        let actor = world.app.member(&world.agglo, &[*role]).await;
        assert_eq!(listed(&actor, shelf, "").await, [id.as_str()], "{role}");
    }
}
