//! Refusals: who is told 403 leaves a record of what they tried (L5, L34).

use maillage_domain::access::Role;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Actor, App, Response, Shelf, World};

/// What was refused, to whom, where it is told, and how it was asked for.
struct Refused {
    verb: &'static str,
    actor: Actor,
    chain: Uuid,
    method: Method,
    path: String,
    body: Value,
}

impl Refused {
    async fn ask(&self) -> Response {
        let body = (!self.body.is_null()).then(|| self.body.to_string().into_bytes());
        self.actor
            .anyway()
            .ask(self.method.clone(), &self.path, body)
            .await
    }

    async fn is_told(&self, app: &App) {
        let told = async || app.database.told(&[self.chain]).await.remove(0);
        let (place, before) = (format!("{} {}", self.method, self.path), told().await);
        assert_eq!(self.ask().await.problem(403), "forbidden", "{place}");
        let after = told().await;
        let fresh = after.audited.strip_prefix(before.audited.as_slice());
        let fact = json!({ "type": "action.refused", "verb": self.verb });
        assert_eq!(fresh.unwrap(), [fact], "{place}");
        assert_eq!(after.posted, after.audited);
    }
}

/// The requests of one kind that a mere reader of the owner is refused.
fn of_readers(shelf: Shelf, reader: &Actor, chain: Uuid, id: &str, share: &str) -> Vec<Refused> {
    let share = format!("/shares/{share}");
    let network = json!({ "audience": { "type": "network" }, "level": "read" });
    [
        ("describe", Method::PATCH, "", json!({ "title": "X" })),
        ("write", Method::PUT, "/draft", shelf.body("X")),
        (
            "merge",
            Method::POST,
            "/upstream/merges",
            json!({ "version": 2 }),
        ),
        ("discard", Method::DELETE, "", json!(null)),
        ("publish", Method::POST, "/publications", json!({})),
        ("withdraw", Method::POST, "/withdrawal", json!({})),
        ("share", Method::POST, "/shares", network),
        ("unshare", Method::DELETE, share.as_str(), json!(null)),
        ("adapt", Method::POST, "/adaptations", json!({})),
    ]
    .into_iter()
    .map(|(verb, method, rest, body)| {
        let (actor, path) = (reader.clone(), shelf.at(id, rest));
        Refused {
            verb,
            actor,
            chain,
            method,
            path,
            body,
        }
    })
    .collect()
}

