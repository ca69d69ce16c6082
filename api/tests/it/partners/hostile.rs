//! L-27 for clients: tokens, assertions and proofs that are none. None of them is accepted.

use maillage_domain::access::Scopes;
use maillage_infra::ambient;
use maillage_infra::testing::Software;
use serde_json::{Value, json};

use super::Home;
use super::tokens::{ask, basic};
use crate::support::Partner;

fn with(value: &Value, changes: &Value) -> Value {
    let mut value = value.clone();
    for (name, change) in changes.as_object().unwrap() {
        value[name] = change.clone();
        if change.is_null() {
            value.as_object_mut().unwrap().remove(name);
        }
    }
    value
}

#[actix_web::test]
async fn no_wrong_assertion_is_accepted() {
    let home = Home::new().await;
    let (partner, other) = (home.partner().await, home.partner().await);
    let software = home.software(Scopes::all()).await;
    let now = home.app.clock.now().timestamp();
    let (id, foreign) = (partner.bearer.client, other.bearer.client);
    let headers = [
        json!({ "alg": "none" }),
        json!({ "alg": "HS256" }),
        json!({ "alg": "ES256" }),
        json!({ "alg": "RS256" }),
        json!({ "alg": "eddsa" }),
        json!({ "alg": null }),
        json!({ "alg": ["EdDSA"] }),
        json!({ "kid": null }),
        json!({ "kid": "" }),
        json!({ "kid": "two" }),
        json!({ "kid": "../one" }),
        json!({ "kid": 1 }),
        json!({ "typ": "at+jwt" }),
        json!({ "typ": "" }),
        json!({ "crit": ["exp"] }),
        json!({ "crit": ["b64"], "b64": false }),
    ];
    let claims = [
        json!({ "iss": null }),
        json!({ "iss": foreign }),
        json!({ "iss": "https://maillage.test" }),
        json!({ "iss": [id] }),
        json!({ "sub": null }),
        json!({ "sub": foreign }),
        json!({ "sub": home.bearer.person }),
        json!({ "sub": software.bearer.client }),
        json!({ "iss": foreign, "sub": foreign }),
        json!({ "sub": ambient::id() }),
        json!({ "aud": null }),
        json!({ "aud": "" }),
        json!({ "aud": "https://maillage.test" }),
        json!({ "aud": "https://maillage.test/oauth/token/" }),
        json!({ "aud": "http://maillage.test/oauth/token" }),
        json!({ "aud": "https://maillage.test/oauth/introspect" }),
        json!({ "aud": ["https://maillage.test/oauth/token"] }),
        json!({ "aud": "https://attaquant.example/oauth/token" }),
        json!({ "exp": null }),
        json!({ "exp": now }),
        json!({ "exp": now - 60 }),
        json!({ "exp": now + 301 }),
        json!({ "exp": now + 86_400 }),
        json!({ "exp": "jamais" }),
        json!({ "exp": (now + 60).to_string() }),
        json!({ "exp": i64::MAX }),
        json!({ "exp": u64::MAX }),
        json!({ "exp": 1e300 }),
        json!({ "exp": -1 }),
        json!({ "exp": true }),
        json!({ "iat": null }),
        json!({ "iat": now - 600 }),
        json!({ "iat": now + 120, "exp": now + 200 }),
        json!({ "iat": i64::MIN }),
        json!({ "iat": "x" }),
        json!({ "nbf": now + 3_600 }),
        json!({ "nbf": "x" }),
        json!({ "jti": null }),
        json!({ "jti": "" }),
        json!({ "jti": 1 }),
        json!({ "jti": "j".repeat(129) }),
    ];
    let mut hostile: Vec<String> = Vec::new();
    let header = partner.header();
    hostile.extend(
        headers
            .iter()
            .map(|it| partner.sign(&with(&header, it), &partner.claims())),
    );
    hostile.extend(
        claims
            .iter()
            .map(|it| partner.sign(&header, &with(&partner.claims(), it))),
    );
    let right = partner.sign(&header, &partner.claims());
    let (message, signature) = right.rsplit_once('.').unwrap();
    // Signed by the key of another client, cut off, or of another message.
    hostile.push(other.sign(&header, &partner.claims()));
    hostile.push(format!("{message}."));
    hostile.push(message.to_owned());
    hostile.push(format!("{message}.{}", "A".repeat(86)));
    hostile.push(format!("{right}.{signature}"));
    hostile.push(format!("{right}="));
    hostile.push("x".repeat(5_000));
    // An access token is no assertion.
    hostile.push(home.app.software(&partner.bearer).token.unwrap());
    hostile.push(
        home.app
            .keys
            .sign(&home.bearer, home.app.clock.now())
            .unwrap(),
    );
    assert!(hostile.len() >= 60, "{}", hostile.len());
    for assertion in &hostile {
        // From a fresh address each time would be needed to get past the throttle: both refuse.
        let answer = partner.present(assertion).await;
        let code = answer.json()["code"].clone();
        assert!(
            code == "invalid_client" || code == "too_many_attempts",
            "{assertion}: {answer:?}"
        );
    }
    // Nobody locks a client out: what is right is still accepted.
    partner.present(&right).await.expect(200);
}

