//! Bodies: what is no JSON, no object, or not the object that was asked for.

use maillage_domain::access::Role;
use maillage_infra::testing::Tenant;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Actor, App, Response, Shelf, charter};

async fn writer() -> (Tenant, Actor) {
    let tenant = App::shared().tenant().await;
    let writer = App::shared().member(&tenant, &[Role::Director]).await;
    (tenant, writer)
}

async fn sent(actor: &Actor, method: Method, path: &str, body: impl Into<Vec<u8>>) -> Response {
    actor.ask(method, path, Some(body.into())).await
}

#[actix_web::test]
async fn what_is_no_json_is_refused_as_such() {
    let (tenant, writer) = writer().await;
    let before = App::shared().database.footprint(tenant.id.0).await;
    let whole = charter("Charte", "Texte.").to_string();
    let deep = |n: usize| format!("{{\"title\":{}{}}}", "[".repeat(n), "]".repeat(n));
    let bodies: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b" ".to_vec(),
        b"{".to_vec(),
        b"nul".to_vec(),
        b"{'title':'a'}".to_vec(),
        b"{\"title\":\"a\",}".to_vec(),
        b"{\"title\":\"a\"} // fin".to_vec(),
        b"{\"title\":NaN}".to_vec(),
        b"{\"title\":Infinity}".to_vec(),
        b"{\"title\":0x10}".to_vec(),
        b"{\"title\":01}".to_vec(),
        b"{\"title\":1e999}".to_vec(),
        format!("{{\"title\":1{}}}", "0".repeat(400)).into_bytes(),
        b"{\"title\":\"a\nb\"}".to_vec(),
        b"{\"title\":\"\\x00\"}".to_vec(),
        b"{\"title\":\"\\ud800\"}".to_vec(),
        b"{\"title\":\"\\udfff\\ud800\"}".to_vec(),
        b"{\"title\":\"\\u12\"}".to_vec(),
        b"{\"title\":\"\xff\xfe\"}".to_vec(),
        b"{\"title\":\"\xed\xa0\x80\"}".to_vec(),
        b"{\"title\":\"\xc0\x80\"}".to_vec(),
        b"\xef\xbb\xbf{}".to_vec(),
        b"\0".to_vec(),
        b"title=a".to_vec(),
        b"<title>a</title>".to_vec(),
        format!("{whole}{whole}").into_bytes(),
        format!("{whole}]").into_bytes(),
        deep(200).into_bytes(),
        deep(100_000).into_bytes(),
        "{\"a\":".repeat(100_000).into_bytes(),
    ];
    for body in bodies {
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        for (method, path) in [(Method::POST, "/v1/charters"), (Method::POST, "/v1/groups")] {
            let refused = sent(&writer.anyway(), method, path, body.clone()).await;
            assert!(refused.status == 400, "{shown}: {refused:?}");
            let code = refused.problem(400);
            // A number no machine word holds is a wrong type where a text is expected.
            let expected = if refused.broken().is_empty() {
                "invalid_json"
            } else {
                "invalid_request"
            };
            assert_eq!(code, expected, "{shown}");
        }
    }
    assert_eq!(App::shared().database.footprint(tenant.id.0).await, before);
}

#[actix_web::test]
async fn a_tree_as_deep_as_a_bomb_is_refused() {
    let (_, writer) = writer().await;
    for (levels, code) in [
        (7, "invalid"),
        (50, "invalid"),
        (70, "invalid_json"),
        (5_000, "invalid_json"),
    ] {
        let clause = |n: usize| format!("{{\"id\":\"c{n}\",\"title\":\"C\",\"clauses\":[");
        let opened: String = (0..levels).map(clause).collect();
        let clauses = format!("[{opened}{}]", "]}".repeat(levels));
        let body = format!("{{\"title\":\"T\",\"body\":{{\"clauses\":{clauses}}}}}");
        let refused = sent(&writer, Method::POST, "/v1/charters", body).await;
        assert!(refused.status.is_client_error(), "{levels}: {refused:?}");
        assert_eq!(refused.json()["code"], code, "{levels}");
    }
}

