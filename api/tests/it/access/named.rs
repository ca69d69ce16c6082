//! L-1, L-2 where a thing is named elsewhere than in the address: in bodies, filters and cursors.
//!
//! The places are found in the document, so that a new one fails until it is said here how a
//! foreign name is answered.

use std::collections::BTreeSet;

use maillage_domain::access::Role;
use maillage_infra::ambient;
use maillage_infra::testing::PASSWORD;
use serde_json::{Value, json};

use super::ask::Masked;
use super::gate::Gate;
use super::operations::{document, operations};
use super::recipes;
use super::stage::{Stage, app};

/// Members of a body that name something of somebody's.
const NAMES: [&str; 6] = [
    "siren",
    "email",
    "token",
    "refresh_token",
    "collectivity",
    "id",
];

/// The places that name something, each with what is done about it.
const PLACES: [(&str, &str); 21] = [
    ("GET /v1/{kind} ?owner", OWNER),
    ("POST /oauth/introspect /token", HELD),
    ("POST /oauth/revoke /token", HELD),
    (
        "POST /v1/clients /group",
        "`partners::of_groups`: a foreign group is none",
    ),
    ("POST /v1/collectivities /administrator/email", ADDRESS),
    ("POST /v1/collectivities /siren", PUBLIC),
    (
        "POST /v1/collectivities/{siren}/invitations /email",
        ADDRESS,
    ),
    ("POST /v1/directory /siren", PUBLIC),
    ("POST /v1/groups/{id}/participants /siren", PUBLIC),
    ("POST /v1/invitations /email", ADDRESS),
    ("POST /v1/invitations/acceptances /token", TOKEN),
    ("POST /v1/sessions /collectivity", ELSEWHERE),
    (
        "POST /v1/sessions /email",
        "`identity::tokens` compares known and unknown accounts",
    ),
    ("POST /v1/sessions/refresh /collectivity", ELSEWHERE),
    (
        "POST /v1/sessions/refresh /refresh_token",
        "`identity::tokens`: whoever presents it has it",
    ),
    (
        "POST /v1/webhook-endpoints/{id}/replays /delivery",
        "`partners::webhooks`: a foreign delivery is none",
    ),
    (
        "POST /v1/{kind}/{id}/amendments /adaptation",
        "`commons::amendments`: a foreign adaptation is none",
    ),
    ("POST /v1/{kind}/{id}/inclusions /source/id", SOURCE),
    ("POST /v1/{kind}/{id}/inclusions/merges /source", SOURCE),
    ("POST /v1/{kind}/{id}/shares /audience/id", GROUP),
    ("POST /v1/{kind}/{id}/shares /audience/siren", PUBLIC),
];

const HELD: &str = "`partners::tokens`: the token of another client is none";
const PUBLIC: &str = "the directory is public, and every member may know who has joined";
const SOURCE: &str = "`commons::inclusions::rights`: what is hidden is like what is not there";
const OWNER: &str = "the_owner_of_a_list_may_be_anyone";
const ADDRESS: &str = "an_address_with_an_account_is_invited_like_any_other";
const TOKEN: &str = "a_settled_invitation_is_answered_like_one_that_never_was";
const ELSEWHERE: &str = "nobody_acts_for_whom_they_do_not_work";
const GROUP: &str = "a_foreign_group_is_no_audience";

/// The pointers of a schema that end in one of `NAMES`.
fn named(schema: &Value, at: &str, found: &mut BTreeSet<String>) {
    let components = &document()["components"]["schemas"];
    if let Some(name) = schema["$ref"].as_str().and_then(|at| at.rsplit('/').next()) {
        // A clause names itself within its own text, and holds clauses.
        if name != "Clause" {
            named(&components[name], at, found);
        }
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        for part in schema[choice].as_array().into_iter().flatten() {
            named(part, at, found);
        }
    }
    for (name, part) in schema["properties"].as_object().into_iter().flatten() {
        let at = format!("{at}/{name}");
        if NAMES.contains(&name.as_str()) || part["format"] == "uuid" {
            found.insert(at.clone());
        }
        named(part, &at, found);
    }
}