#[actix_web::test]
async fn no_wrong_secret_is_accepted() {
    let home = Home::new().await;
    let (app, software) = (&home.app, home.software(Scopes::all()).await);
    let (id, secret) = (software.bearer.client, software.secret.as_str());
    let signs = home.partner().await;
    let proofs = [
        basic(id, ""),
        basic(id, "mlg_cs_"),
        basic(id, &secret[1..]),
        basic(id, &secret.to_uppercase()),
        basic(id, &format!("{secret} ")),
        basic(id, &format!("{secret}%00")),
        basic(ambient::id(), secret),
        basic(signs.bearer.client, secret),
        basic("", secret),
        basic(home.bearer.person, secret),
        basic(id, "mlg_rt_x"),
        basic("x", "x"),
        format!("Basic {secret}"),
        "Basic".to_owned(),
        "Basic =".to_owned(),
        format!("Bearer {secret}"),
        format!("Digest {id}:{secret}"),
    ];
    for proof in proofs {
        let actor = app.anonymous().with("authorization", &proof);
        let answer = actor
            .submit("/oauth/token", "grant_type=client_credentials")
            .await;
        assert_eq!(answer.problem(401), "invalid_client", "{proof}");
        assert_eq!(answer.json()["error"], "invalid_client");
        assert!(answer.header("www-authenticate").starts_with("Basic "));
        assert!(!answer.body.contains(secret));
    }
    let body = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
    let answer = app.anonymous().submit("/oauth/token", &body).await;
    assert_eq!(answer.problem(401), "invalid_client");
    // Two proofs, a parameter twice, another client named, another grant.
    let right = app.anonymous().with("authorization", basic(id, secret));
    let both = format!("grant_type=client_credentials&{}", signs.proof());
    assert_eq!(
        right.submit("/oauth/token", &both).await.problem(400),
        "invalid_request"
    );
    let twice = "grant_type=client_credentials&scope=read&scope=read";
    assert_eq!(
        right.submit("/oauth/token", twice).await.problem(400),
        "invalid_request"
    );
    let named = format!(
        "grant_type=client_credentials&client_id={}",
        signs.bearer.client
    );
    assert_eq!(
        right.submit("/oauth/token", &named).await.problem(401),
        "invalid_client"
    );
    for grant in [
        "password",
        "refresh_token",
        "authorization_code",
        "implicit",
    ] {
        let form = format!("grant_type={grant}");
        let answer = right.submit("/oauth/token", &form).await;
        assert_eq!(answer.problem(400), "unsupported_grant_type");
    }
    assert_eq!(
        right.submit("/oauth/token", "").await.problem(400),
        "invalid_request"
    );
    ask(app, &software, "").await.expect(200);
}

#[actix_web::test]
async fn what_a_client_rests_on_is_asked_at_each_request() {
    let home = Home::new().await;
    let (app, software) = (&home.app, home.software(Scopes::all()).await);
    let refused = async |software: &Software, actor: &crate::support::Actor| {
        assert_eq!(
            actor.get("/v1/charters").await.problem(401),
            "unauthenticated"
        );
        assert_eq!(ask(app, software, "").await.problem(401), "invalid_client");
    };
    // Called from elsewhere.
    let actor = app.software(&software.bearer);
    actor.get("/v1/charters").await.expect(200);
    let path = format!("/v1/clients/{}", software.bearer.client);
    let creator = home.creator.anyway();
    creator
        .patch(&path, json!({ "networks": ["192.0.2.0/24"] }))
        .await
        .expect(200);
    refused(&software, &actor).await;
    creator
        .patch(&path, json!({ "networks": ["127.0.0.0/8", "::1"] }))
        .await
        .expect(200);
    actor.get("/v1/charters").await.expect(200);
    // Narrowed, then stopped.
    creator
        .patch(&path, json!({ "scopes": ["create"] }))
        .await
        .expect(200);
    assert_eq!(actor.get("/v1/charters").await.problem(403), "forbidden");
    creator.delete(&path).await.expect(204);
    refused(&software, &actor).await;
    // Its creator has left.
    let software = home.software(Scopes::all()).await;
    let actor = app.software(&software.bearer);
    actor.get("/v1/charters").await.expect(200);
    let administrator = app.actor(&home.tenant.administrator);
    let members = administrator
        .get("/v1/memberships?limit=100")
        .await
        .expect(200);
    let mut members = members["items"].as_array().unwrap().iter();
    let own = members
        .find(|it| it["person"] == json!(home.bearer.person))
        .unwrap();
    let own = format!("/v1/memberships/{}", own["id"].as_str().unwrap());
    administrator.anyway().delete(&own).await.expect(204);
    refused(&software, &actor).await;
}

#[actix_web::test]
async fn a_token_of_another_server_or_for_nobody_is_none() {
    let home = Home::new().await;
    let software = home.software(Scopes::all()).await;
    let keys = maillage_infra::identity::Keys::ephemeral("https://maillage.test").unwrap();
    let (now, bearer) = (home.app.clock.now(), &software.bearer);
    let elsewhere = Home::new().await;
    let sign = |keys: &maillage_infra::identity::Keys, client, tenant, now| {
        keys.sign_client(client, tenant, Scopes::all(), now)
            .unwrap()
    };
    let ours = &home.app.keys;
    let person = maillage_domain::value::ClientId(home.bearer.person.0);
    let nobody = Partner::new(&home.app).bearer;
    for token in [
        sign(&keys, bearer.client, bearer.collectivity, now),
        sign(ours, bearer.client, elsewhere.tenant.id, now),
        sign(ours, nobody.client, bearer.collectivity, now),
        sign(ours, person, bearer.collectivity, now),
        sign(
            ours,
            bearer.client,
            bearer.collectivity,
            now - chrono::TimeDelta::minutes(11),
        ),
        sign(
            ours,
            bearer.client,
            bearer.collectivity,
            now + chrono::TimeDelta::minutes(11),
        ),
    ] {
        let answer = home.app.bearing(token).get("/v1/charters").await;
        assert_eq!(answer.problem(401), "unauthenticated");
    }
}