#[actix_web::test]
async fn a_refusal_is_told_to_the_collectivity_of_who_tried() {
    let world = World::new().await;
    let (app, agglo, commune) = (&world.app, world.agglo.id.0, world.commune.id.0);
    let reader = app.member(&world.agglo, &[Role::Reader]).await;
    let administrator = app.actor(&world.agglo.administrator);
    let guest = &world.commune_director;
    let group = format!("/v1/groups/{}", world.group);
    let hosts = format!("{group}/participants/{}", world.agglo.siren);
    let membership = administrator
        .get("/v1/memberships?limit=1")
        .await
        .ids()
        .remove(0);
    let membership = format!("/v1/memberships/{membership}");
    let invitation = json!({ "email": "x@y.example", "name": "X", "roles": ["reader"] });
    let offered = administrator
        .post("/v1/invitations", invitation.clone())
        .await
        .id();
    let offered = format!("/v1/invitations/{offered}");
    let body = json!({ "siren": "130025265", "name": "X", "type": "cdg" });
    let registration = json!({ "siren": "130025265",
        "administrator": { "email": "x@y.example", "name": "X" } });
    let administrator = registration["administrator"].clone();
    let administrators = format!("/v1/collectivities/{}/invitations", world.agglo.siren);
    let invited = json!({ "siren": world.stranger.siren.as_str(), "role": "reader" });

    let mut refused = Vec::new();
    let mut add = |verb, actor: &Actor, chain, method, path: &str, body| {
        let (actor, path) = (actor.clone(), path.to_owned());
        refused.push(Refused {
            verb,
            actor,
            chain,
            method,
            path,
            body,
        });
    };
    add(
        "extend_directory",
        &reader,
        agglo,
        Method::POST,
        "/v1/directory",
        body,
    );
    add(
        "register_collectivity",
        &reader,
        agglo,
        Method::POST,
        "/v1/collectivities",
        registration,
    );
    add(
        "register_collectivity",
        &reader,
        agglo,
        Method::POST,
        &administrators,
        administrator,
    );
    add(
        "invite",
        &reader,
        agglo,
        Method::POST,
        "/v1/invitations",
        invitation,
    );
    add(
        "revoke_invitation",
        &reader,
        agglo,
        Method::DELETE,
        &offered,
        json!(null),
    );
    add(
        "change_roles",
        &reader,
        agglo,
        Method::PATCH,
        &membership,
        json!({ "roles": ["reader"] }),
    );
    add(
        "revoke_membership",
        &reader,
        agglo,
        Method::DELETE,
        &membership,
        json!(null),
    );
    add(
        "form_group",
        &reader,
        agglo,
        Method::POST,
        "/v1/groups",
        json!({ "name": "X" }),
    );
    add(
        "describe_group",
        guest,
        commune,
        Method::PATCH,
        &group,
        json!({ "name": "X" }),
    );
    add(
        "invite_to_group",
        guest,
        commune,
        Method::POST,
        &format!("{group}/participants"),
        invited,
    );
    add(
        "change_group_role",
        guest,
        commune,
        Method::PATCH,
        &hosts,
        json!({ "role": "reader" }),
    );
    add(
        "suspend",
        guest,
        commune,
        Method::POST,
        &format!("{hosts}/suspension"),
        json!({}),
    );
    add(
        "resume",
        guest,
        commune,
        Method::DELETE,
        &format!("{hosts}/suspension"),
        json!(null),
    );
    add("leave", guest, commune, Method::DELETE, &hosts, json!(null));
    add(
        "accept_invitation",
        guest,
        commune,
        Method::POST,
        &format!("{hosts}/acceptance"),
        json!({}),
    );
    add(
        "decline_invitation",
        guest,
        commune,
        Method::POST,
        &format!("{hosts}/refusal"),
        json!({}),
    );
    for shelf in Shelf::ALL {
        add(
            "create",
            &reader,
            agglo,
            Method::POST,
            shelf.path(),
            shelf.input("X", "X"),
        );
    }
    for shelf in Shelf::ALL {
        let id = shelf.published(&world.agglo_director, "Titre", "Un.").await;
        let audience = json!({ "type": "group", "id": world.group });
        let share = shelf
            .share(&world.agglo_director, &id, audience, "read")
            .await
            .id();
        refused.extend(of_readers(shelf, &reader, agglo, &id, &share));
        // To whom it was granted for reading, the fact is theirs: their people tried.
        refused.extend(of_readers(shelf, guest, commune, &id, &share));
    }
    for request in &refused {
        request.is_told(app).await;
    }
    for tenant in [&world.agglo, &world.commune] {
        let verified = app
            .actor(&tenant.administrator)
            .get("/v1/audit/verification")
            .await;
        assert_eq!(verified.expect(200)["intact"], true);
    }
}

#[actix_web::test]
async fn what_the_operator_is_refused_is_told_to_the_platform() {
    let app = App::listen(App::shared().database.clone_fresh().await, &[]);
    let operator = app.operator().await;
    let invitation = json!({ "email": "x@y.example", "name": "X", "roles": ["reader"] });
    for (verb, path, body) in [
        ("create", "/v1/charters", Shelf::Charters.input("X", "X")),
        ("create", "/v1/templates", Shelf::Templates.input("X", "X")),
        ("form_group", "/v1/groups", json!({ "name": "X" })),
        ("invite", "/v1/invitations", invitation),
    ] {
        let (actor, method, path) = (operator.clone(), Method::POST, path.to_owned());
        let refused = Refused {
            verb,
            actor,
            chain: Uuid::nil(),
            method,
            path,
            body,
        };
        refused.is_told(&app).await;
    }
}

#[actix_web::test]
async fn what_is_hidden_leaves_no_record() {
    let world = World::new().await;
    let shelf = Shelf::Charters;
    let id = shelf.published(&world.agglo_director, "Titre", "Un.").await;
    let chain = world.stranger.id.0;
    let before = world.app.database.footprint(chain).await;
    for refused in of_readers(shelf, &world.stranger_director, chain, &id, &id) {
        assert_eq!(refused.ask().await.problem(404), "not_found");
    }
    assert_eq!(world.app.database.footprint(chain).await, before);
}
