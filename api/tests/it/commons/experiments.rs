//! Experiments: a protocol is published, granted and replicated elsewhere, and what a replication
//! changes is told with a reason.

use serde_json::{Value, json};

use crate::support::{Actor, World, experiment};

const EXPERIMENTS: &str = "/v1/experiments";

fn at(id: &str, rest: &str) -> String {
    format!("{EXPERIMENTS}/{id}{rest}")
}

/// An experiment of the agglo, published and granted to the group for reuse; its id.
async fn source(world: &World) -> String {
    let owner = &world.agglo_director;
    let created = owner.post(EXPERIMENTS, experiment("Comptes rendus")).await;
    created.expect(201);
    let id = created.id();
    publish(owner, &id).await;
    let group = json!({ "type": "group", "id": world.group });
    let share = json!({ "audience": group, "level": "reuse" });
    owner.post(&at(&id, "/shares"), share).await.expect(201);
    id
}

async fn publish(actor: &Actor, id: &str) -> Value {
    let publications = at(id, "/publications");
    let published = actor.anyway().post(&publications, json!({})).await;
    published.expect(201)
}

/// The draft of an experiment with other values in some places.
async fn rewrite(actor: &Actor, id: &str, changes: &[(&str, Value)]) {
    let draft = at(id, "/draft");
    let found = actor.get(&draft).await;
    let mut body = found.expect(200)["body"].clone();
    for (pointer, value) in changes {
        *body.pointer_mut(pointer).unwrap() = value.clone();
    }
    let written = actor.matching(&found).put(&draft, body).await;
    written.expect(200);
}

async fn deviations(actor: &Actor, id: &str) -> Value {
    let found = actor.get(&at(id, "/deviations")).await;
    found.expect(200)["deviations"].clone()
}

#[actix_web::test]
async fn a_protocol_is_replicated_by_another_collectivity() {
    let world = World::new().await;
    let actor = &world.commune_director;
    let id = source(&world).await;
    let version = actor.get(&at(&id, "/versions/1")).await;
    let digest = version.expect(200)["digest"].clone();
    assert_eq!(version.etag(), format!("\"{}\"", digest.as_str().unwrap()));

    let made = actor.post(&at(&id, "/replications"), json!({})).await;
    let view = made.expect(201);
    assert_eq!(made.header("location"), at(&made.id(), ""));
    assert_eq!(view["kind"], "experiment");
    assert_eq!(
        view["source"],
        json!({ "collectivity": world.agglo.id.to_string(), "resource": id, "version": 1,
            "digest": digest })
    );
    let draft = actor.get(&at(&made.id(), "/draft")).await.expect(200);
    assert_eq!(draft["body"], experiment("")["body"]);
    let lineage = actor.get(&at(&made.id(), "/lineage")).await.expect(200);
    assert_eq!(lineage["source"], view["source"]);
    let owner = &world.agglo_director;
    let counted = owner.get(&at(&id, "/lineage")).await.expect(200);
    assert_eq!(counted["adaptation_count"], 1);

    // It is found among experiments, and by its words.
    let listed = actor.get("/v1/experiments?state=draft").await;
    assert!(listed.ids().contains(&made.id()));
    let search = "/v1/search?q=Scribe&kind=experiment";
    assert!(actor.get(search).await.ids().contains(&made.id()));
    let stranger = &world.stranger_director;
    let hidden = stranger.post(&at(&id, "/replications"), json!({})).await;
    assert_eq!(hidden.problem(404), "not_found");
}

