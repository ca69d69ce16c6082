//! Documents over HTTP: a version in every format, for whoever may read it.

use serde_json::json;

use crate::support::{Actor, Shelf, World};

/// A published charter that names its owner, granted to the group for reading.
async fn published(world: &World, shelf: Shelf) -> String {
    let owner = &world.agglo_director;
    let text = "Les agents de {{collectivity.name}} relisent tout.";
    let id = shelf.published(owner, "Charte d’été", text).await;
    let group = json!({ "type": "group", "id": world.group });
    shelf.share(owner, &id, group, "read").await.expect(201);
    id
}

fn at(shelf: Shelf, id: &str, query: &str) -> String {
    shelf.at(id, &format!("/versions/1/document?{query}"))
}

/// A file, byte for byte.
async fn bytes(actor: &Actor, path: &str) -> Vec<u8> {
    let request = actor.app.client.get(actor.app.url(path));
    let request = request.bearer_auth(actor.token.clone().unwrap());
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.bytes().await.unwrap().to_vec()
}

#[actix_web::test]
async fn a_version_is_given_in_every_format() {
    let world = World::new().await;
    for shelf in Shelf::ALL {
        let id = published(&world, shelf).await;
        for (format, kind, start) in [
            ("md", "text/markdown", "---\n"),
            ("html", "text/html", "<!"),
            ("pdf", "application/pdf", "%PDF-1.7"),
            ("odt", "application/vnd.oasis.opendocument.text", "PK"),
            (
                "docx",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                "PK",
            ),
        ] {
            let file = world
                .commune_director
                .get(&at(shelf, &id, &format!("format={format}")))
                .await;
            assert_eq!(file.status, 200, "{format}");
            assert!(file.header("content-type").starts_with(kind), "{format}");
            assert!(file.body.starts_with(start), "{format}");
            assert_eq!(
                file.header("content-disposition"),
                format!("attachment; filename=\"charte-d-ete-v1.{format}\"")
            );
            assert_eq!(file.header("content-language"), "fr");
        }
    }
}

#[actix_web::test]
async fn variables_stand_for_the_owner_whoever_reads() {
    let world = World::new().await;
    let shelf = Shelf::Charters;
    let id = published(&world, shelf).await;
    let file = at(shelf, &id, "format=md");
    let file = world.commune_director.get(&file).await;
    let seen = world
        .commune_director
        .get(&shelf.at(&id, ""))
        .await
        .expect(200);
    let name = seen["owner"]["name"].as_str().unwrap();
    assert!(
        file.body
            .contains(&format!("Les agents de {name} relisent")),
        "{}",
        file.body
    );
    assert!(!file.body.contains("{{"), "{}", file.body);
    let locks = at(shelf, &id, "format=md&locks=true");
    let with_locks = world.commune_director.get(&locks).await;
    assert!(with_locks.body.len() > file.body.len());
}

#[actix_web::test]
async fn a_file_that_is_known_is_not_made_again() {
    let world = World::new().await;
    let shelf = Shelf::Charters;
    let id = published(&world, shelf).await;
    let (html, odt) = (at(shelf, &id, "format=html"), at(shelf, &id, "format=odt"));
    let reader = &world.commune_director;
    let first = reader.get(&html).await;
    let again = reader.with("if-none-match", first.etag()).get(&html).await;
    assert_eq!(again.status, 304);
    assert_eq!((again.body.as_str(), again.etag()), ("", first.etag()));
    assert_ne!(reader.get(&odt).await.etag(), first.etag());
    assert_eq!(reader.get(&html).await.body, first.body);
}

#[actix_web::test]
async fn what_may_not_be_seen_is_no_file_either() {
    let world = World::new().await;
    let shelf = Shelf::Charters;
    let id = published(&world, shelf).await;
    let path = at(shelf, &id, "format=pdf");
    let refused = world.stranger_director.get(&path).await;
    assert_eq!(refused.problem(404), "not_found");
    let refused = world.app.anonymous().get(&path).await;
    assert_eq!(refused.problem(401), "unauthenticated");
    let none = shelf.at(&id, "/versions/2/document?format=pdf");
    let refused = world.agglo_director.get(&none).await;
    assert_eq!(refused.problem(404), "not_found");
    for (query, broken) in [
        ("format=exe", "format format_unknown"),
        ("", "format missing_field"),
        ("format=pdf&locks=peut-etre", "locks invalid_value"),
        ("format=pdf&deviations=1", "deviations invalid_value"),
    ] {
        let refused = world.agglo_director.get(&at(shelf, &id, query)).await;
        assert_eq!(refused.problem(400), "invalid_request", "{query}");
        assert_eq!(refused.broken(), [broken]);
    }
}

