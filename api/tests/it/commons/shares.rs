//! Shares: whom each audience reaches, what each level allows, and how a grant ends.

use insta::assert_json_snapshot;
use maillage_domain::access::Role;
use maillage_domain::identity::BodyType;
use serde_json::{Value, json};

use crate::support::{Actor, App, Shelf, World};

fn group(world: &World) -> Value {
    json!({ "type": "group", "id": world.group })
}

fn collectivity(siren: &str) -> Value {
    json!({ "type": "collectivity", "siren": siren })
}

/// How each of these sees a resource: `own`, `reuse`, `read`, or not at all.
async fn access(shelf: Shelf, id: &str, actors: &[&Actor]) -> Vec<String> {
    let mut seen = Vec::new();
    for actor in actors {
        let answer = actor.get(&shelf.at(id, "")).await;
        seen.push(match answer.status.as_u16() {
            404 => "-".to_owned(),
            _ => answer.expect(200)["access"].as_str().unwrap().to_owned(),
        });
    }
    seen
}

#[actix_web::test]
async fn each_audience_reaches_whom_it_names() {
    let app = App::wide().await;
    let world = World::of(app).await;
    let syndicat = app
        .database
        .tenant_of(app.database.siren(), BodyType::Syndicat)
        .await;
    let syndicat = app.member(&syndicat, &[Role::Reader]).await;
    let actors = [
        &world.agglo_director,
        &world.commune_director,
        &world.stranger_director,
        &syndicat,
    ];
    for shelf in Shelf::ALL {
        for (audience, expected) in [
            (
                json!({ "type": "group", "id": world.group }),
                "own read - -",
            ),
            (collectivity(world.stranger.siren.as_str()), "own - read -"),
            (
                json!({ "type": "collectivity_type", "value": "commune" }),
                "own read read -",
            ),
            (
                json!({ "type": "collectivity_type", "value": "syndicat" }),
                "own - - read",
            ),
            (
                json!({ "type": "collectivity_type", "value": "region" }),
                "own - - -",
            ),
            (json!({ "type": "network" }), "own read read read"),
            (json!({ "type": "public" }), "own read read read"),
        ] {
            let id = shelf.published(actors[0], "Titre", "Texte.").await;
            assert_eq!(access(shelf, &id, &actors).await.join(" "), "own - - -");
            let shared = shelf.share(actors[0], &id, audience.clone(), "read").await;
            shared.expect(201);
            assert_eq!(
                access(shelf, &id, &actors).await.join(" "),
                expected,
                "{audience}"
            );
            let revoke = format!("/shares/{}", shared.id());
            let revoked = actors[0]
                .matching(&shared)
                .delete(&shelf.at(&id, &revoke))
                .await;
            revoked.expect(204);
            assert_eq!(access(shelf, &id, &actors).await.join(" "), "own - - -");
        }
    }
}

#[actix_web::test]
async fn the_best_of_several_levels_holds() {
    let world = World::new().await;
    let (owner, reader) = (&world.agglo_director, &world.commune_director);
    for shelf in Shelf::ALL {
        let id = shelf.published(owner, "Titre", "Texte.").await;
        let adaptations = shelf.at(&id, "/adaptations");
        shelf
            .share(owner, &id, group(&world), "read")
            .await
            .expect(201);
        assert_eq!(access(shelf, &id, &[reader]).await, ["read"]);
        assert_eq!(
            reader.post(&adaptations, json!({})).await.problem(403),
            "forbidden"
        );

        let named = collectivity(world.commune.siren.as_str());
        let shared = shelf.share(owner, &id, named, "reuse").await;
        assert_eq!(access(shelf, &id, &[reader]).await, ["reuse"]);
        reader.post(&adaptations, json!({})).await.expect(201);

        let revoke = shelf.at(&id, &format!("/shares/{}", shared.id()));
        owner.anyway().delete(&revoke).await.expect(204);
        assert_eq!(access(shelf, &id, &[reader]).await, ["read"]);
    }
}

