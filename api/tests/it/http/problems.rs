//! Problems (RFC 9457): whatever goes wrong is told in one form, on every address.

use std::collections::BTreeSet;

use insta::assert_json_snapshot;
use maillage_api::document::document;
use maillage_domain::access::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Actor, App, charter};

async fn writer() -> Actor {
    let tenant = App::shared().tenant().await;
    App::shared().member(&tenant, &[Role::Director]).await
}

#[actix_web::test]
async fn a_problem_is_told_in_the_language_of_the_reader() {
    let writer = writer().await.with("x-request-id", "une-demande");
    let mut input = charter("Charte", "{{inconnue}}");
    input["tags"] = json!(["a", "a"]);
    for language in ["fr", "en"] {
        let reader = writer.with("accept-language", language);
        let problem = reader.post("/v1/charters", input.clone()).await;
        assert_eq!(problem.problem(422), "invalid");
        assert_json_snapshot!(format!("invalid_{language}"), problem.json());
    }
}

#[actix_web::test]
async fn an_unknown_address_is_a_problem() {
    let writer = writer().await;
    let actors = [writer.app.anonymous(), writer];
    for path in [
        "/v1",
        "/v1/",
        "/v0/charters",
        "/v2/charters",
        "/V1/charters",
        "/v1/charters/",
        "//v1/charters",
        "/v1//charters",
        "/v1/charters.json",
        "/v1/charter",
        "/v1/charters/a/b/c/d",
        "/v1/charters%2f",
        "/v1/collectivities/219501277",
        "/v1/sessions/current/x",
        "/favicon.ico",
        "/robots.txt",
        "/.env",
        "/.git/config",
        "/admin",
        "/problems",
        "/%00",
        "/%ff%fe",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/é",
        "/public/v1/charters",
    ] {
        for actor in &actors {
            for method in [Method::GET, Method::POST, Method::DELETE] {
                let answer = actor.ask(method.clone(), path, None).await;
                assert_eq!(answer.problem(404), "not_found", "{method} {path}");
                assert_eq!(answer.headers.get("allow"), None);
            }
        }
    }
}

/// The contract bounds what a problem repeats: neither a log nor a page is flooded by it.
#[actix_web::test]
async fn a_made_up_name_is_shown_bounded_and_without_control_characters() {
    let writer = writer().await;
    let query = format!("/v1/charters?a%01b{}=1", "é".repeat(2_100));
    let shown = format!("a\u{fffd}b{}", "é".repeat(2_045));
    let refused = writer.get(&query).await;
    assert_eq!(refused.problem(400), "invalid_request");
    assert_eq!(refused.json()["errors"][0]["parameter"], shown.as_str());
    let mut input = charter("Charte", "Un.");
    input[format!("a\u{1}b{}", "é".repeat(3_000))] = json!(1);
    let refused = writer.post("/v1/charters", input).await;
    assert_eq!(refused.problem(400), "invalid_request");
    let shown = format!("/a\u{fffd}b{}", "é".repeat(2_044));
    assert_eq!(refused.json()["errors"][0]["pointer"], shown.as_str());
}

#[actix_web::test]
async fn what_has_not_the_form_of_an_id_does_not_exist() {
    let writer = writer().await;
    let long = "a".repeat(4_000);
    for id in [
        "1",
        "x",
        "-",
        "*",
        "null",
        "%20",
        "%00",
        "%ff",
        "%F0%9F%A6%86",
        "../1",
        "01890000-0000-7000-8000-00000000000g",
        &long,
    ] {
        for path in [
            "/v1/charters",
            "/v1/templates",
            "/v1/groups",
            "/v1/memberships",
        ] {
            let answer = writer.get(&format!("{path}/{id}")).await;
            // A path that climbs leads elsewhere, by the client's own reading.
            if !id.starts_with("..") {
                assert_eq!(answer.problem(404), "not_found", "{path}/{id}");
            }
        }
    }
    // An id is an id in whatever notation, so it is answered like the canonical one.
    let id = writer
        .post("/v1/charters", charter("Charte", "Texte."))
        .await
        .id();
    for same in [
        id.to_uppercase(),
        id.replace('-', ""),
        format!("urn:uuid:{id}"),
    ] {
        let answer = writer.get(&format!("/v1/charters/{same}")).await;
        assert!(
            matches!(answer.status.as_u16(), 200 | 404),
            "{same}: {answer:?}"
        );
    }
}

/// The methods of each address of the contract.
fn addresses() -> Vec<(String, BTreeSet<String>)> {
    let document = serde_json::to_value(document("https://maillage.test")).unwrap();
    let paths = document["paths"].as_object().unwrap().iter();
    let methods = |methods: &Value| {
        methods
            .as_object()
            .unwrap()
            .keys()
            .map(|it| it.to_uppercase())
            .collect()
    };
    paths
        .map(|(path, operations)| (path.clone(), methods(operations)))
        .collect()
}

