//! Deviations: an imposed clause is departed from for a reason, and its source learns numbers only.

use maillage_domain::access::Role;
use serde_json::{Value, json};

use crate::support::{Actor, App, Response, Shelf, World};

/// A world of its own, because what is granted to the network shows in the lists of others.
async fn world() -> World {
    let database = App::shared().database.clone_fresh().await;
    World::of(&App::listen(database, &[])).await
}

/// The body of a shelf with one clause, `objet`.
fn body(shelf: Shelf, text: &str, lock: &str) -> Value {
    let mut body = shelf.body(text);
    body["clauses"][0]["lock"] = json!(lock);
    body
}

/// A source that imposes its clause, granted to the network for reuse; its id.
async fn source(world: &World, shelf: Shelf) -> String {
    let owner = &world.agglo_director;
    let mut input = shelf.input("Titre", "Tout est relu.");
    input["body"] = body(shelf, "Tout est relu.", "imposed");
    let created = owner.post(shelf.path(), input).await;
    created.expect(201);
    let id = created.id();
    shelf.publish(owner, &id).await.expect(201);
    let network = json!({ "type": "network" });
    shelf.share(owner, &id, network, "reuse").await.expect(201);
    id
}

/// An adaptation of it, as a draft; its id.
async fn adapted(actor: &Actor, shelf: Shelf, source: &str) -> String {
    let adaptations = shelf.at(source, "/adaptations");
    let made = actor.post(&adaptations, json!({})).await;
    made.expect(201);
    made.id()
}

/// Writes the draft over, or begins one.
async fn write(actor: &Actor, shelf: Shelf, id: &str, body: Value) {
    let draft = shelf.at(id, "/draft");
    let found = actor.get(&draft).await;
    let actor = if found.status == 404 {
        actor.with("if-none-match", "*")
    } else {
        actor.matching(&found)
    };
    let written = actor.put(&draft, body).await;
    assert!(written.status.is_success(), "{written:?}");
}

async fn deviations(actor: &Actor, shelf: Shelf, id: &str) -> Value {
    let found = actor.get(&shelf.at(id, "/deviations")).await;
    found.expect(200)["deviations"].clone()
}

/// Gives the first reason for the deviation from `objet`.
async fn justify(actor: &Actor, shelf: Shelf, id: &str, reason: &str) -> Response {
    let first = actor.with("if-none-match", "*");
    let reason = json!({ "reason": reason });
    first.put(&shelf.at(id, "/deviations/objet"), reason).await
}

#[actix_web::test]
async fn a_departure_is_published_once_it_has_a_reason() {
    let world = world().await;
    let actor = &world.commune_director;
    for shelf in Shelf::ALL {
        let source = source(&world, shelf).await;
        let id = adapted(actor, shelf, &source).await;
        assert_eq!(deviations(actor, shelf, &id).await, json!([]));
        let nothing = justify(actor, shelf, &id, "Parce que.").await;
        assert_eq!(nothing.problem(404), "not_found");

        write(actor, shelf, &id, body(shelf, "Rien n’est relu.", "free")).await;
        let mut found = json!([{ "clause": "objet", "title": "Article objet",
            "breaches": ["rewritten", "loosened"], "reason": null }]);
        assert_eq!(deviations(actor, shelf, &id).await, found);
        let refused = shelf.publish(actor, &id).await;
        assert_eq!(refused.problem(409), "deviations_unjustified");
        assert_eq!(
            refused.broken(),
            ["/deviations/objet deviation_unjustified"]
        );

        let given = justify(actor, shelf, &id, "Un service mutualisé relit.").await;
        found[0]["reason"] = given.expect(201)["reason"].clone();
        assert_eq!(found[0]["reason"]["text"], "Un service mutualisé relit.");
        assert_eq!(found[0]["reason"]["revision"], 1);
        assert_eq!(given.header("location"), shelf.at(&id, "/deviations"));
        assert_eq!(deviations(actor, shelf, &id).await, found);

        shelf.publish(actor, &id).await.expect(201);
        // What is published is looked at once there is no draft, and keeps the reason it had.
        assert_eq!(deviations(actor, shelf, &id).await, found);
        let path = shelf.at(&id, "/deviations/objet");
        let again = json!({ "reason": "Autrement dit." });
        let again = actor.matching(&given).put(&path, again).await;
        assert_eq!(again.expect(200)["reason"]["revision"], 2);
        let version = actor.get(&shelf.at(&id, "/deviations?version=1")).await;
        assert_eq!(version.expect(200)["deviations"], found);
        let unknown = actor.get(&shelf.at(&id, "/deviations?version=2")).await;
        assert_eq!(unknown.problem(404), "not_found");
    }
}

