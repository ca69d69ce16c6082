//! A file in the place of a draft.

use maillage_domain::access::Role;
use serde_json::json;

use super::{MARKDOWN, ODT, draft, file, send, words};
use crate::support::{Shelf, World};

const TEXT: &str = "# Article objet\n\nAutre texte.\n\n# Suivi\n\nChaque année.\n";

#[actix_web::test]
async fn a_file_replaces_the_draft_that_was_read_or_begins_one() {
    let world = World::new().await;
    let director = &world.agglo_director;
    for shelf in Shelf::ALL {
        let id = shelf.create(director, "Texte", "Ancien.").await;
        let (path, own) = (shelf.at(&id, "/draft/imports"), shelf.at(&id, "/draft"));
        let read = director.get(&own).await;
        let bare = send(director, &path, MARKDOWN, TEXT).await;
        assert_eq!(bare.problem(428), "precondition_required");
        let begin = director.with("if-none-match", "*");
        let there = send(&begin, &path, MARKDOWN, TEXT).await;
        assert_eq!(there.problem(412), "stale");
        let written = send(&director.matching(&read), &path, MARKDOWN, TEXT).await;
        written.expect(200);
        let found = director.get(&own).await;
        assert_eq!(
            (found.body.as_str(), found.etag()),
            (written.body.as_str(), written.etag())
        );
        let again = send(&director.matching(&read), &path, MARKDOWN, "# Z\n").await;
        assert_eq!(again.problem(412), "stale");
        assert_eq!(director.get(&own).await.body, found.body);
        // What no file says stays: the id, the lock, what a template is for.
        let body = &found.expect(200)["body"];
        assert_eq!(body["clauses"][0]["id"], "objet");
        assert_eq!(body["clauses"][0]["lock"], "free");
        assert_eq!(body["clauses"][0]["text"], "Autre texte.");
        assert_eq!(body["clauses"][1]["id"], "suivi");
        assert_eq!(body["use"], shelf.body("")["use"]);
        shelf.publish(director, &id).await.expect(201);
        let none = send(&director.anyway(), &path, MARKDOWN, TEXT).await;
        assert_eq!(none.problem(412), "stale");
        let begun = send(&begin, &path, MARKDOWN, "# Suivi\n\nChaque mois.\n").await;
        begun.expect(201);
        assert_eq!(begun.header("location"), own);
        let body = draft(director, shelf, &id).await;
        assert_eq!(
            words(&body["clauses"]),
            [("Suivi".into(), "Chaque mois.".into())]
        );
    }
}

#[actix_web::test]
async fn an_adaptation_that_an_office_has_saved_departs_from_nothing() {
    let world = World::new().await;
    let (owner, adapter) = (&world.agglo_director, &world.commune_director);
    let shelf = Shelf::Charters;
    let mut input = shelf.input("Charte", "L'agent relit : tout, « sans exception ».");
    input["body"]["clauses"][0]["lock"] = json!("imposed");
    let source = owner.post(shelf.path(), input).await.id();
    shelf.publish(owner, &source).await.expect(201);
    let group = json!({ "type": "group", "id": world.group });
    shelf
        .share(owner, &source, group, "reuse")
        .await
        .expect(201);
    let adaptations = shelf.at(&source, "/adaptations");
    let id = adapter.post(&adaptations, json!({})).await.id();
    shelf.publish(adapter, &id).await.expect(201);
    let saved = file(adapter, shelf, &id, "odt").await;
    let begin = adapter.with("if-none-match", "*");
    let written = send(&begin, &shelf.at(&id, "/draft/imports"), ODT, saved).await;
    written.expect(201);
    let found = adapter.get(&shelf.at(&id, "/deviations")).await.expect(200);
    assert_eq!(found["deviations"], json!([]));
    // Nothing but what was there: it says what the newest version says.
    let again = shelf.publish(adapter, &id).await;
    assert_eq!(again.problem(409), "draft_unchanged");
}

#[actix_web::test]
async fn nobody_elses_draft_is_written() {
    let world = World::new().await;
    let shelf = Shelf::Charters;
    let id = shelf
        .published(&world.agglo_director, "Charte", "Texte.")
        .await;
    let group = json!({ "type": "group", "id": world.group });
    shelf
        .share(&world.agglo_director, &id, group, "reuse")
        .await
        .expect(201);
    let path = shelf.at(&id, "/draft/imports");
    let before = world.app.database.footprint(world.agglo.id.0).await;
    let fellow = world.commune_director.with("if-none-match", "*");
    assert_eq!(
        send(&fellow, &path, MARKDOWN, TEXT).await.problem(403),
        "forbidden"
    );
    let stranger = world.stranger_director.with("if-none-match", "*");
    let stranger = stranger.with("x-request-id", "same");
    let hidden = send(&stranger, &path, MARKDOWN, TEXT).await;
    assert_eq!(hidden.problem(404), "not_found");
    let nowhere = shelf.at("01890000-0000-7000-8000-000000000000", "/draft/imports");
    let random = send(&stranger, &nowhere, MARKDOWN, TEXT).await;
    assert_eq!(random.bytes(), hidden.bytes());
    // Nor is the kind of another.
    let other = Shelf::Templates.at(&id, "/draft/imports");
    let director = world.agglo_director.with("if-none-match", "*");
    assert_eq!(
        send(&director, &other, MARKDOWN, TEXT).await.problem(404),
        "not_found"
    );
    assert_eq!(world.app.database.footprint(world.agglo.id.0).await, before);
    let reader = world.app.member(&world.agglo, &[Role::Reader]).await;
    let reader = reader.with("if-none-match", "*");
    assert_eq!(
        send(&reader, &path, MARKDOWN, TEXT).await.problem(403),
        "forbidden"
    );
}
