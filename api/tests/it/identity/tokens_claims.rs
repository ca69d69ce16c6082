//! L-27: tokens with our own signature, whose claims are wrong or do not belong together.
//!
//! Only a bug of ours could make them; they are refused all the same.

use maillage_domain::access::Role;
use maillage_domain::value::{PersonId, SessionId};
use maillage_infra::ambient;
use maillage_infra::store::Bearer;
use serde_json::{Value, json};

use super::tokens::{changed, refuse_all};
use super::tokens_forge::{Forge, ISSUER, With};
use crate::support::charter;

#[actix_web::test]
async fn a_token_whose_claims_are_not_those_we_make_is_refused() {
    let forge = Forge::shared().await;
    let tenant = forge.app.tenant().await;
    let bearer = forge.app.database.member(&tenant, &[Role::Director]).await;
    let (header, claims) = (forge.header().to_string(), forge.claims(&bearer));
    let now = forge.app.clock.now().timestamp();
    let other = json!({ "id": "x" });
    let changes = [
        json!({ "iss": null }),
        json!({ "iss": "https://attaquant.example" }),
        json!({ "iss": format!("{ISSUER}/") }),
        json!({ "iss": ISSUER.to_uppercase() }),
        json!({ "iss": [ISSUER, "https://attaquant.example"] }),
        json!({ "iss": other }),
        json!({ "aud": null }),
        json!({ "aud": "https://autre.example" }),
        json!({ "aud": "" }),
        json!({ "aud": [] }),
        json!({ "aud": [ISSUER] }),
        json!({ "aud": ["https://autre.example", ISSUER] }),
        json!({ "sub": null }),
        json!({ "sub": "" }),
        json!({ "sub": "1" }),
        json!({ "sub": "operator" }),
        json!({ "sub": [bearer.person] }),
        json!({ "exp": null }),
        json!({ "exp": (now + 600).to_string() }),
        json!({ "exp": "jamais" }),
        json!({ "exp": now as f64 + 600.5 }),
        json!({ "exp": 1e300 }),
        json!({ "exp": u64::MAX }),
        json!({ "exp": i64::MAX }),
        json!({ "exp": i64::MIN }),
        json!({ "exp": now + 3_600 }),
        json!({ "exp": now + 31_536_000, "iat": now + 31_535_400 }),
        json!({ "exp": now - 1 }),
        json!({ "exp": now - 86_400 }),
        json!({ "exp": 0 }),
        json!({ "exp": -1 }),
        json!({ "exp": true }),
        json!({ "exp": [now + 600] }),
        json!({ "exp": (now + 600) * 1_000 }),
        json!({ "iat": null }),
        json!({ "iat": now.to_string() }),
        json!({ "nbf": now + 3_600 }),
        json!({ "nbf": "demain" }),
        json!({ "jti": null }),
        json!({ "jti": "1" }),
        json!({ "sid": null }),
        json!({ "sid": "" }),
        json!({ "sid": "1' or '1'='1" }),
        json!({ "sid": [bearer.session] }),
        json!({ "col": "" }),
        json!({ "col": tenant.siren.as_str() }),
        json!({ "col": "*" }),
        json!({ "col": [tenant.id] }),
        json!({ "col": true }),
    ];
    let case = |name: String, claims: String| (name, forge.sign(&header, &claims, With::Ours));
    let mut cases: Vec<_> = changes
        .into_iter()
        .map(|changes| case(changes.to_string(), changed(&claims, changes)))
        .collect();
    let text = claims.to_string();
    let twice = |name: &str, value: Value| {
        let member = json!(name).to_string();
        text.replacen('{', &format!("{{{member}:{value},"), 1)
    };
    let texts = [
        twice("exp", json!(now + 600)),
        twice("sub", json!(ambient::id())),
        twice("sid", json!(ambient::id())),
        twice("col", json!(tenant.id)),
        twice("aud", json!(ISSUER)),
        String::new(),
        "null".to_owned(),
        "{}".to_owned(),
        format!("[{text}]"),
        format!("{text}{text}"),
        format!("{text}\u{0}"),
        format!("\u{feff}{text}"),
        text.replace('"', "'"),
        text[..text.len() - 1].to_owned(),
        json!(text).to_string(),
    ];
    cases.extend(texts.map(|text| case(format!("{text:.60}"), text)));
    let right = forge.sign(&header, &text, With::Ours);
    refuse_all(forge, &right, cases, 60).await;
}

#[actix_web::test]
async fn claims_that_mix_sessions_are_refused() {
    let forge = Forge::shared().await;
    let app = &forge.app;
    let (here, there) = (app.tenant().await, app.tenant().await);
    let database = &app.database;
    let me = database.member(&here, &[Role::Reader]).await;
    let director = database.member(&here, Role::ALL).await;
    let stranger = database.member(&there, Role::ALL).await;
    let operator = database.operator().await.bearer;
    // Works for both, with a session for each.
    let agent = database.member_with_password(&here, &[Role::Reader]).await;
    let elsewhere = database.colleague(&there, &agent, Role::ALL).await;
    let agent = agent.bearer;
    let closed = database.member(&here, Role::ALL).await;
    app.actor(&closed)
        .delete("/v1/sessions/current")
        .await
        .expect(204);

    let nobody = PersonId(ambient::id());
    let nowhere = SessionId(ambient::id());
    let person = |bearer: Bearer, person| Bearer { person, ..bearer };
    let session = |bearer: Bearer, session| Bearer { session, ..bearer };
    let acting = |bearer: Bearer, collectivity| Bearer {
        collectivity,
        ..bearer
    };
    let mixed = [
        ("a colleague's name", person(me, director.person)),
        ("a stranger's name", person(me, stranger.person)),
        ("the operator's name", person(me, operator.person)),
        ("nobody's name", person(me, nobody)),
        (
            "my name on a colleague's session",
            person(director, me.person),
        ),
        ("a colleague's session", session(me, director.session)),
        ("a stranger's session", session(me, stranger.session)),
        ("the operator's session", session(me, operator.session)),
        ("no session", session(me, nowhere)),
        ("another collectivity", acting(me, stranger.collectivity)),
        ("no collectivity", acting(me, None)),
        (
            "a colleague's session, elsewhere",
            acting(director, stranger.collectivity),
        ),
        (
            "the operator for a collectivity",
            acting(operator, me.collectivity),
        ),
        (
            "my name on the operator's session",
            person(operator, me.person),
        ),
        (
            "the operator's name without collectivity",
            acting(person(me, operator.person), None),
        ),
        (
            "my other collectivity",
            acting(agent, elsewhere.collectivity),
        ),
        ("my other session", session(agent, elsewhere.session)),
        (
            "my other session, for here",
            acting(elsewhere, agent.collectivity),
        ),
        ("a closed session", closed),
        ("a closed session under my name", person(closed, me.person)),
    ];
    for (name, bearer) in mixed {
        let actor = app.actor(&bearer);
        let read = actor.get("/v1/me").await;
        assert_eq!(read.status, 401, "{name} reads: {read:?}");
        let written = actor
            .post("/v1/charters", charter("Charte", "Texte."))
            .await;
        assert_eq!(written.status, 401, "{name} writes: {written:?}");
        let group = actor.post("/v1/groups", json!({ "name": "Groupe" })).await;
        assert_eq!(group.status, 401, "{name} forms a group: {group:?}");
    }
    for bearer in [me, director, stranger, operator, agent, elsewhere] {
        let seen = app.actor(&bearer).get("/v1/me").await.expect(200);
        assert_eq!(seen["person"], bearer.person.to_string());
    }
}
