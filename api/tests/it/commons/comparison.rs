//! Comparisons over HTTP: between versions for whoever may read them, with draft and source for the
//! owner.

use serde_json::json;

use crate::support::{Actor, Shelf, World};

/// A resource with two versions and a draft, granted to the group for reuse.
async fn written(world: &World, shelf: Shelf) -> String {
    let owner = &world.agglo_director;
    let text = "Les agents relisent tout.";
    let id = shelf.published(owner, "Titre", text).await;
    let text = "Les agents et les élus relisent tout.";
    shelf.revised(owner, &id, text).await.expect(201);
    let begin = owner.with("if-none-match", "*");
    let draft = begin
        .put(
            &shelf.at(&id, "/draft"),
            shelf.body("<script>Rien.</script>"),
        )
        .await;
    draft.expect(201);
    let group = json!({ "type": "group", "id": world.group });
    shelf.share(owner, &id, group, "reuse").await.expect(201);
    id
}

fn at(shelf: Shelf, id: &str, query: &str) -> String {
    shelf.at(id, &format!("/comparison?{query}"))
}

async fn texts(actor: &Actor, path: &str) -> serde_json::Value {
    actor.get(path).await.expect(200)["clauses"][0]["text"].clone()
}

#[actix_web::test]
async fn two_versions_differ_word_by_word() {
    let world = World::new().await;
    for shelf in Shelf::ALL {
        let id = written(&world, shelf).await;
        for actor in [&world.agglo_director, &world.commune_director] {
            for query in ["from=1&to=2", "from=1&to=latest"] {
                let compared = actor.get(&at(shelf, &id, query)).await.expect(200);
                assert_eq!(compared["changed"], 1);
                assert_eq!(compared["preamble"], json!(null));
                assert_eq!(
                    compared["clauses"][0]["text"],
                    json!([
                        { "change": "same", "text": "Les agents " },
                        { "change": "added", "text": "et les élus " },
                        { "change": "same", "text": "relisent tout." },
                    ])
                );
            }
            let same = actor.get(&at(shelf, &id, "from=2&to=2")).await.expect(200);
            assert_eq!(same["changed"], 0);
        }
    }
}

#[actix_web::test]
async fn the_draft_and_the_source_are_compared_by_the_owner_only() {
    let world = World::new().await;
    let shelf = Shelf::Charters;
    let id = written(&world, shelf).await;
    let draft = at(shelf, &id, "from=latest&to=draft");
    let text = texts(&world.agglo_director, &draft).await;
    assert_eq!(text[0]["change"], "removed");
    let refused = world.commune_director.get(&draft).await;
    assert_eq!(refused.problem(403), "forbidden");
    let refused = world.stranger_director.get(&draft).await;
    assert_eq!(refused.problem(404), "not_found");

    let adapter = &world.commune_director;
    let adapted = adapter
        .post(&shelf.at(&id, "/adaptations"), json!({ "version": 1 }))
        .await;
    adapted.expect(201);
    let own = adapted.id();
    let begun = adapter.anyway();
    let body = shelf.body("Les agents relisent tout, toujours.");
    begun.put(&shelf.at(&own, "/draft"), body).await.expect(200);
    let from_source = at(shelf, &own, "from=source&to=draft");
    let text = texts(adapter, &from_source).await;
    assert_eq!(text[1], json!({ "change": "added", "text": ", toujours" }));
    // Of its own source nobody else's text knows anything.
    let nothing = at(shelf, &id, "from=source&to=latest");
    assert_eq!(
        world.agglo_director.get(&nothing).await.problem(404),
        "not_found"
    );
}

#[actix_web::test]
async fn a_text_that_is_none_is_pointed_at() {
    let world = World::new().await;
    let shelf = Shelf::Charters;
    let id = written(&world, shelf).await;
    let reader = &world.commune_director;
    for (query, broken) in [
        ("from=0&to=1", "from text_unknown"),
        ("from=1&to=-1", "to text_unknown"),
        ("from=1&to=dernier", "to text_unknown"),
        ("from=1&to=99999999999", "to text_unknown"),
        ("to=1", "from missing_field"),
        ("from=1&to=2&format=pdf", "format invalid_value"),
    ] {
        let refused = reader.get(&at(shelf, &id, query)).await;
        assert_eq!(refused.problem(400), "invalid_request", "{query}");
        assert_eq!(refused.broken(), [broken]);
    }
    let refused = reader.get(&at(shelf, &id, "from=1&to=7")).await;
    assert_eq!(refused.problem(404), "not_found");
}

#[actix_web::test]
async fn people_read_a_page_on_which_nothing_is_executed() {
    let world = World::new().await;
    let shelf = Shelf::Charters;
    let id = written(&world, shelf).await;
    let owner = &world.agglo_director;
    let page = owner
        .get(&at(shelf, &id, "from=1&to=draft&format=html"))
        .await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(page.body.contains("<html lang=\"fr\">"), "{}", page.body);
    assert!(page.body.contains("modifiée"), "{}", page.body);
    assert!(page.body.contains("<ins>"), "{}", page.body);
    assert!(page.body.contains("&lt;script&gt;"), "{}", page.body);
    assert!(!page.body.contains("<script"), "{}", page.body);
    let english = owner.with("accept-language", "en");
    let page = english
        .get(&at(shelf, &id, "from=2&to=2&format=html"))
        .await;
    assert!(
        page.body.contains("Both texts say the same."),
        "{}",
        page.body
    );
}
