//! Registration: the operator lets a body of the directory join, and sees nothing of it afterwards.

use futures::future::join_all;
use insta::assert_json_snapshot;
use maillage_domain::access::Role;
use maillage_infra::testing::PASSWORD;
use serde_json::{Value, json};

use crate::support::{Actor, App};

fn registration(siren: &str, email: &str) -> Value {
    json!({ "siren": siren, "administrator": { "email": email, "name": "Administratrice" } })
}

/// Adds a body to the directory that no other test knows of; its SIREN.
async fn listed(app: &App, operator: &Actor) -> String {
    let siren = app.database.siren().to_string();
    let body = json!({ "siren": siren, "name": "Syndicat (essai)", "type": "syndicat" });
    operator.post("/v1/directory", body).await.expect(201);
    siren
}

#[actix_web::test]
async fn a_body_of_the_directory_joins_and_is_administered() {
    let app = App::wide().await;
    let operator = app.operator().await;
    let input = registration("219504768", "Maire@Osny.Example");
    let registered = operator.post("/v1/collectivities", input).await;
    let view = registered.expect(201);
    assert_json_snapshot!(view, {
        ".id" => "[id]",
        ".joined_at" => "[at]",
        ".invitation.id" => "[id]",
        ".invitation.expires_at" => "[at]",
        ".invitation.token" => insta::dynamic_redaction(|value, _| {
            let token = value.as_str().unwrap();
            assert!(token.starts_with("mlg_inv_") && token.len() == 51, "{token}");
            "[token]"
        }),
    });
    assert_eq!(registered.header("location"), "/v1/directory/219504768");
    let entry = app
        .anonymous()
        .get(registered.header("location"))
        .await
        .expect(200);
    assert_eq!(entry["name"], view["name"]);

    let acceptance = json!({ "token": view["invitation"]["token"], "password": PASSWORD });
    let accepted = app
        .anonymous()
        .post("/v1/invitations/acceptances", acceptance)
        .await;
    assert_eq!(accepted.expect(201)["roles"], json!(["administrator"]));
    let login = json!({ "email": "maire@osny.example", "password": PASSWORD });
    let tokens = app
        .anonymous()
        .post("/v1/sessions", login)
        .await
        .expect(201);
    let administrator = app.bearing(tokens["access_token"].as_str().unwrap());
    let me = administrator.get("/v1/me").await.expect(200);
    assert_eq!(
        (&me["collectivity"], &me["operator"]),
        (&view["id"], &json!(false))
    );
    let audit = administrator.get("/v1/audit").await.expect(200);
    let facts: Vec<_> = audit["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["fact"]["type"])
        .collect();
    assert_eq!(
        facts,
        [
            "session.opened",
            "membership.joined",
            "collectivity.registered"
        ]
    );
}

#[actix_web::test]
async fn a_body_joins_once() {
    let app = App::shared();
    let operator = app.operator().await;
    let siren = listed(app, &operator).await;
    let register = |n: usize| {
        let (operator, siren) = (&operator, &siren);
        let input = registration(siren, &format!("a{n}@{siren}.example"));
        async move { operator.post("/v1/collectivities", input).await }
    };
    let answers = join_all((0..5).map(register)).await;
    let joined = answers.iter().filter(|it| it.status == 201).count();
    assert_eq!(joined, 1);
    for refused in answers.iter().filter(|it| it.status != 201) {
        assert_eq!(refused.problem(409), "collectivity_joined");
    }
    assert_eq!(register(9).await.problem(409), "collectivity_joined");
    // The administrators of the registrations that failed were invited to nothing.
    let won = answers.iter().find(|it| it.status == 201).unwrap().json();
    let id = won["id"].as_str().unwrap().parse().unwrap();
    let rows = app.database.footprint(id).await;
    assert_eq!((rows["invitations"].0, rows["audit_records"].0), (1, 1));
}

#[actix_web::test]
async fn only_bodies_of_the_directory_join() {
    let app = App::shared();
    let operator = app.operator().await;
    for (siren, code, broken) in [
        (json!("130025265"), "invalid", "/siren siren_unknown"),
        (json!("219501278"), "invalid", "/siren siren_checksum"),
        (json!("000000000"), "invalid", "/siren siren_checksum"),
        (json!("21950127"), "invalid", "/siren siren_format"),
        (json!(" 219501277"), "invalid", "/siren siren_format"),
        (
            json!("２１９５０１２７７"),
            "invalid",
            "/siren siren_format",
        ),
        (json!(219501277), "invalid_request", "/siren invalid_value"),
        (json!(null), "invalid_request", "/siren invalid_value"),
    ] {
        let mut input = registration("", "a@commune.example");
        input["siren"] = siren;
        let refused = operator.post("/v1/collectivities", input).await;
        assert_eq!(refused.json()["code"], code);
        assert_eq!(refused.broken(), [broken]);
    }
    for (administrator, broken) in [
        (
            json!({ "email": "a@commune.example" }),
            "/administrator/name missing_field",
        ),
        (
            json!({ "email": "a@commune.example", "name": "" }),
            "/administrator/name text_empty",
        ),
        (
            json!({ "email": "a@b@c", "name": "A" }),
            "/administrator/email email_format",
        ),
        (
            json!({ "email": "a@commune.example", "name": "A", "roles": [] }),
            "/administrator/roles unknown_field",
        ),
        (json!("a@commune.example"), "/administrator invalid_value"),
    ] {
        let input = json!({ "siren": "219501277", "administrator": administrator });
        let refused = operator.post("/v1/collectivities", input).await;
        assert_eq!(refused.broken(), [broken]);
    }
}

#[actix_web::test]
async fn only_the_operator_lets_bodies_join_or_lists_them() {
    let app = App::shared();
    let tenant = app.tenant().await;
    let body =
        json!({ "siren": app.database.siren().as_str(), "name": "Syndicat", "type": "syndicat" });
    for role in Role::ALL {
        let actor = app.member(&tenant, &[*role]).await;
        let joined = actor
            .post(
                "/v1/collectivities",
                registration("219501277", "a@b.example"),
            )
            .await;
        assert_eq!(joined.problem(403), "forbidden", "{role}");
        let listed = actor.post("/v1/directory", body.clone()).await;
        assert_eq!(listed.problem(403), "forbidden", "{role}");
    }
    let nobody = app.anonymous();
    let joined = nobody
        .post(
            "/v1/collectivities",
            registration("219501277", "a@b.example"),
        )
        .await;
    assert_eq!(joined.problem(401), "unauthenticated");
    assert_eq!(
        joined.header("www-authenticate"),
        "Bearer realm=\"maillage\""
    );
}

#[actix_web::test]
async fn the_operator_sees_nothing_of_a_tenant() {
    let app = App::shared();
    let operator = app.operator().await;
    let me = operator.get("/v1/me").await.expect(200);
    assert_eq!(
        (&me["operator"], &me["collectivity"]),
        (&json!(true), &Value::Null)
    );
    assert_eq!(
        me["abilities"],
        json!(["extend_directory", "register_collectivity"])
    );
    assert_eq!((&me["roles"], &me["memberships"]), (&json!([]), &json!([])));
    for list in [
        "/v1/charters",
        "/v1/templates",
        "/v1/groups",
        "/v1/search?q=charte",
    ] {
        assert_eq!(operator.get(list).await.ids(), [""; 0], "{list}");
    }
    for list in [
        "/v1/memberships",
        "/v1/invitations",
        "/v1/audit",
        "/v1/audit/verification",
    ] {
        assert_eq!(operator.get(list).await.problem(403), "forbidden", "{list}");
    }
}
