//! The card: title, summary and tags, changed by merge patch (RFC 7396).

use serde_json::{Value, json};

use crate::support::{Actor, Shelf, World};

async fn patched(actor: &Actor, here: &str, patch: Value) -> Value {
    let found = actor.get(here).await;
    let body = actor.matching(&found).patch(here, patch).await.expect(200);
    json!([body["title"], body["summary"], body["tags"]])
}

#[actix_web::test]
async fn a_patch_changes_what_it_names() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    for shelf in Shelf::ALL {
        let mut input = shelf.input("Titre", "Texte.");
        input["summary"] = json!("Essai.");
        input["tags"] = json!(["essai"]);
        let created = owner.post(shelf.path(), input).await;
        let here = shelf.at(&created.id(), "");
        for (patch, card) in [
            (json!({}), json!(["Titre", "Essai.", ["essai"]])),
            (
                json!({ "title": "Nouveau" }),
                json!(["Nouveau", "Essai.", ["essai"]]),
            ),
            (
                json!({ "tags": ["a", "b"] }),
                json!(["Nouveau", "Essai.", ["a", "b"]]),
            ),
            (
                json!({ "summary": null }),
                json!(["Nouveau", "", ["a", "b"]]),
            ),
            (
                json!({ "tags": null, "summary": "Deux\nlignes." }),
                json!(["Nouveau", "Deux\nlignes.", []]),
            ),
        ] {
            assert_eq!(patched(owner, &here, patch).await, card);
        }
    }
}

#[actix_web::test]
async fn each_patch_gives_a_new_tag_and_shows_at_once() {
    let world = World::new().await;
    let (owner, reader) = (&world.agglo_director, &world.commune_director);
    let shelf = Shelf::Charters;
    let id = shelf.published(owner, "Titre", "Texte.").await;
    world.share_with_group(owner, &id, "read").await.expect(201);
    let here = shelf.at(&id, "");
    let (before, seen) = (owner.get(&here).await, reader.get(&here).await);
    let patched = owner
        .matching(&before)
        .patch(&here, json!({ "title": "Nouveau" }))
        .await;
    let after = owner.get(&here).await;
    assert_ne!(patched.etag(), before.etag());
    assert_eq!(patched.etag(), after.etag());
    let now = reader.with("if-none-match", seen.etag()).get(&here).await;
    assert_eq!(now.expect(200)["title"], "Nouveau");
    // The version still has the title it was published under.
    let version = reader.get(&shelf.at(&id, "/versions/1")).await;
    assert_eq!(version.expect(200)["title"], "Titre");
}

#[actix_web::test]
async fn a_patch_that_breaks_a_rule_changes_nothing() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    let shelf = Shelf::Templates;
    let id = shelf.create(owner, "Titre", "Texte.").await;
    let here = shelf.at(&id, "");
    let before = owner.get(&here).await;
    let many: Vec<_> = (0..21).map(|n| format!("mot {n}")).collect();
    for (patch, status, code, broken) in [
        (
            json!({ "title": null }),
            400,
            "invalid_request",
            "/title missing_field",
        ),
        (json!({ "title": " " }), 422, "invalid", "/title text_empty"),
        (
            json!({ "title": 7 }),
            400,
            "invalid_request",
            "/title invalid_value",
        ),
        (
            json!({ "title": { "fr": "x" } }),
            400,
            "invalid_request",
            "/title invalid_value",
        ),
        (
            json!({ "tags": "essai" }),
            400,
            "invalid_request",
            "/tags invalid_value",
        ),
        (
            json!({ "tags": ["a", "b", "a"] }),
            422,
            "invalid",
            "/tags/2 tag_duplicate",
        ),
        (
            json!({ "tags": many }),
            422,
            "invalid",
            "/tags tags_too_many",
        ),
        (
            json!({ "tags": ["a", "\u{0}"] }),
            422,
            "invalid",
            "/tags/1 text_control_character",
        ),
        (
            json!({ "state": "published" }),
            400,
            "invalid_request",
            "/state unknown_field",
        ),
        (
            json!({ "owner": { "id": "x" } }),
            400,
            "invalid_request",
            "/owner unknown_field",
        ),
    ] {
        let refused = owner.anyway().patch(&here, patch.clone()).await;
        assert_eq!(refused.problem(status), code, "{patch}");
        assert_eq!(refused.broken(), [broken], "{patch}");
    }
    for patch in [json!(null), json!([]), json!("titre"), json!(7)] {
        let refused = owner.anyway().patch(&here, patch).await;
        assert_eq!(refused.problem(400), "invalid_request");
    }
    let after = owner.get(&here).await;
    assert_eq!(after.bytes(), before.bytes());
}
