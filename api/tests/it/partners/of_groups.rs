//! Software of a group: it reads what is shared with the group, and nothing else of anybody.

use chrono::TimeDelta;
use maillage_domain::access::Role;
use maillage_infra::testing::{PASSWORD, Tenant};
use serde_json::{Value, json};

use super::tokens::{ask_as, bearing};
use crate::support::{Actor, App, Shelf, World};

/// A world with somebody who registers software of the agglomeration, and can prove to be there.
struct Circle {
    world: World,
    keeper: Actor,
}

impl Circle {
    async fn new() -> Self {
        let world = World::of(App::wide().await).await;
        let roles = [Role::Administrator, Role::Director];
        let login = world
            .app
            .database
            .member_with_password(&world.agglo, &roles);
        let keeper = world.app.actor(&login.await.bearer);
        Self { world, keeper }
    }

    fn input(&self, group: &str, scopes: &[&str]) -> Value {
        let expiry = self.world.app.clock.now() + TimeDelta::days(30);
        json!({
            "name": "Vitrine du groupe", "purpose": "Montrer ce que le groupe partage",
            "legal_basis": "public_task", "scopes": scopes, "expires_at": expiry,
            "password": PASSWORD, "group": group,
        })
    }

    /// Software of the group, and where it is registered.
    async fn software(&self) -> (Actor, String) {
        let input = self.input(&self.world.group, &["read", "read_events"]);
        let made = self.keeper.post("/v1/clients", input).await;
        let made_client = made.expect(201);
        assert_eq!(made_client["client"]["group"], self.world.group.as_str());
        let id = made_client["client"]["id"].as_str().unwrap();
        let secret = made_client["client_secret"].as_str().unwrap();
        let token = ask_as(&self.world.app, (id, secret), "").await;
        let path = made.header("location").to_owned();
        (bearing(&self.world.app, &token), path)
    }

    /// A charter that `owner` has published, and granted if `audience` says to whom.
    async fn charter(&self, owner: &Actor, title: &str, audience: Option<Value>) -> String {
        let id = Shelf::Charters.published(owner, title, "Texte.").await;
        if let Some(audience) = audience {
            let shared = Shelf::Charters.share(owner, &id, audience, "reuse").await;
            shared.expect(201);
        }
        id
    }
}

