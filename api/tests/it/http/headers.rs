//! Headers of every answer: the request id, the security headers, preferences, caches.

use std::collections::BTreeSet;

use maillage_domain::access::Role;
use serde_json::json;

use crate::support::{Actor, App, charter};

async fn writer() -> Actor {
    let tenant = App::shared().tenant().await;
    App::shared().member(&tenant, &[Role::Director]).await
}

#[actix_web::test]
async fn a_plain_request_id_comes_back() {
    let writer = writer().await;
    let created = writer
        .post("/v1/charters", charter("Charte", "Texte."))
        .await;
    let here = created.header("location").to_owned();
    let long = "x".repeat(64);
    for id in [
        "a",
        "019acb5e-3b7e-7cc0-8a55-6b4f3d1f2a10",
        "client_7.retry-2",
        &long,
    ] {
        let named = writer.with("x-request-id", id);
        let known = named.with("if-none-match", created.etag());
        for answer in [
            named.get(&here).await,
            known.get(&here).await,
            named.delete(&here).await,
            named.get("/nulle-part").await,
            named.get("/health/live").await,
            named.get("/").await,
        ] {
            assert_eq!(answer.header("x-request-id"), id);
            if answer.status.is_client_error() {
                assert_eq!(answer.json()["instance"], id);
            }
        }
    }
}

#[actix_web::test]
async fn any_other_request_id_is_replaced_by_a_new_one() {
    let nobody = App::shared().anonymous();
    let long = "x".repeat(65);
    let mut seen = BTreeSet::new();
    for id in ["", " ", "a b", "<script>", "a\"b", "a/b", "a;b", &long] {
        let answer = nobody.with("x-request-id", id).get("/v1/me").await;
        let given = answer.header("x-request-id").to_owned();
        assert_ne!(given, id);
        assert_eq!(given.parse::<uuid::Uuid>().unwrap().get_version_num(), 7);
        assert_eq!(answer.json()["instance"], given);
        assert!(seen.insert(given));
    }
    let answer = nobody.get("/health/live").await;
    assert!(seen.insert(answer.header("x-request-id").to_owned()));
}

#[actix_web::test]
async fn every_answer_carries_the_security_headers() {
    let writer = writer().await;
    let made = writer
        .post("/v1/charters", charter("Charte", "Texte."))
        .await;
    for answer in [
        &made,
        &writer.get("/v1/charters").await,
        &writer.get("/v1/nulle-part").await,
        &writer.post("/v1/charters", json!({})).await,
        &writer.app.anonymous().get("/v1/me").await,
        &writer.get("/").await,
        &writer.get("/docs/").await,
        &writer.get("/style.css").await,
        &writer.get("/openapi.json").await,
        &writer.get("/problems/stale").await,
        &writer.get("/health/ready").await,
        &writer.get("/metrics").await,
    ] {
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        let policy = answer.header("content-security-policy");
        for rule in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(rule), "{policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        // Served under https by its public address.
        assert_eq!(
            answer.header("strict-transport-security"),
            "max-age=31536000"
        );
        assert_eq!(answer.headers.get("server"), None);
        assert_eq!(answer.headers.get("x-powered-by"), None);
    }
}

#[actix_web::test]
async fn what_one_caller_sees_is_kept_by_no_shared_cache() {
    let writer = writer().await;
    let created = writer
        .post("/v1/charters", charter("Charte", "Texte."))
        .await;
    assert_eq!(created.header("cache-control"), "private, no-cache");
    for path in [
        "/v1/charters",
        "/v1/me",
        "/v1/groups",
        "/v1/search?q=a",
        created.header("location"),
    ] {
        assert_eq!(
            writer.get(path).await.header("cache-control"),
            "private, no-cache",
            "{path}"
        );
    }
    for path in ["/v1/nulle-part", "/v1/memberships"] {
        assert_eq!(
            writer.get(path).await.header("cache-control"),
            "no-store",
            "{path}"
        );
    }
}

#[actix_web::test]
async fn who_prefers_a_minimal_answer_gets_one() {
    let writer = writer().await;
    for prefer in [
        "return=minimal",
        "respond-async, return=minimal",
        "return=minimal; foo=bar",
    ] {
        let brief = writer.with("prefer", prefer);
        let created = brief
            .post("/v1/charters", charter("Charte", "Texte."))
            .await;
        assert_eq!(
            (created.status.as_u16(), created.body.as_str()),
            (201, ""),
            "{prefer}"
        );
        assert_eq!(created.header("preference-applied"), "return=minimal");
        assert_eq!(created.header("content-type"), "");
        let here = created.header("location").to_owned();
        let found = brief.get(&here).await;
        assert_eq!(found.etag(), created.etag());
        assert_eq!(found.header("preference-applied"), "");
        found.expect(200);

        let patched = brief
            .matching(&found)
            .patch(&here, json!({ "title": "Autre" }))
            .await;
        assert_eq!(
            (patched.status.as_u16(), patched.body.as_str()),
            (204, ""),
            "{prefer}"
        );
        assert_eq!(patched.etag(), brief.get(&here).await.etag());
        // A problem is told in full.
        let stale = brief
            .matching(&found)
            .patch(&here, json!({ "title": "Encore" }))
            .await;
        assert_eq!(stale.problem(412), "stale");
    }
    for prefer in [
        "return=representation",
        "return=maximal",
        "minimal",
        "wait=5",
        "",
    ] {
        let created = writer
            .with("prefer", prefer)
            .post("/v1/charters", charter("Charte", "T"))
            .await;
        assert_eq!(created.expect(201)["title"], "Charte", "{prefer}");
        assert_eq!(created.header("preference-applied"), "");
    }
}