#[actix_web::test]
async fn members_that_stand_twice_are_pointed_at() {
    let (_, writer) = writer().await;
    let created = writer
        .post("/v1/charters", charter("Charte", "Texte."))
        .await;
    let here = created.header("location").to_owned();
    let before = writer.get(&here).await;
    let group = writer.post("/v1/groups", json!({ "name": "Groupe" })).await;
    let group = group.header("location").to_owned();
    let (draft, shares) = (format!("{here}/draft"), format!("{here}/shares"));
    for (method, path, body, broken) in [
        (
            Method::POST,
            "/v1/charters",
            r#"{"title":"a","title":"b"}"#,
            "/title duplicate_field",
        ),
        (
            Method::POST,
            "/v1/charters",
            r#"{"title":"a","body":{"clauses":[],"clauses":[]}}"#,
            "/body/clauses duplicate_field",
        ),
        (
            Method::PUT,
            &draft,
            r#"{"clauses":[{"id":"a","title":"A","id":"b"}]}"#,
            "/clauses/0/id duplicate_field",
        ),
        (
            Method::POST,
            &shares,
            r#"{"level":"read","audience":{"type":"network","type":"public"}}"#,
            "/audience/type duplicate_field",
        ),
        (
            Method::POST,
            "/v1/groups",
            r#"{"name":"a","name":"a"}"#,
            "/name duplicate_field",
        ),
        (
            Method::PATCH,
            &here,
            r#"{"title":"a","title":"b"}"#,
            "/title duplicate_field",
        ),
        (
            Method::PATCH,
            &here,
            r#"{"tags":null,"x":{"a/b":1,"a/b":2}}"#,
            "/x/a~1b duplicate_field",
        ),
        (
            Method::PATCH,
            &group,
            r#"{"name":"a","name":"b"}"#,
            "/name duplicate_field",
        ),
    ] {
        let refused = sent(&writer.anyway(), method, path, body).await;
        assert_eq!(refused.problem(400), "invalid_request", "{body}");
        assert_eq!(refused.broken(), [broken]);
    }
    assert_eq!(writer.get(&here).await.bytes(), before.bytes());
}

#[actix_web::test]
async fn wrong_types_are_pointed_at() {
    let (_, writer) = writer().await;
    let input = |member: &str, value: Value| {
        let mut input = charter("Charte", "Texte.");
        *input.pointer_mut(member).unwrap() = value;
        input
    };
    for member in [
        "/title",
        "/summary",
        "/tags",
        "/body",
        "/body/preamble",
        "/body/clauses",
        "/body/clauses/0",
        "/body/clauses/0/id",
        "/body/clauses/0/title",
        "/body/clauses/0/text",
        "/body/clauses/0/lock",
    ] {
        let right = |value: &Value| match member {
            "/tags" | "/body/clauses" => value.is_array(),
            _ => false,
        };
        let values = [
            json!(null),
            json!(true),
            json!(-1),
            json!(1.5),
            json!(1e300),
            json!([]),
        ];
        for value in values.into_iter().filter(|value| !right(value)) {
            let refused = writer
                .post("/v1/charters", input(member, value.clone()))
                .await;
            assert_eq!(refused.problem(400), "invalid_request", "{member} {value}");
            assert_eq!(
                refused.broken(),
                [format!("{member} invalid_value")],
                "{value}"
            );
        }
    }
    for body in [
        json!([]),
        json!("charte"),
        json!(7),
        json!(null),
        json!(true),
    ] {
        let refused = writer.post("/v1/charters", body).await;
        assert_eq!(refused.problem(400), "invalid_request");
        assert_eq!(refused.broken(), [" invalid_value"]);
    }
    // Names with slashes and tildes are escaped in the pointer (RFC 6901).
    let mut odd = charter("Charte", "Texte.");
    odd["a/b~c"] = json!(1);
    assert_eq!(
        writer.post("/v1/charters", odd).await.broken(),
        ["/a~1b~0c unknown_field"]
    );
}

