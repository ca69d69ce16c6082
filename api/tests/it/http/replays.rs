//! Replays: whatever was made is answered again byte for byte, with all that belongs to it.

use maillage_domain::access::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Actor, Response, Shelf, World};

/// The headers of an answer but those of the moment.
fn lasting(answer: &Response) -> Vec<(String, String)> {
    let passing = ["date", "x-request-id", "ratelimit", "idempotent-replayed"];
    let headers = answer.headers.iter();
    let mut lasting: Vec<_> = headers
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .filter(|(name, _)| !passing.contains(&name.as_str()))
        .collect();
    lasting.sort();
    lasting
}

/// Asks twice with the same key: the second answer is the first, and nothing happens.
async fn twice(world: &World, actor: &Actor, method: Method, path: &str, body: Value) -> Response {
    let keyed = actor.with("idempotency-key", format!("{method}-{path}"));
    let body = || (!body.is_null()).then(|| body.to_string().into_bytes());
    let first = keyed.ask(method.clone(), path, body()).await;
    assert!(first.status.is_success(), "{first:?}");
    assert_eq!(first.header("idempotent-replayed"), "");
    let tenants = [world.agglo.id.0, world.commune.id.0];
    let footprints = async || {
        let agglo = world.app.database.footprint(tenants[0]).await;
        (agglo, world.app.database.footprint(tenants[1]).await)
    };
    let before = footprints().await;
    let again = keyed.ask(method, path, body()).await;
    assert_eq!(again.header("idempotent-replayed"), "true", "{path}");
    assert_eq!(again.bytes(), first.bytes(), "{path}");
    assert_eq!(lasting(&again), lasting(&first), "{path}");
    assert_eq!(footprints().await, before, "{path}");
    first
}

#[actix_web::test]
async fn what_the_commons_answer_is_replayed() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    for shelf in Shelf::ALL {
        let input = shelf.input("Titre", "Un.");
        let created = twice(&world, owner, Method::POST, shelf.path(), input).await;
        assert!(!created.header("location").is_empty() && !created.etag().is_empty());
        let id = created.id();
        let draft = owner.matching(&owner.get(&shelf.at(&id, "/draft")).await);
        let publications = shelf.at(&id, "/publications");
        // The draft is gone and the tag stale, but the answer is the one that was lost.
        let published = twice(&world, &draft, Method::POST, &publications, json!({})).await;
        assert_eq!(published.header("location"), shelf.at(&id, "/versions/1"));
        let share = json!({ "audience": { "type": "group", "id": world.group }, "level": "reuse" });
        let shared = twice(
            &world,
            owner,
            Method::POST,
            &shelf.at(&id, "/shares"),
            share,
        )
        .await;
        let adaptations = shelf.at(&id, "/adaptations");
        let adapter = &world.commune_director;
        let adapted = twice(&world, adapter, Method::POST, &adaptations, json!({})).await;
        shelf.revised(owner, &id, "Bis.").await.expect(201);
        let draft = adapter.get(&shelf.at(&adapted.id(), "/draft")).await;
        let merges = shelf.at(&adapted.id(), "/upstream/merges");
        let input = json!({ "version": 2 });
        // The source has nothing new any more, but the answer is the one that was lost.
        twice(
            &world,
            &adapter.matching(&draft),
            Method::POST,
            &merges,
            input,
        )
        .await;

        let card = owner.matching(&owner.get(&shelf.at(&id, "")).await);
        let title = json!({ "title": "Autre" });
        twice(&world, &card, Method::PATCH, &shelf.at(&id, ""), title).await;
        let begin = owner.with("if-none-match", "*");
        let body = shelf.body("Deux.");
        twice(&world, &begin, Method::PUT, &shelf.at(&id, "/draft"), body).await;
        let share = shelf.at(&id, &format!("/shares/{}", shared.id()));
        twice(
            &world,
            &owner.matching(&shared),
            Method::DELETE,
            &share,
            json!(null),
        )
        .await;
        let card = owner.matching(&owner.get(&shelf.at(&id, "")).await);
        let withdrawal = shelf.at(&id, "/withdrawal");
        twice(&world, &card, Method::POST, &withdrawal, json!({})).await;
    }
}

#[actix_web::test]
async fn what_groups_and_people_answer_is_replayed() {
    let world = World::new().await;
    let (host, guest) = (&world.agglo_director, &world.commune_director);
    let formed = twice(
        &world,
        host,
        Method::POST,
        "/v1/groups",
        json!({ "name": "G" }),
    )
    .await;
    let participants = format!("/v1/groups/{}/participants", formed.id());
    let invitation = json!({ "siren": world.commune.siren.as_str(), "role": "reader" });
    let invited = twice(&world, host, Method::POST, &participants, invitation).await;
    let acceptance = format!("{}/acceptance", invited.header("location"));
    let found = guest.matching(&guest.get(invited.header("location")).await);
    twice(&world, &found, Method::POST, &acceptance, json!({})).await;
    let suspension = format!("{}/suspension", invited.header("location"));
    twice(
        &world,
        &host.anyway(),
        Method::POST,
        &suspension,
        json!(null),
    )
    .await;

    let administrator = world.app.actor(&world.agglo.administrator);
    let input = json!({ "email": "x@agglo.example", "name": "X", "roles": ["reader"] });
    let offered = twice(
        &world,
        &administrator,
        Method::POST,
        "/v1/invitations",
        input,
    )
    .await;
    assert!(
        offered.json()["token"]
            .as_str()
            .unwrap()
            .starts_with("mlg_inv_")
    );
}

#[actix_web::test]
async fn a_registration_and_a_new_offer_are_replayed_with_their_tokens() {
    let world = World::new().await;
    let operator = world.app.operator().await;
    let siren = world.app.database.siren();
    let body = json!({ "siren": siren.as_str(), "name": "Syndicat", "type": "syndicat" });
    twice(&world, &operator, Method::POST, "/v1/directory", body).await;
    let administrator = json!({ "email": format!("a@{siren}.example"), "name": "A" });
    let input = json!({ "siren": siren.as_str(), "administrator": administrator });
    let joined = twice(
        &world,
        &operator,
        Method::POST,
        "/v1/collectivities",
        input.clone(),
    )
    .await;
    assert!(joined.json()["invitation"]["token"].is_string());
    let path = format!("/v1/collectivities/{siren}/invitations");
    let input = input["administrator"].clone();
    let offered = twice(&world, &operator, Method::POST, &path, input).await;
    assert!(offered.json()["token"].is_string());
}

#[actix_web::test]
async fn a_preference_is_part_of_the_answer() {
    let world = World::new().await;
    let writer = world.app.member(&world.agglo, &[Role::Contributor]).await;
    let input = Shelf::Charters.input("Titre", "Un.");
    let brief = writer.with("prefer", "return=minimal");
    let answer = twice(&world, &brief, Method::POST, "/v1/charters", input.clone()).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (201, ""));
    assert_eq!(answer.header("preference-applied"), "return=minimal");
    assert!(!answer.header("location").is_empty() && !answer.etag().is_empty());
}