#[actix_web::test]
async fn reasons_are_told_to_the_owner_only() {
    let world = world().await;
    let (owner, actor) = (&world.agglo_director, &world.commune_director);
    let shelf = Shelf::Charters;
    let source = source(&world, shelf).await;
    let id = adapted(actor, shelf, &source).await;
    write(actor, shelf, &id, body(shelf, "Rien.", "imposed")).await;
    justify(actor, shelf, &id, "Motif secret.")
        .await
        .expect(201);
    shelf.publish(actor, &id).await.expect(201);
    let network = json!({ "type": "network" });
    shelf.share(actor, &id, network, "reuse").await.expect(201);

    for rest in ["", "/versions/1", "/comparison?from=1&to=latest"] {
        let seen = owner.get(&shelf.at(&id, rest)).await;
        seen.expect(200);
        assert!(!seen.body.contains("Motif secret"), "{rest}: {}", seen.body);
    }
    for rest in [
        "/deviations",
        "/deviations?version=1",
        "/deviations/received",
        "/comparison?from=source&to=latest",
    ] {
        let refused = owner.get(&shelf.at(&id, rest)).await;
        assert_eq!(refused.problem(403), "forbidden", "{rest}");
    }
}

#[actix_web::test]
async fn a_reason_is_written_over_what_was_read_only() {
    let world = world().await;
    let (shelf, actor) = (Shelf::Charters, &world.commune_director);
    let source = source(&world, shelf).await;
    let id = adapted(actor, shelf, &source).await;
    write(actor, shelf, &id, body(shelf, "Rien.", "imposed")).await;
    let path = shelf.at(&id, "/deviations/objet");
    let reason = json!({ "reason": "Parce que." });
    let blind = actor.put(&path, reason.clone()).await;
    assert_eq!(blind.problem(428), "precondition_required");
    let absent = actor.anyway().put(&path, reason.clone()).await;
    assert_eq!(absent.problem(412), "stale");
    for blank in ["", " \n"] {
        let blank = justify(actor, shelf, &id, blank).await;
        assert_eq!(blank.problem(422), "invalid");
        assert_eq!(blank.broken(), ["/reason text_empty"]);
    }
    let long = justify(actor, shelf, &id, &"é".repeat(2001)).await;
    assert_eq!(long.broken(), ["/reason text_too_long"]);
    justify(actor, shelf, &id, &"é".repeat(2000))
        .await
        .expect(201);
    let twice = justify(actor, shelf, &id, "Encore.").await;
    assert_eq!(twice.problem(412), "stale");
    let late = actor.with("if-match", "\"9\"").put(&path, reason).await;
    assert_eq!(late.problem(412), "stale");
    for other in ["autre", "Pas un identifiant"] {
        let other = shelf.at(&id, &format!("/deviations/{other}"));
        let reason = json!({ "reason": "Parce que." });
        let nothing = actor.anyway().put(&other, reason).await;
        assert_eq!(nothing.problem(404), "not_found");
    }
}

