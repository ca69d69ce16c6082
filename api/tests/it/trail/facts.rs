//! Facts: each operation that changes something leaves one record and one event (L5, L6).

use std::collections::BTreeSet;

use maillage_api::document::document;
use maillage_domain::access::Role;
use maillage_infra::testing::{PASSWORD, Tenant};
use serde_json::{Value, json};
use uuid::Uuid;

use super::amendments::amendments;
use super::departures::departures;
use super::evaluation::evaluation;
use super::experiments::experiments;
use super::groups::groups;
use super::imports::imports;
use super::inclusions::inclusions;
use super::ledger::{Ledger, WITHOUT_FACT};
use super::partners::{jobs, partners};
use crate::support::{Actor, App, Shelf, World};

/// The id of every operation of the contract that is no read.
fn mutating() -> BTreeSet<String> {
    let document = serde_json::to_value(document("https://maillage.test")).unwrap();
    let paths = document["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|methods| methods.as_object().unwrap());
    operations
        .filter(|(method, _)| *method != "get")
        .map(|(_, operation)| operation["operationId"].as_str().unwrap().to_owned())
        .collect()
}

#[actix_web::test]
async fn every_mutating_operation_leaves_one_record_and_one_event() {
    let app = App::listen(App::shared().database.clone_fresh().await, &[]);
    let world = World::of(&app).await;
    let watched = vec![
        Uuid::nil(),
        world.agglo.id.0,
        world.commune.id.0,
        world.stranger.id.0,
    ];
    let mut ledger = Ledger {
        app: app.clone(),
        watched,
        tried: BTreeSet::new(),
    };

    platform(&mut ledger).await;
    members(&mut ledger, &world.agglo).await;
    sessions(&mut ledger, &world.agglo, &world.commune).await;
    groups(&mut ledger, &world).await;
    for shelf in Shelf::ALL {
        commons(&mut ledger, &world, shelf).await;
        amendments(&mut ledger, &world, shelf).await;
        inclusions(&mut ledger, &world, shelf).await;
        imports(&mut ledger, &world, shelf).await;
    }

    experiments(&mut ledger, &world).await;
    evaluation(&mut ledger, &world).await;
    partners(&mut ledger, &world.agglo).await;
    jobs(&mut ledger, &world.agglo).await;

    let mut expected = mutating();
    for operation in WITHOUT_FACT {
        assert!(
            expected.contains(operation),
            "{operation} is no operation any more"
        );
    }
    expected.extend(WITHOUT_FACT.map(str::to_owned));
    assert_eq!(ledger.tried, expected);
    for tenant in [&world.agglo, &world.commune, &world.stranger] {
        let verified = app
            .actor(&tenant.administrator)
            .get("/v1/audit/verification")
            .await;
        assert_eq!(verified.expect(200)["intact"], true);
    }
}

async fn platform(ledger: &mut Ledger) {
    let app = ledger.app.clone();
    let operator = app.operator().await;
    let siren = app.database.siren();
    let body = json!({ "siren": siren.as_str(), "name": "Syndicat", "type": "syndicat" });
    let listed = operator.post("/v1/directory", body);
    ledger
        .leaves(
            "extend_directory",
            "directory.extended",
            Uuid::nil(),
            listed,
        )
        .await;

    let administrator = json!({ "email": "a@syndicat.example", "name": "Administratrice" });
    let input = json!({ "siren": siren.as_str(), "administrator": administrator });
    let before = ledger.read().await;
    let registered = operator.post("/v1/collectivities", input).await;
    registered.expect(201);
    assert_eq!(
        ledger.read().await,
        before,
        "the fact belongs to the new tenant"
    );
    let tenant = registered.id().parse().unwrap();
    ledger.begin(tenant, "collectivity.registered").await;
    ledger.tried.insert("register_collectivity".to_owned());

    let path = format!("/v1/collectivities/{siren}/invitations");
    let another = json!({ "email": "b@syndicat.example", "name": "Administrateur" });
    let invited = operator.post(&path, another);
    let invited = ledger
        .leaves(
            "invite_administrator",
            "membership.invited",
            tenant,
            invited,
        )
        .await;

    let token = &invited.json()["token"];
    let acceptance = json!({ "token": token, "password": PASSWORD });
    let nobody = app.anonymous();
    let accepted = nobody.post("/v1/invitations/acceptances", acceptance);
    ledger
        .leaves("accept_invitation", "membership.joined", tenant, accepted)
        .await;
}

async fn members(ledger: &mut Ledger, tenant: &Tenant) {
    let (app, id) = (ledger.app.clone(), tenant.id.0);
    let administrator = app.actor(&tenant.administrator);
    let input = json!({ "email": "b@agglo.example", "name": "B", "roles": ["reader"] });
    let invited = administrator.post("/v1/invitations", input);
    let invited = ledger
        .leaves("invite", "membership.invited", id, invited)
        .await;
    let invitation = invited.header("location").to_owned();
    let anyway = administrator.anyway();
    let revoked = anyway.delete(&invitation);
    ledger
        .leaves(
            "revoke_invitation",
            "membership.invitation_revoked",
            id,
            revoked,
        )
        .await;

    app.member(tenant, &[Role::Reader]).await;
    let newest = administrator
        .get("/v1/memberships?limit=1")
        .await
        .ids()
        .remove(0);
    let membership = format!("/v1/memberships/{newest}");
    let ranked = anyway.patch(&membership, json!({ "roles": ["elected"] }));
    ledger
        .leaves("change_roles", "membership.roles_changed", id, ranked)
        .await;
    let revoked = anyway.delete(&membership);
    ledger
        .leaves("revoke_membership", "membership.revoked", id, revoked)
        .await;
}

async fn sessions(ledger: &mut Ledger, tenant: &Tenant, other: &Tenant) {
    let (app, id) = (ledger.app.clone(), tenant.id.0);
    let login = app
        .database
        .member_with_password(tenant, &[Role::Reader])
        .await;
    app.database.colleague(other, &login, &[Role::Reader]).await;
    let nobody = app.anonymous();
    let input = json!({ "email": login.email.as_str(), "password": PASSWORD });
    let opened = nobody.post("/v1/sessions", input);
    let opened = ledger
        .leaves("log_in", "session.opened", id, opened)
        .await
        .json();

    let before = ledger.read().await;
    let input = json!({ "refresh_token": opened["refresh_token"] });
    let refreshed = nobody.post("/v1/sessions/refresh", input).await.expect(200);
    assert_eq!(ledger.read().await, before);
    // A session that moves is opened anew there.
    let input = json!({ "refresh_token": refreshed["refresh_token"],
        "collectivity": other.siren.as_str() });
    let switched = nobody.post("/v1/sessions/refresh", input);
    let switched = ledger
        .leaves("refresh", "session.opened", other.id.0, switched)
        .await
        .json();
    let session = app.bearing(switched["access_token"].as_str().unwrap());
    let closed = session.delete("/v1/sessions/current");
    ledger
        .leaves("log_out", "session.closed", other.id.0, closed)
        .await;
}

async fn commons(ledger: &mut Ledger, world: &World, shelf: Shelf) {
    let (owner, id) = (world.agglo_director.anyway(), world.agglo.id.0);
    let (kind, begin) = (
        shelf.kind(),
        world.agglo_director.with("if-none-match", "*"),
    );
    let operation = |before: &str, after: &str| format!("{before}_{kind}{after}");
    let created = owner.post(shelf.path(), shelf.input("Titre", "Un."));
    let created = ledger
        .leaves(&operation("create", ""), "resource.created", id, created)
        .await;
    let resource = created.id();
    let at = |rest: &str| shelf.at(&resource, rest);
    let (here, draft, publications, shares) =
        (at(""), at("/draft"), at("/publications"), at("/shares"));
    let (adaptations, withdrawal) = (at("/adaptations"), at("/withdrawal"));

    let described = owner.patch(&here, json!({ "title": "Autre" }));
    ledger
        .leaves(
            &operation("describe", ""),
            "resource.described",
            id,
            described,
        )
        .await;
    let written = owner.put(&draft, shelf.body("Deux."));
    ledger
        .leaves(
            &operation("write", "_draft"),
            "resource.draft_written",
            id,
            written,
        )
        .await;
    let published = owner.post(&publications, json!({}));
    ledger
        .leaves(
            &operation("publish", ""),
            "resource.published",
            id,
            published,
        )
        .await;
    let mut imposing = shelf.body("Trois.");
    imposing["clauses"][0]["lock"] = json!("imposed");
    let begun = begin.put(&draft, imposing);
    ledger
        .leaves(
            &operation("write", "_draft"),
            "resource.draft_written",
            id,
            begun,
        )
        .await;
    let group = json!({ "audience": { "type": "group", "id": world.group }, "level": "reuse" });
    let shared = owner.post(&shares, group);
    let shared = ledger
        .leaves(&operation("share", ""), "resource.shared", id, shared)
        .await;

    // Who adapts keeps that to themselves: the source learns a number, no fact.
    let adapter = world.commune.id.0;
    let adapted = world.commune_director.post(&adaptations, json!({}));
    let adapted = ledger
        .leaves(
            &operation("adapt", ""),
            "resource.adapted",
            adapter,
            adapted,
        )
        .await;
    let commune = world.commune_director.anyway();
    shelf.publish(&owner, &resource).await.expect(201);
    let merges = shelf.at(&adapted.id(), "/upstream/merges");
    let merged = commune.post(&merges, json!({ "version": 2 }));
    ledger
        .leaves(&operation("merge", ""), "resource.merged", adapter, merged)
        .await;
    departures(ledger, &commune, adapter, shelf, &adapted.id()).await;
    let own = shelf.at(&adapted.id(), "");
    let discarded = commune.delete(&own);
    ledger
        .leaves(
            &operation("discard", ""),
            "resource.discarded",
            adapter,
            discarded,
        )
        .await;

    let grant = format!("{shares}/{}", shared.id());
    let unshared = owner.delete(&grant);
    ledger
        .leaves(&operation("unshare", ""), "resource.unshared", id, unshared)
        .await;
    let withdrawn = owner.post(&withdrawal, json!({}));
    ledger
        .leaves(
            &operation("withdraw", ""),
            "resource.withdrawn",
            id,
            withdrawn,
        )
        .await;
}

#[actix_web::test]
async fn what_fails_leaves_no_fact() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    let shelf = Shelf::Charters;
    let id = shelf.published(owner, "Titre", "Un.").await;
    let tenant = world.agglo.id.0;
    let before = world.app.database.footprint(tenant).await;
    let requests: [(&Actor, &str, Value, u16); 6] = [
        (owner, shelf.path(), json!({}), 400),
        (owner, shelf.path(), json!({ "title": "", "body": {} }), 422),
        (owner, &shelf.at(&id, "/publications"), json!({}), 404),
        (owner, &shelf.at(&id, "/withdrawal"), json!({}), 428),
        (
            &owner.with("if-match", "\"9\""),
            &shelf.at(&id, "/withdrawal"),
            json!({}),
            412,
        ),
        (
            &world.stranger_director.anyway(),
            &shelf.at(&id, "/withdrawal"),
            json!({}),
            404,
        ),
    ];
    for (actor, path, body, status) in requests {
        let answer = actor
            .with("idempotency-key", "une clé".replace('é', "e"))
            .post(path, body)
            .await;
        assert_eq!(answer.status.as_u16(), status, "{path}: {answer:?}");
    }
    assert_eq!(world.app.database.footprint(tenant).await, before);
}
