//! No lost update (L10): of two writers with the same tag exactly one wins.

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Actor, Response, Shelf, World};

/// Sends the same request so many times at once; the statuses, sorted.
async fn race(
    actor: &Actor,
    times: usize,
    method: Method,
    path: &str,
    bodies: &[Value],
) -> Vec<u16> {
    let body = |n: usize| bodies[n % bodies.len()].to_string().into_bytes();
    let requests = (0..times).map(|n| actor.ask(method.clone(), path, Some(body(n))));
    let mut statuses: Vec<u16> = join_all(requests)
        .await
        .iter()
        .map(|answer: &Response| answer.status.as_u16())
        .collect();
    statuses.sort_unstable();
    statuses
}

/// One winner; everyone else was told that they had missed something.
fn one_wins(success: u16, times: usize) -> Vec<u16> {
    let mut statuses = vec![412; times];
    statuses[0] = success;
    statuses
}

#[actix_web::test]
async fn of_two_writers_with_the_same_tag_exactly_one_wins() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    for shelf in Shelf::ALL {
        for times in [2, 6] {
            let id = shelf.create(owner, "Titre", "Un.").await;
            let (here, draft) = (shelf.at(&id, ""), shelf.at(&id, "/draft"));
            let card = owner.matching(&owner.get(&here).await);
            let titles = [json!({ "title": "A" }), json!({ "title": "B" })];
            let statuses = race(&card, times, Method::PATCH, &here, &titles).await;
            assert_eq!(statuses, one_wins(200, times));

            let writer = owner.matching(&owner.get(&draft).await);
            let texts = [shelf.body("A."), shelf.body("B.")];
            let statuses = race(&writer, times, Method::PUT, &draft, &texts).await;
            assert_eq!(statuses, one_wins(200, times));

            let publisher = owner.matching(&owner.get(&draft).await);
            let publications = shelf.at(&id, "/publications");
            let note = [json!({ "note": "" })];
            let statuses = race(&publisher, times, Method::POST, &publications, &note).await;
            assert_eq!(statuses, one_wins(201, times));
            let versions = owner.get(&shelf.at(&id, "/versions")).await.expect(200);
            assert_eq!(versions["items"].as_array().unwrap().len(), 1);

            let begin = owner.with("if-none-match", "*");
            let statuses = race(&begin, times, Method::PUT, &draft, &texts).await;
            assert_eq!(statuses, one_wins(201, times));

            let reader = owner.matching(&owner.get(&here).await);
            let withdrawal = shelf.at(&id, "/withdrawal");
            let statuses = race(&reader, times, Method::POST, &withdrawal, &[json!({})]).await;
            assert_eq!(statuses, one_wins(200, times));
        }
    }
}

#[actix_web::test]
async fn the_winner_of_a_race_is_what_stands_there() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    let shelf = Shelf::Charters;
    let id = shelf.create(owner, "Titre", "Un.").await;
    let draft = shelf.at(&id, "/draft");
    let writer = owner.matching(&owner.get(&draft).await);
    let texts: Vec<_> = (0..8).map(|n| shelf.body(&format!("Texte {n}."))).collect();
    let answers = join_all(texts.iter().map(|text| writer.put(&draft, text.clone()))).await;
    let won: Vec<_> = answers.iter().filter(|it| it.status == 200).collect();
    assert_eq!(won.len(), 1);
    let stands = owner.get(&draft).await;
    assert_eq!(stands.bytes(), won[0].bytes());
    // The loser reads again, and then wins.
    let again = owner
        .matching(&stands)
        .put(&draft, shelf.body("Enfin."))
        .await;
    again.expect(200);
}

#[actix_web::test]
async fn a_write_says_what_it_has_read() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    for shelf in Shelf::ALL {
        let id = shelf.published(owner, "Titre", "Un.").await;
        let begin = owner.with("if-none-match", "*");
        begin
            .put(&shelf.at(&id, "/draft"), shelf.body("Deux."))
            .await
            .expect(201);
        let before = owner.get(&shelf.at(&id, "")).await;
        for (method, rest, body) in [
            (Method::PATCH, "", json!({ "title": "Autre" })),
            (Method::DELETE, "", json!(null)),
            (Method::PUT, "/draft", shelf.body("Trois.")),
            (Method::POST, "/publications", json!({})),
            (Method::POST, "/withdrawal", json!({})),
        ] {
            let path = shelf.at(&id, rest);
            let body = || (!body.is_null()).then(|| body.to_string().into_bytes());
            let silent = owner.ask(method.clone(), &path, body()).await;
            assert_eq!(
                silent.problem(428),
                "precondition_required",
                "{method} {path}"
            );
            assert_eq!(silent.broken(), ["If-Match missing_field"]);
            for tag in [
                "\"0-0000000000000000\"",
                "\"99-0\"",
                "\"\"",
                "1",
                "W/\"1-0\"",
                "\"*\"",
                ",",
            ] {
                let stale = owner.with("if-match", tag);
                let stale = stale.ask(method.clone(), &path, body()).await;
                assert_eq!(stale.problem(412), "stale", "{method} {path} {tag}");
            }
        }
        assert_eq!(owner.get(&shelf.at(&id, "")).await.bytes(), before.bytes());
    }
}

