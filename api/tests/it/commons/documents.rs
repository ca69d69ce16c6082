//! Documents over HTTP: a version in every format, for whoever may read it.

use serde_json::json;

use crate::support::{Shelf, World};

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
    ] {
        let refused = world.agglo_director.get(&at(shelf, &id, query)).await;
        assert_eq!(refused.problem(400), "invalid_request", "{query}");
        assert_eq!(refused.broken(), [broken]);
    }
}
