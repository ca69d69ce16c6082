//! Cases about who a resource is granted to, and who works with it.

use serde_json::{Value, json};

use super::case::{Case, post};
use crate::support::{Actor, Shelf, World};

/// Rows about grants, publications and adaptations of the resource `id`.
pub fn about_shares(world: &World, shelf: Shelf, id: &str, reader: (&Actor, &str)) -> Vec<Case> {
    let owner = &world.agglo_director;
    let share = |actor: &Actor, id: &str, audience: Value, broken| {
        let share = json!({ "audience": audience, "level": "read" });
        post(actor, shelf.at(id, "/shares"), share, broken)
    };
    let siren = |siren: &str| json!({ "type": "collectivity", "siren": siren });
    let group = json!({ "type": "group", "id": world.group });
    let past = json!({ "audience": group, "level": "read", "expires_at": "2020-01-01T00:00:00Z" });
    vec![
        share(
            owner,
            id,
            siren(world.agglo.siren.as_str()),
            "/audience audience_is_owner",
        ),
        share(
            owner,
            id,
            siren("130025265"),
            "/audience/siren audience_unknown",
        ),
        share(owner, id, siren("12345678"), "/audience/siren siren_format"),
        share(
            owner,
            id,
            siren("123456789"),
            "/audience/siren siren_checksum",
        ),
        share(
            owner,
            id,
            siren("000000000"),
            "/audience/siren siren_checksum",
        ),
        share(
            owner,
            id,
            json!({ "type": "collectivity" }),
            "/audience/siren missing_field",
        ),
        share(
            owner,
            id,
            json!({ "type": "group", "id": "groupe" }),
            "/audience/id invalid_value",
        ),
        share(
            owner,
            id,
            json!({ "type": "collectivity_type", "value": "pays" }),
            "/audience/value invalid_value",
        ),
        share(
            owner,
            id,
            json!({ "type": "everyone" }),
            "/audience/type invalid_value",
        ),
        share(owner, id, json!({}), "/audience/type missing_field"),
        share(
            owner,
            id,
            json!({ "type": "network", "id": world.group }),
            "/audience/id unknown_field",
        ),
        share(
            owner,
            id,
            json!({ "type": "public", "until": 1 }),
            "/audience/until unknown_field",
        ),
        share(reader.0, reader.1, group, "/audience group_reader"),
        post(
            owner,
            shelf.at(id, "/shares"),
            past,
            "/expires_at expiry_in_the_past",
        ),
        post(
            owner,
            shelf.at(id, "/shares"),
            json!({ "audience": { "type": "network" }, "level": "own" }),
            "/level invalid_value",
        ),
        post(
            &owner.anyway(),
            shelf.at(id, "/publications"),
            json!({ "note": "é".repeat(2_001) }),
            "/note text_too_long",
        ),
        post(
            owner,
            shelf.at(id, "/adaptations"),
            json!({ "version": 1e10 }),
            "/version invalid_value",
        ),
    ]
}

/// Rows about registrations, invitations and their acceptance.
pub fn about_people(operator: &Actor, administrator: &Actor, tokens: [&str; 2]) -> Vec<Case> {
    // Of an address without an account, and of one that has one.
    let [fresh, known] = tokens;
    let anyone = administrator.app.anonymous();
    let register = |siren: &str, broken| {
        let administrator = json!({ "email": "a@commune.example", "name": "A" });
        let input = json!({ "siren": siren, "administrator": administrator });
        post(operator, "/v1/collectivities", input, broken)
    };
    let accept = |token: &str, password: &str, broken| {
        let input = json!({ "token": token, "password": password });
        post(&anyone, "/v1/invitations/acceptances", input, broken)
    };
    let invite = |email: &str, roles: Value, broken| {
        let input = json!({ "email": email, "name": "A", "roles": roles });
        post(administrator, "/v1/invitations", input, broken)
    };
    vec![
        register("1", "/siren siren_format"),
        register("219501278", "/siren siren_checksum"),
        register("000000000", "/siren siren_checksum"),
        register("130025265", "/siren siren_unknown"),
        invite("personne", json!(["reader"]), "/email email_format"),
        invite("a@commune.example", json!([]), "/roles roles_empty"),
        invite(
            "a@commune.example",
            json!(["reader", "king"]),
            "/roles/1 invalid_value",
        ),
        accept(fresh, "court", "/password password_too_short"),
        accept(fresh, &"x".repeat(129), "/password password_too_long"),
        accept(fresh, "azertyuiop123", "/password password_too_weak"),
        accept(
            known,
            "huit cigognes au clocher",
            "/password password_of_account",
        ),
    ]
}