#[test]
fn every_place_that_names_something_is_probed() {
    let mut found = BTreeSet::new();
    for operation in operations() {
        let pattern = operation.pattern();
        for parameter in operation.parameters("query") {
            let schema = parameter["schema"].to_string();
            if schema.contains("uuid") {
                let name = parameter["name"].as_str().unwrap();
                found.insert(format!("{pattern} ?{name}"));
            }
        }
        let content = operation.spec["requestBody"]["content"].as_object();
        for media in content.into_iter().flat_map(|content| content.values()) {
            let mut places = BTreeSet::new();
            named(&media["schema"], "", &mut places);
            found.extend(places.iter().map(|place| format!("{pattern} {place}")));
        }
    }
    let known = PLACES.iter().map(|(place, _)| (*place).to_owned());
    assert_eq!(found, known.collect());
}

#[actix_web::test]
async fn the_owner_of_a_list_may_be_anyone() {
    let (theirs, mine) = stages().await;
    for kind in ["charters", "templates", "experiments"] {
        theirs.published(kind).await.unwrap();
        let by = async |owner: String| {
            let path = format!("/v1/{kind}?owner={owner}");
            mine.champion().get(&path).await
        };
        let foreign = by(theirs.owner.tenant.id.to_string()).await;
        assert_eq!(foreign.expect(200)["items"], json!([]));
        let random = by(ambient::id().to_string()).await;
        assert_eq!(foreign.body, random.body);
        assert_eq!(foreign.etag(), random.etag());
    }
}

#[actix_web::test]
async fn a_foreign_group_is_no_audience() {
    let (theirs, mine) = stages().await;
    for kind in ["charters", "templates", "experiments"] {
        let (id, _) = mine.published(kind).await.unwrap();
        let shares = format!("/v1/{kind}/{id}/shares");
        let with = async |group: String| {
            let audience = json!({ "type": "group", "id": group });
            let share = json!({ "audience": audience, "level": "read" });
            let actor = mine.champion().with("x-request-id", "access");
            actor.post(&shares, share).await
        };
        let random = with(ambient::id().to_string()).await;
        assert_eq!(random.problem(422), "invalid");
        let foreign = with(theirs.circle.clone()).await;
        assert_eq!(Masked::of(&foreign), Masked::of(&random));
        // An id of theirs that is no group.
        let owner = with(theirs.owner.tenant.id.to_string()).await;
        assert_eq!(Masked::of(&owner), Masked::of(&random));
    }
}

#[actix_web::test]
async fn an_address_with_an_account_is_invited_like_any_other() {
    let (theirs, mine) = stages().await;
    let known = theirs.shared_agent.email.to_string();
    let unknown = format!("personne.{}@commune.example", ambient::id().simple());
    let mut answers = Vec::new();
    for email in [known, unknown] {
        let mut invitee = mine.invitee();
        invitee["email"] = json!(email);
        let made = mine.champion().post("/v1/invitations", invitee).await;
        let mut body = made.expect(201);
        let names: BTreeSet<_> = made.headers.keys().map(|name| name.to_string()).collect();
        for own in ["id", "email", "token", "expires_at"] {
            body[own] = json!("own");
        }
        answers.push((names, body));
    }
    assert_eq!(answers[0], answers[1]);
}

#[actix_web::test]
async fn a_settled_invitation_is_answered_like_one_that_never_was() {
    let (theirs, _) = stages().await;
    let anonymous = theirs.app.anonymous().with("x-request-id", "access");
    let accept = async |token: &Value| {
        let body = json!({ "token": token, "password": PASSWORD });
        anonymous.post("/v1/invitations/acceptances", body).await
    };
    let never = accept(&json!(format!("mlg_inv_{}", "A".repeat(43)))).await;
    assert_eq!(never.problem(409), "invitation_invalid");
    let accepted = theirs.invitation().await.json();
    accept(&accepted["token"]).await.expect(201);
    let again = accept(&accepted["token"]).await;
    assert_eq!(Masked::of(&again), Masked::of(&never));
    let revoked = theirs.invitation().await;
    let path = format!("/v1/invitations/{}", revoked.id());
    theirs
        .champion()
        .with("if-match", "*")
        .delete(&path)
        .await
        .expect(204);
    let late = accept(&revoked.json()["token"]).await;
    assert_eq!(Masked::of(&late), Masked::of(&never));
}