#[actix_web::test]
async fn tags_may_come_as_a_list_or_as_a_star() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    let shelf = Shelf::Charters;
    let id = shelf.create(owner, "Titre", "Un.").await;
    let here = shelf.at(&id, "");
    let title = || json!({ "title": "Autre" });
    let tag = owner.get(&here).await.etag().to_owned();
    // A weak tag is good for reading, never for writing.
    let weak = owner.with("if-match", format!("W/{tag}"));
    assert_eq!(weak.patch(&here, title()).await.problem(412), "stale");
    let read = owner
        .with("if-none-match", format!("W/{tag}"))
        .get(&here)
        .await;
    assert_eq!(
        (read.status.as_u16(), read.etag(), read.body.as_str()),
        (304, tag.as_str(), "")
    );

    let list = owner.with("if-match", format!("\"99-0\" , {tag},W/\"1-0\""));
    list.patch(&here, title()).await.expect(200);
    assert_eq!(list.patch(&here, title()).await.problem(412), "stale");
    owner.anyway().patch(&here, title()).await.expect(200);
}

#[actix_web::test]
async fn no_tag_names_a_draft_that_is_not_there() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    for shelf in Shelf::ALL {
        let id = shelf.create(owner, "Titre", "Un.").await;
        let draft = shelf.at(&id, "/draft");
        let read = owner.get(&draft).await;
        shelf.publish(owner, &id).await.expect(201);
        for tag in [read.etag(), "*", "\"0-0\"", "\"1-0\""] {
            let late = owner.with("if-match", tag);
            let put = late.put(&draft, shelf.body("Deux.")).await;
            assert_eq!(put.problem(412), "stale", "{tag}");
            let published = late.post(&shelf.at(&id, "/publications"), json!({})).await;
            assert_eq!(published.problem(412), "stale", "{tag}");
        }
        let silent = owner.put(&draft, shelf.body("Deux.")).await;
        assert_eq!(silent.problem(428), "precondition_required");
        let silent = owner.post(&shelf.at(&id, "/publications"), json!({})).await;
        assert_eq!(silent.problem(404), "draft_missing");
        // The next draft does not answer to the tags of the last one.
        let begin = owner.with("if-none-match", "*");
        begin.put(&draft, shelf.body("Deux.")).await.expect(201);
        let late = owner
            .matching(&read)
            .put(&draft, shelf.body("Trois."))
            .await;
        assert_eq!(late.problem(412), "stale");
    }
}

#[actix_web::test]
async fn reads_are_not_repeated_for_who_has_them() {
    let world = World::new().await;
    let (owner, reader) = (&world.agglo_director, &world.commune_director);
    let shelf = Shelf::Templates;
    let id = shelf.published(owner, "Titre", "Un.").await;
    let group = json!({ "type": "group", "id": world.group });
    shelf.share(owner, &id, group, "read").await.expect(201);
    let begin = owner.with("if-none-match", "*");
    begin
        .put(&shelf.at(&id, "/draft"), shelf.body("Deux."))
        .await
        .expect(201);
    for (actor, rest) in [
        (owner, ""),
        (reader, ""),
        (owner, "/draft"),
        (owner, "/versions/1"),
        (reader, "/versions/1"),
        (owner, "/lineage"),
        (reader, "/lineage"),
    ] {
        let path = shelf.at(&id, rest);
        let first = actor.get(&path).await;
        assert!(first.etag().starts_with('"'), "{rest}: {}", first.etag());
        let again = actor.with("if-none-match", first.etag()).get(&path).await;
        assert_eq!(
            (again.status.as_u16(), again.body.as_str()),
            (304, ""),
            "{rest}"
        );
        assert_eq!(again.etag(), first.etag());
    }
    // Owner and reader see different things, so they have different tags.
    let (own, granted) = (
        owner.get(&shelf.at(&id, "")).await,
        reader.get(&shelf.at(&id, "")).await,
    );
    assert_ne!(own.etag(), granted.etag());
}