#[actix_web::test]
async fn tightening_is_free_and_a_reason_waits_for_its_deviation() {
    let world = world().await;
    let (shelf, actor) = (Shelf::Templates, &world.commune_director);
    let source = source(&world, shelf).await;
    let id = adapted(actor, shelf, &source).await;
    let faithful = body(shelf, "Tout est relu.", "imposed");
    let departing = body(shelf, "Rien.", "imposed");
    write(actor, shelf, &id, departing.clone()).await;
    justify(actor, shelf, &id, "Parce que.").await.expect(201);

    let mut tighter = faithful;
    let more = json!({ "id": "plus", "title": "Plus", "text": "Deux fois.", "lock": "imposed" });
    tighter["clauses"].as_array_mut().unwrap().push(more);
    write(actor, shelf, &id, tighter).await;
    assert_eq!(deviations(actor, shelf, &id).await, json!([]));
    shelf.publish(actor, &id).await.expect(201);

    write(actor, shelf, &id, departing).await;
    let found = deviations(actor, shelf, &id).await;
    assert_eq!(found[0]["reason"]["text"], "Parce que.");
}

#[actix_web::test]
async fn a_comparison_with_the_source_shows_what_departs_and_why() {
    let world = world().await;
    let actor = &world.commune_director;
    for shelf in Shelf::ALL {
        let source = source(&world, shelf).await;
        let id = adapted(actor, shelf, &source).await;
        shelf.publish(actor, &id).await.expect(201);
        let removed = json!({ "id": "autre", "title": "Autre", "lock": "imposed" });
        let mut draft = shelf.body("");
        draft["clauses"] = json!([removed]);
        write(actor, shelf, &id, draft).await;
        let told = async |query: &str| {
            let path = shelf.at(&id, &format!("/comparison?{query}"));
            let clauses = actor.get(&path).await.expect(200)["clauses"].clone();
            let mut clauses = clauses.as_array().unwrap().iter();
            let one = clauses.find(|it| it["clause"] == "objet").cloned();
            one.unwrap()["deviation"].clone()
        };
        let page = shelf.at(&id, "/comparison?from=source&to=draft&format=html");
        let mut expected = json!({ "breaches": ["removed"], "reason": null });
        assert_eq!(told("from=source&to=draft").await, expected);
        let shown = actor.get(&page).await.body;
        assert!(shown.contains(": retirée."), "{shown}");
        assert!(shown.contains("Sans motif encore."), "{shown}");
        justify(actor, shelf, &id, "Sans objet.").await.expect(201);
        expected["reason"] = json!("Sans objet.");
        assert!(actor.get(&page).await.body.contains("Motif : Sans objet."));
        assert_eq!(told("from=source&to=draft").await, expected);
        assert_eq!(told("from=source&to=latest").await, Value::Null);
        assert_eq!(told("from=latest&to=draft").await, Value::Null);
    }
}