#[actix_web::test]
async fn an_array_is_no_object_however_well_its_items_would_fit() {
    let (_, writer) = writer().await;
    let created = writer
        .post("/v1/charters", charter("Charte", "Texte."))
        .await;
    let shares = format!("{}/shares", created.header("location"));
    let clause = json!({ "id": "a", "title": "A", "text": "Texte." });
    let whole = |clauses: Value| json!({ "title": "Charte", "body": { "clauses": clauses } });
    let variables = json!({ "clauses": [clause], "variables": [["nom", "Nom"]] });
    for (path, body, at) in [
        ("/v1/groups", json!(["Groupe", "Pour essai."]), ""),
        ("/v1/groups", json!([]), ""),
        (
            "/v1/charters",
            json!({ "title": "T", "body": ["", [], [clause]] }),
            "/body",
        ),
        (
            "/v1/charters",
            whole(json!([["a", "A", "Texte."]])),
            "/body/clauses/0",
        ),
        (
            "/v1/charters",
            whole(json!([{ "id": "a", "title": "A", "text": "T", "clauses": [["b", "B", "T"]] }])),
            "/body/clauses/0/clauses/0",
        ),
        (
            "/v1/charters",
            json!({ "title": "T", "body": variables }),
            "/body/variables/0",
        ),
        (
            shares.as_str(),
            json!({ "audience": ["network"], "level": "read" }),
            "/audience",
        ),
        ("/v1/sessions", json!(["a@b.example", "mot de passe"]), ""),
    ] {
        let refused = writer.post(path, body.clone()).await;
        assert_eq!(refused.problem(400), "invalid_request", "{body}");
        assert_eq!(refused.broken(), [format!("{at} invalid_value")], "{body}");
    }
    // Nor in what a patch makes of it.
    let here = created.header("location").to_owned();
    let patched = writer
        .anyway()
        .patch(&here, json!(["Titre", "Résumé"]))
        .await;
    assert_eq!(patched.broken(), [" invalid_value"]);
}

#[actix_web::test]
async fn control_characters_are_pointed_at_and_other_unicode_is_kept() {
    let (_, writer) = writer().await;
    for control in [
        "\u{0}",
        "a\u{0}b",
        "\u{1b}[31m",
        "\u{7f}",
        "a\u{85}b",
        "a\u{8}",
    ] {
        let refused = writer
            .post("/v1/charters", charter(control, "Texte."))
            .await;
        assert_eq!(
            refused.broken(),
            ["/title text_control_character"],
            "{control:?}"
        );
        let refused = writer
            .post("/v1/charters", charter("Charte", control))
            .await;
        assert_eq!(
            refused.broken(),
            ["/body/clauses/0/text text_control_character"]
        );
    }
    let odd =
        "é e\u{301} 𝄞 👩‍👩‍👧 \u{202e}rtl\u{202c} \u{feff} \u{fffd} ﷽ 'O''Reilly' %00 \\u0000 ${x}";
    for shelf in Shelf::ALL {
        let created = writer.post(shelf.path(), shelf.input(odd, odd)).await;
        created.expect(201);
        let draft = writer
            .get(&shelf.at(&created.id(), "/draft"))
            .await
            .expect(200);
        assert_eq!(draft["body"]["clauses"][0]["text"], odd);
        assert_eq!(
            writer.get(&shelf.at(&created.id(), "")).await.expect(200)["title"],
            odd
        );
    }
}

#[actix_web::test]
async fn only_json_is_read() {
    let (_, writer) = writer().await;
    let body = || charter("Charte", "Texte.").to_string().into_bytes();
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonx",
        "text/json",
        "application/xml",
        "json",
        "",
        "*/*",
        ";",
        "application/json5",
    ] {
        let typed = writer.with("content-type", kind);
        let refused = typed.ask(Method::POST, "/v1/charters", Some(body())).await;
        assert_eq!(refused.problem(415), "unsupported_media_type", "{kind}");
    }
    for kind in [
        "application/json",
        "application/json; charset=utf-8",
        "APPLICATION/JSON",
    ] {
        let typed = writer.with("content-type", kind);
        typed
            .ask(Method::POST, "/v1/charters", Some(body()))
            .await
            .expect(201);
    }
    let bare = writer.ask(Method::POST, "/v1/charters", None).await;
    assert_eq!(bare.problem(415), "unsupported_media_type");
}

#[actix_web::test]
async fn a_body_has_at_most_4_mib() {
    let (tenant, writer) = writer().await;
    let padded = |length: usize| {
        let mut body = charter("Charte", "Texte.").to_string();
        body.push_str(&" ".repeat(length - body.len()));
        body
    };
    const MAX: usize = 4 * 1024 * 1024;
    sent(&writer, Method::POST, "/v1/charters", padded(MAX))
        .await
        .expect(201);
    let before = App::shared().database.footprint(tenant.id.0).await;
    for length in [MAX + 1, 2 * MAX] {
        let refused = sent(&writer, Method::POST, "/v1/charters", padded(length)).await;
        assert_eq!(refused.problem(413), "payload_too_large", "{length}");
    }
    assert_eq!(App::shared().database.footprint(tenant.id.0).await, before);
}