/// Whether an address has the form of a template.
fn fits(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) =
        (template.split('/').collect(), path.split('/').collect());
    let same = |(part, segment): (&&str, &&str)| part.starts_with('{') || part == segment;
    template.len() == path.len() && template.iter().zip(&path).all(same)
}

#[actix_web::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let addresses = addresses();
    let (writer, nobody) = (writer().await, App::shared().anonymous());
    for (template, _) in &addresses {
        let path = template
            .replace("{code}", "219501277")
            .replace("{siren}", "219501277");
        let path = path
            .replace("{number}", "1")
            .replace("{id}", "01890000-0000-7000-8000-000000000000");
        let path = path
            .replace("{share}", "01890000-0000-7000-8000-000000000000")
            .replace("{delivery}", "01890000-0000-7000-8000-000000000000")
            .replace("{use_case}", "mail-sorting")
            .replace("{clause}", "objet")
            .replace("{use_case}", "meeting-minutes")
            .replace("{indicator}", "temps");
        assert!(!path.contains('{'), "{path}");
        let fitting = addresses
            .iter()
            .filter(|(template, _)| fits(template, &path));
        let mut allowed: BTreeSet<String> =
            fitting.flat_map(|(_, methods)| methods.clone()).collect();
        if allowed.contains("GET") {
            allowed.insert("HEAD".to_owned());
        }
        for method in [
            "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW",
        ] {
            if allowed.contains(method) {
                continue;
            }
            for actor in [&writer, &nobody] {
                let method = Method::from_bytes(method.as_bytes()).unwrap();
                let answer = actor.ask(method.clone(), &path, None).await;
                assert_eq!(answer.problem(405), "method_not_allowed", "{method} {path}");
                let told: Vec<_> = answer
                    .header("allow")
                    .split(", ")
                    .map(str::to_owned)
                    .collect();
                let distinct: BTreeSet<_> = told.iter().cloned().collect();
                assert_eq!(
                    (distinct, told.len()),
                    (allowed.clone(), allowed.len()),
                    "{path}"
                );
            }
        }
    }
}

#[actix_web::test]
async fn a_wrong_method_on_a_page_is_a_problem_too() {
    let nobody = App::shared().anonymous();
    for path in [
        "/",
        "/docs",
        "/docs/",
        "/openapi.json",
        "/style.css",
        "/problems/stale",
    ] {
        for method in [Method::POST, Method::PUT, Method::DELETE] {
            let answer = nobody.ask(method.clone(), path, None).await;
            assert!(
                matches!(answer.status.as_u16(), 404 | 405),
                "{method} {path}: {answer:?}"
            );
            answer.problem(answer.status.as_u16());
        }
    }
}

#[actix_web::test]
async fn who_may_get_may_head() {
    let writer = writer().await;
    let created = writer
        .post("/v1/charters", charter("Charte", "Texte."))
        .await;
    for path in [
        created.header("location"),
        "/v1/charters",
        "/v1/me",
        "/",
        "/health/ready",
        "/openapi.json",
    ] {
        let (whole, head) = (
            writer.get(path).await,
            writer.ask(Method::HEAD, path, None).await,
        );
        assert_eq!(
            (head.status, head.body.as_str()),
            (whole.status, ""),
            "{path}"
        );
        assert_eq!(head.etag(), whole.etag());
        assert_eq!(head.header("content-type"), whole.header("content-type"));
    }
    let missing = writer.ask(Method::HEAD, "/v1/nulle-part", None).await;
    assert_eq!((missing.status.as_u16(), missing.body.as_str()), (404, ""));
    let known = writer.with("if-none-match", created.etag());
    let known = known
        .ask(Method::HEAD, created.header("location"), None)
        .await;
    assert_eq!(known.status, 304);
    let hidden = App::shared()
        .anonymous()
        .ask(Method::HEAD, "/v1/me", None)
        .await;
    assert_eq!(hidden.status, 401);
}

#[actix_web::test]
async fn who_shows_no_good_token_is_asked_for_one() {
    let app = App::shared();
    let nobody = app.anonymous();
    for authorization in [
        "",
        "Bearer",
        "Bearer ",
        "Basic YTpi",
        "bearer x",
        "Token x",
        "Bearer a b c",
        "é",
    ] {
        let asked = nobody
            .with("authorization", authorization)
            .get("/v1/me")
            .await;
        assert_eq!(asked.problem(401), "unauthenticated", "{authorization}");
        assert_eq!(
            asked.header("www-authenticate"),
            "Bearer realm=\"maillage\""
        );
    }
    // Before anything else: a stranger learns nothing of what a body should be.
    for (method, path) in [
        (Method::POST, "/v1/charters"),
        (Method::POST, "/v1/groups"),
        (Method::POST, "/v1/collectivities"),
        (
            Method::PATCH,
            "/v1/charters/01890000-0000-7000-8000-000000000000",
        ),
    ] {
        let asked = nobody.ask(method, path, Some(b"{".to_vec())).await;
        assert_eq!(asked.problem(401), "unauthenticated", "{path}");
    }
}