#[actix_web::test]
async fn the_source_learns_numbers_of_those_that_agree_once_three_do() {
    let world = world().await;
    let owner = &world.agglo_director;
    for shelf in Shelf::ALL {
        let source = source(&world, shelf).await;
        let received = async || {
            let path = shelf.at(&source, "/deviations/received");
            owner.get(&path).await.expect(200)
        };
        let nothing = json!({ "least": 3, "reporting": null, "clauses": [] });
        let report = async |actor: &Actor, id: &str, reported: bool| {
            let path = shelf.at(id, "/deviations");
            let found = actor.get(&path).await;
            let changes = json!({ "reported": reported });
            let changed = actor.matching(&found).patch(&path, changes).await;
            assert_eq!(changed.expect(200)["reported"], reported);
        };
        let adapt = async |actor: &Actor, text: &str, lock: &str| {
            let id = adapted(actor, shelf, &source).await;
            write(actor, shelf, &id, body(shelf, text, lock)).await;
            if deviations(actor, shelf, &id).await != json!([]) {
                justify(actor, shelf, &id, "Motif secret.")
                    .await
                    .expect(201);
            }
            shelf.publish(actor, &id).await.expect(201);
            id
        };
        // The owner's own adaptations are none of the three, nor are two of one collectivity two.
        for actor in [owner, &world.commune_director, &world.commune_director] {
            let id = adapt(actor, "Rien.", "free").await;
            report(actor, &id, true).await;
        }
        let stranger = &world.stranger_director;
        let faithful = adapt(stranger, "Tout est relu.", "imposed").await;
        report(stranger, &faithful, true).await;
        assert_eq!(received().await, nothing);

        let third = world.app.tenant().await;
        let third = world.app.member(&third, &[Role::Director]).await;
        let silent = adapt(&third, "Presque rien.", "imposed").await;
        assert_eq!(received().await, nothing, "it has not agreed");
        report(&third, &silent, true).await;
        let told = owner.get(&shelf.at(&source, "/deviations/received")).await;
        assert_eq!(
            told.expect(200),
            json!({ "least": 3, "reporting": 4, "clauses": [{
                "clause": "objet", "title": "Article objet", "deviating": 3, "removed": 0,
                "rewritten": 3, "loosened": 2,
            }] })
        );
        // What is being written, or was withdrawn, is nobody else's business.
        write(stranger, shelf, &faithful, body(shelf, "Rien.", "free")).await;
        assert_eq!(received().await["clauses"][0]["deviating"], 3);
        let withdrawal = shelf.at(&silent, "/withdrawal");
        let withdrawn = third.anyway().post(&withdrawal, json!({})).await;
        withdrawn.expect(200);
        assert_eq!(received().await, nothing, "it is withdrawn");
        shelf.revised(&third, &silent, "Rien.").await.expect(201);
        assert_eq!(received().await["reporting"], 4);
        report(&third, &silent, false).await;
        assert_eq!(received().await, nothing, "it agrees no more");
    }
}

#[actix_web::test]
async fn nobody_sees_in_a_list_whether_deviations_are_counted() {
    let world = world().await;
    let (shelf, actor) = (Shelf::Charters, &world.commune_director);
    let source = source(&world, shelf).await;
    let id = adapted(actor, shelf, &source).await;
    shelf.publish(actor, &id).await.expect(201);
    let network = json!({ "type": "network" });
    shelf.share(actor, &id, network, "read").await.expect(201);
    let others = async || world.agglo_director.get(&shelf.at(&id, "")).await;
    let before = others().await;
    let path = shelf.at(&id, "/deviations");
    let changes = json!({ "reported": true });
    let changed = actor.anyway().patch(&path, changes).await;
    changed.expect(200);
    assert_eq!(others().await.bytes(), before.bytes());
}

#[actix_web::test]
async fn a_charter_with_open_variables_is_not_published_and_a_template_is() {
    let world = world().await;
    let actor = &world.agglo_director;
    for shelf in Shelf::ALL {
        let id = shelf.create(actor, "Titre", "Un.").await;
        let mut body = shelf.body("{{service}}, {{lieu}}, {{date}}");
        let lieu = json!({ "name": "lieu", "label": "Lieu", "default": "mairie" });
        body["variables"] = json!([{ "name": "service", "label": "Service" }, lieu]);
        write(actor, shelf, &id, body.clone()).await;
        let draft = actor.get(&shelf.at(&id, "/draft")).await.expect(200);
        assert_eq!(draft["unresolved"], json!(["service"]));
        let published = shelf.publish(actor, &id).await;
        if shelf == Shelf::Templates {
            published.expect(201);
            continue;
        }
        assert_eq!(published.problem(409), "variables_unresolved");
        assert_eq!(
            published.broken(),
            ["/variables/service variable_unresolved"]
        );
        body["variables"][0]["default"] = json!("DSI");
        write(actor, shelf, &id, body).await;
        let draft = actor.get(&shelf.at(&id, "/draft")).await.expect(200);
        assert_eq!(draft["unresolved"], json!([]));
        shelf.publish(actor, &id).await.expect(201);
    }
}