/// An adaptation that the commune has published with a reason for its one deviation, granted to the
/// group; the ids of the source and its own.
async fn departed(world: &World, shelf: Shelf) -> (String, String) {
    let (owner, adapter) = (&world.agglo_director, &world.commune_director);
    let mut input = shelf.input("Charte mère", "Tout est relu.");
    input["body"]["clauses"][0]["lock"] = json!("imposed");
    let source = owner.post(shelf.path(), input).await.id();
    shelf.publish(owner, &source).await.expect(201);
    let group = json!({ "type": "group", "id": world.group });
    let granted = shelf.share(owner, &source, group.clone(), "reuse").await;
    granted.expect(201);
    let adaptations = shelf.at(&source, "/adaptations");
    let id = adapter.post(&adaptations, json!({})).await.id();
    let body = shelf.body("Rien n’est relu.");
    let draft = adapter.anyway().put(&shelf.at(&id, "/draft"), body).await;
    draft.expect(200);
    let reason = json!({ "reason": "Un service mutualisé relit." });
    let first = adapter.with("if-none-match", "*");
    let given = first.put(&shelf.at(&id, "/deviations/objet"), reason).await;
    given.expect(201);
    shelf.publish(adapter, &id).await.expect(201);
    shelf.share(adapter, &id, group, "read").await.expect(201);
    (source, id)
}

#[actix_web::test]
async fn the_owner_gets_the_deviations_of_a_version_as_an_annex() {
    let world = World::new().await;
    let adapter = &world.commune_director;
    for shelf in Shelf::ALL {
        let (source, id) = departed(&world, shelf).await;
        let told = ["Annexe – Écarts motivés", "Un service mutualisé relit."];
        let with = at(shelf, &id, "format=html&deviations=true");
        let page = adapter.get(&with).await;
        for words in told {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        let plain = adapter.get(&at(shelf, &id, "format=html")).await;
        assert!(!plain.body.contains("mutualisé"), "{}", plain.body);
        assert_ne!(plain.etag(), page.etag());
        let pdf = bytes(adapter, &at(shelf, &id, "format=pdf&deviations=true")).await;
        let pdf = lopdf::Document::load_mem(&pdf).unwrap();
        let pages: Vec<u32> = pdf.get_pages().keys().copied().collect();
        let text = pdf.extract_text(&pages).unwrap();
        assert!(text.contains("mutualisé"), "{text}");
        // Which version it was held to, whatever its source has published since.
        let markdown = at(shelf, &id, "format=md&deviations=true");
        let before = adapter.get(&markdown).await.body;
        let name = world
            .agglo_director
            .get(&shelf.at(&source, ""))
            .await
            .json();
        let name = name["owner"]["name"].as_str().unwrap().to_owned();
        let adapts = format!("« Charte mère » ({name}, version 1)");
        assert!(before.contains(&adapts), "{before}");
        shelf
            .revised(&world.agglo_director, &source, "Presque tout est relu.")
            .await
            .expect(201);
        let merges = shelf.at(&id, "/upstream/merges");
        let begin = adapter.with("if-none-match", "*");
        let choices = json!({ "version": 2, "choices": { "objet/text": "mine" } });
        begin.post(&merges, choices).await.expect(201);
        assert_eq!(adapter.get(&markdown).await.body, before);
        let other = shelf.body("Presque rien n’est relu.");
        let draft = adapter.anyway().put(&shelf.at(&id, "/draft"), other).await;
        draft.expect(200);
        shelf.publish(adapter, &id).await.expect(201);
        assert_eq!(adapter.get(&markdown).await.body, before);
        let second = shelf.at(&id, "/versions/2/document?format=md&deviations=true");
        let second = adapter.get(&second).await;
        assert!(second.body.contains("version 2)"), "{}", second.body);
        // A source that is shared no longer keeps its title to itself, and breaks nothing.
        let withdrawn = shelf.at(&source, "/withdrawal");
        let owner = world.agglo_director.anyway();
        owner.post(&withdrawn, json!({})).await.expect(200);
        let after = adapter.get(&markdown).await.body;
        assert!(!after.contains("Charte mère »"), "{after}");
        assert!(after.contains("Un service mutualisé relit."), "{after}");
    }
}

#[actix_web::test]
async fn the_reasons_for_deviations_are_in_nobody_elses_file() {
    let world = World::new().await;
    let shelf = Shelf::Charters;
    let (source, id) = departed(&world, shelf).await;
    for format in ["md", "html", "pdf", "odt", "docx"] {
        let with = at(shelf, &id, &format!("format={format}&deviations=true"));
        let refused = world.agglo_director.get(&with).await;
        assert_eq!(refused.problem(403), "forbidden", "{format}");
        let hidden = world.stranger_director.get(&with).await;
        assert_eq!(hidden.problem(404), "not_found", "{format}");
    }
    let without = at(shelf, &id, "format=md");
    let seen = world.agglo_director.get(&without).await;
    assert_eq!(seen.status, 200);
    assert!(!seen.body.contains("mutualisé"), "{}", seen.body);
    // What adapts nothing departs from nothing.
    let own = at(shelf, &source, "format=md&deviations=true");
    let own = world.agglo_director.get(&own).await;
    assert_eq!(own.status, 200);
    assert!(!own.body.contains("Écarts"), "{}", own.body);
}