#[actix_web::test]
async fn a_grant_that_has_run_out_shows_nothing() {
    let world = World::new().await;
    let (owner, reader) = (&world.agglo_director, &world.commune_director);
    for shelf in Shelf::ALL {
        let id = shelf.published(owner, "Zéphyrine", "Texte.").await;
        let grant = json!({ "audience": group(&world), "level": "reuse",
            "expires_at": "2099-12-31T23:59:59+01:00" });
        let shares = shelf.at(&id, "/shares");
        let shared = owner.post(&shares, grant.clone()).await;
        assert_eq!(shared.expect(201)["expires_at"], "2099-12-31T22:59:59Z");
        assert_eq!(access(shelf, &id, &[reader]).await, ["reuse"]);
        assert_eq!(
            reader.get("/v1/search?q=zephyrine").await.ids(),
            [id.as_str()]
        );

        world
            .app
            .database
            .let_expire(shared.id().parse().unwrap())
            .await;
        for rest in [
            "",
            "/versions",
            "/versions/1",
            "/lineage",
            "/draft",
            "/shares",
        ] {
            let asked = reader.get(&shelf.at(&id, rest)).await;
            assert_eq!(asked.problem(404), "not_found", "{rest}");
        }
        let adapted = reader.post(&shelf.at(&id, "/adaptations"), json!({})).await;
        assert_eq!(adapted.problem(404), "not_found");
        assert_eq!(reader.get(shelf.path()).await.ids(), [""; 0]);
        assert_eq!(reader.get("/v1/search?q=zephyrine").await.ids(), [""; 0]);

        // Its owner still sees it, and it makes room for a new one.
        assert_eq!(owner.get(&shares).await.ids(), [shared.id()]);
        let renewed = owner.post(&shares, grant.clone()).await;
        renewed.expect(201);
        assert_eq!(owner.get(&shares).await.ids(), [renewed.id()]);
        assert_eq!(
            owner.post(&shares, grant).await.problem(409),
            "already_shared"
        );
        assert_eq!(access(shelf, &id, &[reader]).await, ["reuse"]);
        let withdrawal = shelf.at(&id, "/withdrawal");
        owner
            .anyway()
            .post(&withdrawal, json!({}))
            .await
            .expect(200);
    }
}

#[actix_web::test]
async fn a_grant_is_taken_back_once_and_on_condition() {
    let world = World::new().await;
    let (owner, reader) = (&world.agglo_director, &world.commune_director);
    let shelf = Shelf::Charters;
    let id = shelf.published(owner, "Titre", "Texte.").await;
    let shared = shelf.share(owner, &id, group(&world), "read").await;
    let here = shelf.at(&id, &format!("/shares/{}", shared.id()));
    assert_eq!(shared.header("location"), here);
    assert_eq!(
        owner.delete(&here).await.problem(428),
        "precondition_required"
    );
    assert_eq!(
        owner
            .with("if-match", "\"2\"")
            .delete(&here)
            .await
            .problem(412),
        "stale"
    );
    assert_eq!(
        reader.anyway().delete(&here).await.problem(403),
        "forbidden"
    );
    assert_eq!(
        world
            .stranger_director
            .anyway()
            .delete(&here)
            .await
            .problem(404),
        "not_found"
    );
    assert_eq!(access(shelf, &id, &[reader]).await, ["read"]);
    owner.matching(&shared).delete(&here).await.expect(204);
    assert_eq!(access(shelf, &id, &[reader]).await, ["-"]);
    assert_eq!(
        owner.matching(&shared).delete(&here).await.problem(404),
        "not_found"
    );
}

#[actix_web::test]
async fn grants_are_listed_oldest_first_to_insiders() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    let shelf = Shelf::Templates;
    let id = shelf.published(owner, "Titre", "Texte.").await;
    let mut made = Vec::new();
    for audience in [
        collectivity(world.commune.siren.as_str()),
        group(&world),
        json!({ "type": "collectivity_type", "value": "opsn" }),
        json!({ "type": "collectivity_type", "value": "sdis" }),
        json!({ "type": "collectivity_type", "value": "cdg" }),
    ] {
        made.push(shelf.share(owner, &id, audience, "read").await.id());
    }
    let shares = shelf.at(&id, "/shares");
    let first = owner.get(&format!("{shares}?limit=2")).await;
    let mut listed = first.ids();
    let mut next = first.json()["next"].clone();
    while let Some(cursor) = next.as_str() {
        let page = owner
            .get(&format!("{shares}?limit=2&cursor={cursor}"))
            .await;
        listed.extend(page.ids());
        next = page.json()["next"].clone();
    }
    assert_eq!(listed, made);
    assert_json_snapshot!(first.json(), {
        ".items[].id" => "[id]",
        ".items[].audience.id" => "[id]",
        ".items[].audience_name" => insta::dynamic_redaction(|value, _| {
            assert!(value.as_str().is_some_and(|name| !name.is_empty()));
            "[name]"
        }),
        ".items[].granted_at" => "[at]",
        ".next" => "[cursor]",
    });

    let plain = world.app.member(&world.agglo, &[Role::Reader]).await;
    assert_eq!(plain.get(&shares).await.problem(403), "forbidden");
    assert_eq!(
        world.commune_director.get(&shares).await.problem(403),
        "forbidden"
    );
    assert_eq!(
        world.stranger_director.get(&shares).await.problem(404),
        "not_found"
    );
}