fn ids(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().unwrap().iter();
    let mut ids: Vec<&str> = items.map(|it| it["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids
}

#[actix_web::test]
async fn it_reads_what_is_shared_with_its_group_and_nothing_else() {
    let circle = Circle::new().await;
    let world = &circle.world;
    let (own, fellow) = (&world.agglo_director, &world.commune_director);
    let stranger = &world.stranger_director;
    let group = || Some(json!({ "type": "group", "id": world.group }));
    let network = || Some(json!({ "type": "network" }));
    let mut shared = vec![
        circle.charter(own, "Zibeline une", group()).await,
        circle.charter(fellow, "Zibeline deux", group()).await,
    ];
    shared.sort_unstable();
    let hidden = [
        circle.charter(own, "Zibeline trois", None).await,
        circle.charter(fellow, "Zibeline quatre", None).await,
        circle.charter(own, "Zibeline cinq", network()).await,
        circle.charter(stranger, "Zibeline six", network()).await,
    ];
    let (software, path) = circle.software().await;
    let listed = software.get("/v1/charters?limit=100").await.expect(200);
    assert_eq!(ids(&listed), shared);
    let found = software.get("/v1/search?q=zibeline").await.expect(200);
    assert_eq!(ids(&found), shared);
    let never = "/v1/charters/01900000-0000-7000-8000-000000000000";
    let never = software.get(never).await.problem(404);
    for id in &hidden {
        for rest in [
            "",
            "/versions",
            "/versions/1",
            "/lineage",
            "/draft",
            "/shares",
        ] {
            let answer = software.get(&Shelf::Charters.at(id, rest)).await;
            let status = answer.status;
            assert!(
                [403, 404].contains(&status.as_u16()),
                "{id}{rest}: {answer:?}"
            );
            if rest.is_empty() {
                assert_eq!(answer.problem(404), never);
            }
        }
    }
    for id in &shared {
        for rest in [
            "",
            "/versions",
            "/versions/1",
            "/versions/1/document?format=md",
        ] {
            let answer = software.get(&Shelf::Charters.at(id, rest)).await;
            assert_eq!(answer.status, 200, "{rest}: {answer:?}");
        }
        let seen = software.get(&Shelf::Charters.at(id, "")).await.expect(200);
        assert_eq!(seen["abilities"], json!(["read"]));
    }
    // What it called is told to it and to who registered it.
    assert_eq!(software.get("/v1/usage").await.status, 200);
    let usage = circle.keeper.get(&format!("{path}/usage")).await;
    assert_eq!(usage.status, 200);

    // It is told of what the group is told, and of nothing else.
    let store = world.app.database.store();
    for tenant in [&world.agglo, &world.commune, &world.stranger] {
        world.app.database.relay_all(&store, tenant.id).await;
    }
    let events = software.get("/v1/events?limit=100").await.expect(200);
    let events = events["items"].as_array().unwrap().clone();
    assert!(!events.is_empty());
    for event in events {
        let about = event["subject"]["id"].as_str().unwrap().to_owned();
        assert!(shared.contains(&about) || about == world.group, "{event}");
    }

    // What is shared with the group no longer is read no longer.
    let shares = Shelf::Charters.at(&shared[0], "/shares");
    let owner = match own.get(&shares).await.status.as_u16() {
        200 => own,
        _ => fellow,
    };
    let share = owner.get(&shares).await.expect(200)["items"][0]["id"].clone();
    let share = format!("{shares}/{}", share.as_str().unwrap());
    owner.anyway().delete(&share).await.expect(204);
    let gone = software.get(&Shelf::Charters.at(&shared[0], "")).await;
    assert_eq!(gone.problem(404), never);
}

#[actix_web::test]
async fn it_changes_nothing_anywhere() {
    let circle = Circle::new().await;
    let group = Some(json!({ "type": "group", "id": circle.world.group }));
    let own = &circle.world.agglo_director;
    let id = circle.charter(own, "Charte", group).await;
    let (software, _) = circle.software().await;
    let charter = Shelf::Charters.input("Charte", "Texte.");
    for software in [software.clone(), software.with("idempotency-key", "une")] {
        for (path, body) in [
            ("/v1/charters".to_owned(), charter.clone()),
            (Shelf::Charters.at(&id, "/adaptations"), json!({})),
            (Shelf::Charters.at(&id, "/amendments"), json!({})),
            ("/v1/groups".to_owned(), json!({ "name": "Groupe" })),
        ] {
            let refused = software.post(&path, body).await;
            let code = refused.status.as_u16();
            assert!([400, 403, 422].contains(&code), "{path}: {refused:?}");
        }
    }
}

#[actix_web::test]
async fn only_who_coordinates_registers_it_and_only_for_reading() {
    let circle = Circle::new().await;
    let world = &circle.world;
    let random = "01900000-0000-7000-8000-000000000000";
    let beyond = circle.input(&world.group, &["read", "create"]);
    let refused = circle.keeper.post("/v1/clients", beyond).await;
    assert_eq!(refused.broken(), ["/scopes scopes_beyond_group"]);
    let unknown = circle.input(random, &["read"]);
    let refused = circle.keeper.post("/v1/clients", unknown).await;
    assert_eq!(refused.broken(), ["/group group_not_coordinated"]);
    // Who takes part, and who does not.
    for tenant in [&world.commune, &world.stranger] {
        let roles = [Role::Administrator, Role::Director];
        let login = world.app.database.member_with_password(tenant, &roles);
        let keeper = world.app.actor(&login.await.bearer);
        let input = circle.input(&world.group, &["read"]);
        let refused = keeper.post("/v1/clients", input).await;
        assert_eq!(refused.broken(), ["/group group_not_coordinated"]);
    }
    let (_, path) = circle.software().await;
    let more = json!({ "scopes": ["read", "create"] });
    let refused = circle.keeper.anyway().patch(&path, more).await;
    assert_eq!(refused.broken(), ["/scopes scopes_beyond_group"]);
}

#[actix_web::test]
async fn it_ends_when_its_collectivity_coordinates_no_more() {
    let circle = Circle::new().await;
    let world = &circle.world;
    let (software, path) = circle.software().await;
    software.get("/v1/charters").await.expect(200);
    let becomes = async |by: &Actor, tenant: &Tenant, role: &str| {
        let siren = tenant.siren.as_str();
        let path = format!("/v1/groups/{}/participants/{siren}", world.group);
        let changed = by.anyway().patch(&path, json!({ "role": role })).await;
        changed.expect(200);
    };
    becomes(&world.agglo_director, &world.commune, "coordinator").await;
    // Two coordinate now, and it goes on.
    software.get("/v1/charters").await.expect(200);
    becomes(&world.commune_director, &world.agglo, "contributor").await;
    let ended = software.get("/v1/charters").await;
    assert_eq!(ended.problem(401), "unauthenticated");
    // It is still there to be seen, and to be stopped.
    assert_eq!(circle.keeper.get(&path).await.status, 200);
    circle.keeper.anyway().delete(&path).await.expect(204);
}