#[actix_web::test]
async fn what_is_ones_own_differs_freely_and_an_indicator_for_a_reason() {
    let world = World::new().await;
    let actor = &world.commune_director;
    let source = source(&world).await;
    let made = actor.post(&at(&source, "/replications"), json!({})).await;
    let id = made.id();
    let own = [
        ("/service", json!("Mairie")),
        ("/population", json!({ "planned": 6 })),
        ("/cost", json!({ "hours": 10 })),
    ];
    rewrite(actor, &id, &own).await;
    assert_eq!(deviations(actor, &id).await, json!([]));

    let indicator = [("/indicators/0/definition", json!("Estimées par l'agent."))];
    rewrite(actor, &id, &indicator).await;
    let mut found = json!([{ "clause": "indicator-temps", "title": "Temps gagné",
        "breaches": ["rewritten"], "reason": null }]);
    assert_eq!(deviations(actor, &id).await, found);
    let publications = at(&id, "/publications");
    let refused = actor.anyway().post(&publications, json!({})).await;
    assert_eq!(refused.problem(409), "deviations_unjustified");
    assert_eq!(
        refused.broken(),
        ["/deviations/indicator-temps deviation_unjustified"]
    );
    assert_eq!(actor.get(&at(&id, "/versions")).await.ids(), [""; 0]);

    let first = actor.with("if-none-match", "*");
    let reason = json!({ "reason": "Nos agents ne chronomètrent pas." });
    let repeated = at(&id, "/deviations/baseline");
    let nothing = first.put(&repeated, reason.clone()).await;
    assert_eq!(nothing.problem(404), "not_found");
    let departed = at(&id, "/deviations/indicator-temps");
    let given = first.put(&departed, reason).await.expect(201);
    found[0]["reason"] = given["reason"].clone();
    assert_eq!(publish(actor, &id).await["number"], 1);
    let kept = actor.get(&at(&id, "/deviations?version=1")).await;
    assert_eq!(kept.expect(200)["deviations"], found);
}

#[actix_web::test]
async fn what_only_clauses_have_is_no_address_of_experiments() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    let id = source(&world).await;
    for rest in [
        "/adaptations",
        "/amendments",
        "/inclusions",
        "/upstream/merges",
        "/draft/imports",
    ] {
        let nowhere = owner.anyway().post(&at(&id, rest), json!({})).await;
        assert_eq!(nowhere.problem(404), "not_found", "{rest}");
    }
    for rest in ["/upstream", "/comparison", "/versions/1/document"] {
        let nowhere = owner.get(&at(&id, rest)).await;
        assert_eq!(nowhere.problem(404), "not_found", "{rest}");
    }
    // Nor is a charter's address one of an experiment.
    let charter = owner.get(&format!("/v1/charters/{id}")).await;
    assert_eq!(charter.problem(404), "not_found");
}

#[actix_web::test]
async fn the_catalogues_are_told_to_whoever_has_a_token() {
    let world = World::new().await;
    let actor = &world.stranger_director;
    let cases = actor.get("/v1/use-cases").await;
    let listed = cases.expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 20);
    let minutes = json!({ "code": "meeting-minutes",
        "name": "Comptes rendus de réunions et de conseils", "group": null });
    assert_eq!(listed["items"][2], minutes);
    let indicators = actor.get("/v1/indicators").await;
    let listed = indicators.expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 10);
    let time = json!({ "code": "time_saved", "name": "Temps gagné par tâche", "unit": "min",
        "better": "higher", "measures": ["mean_difference", "ratio_of_means"] });
    assert_eq!(listed["items"][0], time);

    // They are the same for everyone, and asked for again only when they change.
    let other = &world.agglo_director;
    assert_eq!(other.get("/v1/use-cases").await.body, cases.body);
    let again = actor.with("if-none-match", indicators.etag());
    assert_eq!(again.get("/v1/indicators").await.status, 304);

    // What they say fits is taken.
    for entry in listed["items"].as_array().unwrap() {
        for measure in entry["measures"].as_array().unwrap() {
            let mut input = experiment("Essai");
            for (member, value) in [("code", &entry["code"]), ("measure", measure)] {
                input["body"]["indicators"][0][member] = value.clone();
            }
            other.post(EXPERIMENTS, input).await.expect(201);
        }
    }
}