#[actix_web::test]
async fn a_resource_has_at_most_500_grants() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    let shelf = Shelf::Charters;
    let id = shelf.published(owner, "Titre", "Texte.").await;
    world
        .app
        .database
        .grant_to_nobody(id.parse().unwrap(), 499)
        .await;
    let may = async || {
        let seen = owner.get(&shelf.at(&id, "")).await.expect(200);
        let abilities = seen["abilities"].as_array().unwrap();
        abilities.contains(&json!("share"))
    };
    assert!(may().await);
    let shared = shelf.share(owner, &id, group(&world), "read").await;
    shared.expect(201);
    assert!(!may().await);
    let named = || collectivity(world.commune.siren.as_str());
    let refused = shelf.share(owner, &id, named(), "read").await;
    assert_eq!(refused.problem(409), "shares_too_many");
    let revoke = shelf.at(&id, &format!("/shares/{}", shared.id()));
    owner.anyway().delete(&revoke).await.expect(204);
    assert!(may().await);
    shelf.share(owner, &id, named(), "read").await.expect(201);
}

#[actix_web::test]
async fn a_collectivity_shares_only_with_groups_it_may_share_with() {
    let world = World::new().await;
    let shelf = Shelf::Charters;
    let reader_tenant = world.app.tenant().await;
    let reader = world.app.member(&reader_tenant, &[Role::Director]).await;
    world.join(&reader_tenant, &reader, "reader").await;
    for (actor, broken) in [
        (&reader, "/audience group_reader"),
        (&world.stranger_director, "/audience audience_unknown"),
    ] {
        let id = shelf.published(actor, "Titre", "Texte.").await;
        let refused = shelf.share(actor, &id, group(&world), "read").await;
        assert_eq!(refused.problem(422), "invalid");
        assert_eq!(refused.broken(), [broken]);
    }
}

#[actix_web::test]
async fn an_expiry_is_a_moment_of_our_calendar() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    let shelf = Shelf::Charters;
    let id = shelf.published(owner, "Titre", "Texte.").await;
    let shares = shelf.at(&id, "/shares");
    let granted = async |expiry: Value| {
        let share = json!({ "audience": group(&world), "level": "read", "expires_at": expiry });
        owner.post(&shares, share).await
    };
    for expiry in [
        json!("2099-02-30T00:00:00Z"),
        json!("2099-12-31"),
        json!("2099-12-31T23:59:59"),
        json!("demain"),
        json!(""),
        json!(4_102_444_799_i64),
        json!("+262142-12-31T23:59:59Z"),
        json!("-262143-01-01T00:00:00Z"),
        json!("10000-01-01T00:00:00Z"),
    ] {
        let refused = granted(expiry.clone()).await;
        assert_eq!(refused.problem(400), "invalid_request", "{expiry}");
        assert_eq!(refused.broken(), ["/expires_at invalid_value"]);
    }
    for expiry in [
        "0000-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z",
        "2026-01-01T00:00:00+14:00",
    ] {
        assert_eq!(
            granted(json!(expiry)).await.broken(),
            ["/expires_at expiry_in_the_past"]
        );
    }
    let last = granted(json!("9999-12-31T23:59:59.999999999Z")).await;
    last.expect(201);
    let revoke = format!("{shares}/{}", last.id());
    owner.anyway().delete(&revoke).await.expect(204);
    let for_ever = granted(json!(null)).await;
    assert_eq!(for_ever.expect(201)["expires_at"], Value::Null);
}