#[actix_web::test]
async fn nobody_acts_for_whom_they_do_not_work() {
    let (theirs, mine) = stages().await;
    let agent = mine
        .app
        .database
        .member_with_password(&mine.owner.tenant, &[Role::Reader]);
    let email = agent.await.email.to_string();
    let anonymous = mine.app.anonymous().with("x-request-id", "access");
    let login = json!({ "email": email, "password": PASSWORD });
    let opened = anonymous.post("/v1/sessions", login.clone()).await;
    let token = opened.expect(201)["refresh_token"].clone();
    let by = async |siren: &str| {
        let mut login = login.clone();
        login["collectivity"] = json!(siren);
        let switch = json!({ "refresh_token": token, "collectivity": siren });
        let opened = anonymous.post("/v1/sessions", login).await;
        let switched = anonymous.post("/v1/sessions/refresh", switch).await;
        opened.expect(401);
        switched.expect(401);
        (Masked::of(&opened), Masked::of(&switched))
    };
    let nobody = by(mine.app.database.siren().as_str()).await;
    assert_eq!(by(theirs.owner.siren()).await, nobody);
    // Where one works without having said so is no different; where one was let in is.
    let refresh = json!({ "refresh_token": token, "collectivity": mine.owner.siren() });
    anonymous
        .post("/v1/sessions/refresh", refresh)
        .await
        .expect(200);
}

#[actix_web::test]
async fn a_cursor_is_good_for_its_caller_and_its_list_only() {
    let (theirs, mine) = stages().await;
    let paged = |operation: &super::operations::Operation| operation.takes("query", "cursor");
    let mut cursors: Vec<String> = Vec::new();
    for operation in operations()
        .into_iter()
        .filter(|one| paged(one) && !one.public)
    {
        let recipe = recipes::prepare(&mine, &operation).await;
        let (own, caller) = (recipe.ask, mine.entitled(recipe.gate).await);
        let ask = own.clone().looking_for("limit", "1");
        let page = ask.by(&caller).await.expect(200);
        let next = page["next"].as_str().map(str::to_owned);
        let name = operation.name();
        let next = next.unwrap_or_else(|| panic!("{name} has less than two items"));
        let to = |cursor: &str| own.clone().looking_for("cursor", cursor);
        to(&next).by(&caller).await.expect(200);
        let never = to(&"A".repeat(next.len())).by(&caller).await;
        assert_eq!(never.problem(400), "invalid_cursor", "{name}");
        // A colleague with the same rights, who asks for the very same list.
        let colleague = match recipe.gate {
            Gate::Itself => mine.entitled(recipe.gate).await,
            _ => mine.app.member(&mine.owner.tenant, Role::ALL).await,
        };
        let borrowed = to(&next).by(&colleague).await;
        assert_eq!(Masked::of(&borrowed), Masked::of(&never), "{name}");
        // The same list of another collectivity.
        let foreign = recipes::prepare(&theirs, &operation).await.ask;
        let stranger = theirs.entitled(recipe.gate).await;
        let page = foreign.looking_for("limit", "1").by(&stranger).await;
        let page = page.expect(200);
        let foreign = to(page["next"].as_str().unwrap()).by(&caller).await;
        assert_eq!(Masked::of(&foreign), Masked::of(&never), "{name}");
        // Another list, or other filters.
        for other in &cursors {
            let other = to(other).by(&caller).await;
            assert_eq!(Masked::of(&other), Masked::of(&never), "{name}");
        }
        cursors.push(next);
    }
    assert!(cursors.len() >= 12, "{}", cursors.len());
}

/// Two collectivités that know nothing of each other.
async fn stages() -> (Stage, Stage) {
    let app = app().await;
    (Stage::new(app).await, Stage::new(app).await)
}
